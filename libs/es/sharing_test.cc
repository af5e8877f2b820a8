// Several instances that share the partitions of one log: each owns what it is told to, and reacts for what it owns.
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/base/routing.h"
#include "libs/es/reactor.h"
#include "libs/es/state_rows.h"
#include "libs/es/testing/copy_rules.h"
#include "libs/es/testing/memory_log.h"
#include "libs/es/testing/memory_store.h"
#include "libs/es/testing/tally_world.h"

namespace regard::es::testing {
namespace {

constexpr int kPartitions = 4;

class SharingTest : public ::testing::Test {
 protected:
  // An instance with a store of its own, and a reactor from the log "sources" to the log "tallies".
  struct Instance {
    Instance(SharingTest& test, const std::string& name)
        : world(test.log_, store, test.executor_, test.clock_, name) {
      world.options().owns_all = false;
      world.Start();
      Reactor::Options options;
      options.mark_every = 8;
      reactor = std::make_unique<Reactor>(rules, test.source_log_, test.types_, world.runtime(), store, options,
                                          [](const absl::Status& why) { ADD_FAILURE() << why; });
      reactor->Start();
      test.executor_.RunUntilIdle();
    }
    ~Instance() { reactor->Stop(); }
    CommandRuntime& runtime() { return world.runtime(); }

    MemoryStore store;
    TallyWorld world;
    CopyRules rules;
    std::unique_ptr<Reactor> reactor;
  };

