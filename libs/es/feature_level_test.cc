// What a partition may hold, and what stops at it: one thread, logs in memory.
#include "libs/es/feature_level.h"

#include "gtest/gtest.h"
#include "libs/base/routing.h"
#include "libs/es/log_identity.h"
#include "libs/es/projector.h"
#include "libs/es/reactor.h"
#include "libs/es/state_rows.h"
#include "libs/es/testing/copy_rules.h"
#include "libs/es/testing/memory_log.h"
#include "libs/es/testing/memory_store.h"
#include "libs/es/testing/tally_world.h"
#include "libs/es/verify.h"
#include "libs/es/view_checkpoints.h"

namespace regard::es::testing {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'767'600'000);

TEST(FeatureLevelOfTest, IsWhatTheKindOfFactDeclares) {
  TallyFact fact;
  EXPECT_EQ(FeatureLevelOf(fact), 1u);
  fact.mutable_added();
  EXPECT_EQ(FeatureLevelOf(fact), 1u);
  fact.mutable_added_anew();
  EXPECT_EQ(FeatureLevelOf(fact), 2u);
}

class FeatureLevelTest : public ::testing::Test {
 protected:
  FeatureLevelTest() : log_("tallies", 4, executor_), clock_(kStart), world_(log_, store_, executor_, clock_) {
    log_.SetFeatureLevel(1);
  }

  static Command AddAnew(const std::string& tally, int64_t add) {
    Command command = TallyWorld::Add({tally}, add);
    static_cast<TallyCommand&>(*command.body).set_anew(true);
    return command;
  }
  static Command Raise(const std::string& tally, uint32_t level) {
    Command command;
    command.partition = PartitionOf(tally, 4);
    command.raise_level = level;
    command.actor.set_subject("operator");
    return command;
  }
  std::vector<log::v1::Append> Accepted(const std::string& tally) {
    AcceptedReader reader(log_, PartitionOf(tally, 4), StartOf(log_));
    std::vector<log::v1::Append> appends;
    for (bool more = true; more;) {
      const std::vector<AcceptedAppend> next = reader.Next(1 << 20, &more).value();
      for (const AcceptedAppend& append : next) appends.push_back(*append.append);
    }
    return appends;
  }
  TallyState StateOf(const std::string& tally) {
    const auto row = store_.Get(StateKey(PartitionOf(tally, 4), "tally/" + tally)).value();
    TallyState state;
    if (row.has_value()) {
      EXPECT_TRUE(state.ParseFromString(DecodeStateRow(*row)->state));
    }
    return state;
  }
  int64_t SumOf(const std::string& tally) { return StateOf(tally).sum(); }
  // Behind whatever is in the partition of the tally, by a writer that claims it.
  void Write(const std::string& tally, uint32_t feature_level, absl::optional<TallyFact> fact, uint64_t version = 1) {
    const int partition = PartitionOf(tally, 4);
    PartitionWriter writer(log_, partition, executor_);
    writer.Claim({"newer", ""}, kStart, [&](absl::StatusOr<Offset> token) { writer.Begin(*token); });
    executor_.RunUntilIdle();
    log::v1::Batch batch;
    log::v1::Append* append = batch.add_appends();
    append->set_feature_level(feature_level);
    if (fact.has_value()) {
      log::v1::Fact* written = append->add_facts();
      written->set_stream("tally/" + tally);
      written->set_version(version);
      written->set_body(fact->SerializeAsString());
    }
    writer.Append(std::move(batch), [](absl::StatusOr<Offset> offset) { EXPECT_TRUE(offset.ok()) << offset.status(); });
    executor_.RunUntilIdle();
  }

