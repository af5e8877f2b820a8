#include "libs/peers/snapshots.h"

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/base/manual_clock.h"
#include "libs/base/rejection.h"

namespace regard::peers {
namespace {

class SnapshotsTest : public ::testing::Test {
 protected:
  SnapshotsTest() { std::filesystem::remove_all(folder_); }

  std::string ReadWhole(const std::string& id, const std::string& path) {
    std::string whole;
    while (true) {
      const auto piece = snapshots_.Read(id, path, whole.size());
      if (!piece.ok()) ADD_FAILURE() << piece.status();
      if (!piece.ok() || piece->empty()) return whole;
      whole += *piece;
    }
  }

  const std::string folder_ = ::testing::TempDir() + "regard-snapshots";
  ManualClock clock_{absl::UnixEpoch()};
  std::string contents_ = std::string(3'000'000, 'x');
  Snapshots snapshots_{folder_, [this](const std::string& to) {
                         std::filesystem::create_directories(to + "/state");
                         std::ofstream(to + "/state/rows", std::ios::binary) << contents_;
                         std::ofstream(to + "/empty");
                         return absl::OkStatus();
                       },
                       clock_};
};

TEST_F(SnapshotsTest, IsReadInPieces) {
  const auto opened = snapshots_.Open();
  ASSERT_TRUE(opened.ok()) << opened.status();
  ASSERT_EQ(opened->files.size(), 2u);
  EXPECT_EQ(ReadWhole(opened->id, "state/rows"), contents_);
  EXPECT_EQ(ReadWhole(opened->id, "empty"), "");
  snapshots_.Close(opened->id);
  EXPECT_FALSE(std::filesystem::exists(folder_));
}

TEST_F(SnapshotsTest, OnlyItsOwnFilesAreGiven) {
  const auto opened = snapshots_.Open();
  ASSERT_TRUE(opened.ok());
  for (const char* path : {"../regard-snapshots/empty", "/etc/passwd", "state", "absent"}) {
    EXPECT_EQ(FromStatus(snapshots_.Read(opened->id, path, 0).status()).reason, "SNAPSHOT_GONE") << path;
  }
}

TEST_F(SnapshotsTest, OneAtATimeUntilItIsClosedOrForgotten) {
  const auto first = snapshots_.Open();
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(FromStatus(snapshots_.Open().status()).reason, "SNAPSHOT_IN_USE");
  clock_.Advance(absl::Minutes(2));
  const auto second = snapshots_.Open();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(FromStatus(snapshots_.Read(first->id, "empty", 0).status()).reason, "SNAPSHOT_GONE");
  snapshots_.Close(first->id);
  EXPECT_EQ(ReadWhole(second->id, "state/rows"), contents_);
}

}  // namespace
}  // namespace regard::peers
