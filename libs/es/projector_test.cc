// Views follow their topics, say how far they are, and come out the same when they are made again.
#include "libs/es/projector.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/es/consistency.h"
#include "libs/es/testing/memory_log.h"
#include "libs/es/testing/memory_store.h"
#include "libs/es/testing/tally_world.h"
#include "libs/es/verify.h"

namespace regard::es::testing {
namespace {

// One row per tally with its sum, and one that all partitions add to.
class SumsView : public View {
 public:
  absl::string_view name() const override { return "tallies.sums"; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"tallies"}; }
  absl::Status Apply(const FactEvent& event, Rows& rows) override {
    const auto& fact = event.As<TallyFact>();
    if (fact.fact_case() != TallyFact::kAdded) return absl::OkStatus();
    TallyState& row = rows.Mutable<TallyState>(event.logged.stream());
    row.set_sum(row.sum() + fact.added().add());
    TallyState& all = rows.Mutable<TallyState>("all");
    all.set_sum(all.sum() + fact.added().add());
    return absl::OkStatus();
  }
};

class ProjectorTest : public ::testing::Test {
 protected:
  ProjectorTest()
      : log_("tallies", 4, executor_), clock_(absl::FromUnixSeconds(1'767'600'000)), world_(log_, states_, executor_, clock_) {
    types_.Add("tally", &TallyFact::default_instance());
    world_.Start();
  }
  std::unique_ptr<Projector> MakeProjector(Projector::Options options = {}) {
    return std::make_unique<Projector>(view_, std::vector<EventLog*>{&log_}, types_, rows_, executor_, options,
                                       [this](const absl::Status& why) { halted_ = why; });
  }
  int64_t Sum(const std::string& key) {
    const auto row = ViewReader(rows_).Get<TallyState>(key).value();
    return row.has_value() ? row->sum() : -1;
  }

  ManualExecutor executor_;
  MemoryLog log_;
  MemoryStore states_;
  MemoryStore rows_;
  ManualClock clock_;
  TallyWorld world_;
  FactTypes types_;
  SumsView view_;
  absl::Status halted_;
};

TEST_F(ProjectorTest, FollowsAndGoesOnAfterARestart) {
  auto projector = MakeProjector();
  bool caught_up = false;
  projector->Start([&] { caught_up = true; });
  world_.Run(TallyWorld::Add({"a"}, 5));
  EXPECT_TRUE(caught_up);
  EXPECT_EQ(Sum("tally/a"), 5);
  projector->Stop();
  projector.reset();
  world_.Run(TallyWorld::Add({"a"}, 2));
  EXPECT_EQ(Sum("tally/a"), 5);
  auto second = MakeProjector();
  second->Start([] {});
  executor_.RunUntilIdle();
  EXPECT_EQ(Sum("tally/a"), 7);
  EXPECT_EQ(Sum("all"), 7);
}

TEST_F(ProjectorTest, WaitsForALogThatIsAway) {
  auto projector = MakeProjector();
  log_.SetAway(true);
  bool caught_up = false;
  projector->Start([&] { caught_up = true; });
  executor_.Elapse(absl::Seconds(1));
  EXPECT_FALSE(caught_up);
  log_.SetAway(false);
  executor_.Elapse(absl::Seconds(1));
  EXPECT_TRUE(caught_up);
  world_.Run(TallyWorld::Add({"a"}, 5));
  log_.SetAway(true);
  executor_.Elapse(absl::Seconds(1));
  log_.SetAway(false);
  world_.Run(TallyWorld::Add({"b"}, 2));
  executor_.Elapse(absl::Seconds(1));
  EXPECT_EQ(Sum("all"), 7);
  EXPECT_TRUE(halted_.ok()) << halted_;
}

TEST_F(ProjectorTest, ALogThatWasCutIsNoticedBeforeItGrowsAgain) {
  std::map<int, std::string> tallies;
  for (int i = 0; i < 40; ++i) {
    const std::string tally = absl::StrCat("t", i);
    tallies[world_.runtime().PartitionFor(tally)] = tally;
  }
  auto projector = MakeProjector();
  projector->Start([] {});
  for (int i = 0; i < 3; ++i) world_.Run(TallyWorld::Add({tallies[3]}, 1));
  projector->Stop();
  log_.Truncate(3, 1);
  // Enough elsewhere to keep it busy for a while.
  for (int i = 0; i < 3; ++i) world_.Run(TallyWorld::Add({tallies[0]}, 1));
  Projector::Options slow;
  slow.max_facts_per_batch = 1;
  auto second = MakeProjector(slow);
  second->Start([] {});
  executor_.RunOne();
  EXPECT_EQ(halted_.code(), absl::StatusCode::kDataLoss);
}

TEST_F(ProjectorTest, TellsWhenAPositionIsApplied) {
  auto projector = MakeProjector();
  projector->Start([] {});
  executor_.RunUntilIdle();
  const int partition = world_.runtime().PartitionFor("a");
  bool told = false;
  EXPECT_TRUE(projector->WhenApplied("tallies", partition, 1, [&] { told = true; }));
  EXPECT_FALSE(told);
  world_.Run(TallyWorld::Add({"a"}, 1));
  EXPECT_TRUE(told);
  EXPECT_FALSE(projector->WhenApplied("another", 0, 1, [] {}));
}

TEST_F(ProjectorTest, HaltsAtAFactThatItDoesNotKnow) {
  auto projector = MakeProjector();
  projector->Start([] {});
  executor_.RunUntilIdle();
  world_.Run(TallyWorld::Add({"a"}, 1));
  const int partition = world_.runtime().PartitionFor("a");
  auto strange = std::make_shared<log::v1::Record>();
  AcceptedReader reader(log_, partition, StartOf(log_));
  for (bool more = true; more;) ASSERT_TRUE(reader.Next(1 << 20, &more).ok());
  strange->set_token(reader.checkpoint().token());
  strange->set_sequence(reader.checkpoint().sequence() + 1);
  log::v1::Fact* fact = strange->mutable_batch()->add_appends()->add_facts();
  fact->set_stream("unheard-of/1");
  log_.Append(partition, strange, [](absl::StatusOr<Offset>) {});
  executor_.RunUntilIdle();
  EXPECT_EQ(halted_.code(), absl::StatusCode::kUnimplemented);
  EXPECT_NE(std::string(halted_.message()).find(absl::StrCat("tallies/", partition, " position 2")), std::string::npos)
      << halted_;
}

TEST_F(ProjectorTest, ARebuildInAnotherOrderIsTheSameAndADifferenceIsFound) {
  auto projector = MakeProjector();
  projector->Start([] {});
  for (int i = 0; i < 40; ++i) world_.Run(TallyWorld::Add({absl::StrCat("t", i % 7)}, i + 1));
  {
    SumsView fresh;
    MemoryStore scratch;
    Verification report;
    VerifyView(fresh, {&log_}, types_, rows_, scratch, report);
    EXPECT_TRUE(report.problems.empty()) << report.problems[0];
    VerifyTopic(log_, TallyDomain(), &states_, report);
    EXPECT_TRUE(report.problems.empty()) << report.problems[0];
    EXPECT_EQ(report.appends, 40u);
  }
  // The negative control: one row changed by hand.
  StoreBatch wrong;
  TallyState row;
  row.set_sum(1);
  wrong.Put("tally/t1", row.SerializeAsString());
  ASSERT_TRUE(rows_.Write(wrong, Store::Durability::kBuffered).ok());
  SumsView fresh;
  MemoryStore scratch;
  Verification report;
  VerifyView(fresh, {&log_}, types_, rows_, scratch, report);
  EXPECT_EQ(report.problems.size(), 1u);
}

TEST_F(ProjectorTest, AQueryWithATokenWaitsForItAndATokenBeyondTheLogIsRefused) {
  auto projector = MakeProjector();
  ConsistencyGate gate;
  gate.AddLog(&log_);
  gate.AddRuntime(&world_.runtime());
  gate.AddProjector(projector.get());
  const Outcome outcome = world_.Run(TallyWorld::Add({"a"}, 1));
  const std::string token = gate.TokenFor("tallies", outcome);
  absl::optional<absl::Status> fresh;
  gate.Wait("tallies.sums", token, [&](absl::Status status) { fresh = status; });
  EXPECT_FALSE(fresh.has_value());
  projector->Start([] {});
  executor_.RunUntilIdle();
  ASSERT_TRUE(fresh.has_value());
  EXPECT_TRUE(fresh->ok());

  Outcome beyond = outcome;
  beyond.position += 1;
  absl::Status refused;
  gate.Wait("tallies.sums", gate.TokenFor("tallies", beyond), [&](absl::Status status) { refused = status; });
  EXPECT_EQ(FromStatus(refused).reason, "TOKEN_BEYOND_LOG");
  gate.Wait("tallies.sums", "no token at all", [&](absl::Status status) { refused = status; });
  EXPECT_EQ(FromStatus(refused).reason, "NOT_A_CONSISTENCY_TOKEN");
}

// An owner among others may have been replaced and not know it: what it says of the end of the log is not sure.
TEST_F(ProjectorTest, WhereOthersMayWriteATokenBeyondWhatIsKnownIsWaitedFor) {
  class Others : public Elsewhere {
    void WhenReacted(absl::string_view, int, uint64_t, std::function<void(Reached)>) override {}
    void WhenShown(absl::string_view, int, uint64_t, std::function<void()>) override {}
  } others;
  auto projector = MakeProjector();
  ConsistencyGate gate;
  gate.AddLog(&log_);
  gate.AddRuntime(&world_.runtime());
  gate.AddProjector(projector.get());
  gate.SetElsewhere(&others);
  Outcome beyond = world_.Run(TallyWorld::Add({"a"}, 1));
  beyond.position += 1;
  absl::optional<absl::Status> shown;
  gate.Wait("tallies.sums", gate.TokenFor("tallies", beyond), [&](absl::Status status) { shown = status; });
  EXPECT_FALSE(shown.has_value());
  world_.Run(TallyWorld::Add({"a"}, 1));
  projector->Start([] {});
  executor_.RunUntilIdle();
  ASSERT_TRUE(shown.has_value());
  EXPECT_TRUE(shown->ok());
}

TEST_F(ProjectorTest, WhatMustWorkAtOnceWaitsForEveryViewOfItsTopic) {
  auto projector = MakeProjector();
  ConsistencyGate gate;
  const Outcome outcome = world_.Run(TallyWorld::Add({"a"}, 1));
  bool none = false;
  gate.WaitEverywhere("tallies", outcome, [&] { none = true; });
  EXPECT_TRUE(none);
  gate.AddProjector(projector.get());
  bool shown = false;
  bool elsewhere = false;
  gate.WaitEverywhere("tallies", outcome, [&] { shown = true; });
  gate.WaitEverywhere("another topic", outcome, [&] { elsewhere = true; });
  EXPECT_FALSE(shown);
  EXPECT_TRUE(elsewhere);
  projector->Start([] {});
  executor_.RunUntilIdle();
  EXPECT_TRUE(shown);
}

}  // namespace
}  // namespace regard::es::testing