  ManualExecutor executor_;
  MemoryLog log_;
  MemoryStore store_;
  ManualClock clock_;
  TallyWorld world_;
};

TEST_F(FeatureLevelTest, WhatOlderBuildsDoNotKnowWaitsUntilItsPartitionIsRaised) {
  world_.Start();
  const Outcome early = world_.Run(AddAnew("a", 5));
  EXPECT_EQ(early.kind, Outcome::Kind::kRefused);
  EXPECT_EQ(early.rejection.kind, Rejection::Kind::kUnavailable);
  EXPECT_EQ(early.rejection.reason, kFeatureNotRaised);
  EXPECT_EQ(world_.Run(TallyWorld::Add({"a"}, 1)).kind, Outcome::Kind::kCommitted);

  EXPECT_EQ(world_.Run(Raise("a", 2)).kind, Outcome::Kind::kCommitted);
  EXPECT_EQ(world_.Run(AddAnew("a", 5)).kind, Outcome::Kind::kCommitted);
  EXPECT_EQ(SumOf("a"), 6);
  const auto appends = Accepted("a");
  ASSERT_EQ(appends.size(), 3u);
  EXPECT_EQ(appends[0].feature_level(), 0u);
  EXPECT_EQ(appends[1].feature_level(), 2u);
  EXPECT_EQ(appends[1].facts_size(), 0);
  EXPECT_EQ(appends[1].actor().subject(), "operator");
  EXPECT_EQ(appends[2].feature_level(), 2u);

  ASSERT_NE(PartitionOf("a", 4), PartitionOf("b", 4));
  EXPECT_EQ(world_.Run(AddAnew("b", 5)).rejection.reason, kFeatureNotRaised);
}

TEST_F(FeatureLevelTest, ADecisionMayMakeDoWithOlderFactsUntilThen) {
  world_.Start();
  Command command = AddAnew("a", 5);
  auto& body = static_cast<TallyCommand&>(*command.body);
  body.set_anew(false);
  body.set_anew_if_raised(true);
  EXPECT_EQ(world_.Run(std::move(command)).kind, Outcome::Kind::kCommitted);
  EXPECT_EQ(SumOf("a"), 5);
  EXPECT_EQ(Accepted("a")[0].feature_level(), 0u);
}

TEST_F(FeatureLevelTest, WhatFallsDueTooEarlyWaitsAndHoldsUpNothingElse) {
  world_.Start();
  // More than fire at once, all before the last.
  const std::string partition_of = "due-0";
  std::vector<std::string> tallies;
  for (int i = 0; tallies.size() < 300; ++i) {
    const std::string tally = absl::StrCat("due-", i);
    if (PartitionOf(tally, 4) == PartitionOf(partition_of, 4)) tallies.push_back(tally);
  }
  for (size_t i = 0; i < tallies.size(); ++i) {
    const bool last = i + 1 == tallies.size();
    Command command = TallyWorld::Add({tallies[i]}, 1);
    auto& body = static_cast<TallyCommand&>(*command.body);
    body.set_due_in_s(last ? 20 : 10);
    body.set_ring_anew(!last);
    ASSERT_EQ(world_.Run(std::move(command)).kind, Outcome::Kind::kCommitted);
  }
  const auto rings = [&] {
    int rang = 0;
    for (const std::string& tally : tallies) rang += static_cast<int>(StateOf(tally).rings());
    return rang;
  };
  const auto let_tick = [&] {
    for (int i = 0; i < 10; ++i) executor_.Elapse(world_.options().tick);
  };
  clock_.Advance(absl::Seconds(30));
  let_tick();
  EXPECT_EQ(rings(), 1);
  EXPECT_EQ(StateOf(tallies.back()).rings(), 1);
  // At rest, not asked again and again.
  EXPECT_EQ(world_.runtime().Tick(), 0);
  // What else becomes of it may fall due in the old way.
  Command command = TallyWorld::Add({tallies[0]}, 1);
  static_cast<TallyCommand&>(*command.body).set_due_in_s(1);
  ASSERT_EQ(world_.Run(std::move(command)).kind, Outcome::Kind::kCommitted);
  clock_.Advance(absl::Seconds(2));
  let_tick();
  EXPECT_EQ(rings(), 2);

  world_.Run(Raise(partition_of, 2));
  let_tick();
  EXPECT_EQ(rings(), 300);
}

TEST_F(FeatureLevelTest, WhatRestsOnARaiseIsLostWithIt) {
  for (const size_t in_flight : {1u, 4u}) {
    MemoryLog log("tallies", 4, executor_);
    log.SetFeatureLevel(1);
    MemoryStore store;
    TallyWorld world(log, store, executor_, clock_);
    world.options().max_records_in_flight = in_flight;
    world.Start();
    log.SetFault(MemoryLog::Fault::kHold);
    auto raised = world.Submit(Raise("a", 2));
    executor_.RunUntilIdle();
    auto anew = world.Submit(AddAnew("a", 5));
    executor_.RunUntilIdle();
    // Somebody else has the partition by the time that both are written.
    MemoryStore other_store;
    TallyWorld other(log, other_store, executor_, clock_, "two");
    log.SetFault(MemoryLog::Fault::kNone);
    other.Start();
    log.ReleaseHeld();
    executor_.RunUntilIdle();
    EXPECT_EQ((*raised)->kind, Outcome::Kind::kUnknown);
    const Outcome after = other.Run(AddAnew("a", 5));
    EXPECT_EQ(after.rejection.reason, kFeatureNotRaised);
    if (in_flight > 1) {
      EXPECT_EQ((*anew)->kind, Outcome::Kind::kUnknown);
    }
  }
}

TEST_F(FeatureLevelTest, ALogOfThisBuildBeginsWithWhatItKnows) {
  log_.SetFeatureLevel(kFeatureLevel);
  world_.Start();
  EXPECT_EQ(world_.Run(AddAnew("a", 5)).kind, Outcome::Kind::kCommitted);
}

TEST_F(FeatureLevelTest, RaisingAgainWritesNothing) {
  world_.Start();
  world_.Run(Raise("a", 2));
  const Outcome again = world_.Run(Raise("a", 2));
  EXPECT_EQ(again.kind, Outcome::Kind::kCommitted);
  EXPECT_EQ(again.position, 1u);
  EXPECT_EQ(Accepted("a").size(), 1u);
}

TEST_F(FeatureLevelTest, NobodyRaisesAboveWhatItKnows) {
  world_.Start();
  EXPECT_EQ(world_.Run(Raise("a", kFeatureLevel + 1)).rejection.reason, "UNKNOWN_FEATURE_LEVEL");
  EXPECT_TRUE(Accepted("a").empty());
}

TEST_F(FeatureLevelTest, TheNextOwnerKnowsThatItWasRaised) {
  world_.Start();
  world_.Run(Raise("a", 2));
  for (const bool from_the_log : {false, true}) {
    MemoryStore empty;
    TallyWorld next(log_, from_the_log ? static_cast<Store&>(empty) : store_, executor_, clock_, "next");
    next.Start();
    EXPECT_EQ(next.Run(AddAnew("a", 1)).kind, Outcome::Kind::kCommitted) << from_the_log;
  }
}

TEST_F(FeatureLevelTest, ARaiseThatIsLostRaisesNothing) {
  world_.Start();
  log_.SetFault(MemoryLog::Fault::kRefuse);
  EXPECT_EQ(world_.Run(Raise("a", 2)).kind, Outcome::Kind::kUnknown);
  log_.SetFault(MemoryLog::Fault::kNone);
  auto early = world_.Submit(AddAnew("a", 1));
  executor_.Elapse(absl::Seconds(2));
  ASSERT_TRUE(early->has_value());
  EXPECT_EQ((*early)->rejection.reason, kFeatureNotRaised);
}

TEST_F(FeatureLevelTest, AReaderThatKnowsLessStopsAndNamesBoth) {
  Write("a", kFeatureLevel + 1, absl::nullopt);
  world_.Start();
  EXPECT_EQ(world_.halted().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(world_.halted().message(), absl::StrCat("tallies/", PartitionOf("a", 4), ": offset 1 needs feature level ",
                                                    kFeatureLevel + 1, ", this build knows ", kFeatureLevel));
}

TEST_F(FeatureLevelTest, AReaderThatKnowsLessStopsAtWhatWasReadBefore) {
  log::v1::Checkpoint newer = StartOf(log_);
  newer.set_feature_level(kFeatureLevel + 1);
  AcceptedReader reader(log_, 2, newer);
  bool more = false;
  EXPECT_EQ(reader.Next(1 << 20, &more).status().message(),
            absl::StrCat("tallies/2: what was read up to offset 0 needs feature level ", kFeatureLevel + 1,
                         ", this build knows ", kFeatureLevel));
}

TEST_F(FeatureLevelTest, AViewThatKnowsLessStopsAtWhatItReadBefore) {
  class Nothing : public View {
   public:
    absl::string_view name() const override { return "tallies.nothing"; }
    uint32_t version() const override { return 1; }
    std::vector<std::string> topics() const override { return {"tallies"}; }
    absl::Status Apply(const FactEvent& event, Rows& rows) override {
      rows.Mutable<TallyState>("row").set_sum(1);
      return absl::OkStatus();
    }
  };
  world_.Start();
  world_.Run(Raise("a", 2));
  world_.Run(TallyWorld::Add({"a"}, 1));
  FactTypes types;
  types.Add("tally", &TallyFact::default_instance());
  MemoryStore rows;
  Nothing view;
  const auto run = [&] {
    absl::Status halted;
    Projector projector(view, {&log_}, types, rows, executor_, Projector::Options(),
                        [&halted](const absl::Status& why) { halted = why; });
    projector.Start([] {});
    executor_.Elapse(absl::Seconds(1));
    projector.Stop();
    return halted;
  };
  EXPECT_EQ(run(), absl::OkStatus());
  // As a newer build would have left it.
  EXPECT_EQ(ReadViewCheckpoints(rows, log_)->front().feature_level(), 2u);
  StoreBatch newer;
  newer.Put(ViewFeatureLevelKey("tallies"), EncodeFeatureLevel(kFeatureLevel + 1));
  ASSERT_TRUE(rows.Write(newer, Store::Durability::kBuffered).ok());
  EXPECT_EQ(run().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(FeatureLevelTest, ACheckpointOfABuildWithoutLevelsIsNotBelowItsLog) {
  log_.SetFeatureLevel(2);
  log::v1::Checkpoint old = StartOf(log_);
  old.clear_feature_level();
  EXPECT_EQ(AcceptedReader(log_, 0, old).checkpoint().feature_level(), 2u);
}

TEST(LogIdentityTest, ALogOfAnotherKindIsRefusedByName) {
  log::v1::LogIdentity identity = MakeLogIdentity("id", 4);
  EXPECT_TRUE(CheckLogIdentity("here", identity).ok());
  identity.set_feature_level(kFeatureLevel + 1);
  EXPECT_EQ(CheckLogIdentity("here", identity).message(),
            absl::StrCat("here: feature_level is ", kFeatureLevel + 1, ", must be ", kFeatureLevel, " or less for this build"));
  identity = MakeLogIdentity("id", 4);
  identity.set_format_version(2);
  EXPECT_EQ(CheckLogIdentity("here", identity).message(), "here: format_version is 2, must be 1");
  identity = MakeLogIdentity("id", 4);
  identity.set_hash("another");
  EXPECT_EQ(CheckLogIdentity("here", identity).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(FeatureLevelTest, WhatIsRefusedForItsTokenNeedsNothing) {
  world_.Start();
  auto stale = std::make_shared<log::v1::Record>();
  stale->set_token(99);
  stale->set_sequence(1);
  stale->mutable_batch()->add_appends()->set_feature_level(kFeatureLevel + 1);
  log_.Append(PartitionOf("a", 4), stale, [](absl::StatusOr<Offset>) {});
  executor_.RunUntilIdle();
  EXPECT_EQ(Accepted("a").size(), 0u);
}

TEST_F(FeatureLevelTest, AReactorWaitsUntilItsTargetIsRaised) {
  // What it writes, said anew.
  class Anew : public CopyRules {
    absl::StatusOr<std::vector<Reaction>> React(const FactEvent& event) override {
      auto reactions = CopyRules::React(event);
      for (Reaction& reaction : *reactions) static_cast<TallyCommand&>(*reaction.command).set_anew(true);
      return reactions;
    }
  };
  MemoryLog sources("sources", 4, executor_);
  MemoryStore source_store;
  TallyWorld source(sources, source_store, executor_, clock_);
  source.Start();
  world_.Start();
  FactTypes types;
  types.Add("tally", &TallyFact::default_instance());
  MemoryStore cursors;
  Anew rules;
  absl::Status halted;
  Reactor reactor(rules, sources, types, world_.runtime(), cursors, Reactor::Options(),
                  [&halted](const absl::Status& why) { halted = why; });
  reactor.Start();
  source.Run(TallyWorld::Add({"a"}, 5));
  executor_.Elapse(absl::Seconds(1));
  EXPECT_TRUE(halted.ok()) << halted;
  EXPECT_EQ(SumOf("copy-a"), 0);
  world_.Run(Raise("copy-a", 2));
  executor_.Elapse(Reactor::Options().retry_unraised);
  EXPECT_TRUE(halted.ok()) << halted;
  EXPECT_EQ(SumOf("copy-a"), 5);
  reactor.Stop();
}

TEST_F(FeatureLevelTest, VerifyingFindsWhatWasWrittenTooEarly) {
  TallyFact anew;
  anew.mutable_added_anew()->set_add(1);
  const auto problems = [this] {
    Verification report;
    VerifyTopic(log_, TallyDomain(), nullptr, report);
    return report.problems;
  };
  Write("a", 2, absl::nullopt);
  Write("a", 2, anew);
  EXPECT_TRUE(problems().empty()) << problems().front();
  Write("b", 2, anew);
  ASSERT_EQ(problems().size(), 1u);
  EXPECT_NE(problems()[0].find("needs feature level 2 where it was not raised above 1"), std::string::npos) << problems()[0];
  Write("a", 0, anew, 2);
  ASSERT_EQ(problems().size(), 2u);
  EXPECT_NE((problems()[0] + problems()[1]).find("a fact of feature level 2 in an append that says 1"), std::string::npos);
}

}  // namespace
}  // namespace regard::es::testing
