// What is kept of states: the latest used, and whatever is not durable yet.
#include "libs/es/state_cache.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/es/state_rows.h"
#include "libs/es/testing/memory_log.h"
#include "libs/es/testing/memory_store.h"
#include "libs/es/testing/tally_world.h"

namespace regard::es::testing {
namespace {

// Counts what is read of it.
class CountedStore : public MemoryStore {
 public:
  absl::StatusOr<absl::optional<std::string>> Get(absl::string_view key) const override {
    ++reads[std::string(key)];
    return MemoryStore::Get(key);
  }
  mutable std::map<std::string, int> reads;
};

class StateCacheTest : public ::testing::Test {
 protected:
  StateCacheTest() : cache_(TallyDomain(), store_, 0, 2) {}

  std::string Load(int number) {
    const std::string stream = absl::StrCat("tally/", number);
    EXPECT_TRUE(cache_.Load(stream).ok());
    return stream;
  }

  MemoryStore store_;
  StateCache cache_;
};

TEST_F(StateCacheTest, DropsTheLongestUnused) {
  const std::string first = Load(1);
  const std::string second = Load(2);
  const std::string third = Load(3);
  Load(1);
  cache_.Trim();
  EXPECT_NE(cache_.Find(first), nullptr);
  EXPECT_EQ(cache_.Find(second), nullptr);
  EXPECT_NE(cache_.Find(third), nullptr);
}

TEST_F(StateCacheTest, KeepsWhatIsPinnedAndDropsHoweverManyAreBehindIt) {
  const std::string first = Load(1);
  cache_.Find(first)->pins = 1;
  for (int i = 2; i < 1000; ++i) Load(i);
  cache_.Trim();
  EXPECT_NE(cache_.Find(first), nullptr);
  EXPECT_EQ(cache_.size(), 2u);
}

TEST(StatesOfARuntime, AreReadAgainWhenManyOthersWereUsedSince) {
  ManualExecutor executor;
  MemoryLog log("tallies", 1, executor);
  CountedStore store;
  ManualClock clock(absl::FromUnixSeconds(1'767'600'000));
  TallyWorld world(log, store, executor, clock);
  world.options().cached_states = 1;
  world.Start();
  const auto add_to_all = [&] {
    for (int i = 0; i < 1000; ++i) world.Run(TallyWorld::Add({absl::StrCat(i)}, 1));
  };
  add_to_all();
  add_to_all();
  // When it was new, and when it was long gone.
  EXPECT_EQ(store.reads[StateKey(0, "tally/0")], 2);
  EXPECT_EQ(world.Run(TallyWorld::Add({"0"}, 1)).version, 3u);
}

}  // namespace
}  // namespace regard::es::testing
