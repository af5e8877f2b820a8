// The key file: made once, the same ever after, refused when others can read it.
#include "libs/auth/key_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regard::auth {
namespace {

class KeyFile : public testing::Test {
 protected:
  KeyFile() : folder_(testing::TempDir() + "key_file_test") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~KeyFile() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return folder_ + "/signing.pem"; }

  const std::string folder_;
};

TEST_F(KeyFile, IsMadeOnceForItsOwnerAlone) {
  const auto made = LoadOrMakeKeyFile(path());
  ASSERT_TRUE(made.ok()) << made.status();
  struct stat info;
  ASSERT_EQ(stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);

  const auto again = LoadOrMakeKeyFile(path());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->private_pem, made->private_pem);
  EXPECT_EQ(again->public_pem, made->public_pem);
  // The draft is gone.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(KeyFile, IsRefusedWhenOthersCanReadOrWriteIt) {
  ASSERT_TRUE(LoadOrMakeKeyFile(path()).ok());
  for (const mode_t mode : {0640, 0604, 0620, 0602}) {
    ASSERT_EQ(chmod(path().c_str(), mode), 0);
    EXPECT_EQ(LoadOrMakeKeyFile(path()).status().code(), absl::StatusCode::kFailedPrecondition) << std::oct << mode;
  }
}

TEST_F(KeyFile, IsRefusedWhenItHoldsSomethingElse) {
  std::ofstream(path()) << "not a key";
  ASSERT_EQ(chmod(path().c_str(), 0600), 0);
  EXPECT_EQ(LoadOrMakeKeyFile(path()).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(KeyFile, NeedsItsFolder) {
  EXPECT_EQ(LoadOrMakeKeyFile(folder_ + "/absent/signing.pem").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(KeyFile, PublicPartStandsAlone) {
  const auto pair = MakeKeyPair();
  ASSERT_TRUE(pair.ok());
  std::ofstream(path()) << pair->public_pem;
  const auto loaded = LoadPublicKey(path());
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(*loaded, pair->public_pem);

  std::ofstream(path()) << pair->private_pem;
  EXPECT_FALSE(LoadPublicKey(path()).ok());
}

}  // namespace
}  // namespace regard::auth
