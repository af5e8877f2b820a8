// Stores whose latest writes are still in memory: read, flushed, lost with the process, and on a full disk.
#include "libs/rocks/store_set.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/es/testing/memory_store.h"
#include "libs/rocks/testing/faulty_file_system.h"

namespace regard::rocks {
namespace {

using es::Store;
using es::StoreBatch;

constexpr char kFolderVariable[] = "REGARD_STORE_SET_TEST_FOLDER";

class StoreSetTest : public ::testing::Test {
 protected:
  StoreSetTest() {
    char pattern[] = "/tmp/regard-rocks-XXXXXX";
    // A process started to be killed uses the folder of the one that started it.
    const char* const given = getenv(kFolderVariable);
    folder_ = given != nullptr ? given : mkdtemp(pattern);
    // Only what a test asks for is flushed.
    options_.flush_after = absl::Hours(1);
  }
  ~StoreSetTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<StoreSet> Open(const std::vector<std::string>& names) {
    return StoreSet::Open(folder_ + "/s", names, options_).value();
  }
  static StoreBatch Put(absl::string_view key, absl::string_view value) {
    StoreBatch batch;
    batch.Put(std::string(key), std::string(value));
    return batch;
  }
  static std::string Contents(const Store& store, absl::string_view from = "", absl::string_view to = "") {
    std::string contents;
    EXPECT_TRUE(store
                    .Scan(from, to,
                          [&](absl::string_view key, absl::string_view value) {
                            absl::StrAppend(&contents, key, "=", value, " ");
                            return true;
                          })
                    .ok());
    return contents;
  }

  std::string folder_;
  StoreSetOptions options_;
};

TEST_F(StoreSetTest, ANewSetOfNamesKeepsTheOldOnesThatStay) {
  {
    auto set = Open({"stays", "goes"});
    ASSERT_TRUE(set->store("stays")->Write(Put("k", "v"), Store::Durability::kBuffered).ok());
  }
  auto set = Open({"comes", "stays"});
  EXPECT_EQ(set->store("stays")->Get("k").value(), absl::optional<std::string>("v"));
  EXPECT_EQ(set->store("goes"), nullptr);
}

// The same random writes to a plain map and to a store that is flushed now and then: both always read alike.
TEST_F(StoreSetTest, ReadsTheLatestWriteWhereverItIs) {
  std::mt19937 chance(7);
  const auto key = [&] { return absl::StrCat("k", chance() % 30); };
  auto set = Open({"one"});
  Store& store = *set->store("one");
  es::testing::MemoryStore plain;
  for (int step = 0; step < 2000; ++step) {
    StoreBatch batch;
    for (int i = 0; i < 3; ++i) {
      switch (chance() % 8) {
        case 0: batch.Delete(key()); break;
        case 1: {
          std::string from = key(), to = key();
          if (from > to) std::swap(from, to);
          batch.DeleteRange(from, to);
          break;
        }
        default: batch.Put(key(), absl::StrCat(step, ".", i));
      }
    }
    const auto durability = chance() % 10 == 0 ? Store::Durability::kSynced : Store::Durability::kBuffered;
    ASSERT_TRUE(store.Write(batch, durability).ok());
    ASSERT_TRUE(plain.Write(batch, durability).ok());
    const std::string asked = key();
    ASSERT_EQ(store.Get(asked).value(), plain.Get(asked).value()) << step;
    const std::string from = key(), to = chance() % 3 == 0 ? "" : key();
    ASSERT_EQ(Contents(store, from, to), Contents(plain, from, to)) << step;
  }
}

// Writes 1, 2, 3, ... to both stores, "two" never ahead of "one", and is killed in the middle.
[[noreturn]] void WriteUntilKilled(const std::string& folder, StoreSetOptions options) {
  options.flush_after = absl::Milliseconds(1);
  auto set = StoreSet::Open(folder, {"one", "two"}, options).value();
  for (int i = 1;; ++i) {
    StoreBatch one, both;
    one.Put("n", absl::StrCat(i));
    both.Put("n", absl::StrCat(i));
    both.Put("m", absl::StrCat(i));
    const auto durability = i == 100 ? Store::Durability::kSynced : Store::Durability::kBuffered;
    if (!set->store("one")->Write(one, durability).ok()) _exit(1);
    if (!set->store("two")->Write(both, durability).ok()) _exit(1);
    if (i == 20000) kill(getpid(), SIGKILL);
  }
}

TEST_F(StoreSetTest, AKilledProcessLosesOnlyTheLatestOfAllStores) {
  // A process of its own, since a sanitizer does not follow threads across a fork.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  setenv(kFolderVariable, folder_.c_str(), 1);
  EXPECT_EXIT(WriteUntilKilled(folder_ + "/s", options_), ::testing::KilledBySignal(SIGKILL), "");
  unsetenv(kFolderVariable);
  auto set = Open({"one", "two"});
  const int two = std::stoi(set->store("two")->Get("n").value().value());
  EXPECT_GE(two, 100);
  EXPECT_EQ(set->store("two")->Get("m").value(), absl::optional<std::string>(absl::StrCat(two)));
}

TEST_F(StoreSetTest, GoesOnWhenAFullDiskHasSpaceAgain) {
  testing::FaultyFileSystem files;
  options_.env = files.env();
  auto set = Open({"one"});
  Store& store = *set->store("one");
  ASSERT_TRUE(store.Write(Put("a", "1"), Store::Durability::kSynced).ok());
  files.SetFull(true);
  EXPECT_FALSE(store.Write(Put("b", "2"), Store::Durability::kSynced).ok());
  EXPECT_TRUE(store.Write(Put("c", "3"), Store::Durability::kBuffered).ok());
  EXPECT_EQ(Contents(store), "a=1 b=2 c=3 ");
  files.SetFull(false);
  EXPECT_TRUE(store.Write(Put("d", "4"), Store::Durability::kSynced).ok());
  set.reset();
  EXPECT_EQ(Contents(*Open({"one"})->store("one")), "a=1 b=2 c=3 d=4 ");
}

TEST_F(StoreSetTest, RefusesWhenTheDiskStaysFullForLong) {
  testing::FaultyFileSystem files;
  options_.env = files.env();
  options_.flush_bytes = 1000;
  options_.flush_after = absl::Milliseconds(1);
  auto set = Open({"one"});
  files.SetFull(true);
  absl::Status written;
  for (int i = 0; i < 1000 && written.ok(); ++i) {
    written = set->store("one")->Write(Put(absl::StrCat(i), std::string(100, 'x')), Store::Durability::kBuffered);
  }
  EXPECT_FALSE(written.ok());
  files.SetFull(false);
}

TEST_F(StoreSetTest, OpenedForReadingTakesNoWrites) {
  Open({"one"});
  options_.read_only = true;
  auto set = Open({"one"});
  EXPECT_EQ(set->store("one")->Write(Put("a", "1"), Store::Durability::kBuffered).code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace regard::rocks
