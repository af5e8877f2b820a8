// One folder, one process; and whoever comes second is told who was first.
#include "libs/app/data_folder.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regard::app {
namespace {

using testing::HasSubstr;

class DataFolderTest : public testing::Test {
 protected:
  DataFolderTest() { std::filesystem::remove_all(root_); }
  ~DataFolderTest() override { std::filesystem::remove_all(root_); }

  const std::string root_ = testing::TempDir() + "data_folder_test";
  const std::string path_ = root_ + "/deep/data";
};

TEST_F(DataFolderTest, IsMadeForItsOwnerAlone) {
  const auto folder = DataFolder::Open(path_);
  ASSERT_TRUE(folder.ok()) << folder.status();
  struct stat info;
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  EXPECT_EQ(folder->File("log"), path_ + "/log");
}

TEST_F(DataFolderTest, SecondIsToldWhoHasIt) {
  {
    const auto first = DataFolder::Open(path_);
    ASSERT_TRUE(first.ok());
    const auto second = DataFolder::Open(path_);
    EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(second.status().message()), HasSubstr(absl::StrCat("process ", getpid())));
  }
  EXPECT_TRUE(DataFolder::Open(path_).ok());
}

TEST_F(DataFolderTest, IsFreeAgainWhenItsProcessWasKilled) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto folder = DataFolder::Open(path_);
    const char ok = folder.ok();
    if (write(ready[1], &ok, 1) != 1) _exit(1);
    for (;;) pause();
  }
  char ok = 0;
  ASSERT_EQ(read(ready[0], &ok, 1), 1);
  EXPECT_TRUE(ok);
  EXPECT_FALSE(DataFolder::Open(path_).ok());
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(DataFolder::Open(path_).ok());
  close(ready[0]);
  close(ready[1]);
}

TEST_F(DataFolderTest, WhatIsNoFolderIsSaid) {
  EXPECT_FALSE(DataFolder::Open("/dev/null/data").ok());
}

}  // namespace
}  // namespace regard::app