  SharingTest()
      : log_("tallies", kPartitions, executor_),
        source_log_("sources", kPartitions, executor_),
        clock_(absl::FromUnixSeconds(1'767'600'000)),
        source_(source_log_, source_states_, executor_, clock_, "source") {
    types_.Add("tally", &TallyFact::default_instance());
    source_.Start();
  }

  Instance& Add(const std::string& name) {
    return *instances_.emplace_back(std::make_unique<Instance>(*this, name));
  }
  void Own(Instance& instance, int partition) {
    instance.runtime().Own(partition);
    executor_.RunUntilIdle();
  }
  void OwnAll(Instance& instance) {
    for (int p = 0; p < kPartitions; ++p) Own(instance, p);
  }
  void Leave(Instance& instance, int partition) {
    instance.runtime().Leave(partition);
    executor_.RunUntilIdle();
  }
  static int PartitionOfTally(const std::string& tally) { return PartitionOf(tally, kPartitions); }
  int64_t SumIn(Store& store, const std::string& tally) {
    const auto row = store.Get(StateKey(PartitionOfTally(tally), "tally/" + tally)).value();
    TallyState state;
    if (!row.has_value()) return 0;
    EXPECT_TRUE(state.ParseFromString(DecodeStateRow(*row)->state));
    return state.sum();
  }
  struct Seen {
    int64_t sum = 0;
    int claims = 0;
    int marks = 0;
  };
  // What readers of the target see.
  Seen Read() {
    Seen seen;
    for (int partition = 0; partition < kPartitions; ++partition) {
      AcceptedReader reader(log_, partition, StartOf(log_));
      for (bool more = true; more;) {
        const auto appends = reader.Next(1 << 20, &more).value();
        for (const AcceptedAppend& append : appends) {
          seen.marks += append.append->has_cause() && append.append->facts().empty();
          for (const log::v1::Fact& fact : append.append->facts()) {
            TallyFact parsed;
            EXPECT_TRUE(parsed.ParseFromString(fact.body()));
            seen.sum += parsed.added().add();
          }
        }
      }
      const std::vector<LoggedRecord> records = log_.Read(partition, 0, 1 << 20).value();
      for (const LoggedRecord& logged : records) {
        seen.claims += logged.record->has_claim();
      }
    }
    return seen;
  }

  ManualExecutor executor_;
  MemoryLog log_;
  MemoryLog source_log_;
  MemoryStore source_states_;
  ManualClock clock_;
  TallyWorld source_;
  FactTypes types_;
  std::vector<std::unique_ptr<Instance>> instances_;
};

TEST_F(SharingTest, WhatIsNotOwnedIsRefusedAsNotExecuted) {
  Instance& one = Add("one");
  const Outcome refused = one.world.Run(TallyWorld::Add({"a"}, 5));
  EXPECT_EQ(refused.kind, Outcome::Kind::kRefused);
  EXPECT_EQ(refused.rejection.reason, kNotOwner);
  EXPECT_EQ(Read().claims, 0);
  Own(one, PartitionOfTally("a"));
  EXPECT_TRUE(one.runtime().Serves(PartitionOfTally("a")));
  EXPECT_EQ(one.world.Run(TallyWorld::Add({"a"}, 5)).kind, Outcome::Kind::kCommitted);
}

TEST_F(SharingTest, WhoLeavesAnswersWhatItTook) {
  Instance& one = Add("one");
  const int partition = PartitionOfTally("a");
  Own(one, partition);
  const auto taken = one.world.Submit(TallyWorld::Add({"a"}, 5));
  one.runtime().Leave(partition);
  executor_.RunUntilIdle();
  ASSERT_TRUE(taken->has_value());
  EXPECT_EQ((*taken)->kind, Outcome::Kind::kCommitted);
  EXPECT_EQ(one.world.Run(TallyWorld::Add({"a"}, 7)).rejection.reason, kNotOwner);
  EXPECT_FALSE(one.runtime().Serves(partition));
  EXPECT_EQ(Read().sum, 5);
}

TEST_F(SharingTest, WhoIsFencedDoesNotClaimAgainByItself) {
  Instance& one = Add("one");
  Instance& two = Add("two");
  const int partition = PartitionOfTally("a");
  Own(one, partition);
  one.world.Run(TallyWorld::Add({"a"}, 5));
  Own(two, partition);
  EXPECT_EQ(two.world.Run(TallyWorld::Add({"a"}, 7)).kind, Outcome::Kind::kCommitted);
  EXPECT_EQ(one.world.Run(TallyWorld::Add({"a"}, 100)).kind, Outcome::Kind::kUnknown);
  executor_.Elapse(absl::Minutes(1));
  EXPECT_FALSE(one.runtime().Serves(partition));
  EXPECT_EQ(Read().claims, 2);
  EXPECT_EQ(Read().sum, 12);
}

TEST_F(SharingTest, WhoFollowsHasWhatTheOwnerWrote) {
  Instance& one = Add("one");
  Instance& two = Add("two");
  const int partition = PartitionOfTally("a");
  Own(one, partition);
  one.world.Run(TallyWorld::Add({"a"}, 5));
  two.runtime().Follow(partition, true);
  executor_.RunUntilIdle();
  EXPECT_EQ(SumIn(two.store, "a"), 5);
  one.world.Run(TallyWorld::Add({"a"}, 7));
  EXPECT_EQ(SumIn(two.store, "a"), 12);
  EXPECT_EQ(two.runtime().AcknowledgedPosition(partition), 2u);
  Own(two, partition);
  EXPECT_EQ(two.world.Run(TallyWorld::Add({"a"}, 1)).version, 3u);
  // The first did not follow: what it knows ends where it was fenced, until it owns the partition again.
  Leave(one, partition);
  Own(one, partition);
  EXPECT_EQ(one.world.Run(TallyWorld::Add({"a"}, 1)).version, 4u);
}

TEST_F(SharingTest, WhoStartsAgainKnowsHowFarItHadFollowed) {
  Instance& one = Add("one");
  const int partition = PartitionOfTally("a");
  Own(one, partition);
  one.world.Run(TallyWorld::Add({"a"}, 5));
  one.world.Run(TallyWorld::Add({"a"}, 7));
  MemoryStore store;
  for (const char* start : {"first", "second"}) {
    TallyWorld follower(log_, store, executor_, clock_, start);
    follower.options().owns_all = false;
    follower.Start();
    // Nothing new is there to be read at the second start.
    follower.runtime().Follow(partition, true);
    executor_.RunUntilIdle();
    EXPECT_EQ(follower.runtime().AcknowledgedPosition(partition), 2u) << start;
    follower.runtime().Stop([] {});
    executor_.RunUntilIdle();
  }
}

TEST_F(SharingTest, EachReactsForWhatItOwns) {
  Instance& one = Add("one");
  Instance& two = Add("two");
  for (int p = 0; p < kPartitions; ++p) Own(p % 2 == 0 ? one : two, p);
  for (int i = 1; i <= 30; ++i) source_.Run(TallyWorld::Add({absl::StrCat("t", i % 7)}, i));
  EXPECT_EQ(Read().sum, 465);
}

TEST_F(SharingTest, AGainedPartitionIsReactedForFromWhereItsFormerOwnerWas) {
  Instance& one = Add("one");
  Instance& two = Add("two");
  // Nobody has partition 3 for a while, though both read its sources.
  for (int p = 0; p < kPartitions - 1; ++p) Own(p == 0 ? two : one, p);
  for (int i = 1; i <= 30; ++i) source_.Run(TallyWorld::Add({absl::StrCat("t", i % 7)}, i));
  EXPECT_LT(Read().sum, 465);
  Own(two, kPartitions - 1);
  EXPECT_EQ(Read().sum, 465);
  // And from one owner to the other, with the source growing before it is claimed.
  Leave(one, 1);
  for (int i = 1; i <= 30; ++i) source_.Run(TallyWorld::Add({absl::StrCat("t", i % 7)}, i));
  Own(two, 1);
  EXPECT_EQ(Read().sum, 930);
}

TEST_F(SharingTest, WhoOwnedNothingForAWhileHearsOfWhatCameMeanwhile) {
  Instance& one = Add("one");
  OwnAll(one);
  source_.Run(TallyWorld::Add({"t"}, 1));
  for (int p = 0; p < kPartitions; ++p) Leave(one, p);
  source_.Run(TallyWorld::Add({"t"}, 10));
  OwnAll(one);
  EXPECT_EQ(Read().sum, 11);
}

TEST_F(SharingTest, MarksSayHowFarASourceWasReadWhereLittleConcernsThePartition) {
  Instance& one = Add("one");
  OwnAll(one);
  for (int i = 1; i <= 40; ++i) source_.Run(TallyWorld::Add({"t"}, 1));
  const Seen seen = Read();
  EXPECT_EQ(seen.sum, 40);
  EXPECT_GT(seen.marks, 0);
  // Of 40 appends, one every eighth, in each partition of the target.
  EXPECT_LE(seen.marks, 40 / 8 * kPartitions);
}

}  // namespace
}  // namespace regard::es::testing
