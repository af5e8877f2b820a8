// A reactor's effect is there exactly once, whatever is lost, restarted or retried on the way.
#include "libs/es/reactor.h"

#include <list>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/es/consistency.h"
#include "libs/es/testing/copy_rules.h"
#include "libs/es/testing/memory_log.h"
#include "libs/es/testing/memory_store.h"
#include "libs/es/testing/tally_world.h"

namespace regard::es::testing {
namespace {

class ReactorTest : public ::testing::Test {
 protected:
  ReactorTest()
      : source_log_("sources", 4, executor_),
        target_log_("tallies", 4, executor_),
        clock_(absl::FromUnixSeconds(1'767'600'000)),
        source_(source_log_, source_states_, executor_, clock_, "source") {
    types_.Add("tally", &TallyFact::default_instance());
    source_.Start();
  }

  // A target instance with a store and a reactor of its own; the earlier one is gone, with what it had in memory.
  void StartTarget(Store& states) {
    if (reactor_ != nullptr) reactor_->Stop();
    reactor_.reset();
    target_ = std::make_unique<TallyWorld>(target_log_, states, executor_, clock_, absl::StrCat("target", ++targets_));
    target_->Start();
    reactor_ = std::make_unique<Reactor>(rules_, source_log_, types_, target_->runtime(), states, Reactor::Options(),
                                         [this](const absl::Status& why) { halted_ = why; });
    reactor_->Start();
    worlds_.push_back(std::move(target_));
    executor_.RunUntilIdle();
  }
  MemoryStore& EmptyStates() { return more_states_.emplace_back(); }
  // What readers of the target see.
  int64_t CopiedSum() {
    int64_t sum = 0;
    for (int partition = 0; partition < 4; ++partition) {
      AcceptedReader reader(target_log_, partition, StartOf(target_log_));
      for (bool more = true; more;) {
        const auto appends = reader.Next(1 << 20, &more).value();
        for (const AcceptedAppend& append : appends) {
          for (const log::v1::Fact& fact : append.append->facts()) {
            TallyFact parsed;
            EXPECT_TRUE(parsed.ParseFromString(fact.body()));
            sum += parsed.added().add();
          }
        }
      }
    }
    return sum;
  }

  ManualExecutor executor_;
  MemoryLog source_log_;
  MemoryLog target_log_;
  MemoryStore source_states_;
  MemoryStore target_states_;
  // Like the instances on them, they stay until the end.
  std::list<MemoryStore> more_states_;
  ManualClock clock_;
  TallyWorld source_;
  FactTypes types_;
  CopyRules rules_;
  int targets_ = 0;
  std::unique_ptr<TallyWorld> target_;
  // Fenced instances stay until the end: their late callbacks must find them.
  std::vector<std::unique_ptr<TallyWorld>> worlds_;
  std::unique_ptr<Reactor> reactor_;
  absl::Status halted_;
};

TEST_F(ReactorTest, ReactsOnceToEachFact) {
  StartTarget(target_states_);
  for (int i = 1; i <= 10; ++i) source_.Run(TallyWorld::Add({absl::StrCat("t", i % 3)}, i));
  EXPECT_EQ(CopiedSum(), 55);
  EXPECT_TRUE(halted_.ok()) << halted_;
}

TEST_F(ReactorTest, ANewInstanceOnAnEmptyStoreDoesNothingAgain) {
  StartTarget(target_states_);
  for (int i = 1; i <= 10; ++i) source_.Run(TallyWorld::Add({absl::StrCat("t", i % 3)}, i));
  MemoryStore& empty = EmptyStates();
  StartTarget(empty);
  EXPECT_EQ(CopiedSum(), 55);
  source_.Run(TallyWorld::Add({"t1"}, 100));
  EXPECT_EQ(CopiedSum(), 155);
}

TEST_F(ReactorTest, WhatTheLogRefusedOrLiedAboutIsTriedAgainAndDoneOnce) {
  for (const MemoryLog::Fault fault : {MemoryLog::Fault::kRefuse, MemoryLog::Fault::kLie}) {
    MemoryStore& states = EmptyStates();
    StartTarget(states);
    const int64_t before = CopiedSum();
    target_log_.SetFault(fault);
    for (int i = 1; i <= 5; ++i) source_.Run(TallyWorld::Add({"t"}, 1));
    target_log_.SetFault(MemoryLog::Fault::kNone);
    executor_.Elapse(absl::Seconds(10));
    EXPECT_EQ(CopiedSum(), before + 5);
  }
  EXPECT_TRUE(halted_.ok()) << halted_;
}

TEST_F(ReactorTest, WaitsForASourceThatIsAway) {
  StartTarget(target_states_);
  source_.Submit(TallyWorld::Add({"t"}, 3));
  source_log_.SetAway(true);
  executor_.Elapse(absl::Seconds(1));
  EXPECT_EQ(CopiedSum(), 0);
  source_log_.SetAway(false);
  executor_.Elapse(absl::Seconds(1));
  EXPECT_EQ(CopiedSum(), 3);
  EXPECT_TRUE(halted_.ok()) << halted_;
}

TEST_F(ReactorTest, InterruptedAtEveryStepTheEffectIsThereOnce) {
  // A new instance, on an empty store, after every single task that the one before got to run.
  int64_t expected = 0;
  for (int interrupt_after = 0; interrupt_after < 40; ++interrupt_after) {
    MemoryStore& states = EmptyStates();
    source_.Submit(TallyWorld::Add({"t"}, 1));
    ++expected;
    StartTarget(states);
    source_.Submit(TallyWorld::Add({"u"}, 1));
    ++expected;
    for (int task = 0; task < interrupt_after; ++task) executor_.RunOne();
  }
  MemoryStore& states = EmptyStates();
  StartTarget(states);
  executor_.Elapse(absl::Seconds(10));
  EXPECT_EQ(CopiedSum(), expected);
  EXPECT_TRUE(halted_.ok()) << halted_;
}

// The number of a fact in its append must not depend on which facts this build knows: it is carried, and compared.
TEST_F(ReactorTest, AFactThatMayBeIgnoredKeepsItsNumber) {
  source_.Run(TallyWorld::Add({"a"}, 1));
  const int partition = source_.runtime().PartitionFor("a");
  AcceptedReader reader(source_log_, partition, StartOf(source_log_));
  for (bool more = true; more;) ASSERT_TRUE(reader.Next(1 << 20, &more).ok());
  auto record = std::make_shared<log::v1::Record>();
  record->set_token(reader.checkpoint().token());
  record->set_sequence(reader.checkpoint().sequence() + 1);
  log::v1::Append& append = *record->mutable_batch()->add_appends();
  log::v1::Fact* fact = append.add_facts();
  fact->set_stream("unheard-of/1");
  fact->set_ignorable(true);
  fact = append.add_facts();
  fact->set_stream("tally/a");
  TallyFact added;
  added.mutable_added()->set_add(4);
  fact->set_body(added.SerializeAsString());
  source_log_.Append(partition, record, [](absl::StatusOr<Offset>) {});
  StartTarget(target_states_);
  EXPECT_TRUE(halted_.ok()) << halted_;
  EXPECT_EQ(CopiedSum(), 5);
  CommandRuntime& target = worlds_.back()->runtime();
  const auto carried = target.Carried(target.PartitionFor("copy-a"), "tallies.on-sources", partition);
  ASSERT_TRUE(carried.has_value());
  EXPECT_EQ(carried->source_position(), 2u);
  EXPECT_EQ(carried->fact_index(), 1u);
}

TEST_F(ReactorTest, SaysWhenASourcePositionHasHadItsEffect) {
  StartTarget(target_states_);
  const int partition = source_.runtime().PartitionFor("t");
  bool handled = false;
  reactor_->WhenHandled(partition, 1, [&] { handled = true; });
  EXPECT_FALSE(handled);
  source_.Run(TallyWorld::Add({"t"}, 1));
  EXPECT_TRUE(handled);
  EXPECT_EQ(CopiedSum(), 1);
}

}  // namespace
}  // namespace regard::es::testing
