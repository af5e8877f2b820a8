#include "libs/privacy/key_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "libs/privacy/digester.h"

namespace regard::privacy {
namespace {

class KeyFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = testing::TempDir() + "regard_key_file_XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    path_ = folder_ / "digest.key";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& bytes, mode_t mode) {
    std::ofstream(path_) << bytes;
    ASSERT_EQ(chmod(path_.c_str(), mode), 0);
  }
  size_t FileCount() {
    return std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator());
  }

  std::filesystem::path folder_;
  std::string path_;
};

TEST_F(KeyFileTest, IsMadeOnceForItsOwnerOnly) {
  const absl::StatusOr<Key> made = LoadOrCreateKey(path_);
  ASSERT_TRUE(made.ok()) << made.status();
  struct stat info;
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(FileCount(), 1u);
  EXPECT_EQ(LoadOrCreateKey(path_)->bytes(), made->bytes());
  EXPECT_EQ(Digester::FromFile(path_)->Digest("a"), Digester(*made).Digest("a"));

  std::filesystem::remove(path_);
  EXPECT_NE(LoadOrCreateKey(path_)->bytes(), made->bytes());
}

TEST_F(KeyFileTest, RefusesAFileThatOthersCanRead) {
  Write(std::string(Key::kBytes, 'k'), 0640);
  EXPECT_EQ(LoadOrCreateKey(path_).status().code(), absl::StatusCode::kFailedPrecondition);
  Write(std::string(Key::kBytes, 'k'), 0600);
  EXPECT_EQ(LoadOrCreateKey(path_)->bytes(), std::string(Key::kBytes, 'k'));
}

// A cut file must never be taken for no file: a new key would make every stored digest worthless.
TEST_F(KeyFileTest, RefusesAnotherLength) {
  for (const size_t size : {0, 31, 33}) {
    Write(std::string(size, 'k'), 0600);
    EXPECT_EQ(LoadOrCreateKey(path_).status().code(), absl::StatusCode::kDataLoss) << size;
  }
}

TEST_F(KeyFileTest, SaysWhenThereIsNoFolder) {
  EXPECT_EQ(LoadOrCreateKey(path_ + "/absent/key").status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace regard::privacy
