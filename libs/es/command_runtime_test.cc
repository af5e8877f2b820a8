// The command runtime on logs that misbehave, one thread, no clock but ours.
#include "libs/es/command_runtime.h"

#include "gtest/gtest.h"
#include "libs/base/routing.h"
#include "libs/es/forwarding_log.h"
#include "libs/es/state_rows.h"
#include "libs/es/testing/memory_log.h"
#include "libs/es/testing/memory_store.h"
#include "libs/es/testing/tally_world.h"

namespace regard::es::testing {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'767'600'000);

// A log in which one record is overtaken by the next; answers come in the order of appends all the same. When it
// doubles, that record is also there before, and the other's answer is lost.
class OvertakingLog : public ForwardingLog {
 public:
  explicit OvertakingLog(MemoryLog& log, bool doubles = false) : ForwardingLog(log), doubles_(doubles) {}
  void Append(int partition, std::shared_ptr<const log::v1::Record> record, AppendDone done) override {
    if (armed) {
      armed = false;
      if (doubles_) log_.Append(partition, record, [](absl::StatusOr<Offset>) {});
      overtaken_ = std::move(record);
      overtaken_done_ = std::move(done);
      return;
    }
    if (overtaken_ == nullptr) return log_.Append(partition, std::move(record), std::move(done));
    auto offset = std::make_shared<absl::StatusOr<Offset>>();
    log_.Append(partition, std::move(record), [offset](absl::StatusOr<Offset> at) { *offset = at; });
    auto answer = [this, offset, first = std::move(overtaken_done_),
                   second = std::move(done)](absl::StatusOr<Offset> at) mutable {
      std::move(first)(at);
      if (doubles_) *offset = absl::UnavailableError("lost");
      std::move(second)(*offset);
    };
    log_.Append(partition, std::exchange(overtaken_, nullptr), std::move(answer));
  }

  bool armed = false;

 private:
  const bool doubles_;
  std::shared_ptr<const log::v1::Record> overtaken_;
  AppendDone overtaken_done_;
};

// A log of which one partition's leader is away: nobody says where it ends.
class LeaderlessLog : public ForwardingLog {
 public:
  LeaderlessLog(MemoryLog& log, int away) : ForwardingLog(log), away_(away) {}
  absl::StatusOr<Offset> End(int partition) override {
    ADD_FAILURE() << "waits for the end of " << partition;
    return log_.End(partition);
  }
  void AskEnd(int partition, EndDone done) override {
    if (partition != away_) return std::move(done)(log_.End(partition));
    asked.push_back(std::move(done));
  }

  std::vector<EndDone> asked;

 private:
  const int away_;
};

class RuntimeTest : public ::testing::Test {
 protected:
  RuntimeTest() : log_("tallies", 4, executor_), clock_(kStart), world_(log_, store_, executor_, clock_) {}

  Command Requested(Command command, uint64_t id, absl::string_view digest = "same") {
    command.request = RequestKey{Uuid::V7(clock_.Now(), 1, id), std::string(digest)};
    return command;
  }
  int64_t SumOf(Store& store, const std::string& tally) {
    const auto row = store.Get(StateKey(PartitionOf(tally, 4), "tally/" + tally)).value();
    if (!row.has_value()) return 0;
    TallyState state;
    EXPECT_TRUE(state.ParseFromString(DecodeStateRow(*row)->state));
    return state.sum();
  }
  // Facts that readers accept, in order.
  std::vector<TallyFact> Accepted(const std::string& key) {
    AcceptedReader reader(log_, PartitionOf(key, 4), StartOf(log_));
    std::vector<TallyFact> facts;
    bool more = true;
    while (more) {
      const auto appends = reader.Next(1 << 20, &more).value();
      for (const AcceptedAppend& append : appends) {
        for (const log::v1::Fact& fact : append.append->facts()) {
          TallyFact parsed;
          EXPECT_TRUE(parsed.ParseFromString(fact.body()));
          facts.push_back(parsed);
        }
      }
    }
    return facts;
  }

  ManualExecutor executor_;
  MemoryLog log_;
  MemoryStore store_;
  ManualClock clock_;
  TallyWorld world_;
};

TEST_F(RuntimeTest, CommitsAndCountsVersionsAndPositions) {
  world_.Start();
  const Outcome first = world_.Run(TallyWorld::Add({"a"}, 5));
  EXPECT_EQ(first.kind, Outcome::Kind::kCommitted);
  EXPECT_EQ(first.version, 1u);
  EXPECT_EQ(first.position, 1u);
  const Outcome second = world_.Run(TallyWorld::Add({"a"}, 7));
  EXPECT_EQ(second.version, 2u);
  EXPECT_EQ(second.position, 2u);
  EXPECT_EQ(SumOf(store_, "a"), 12);
}

TEST_F(RuntimeTest, RefusalStoresNothingAndCarriesItsPosition) {
  world_.Start();
  world_.Run(TallyWorld::Add({"a"}, 5));
  const Outcome refused = world_.Run(TallyWorld::Add({"a"}, 5, 9));
  EXPECT_EQ(refused.kind, Outcome::Kind::kRefused);
  EXPECT_EQ(refused.rejection.reason, "TALLY_FULL");
  EXPECT_EQ(refused.position, 1u);
  EXPECT_EQ(Accepted("a").size(), 1u);
}

TEST_F(RuntimeTest, SameRequestIsExecutedOnceAlsoAfterARestartOnAnEmptyStore) {
  world_.Start();
  const Outcome first = world_.Run(Requested(TallyWorld::Add({"a"}, 5), 1));
  world_.Run(TallyWorld::Add({"a"}, 1));
  const Outcome again = world_.Run(Requested(TallyWorld::Add({"a"}, 5), 1));
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.position, first.position);
  EXPECT_EQ(again.version, first.version);

  MemoryStore empty;
  TallyWorld second(log_, empty, executor_, clock_);
  second.Start();
  const Outcome after = second.Run(Requested(TallyWorld::Add({"a"}, 5), 1));
  EXPECT_TRUE(after.repeated);
  EXPECT_EQ(after.version, first.version);
  EXPECT_EQ(SumOf(empty, "a"), 6);
}

TEST_F(RuntimeTest, SameRequestWhileTheFirstIsInFlightIsAnsweredWithIt) {
  world_.Start();
  log_.SetFault(MemoryLog::Fault::kHold);
  auto first = world_.Submit(Requested(TallyWorld::Add({"a"}, 5), 1));
  auto again = world_.Submit(Requested(TallyWorld::Add({"a"}, 5), 1));
  executor_.RunUntilIdle();
  EXPECT_FALSE(first->has_value());
  EXPECT_FALSE(again->has_value());
  log_.SetFault(MemoryLog::Fault::kNone);
  log_.ReleaseHeld();
  executor_.RunUntilIdle();
  EXPECT_EQ((*first)->position, (*again)->position);
  EXPECT_EQ(Accepted("a").size(), 1u);
}

TEST_F(RuntimeTest, RequestIdForAnotherRequestIsAConflict) {
  world_.Start();
  world_.Run(Requested(TallyWorld::Add({"a"}, 5), 1, "one"));
  EXPECT_EQ(world_.Run(Requested(TallyWorld::Add({"a"}, 6), 1, "other")).rejection.reason, "REQUEST_ID_REUSED");
}

TEST_F(RuntimeTest, RequestIdsOfSubjectsAreApart) {
  world_.Start();
  world_.Run(Requested(TallyWorld::Add({"a"}, 5), 1));
  Command other = Requested(TallyWorld::Add({"a"}, 5), 1);
  other.actor.set_subject("somebody else");
  EXPECT_FALSE(world_.Run(std::move(other)).repeated);
}

TEST_F(RuntimeTest, OldRequestIdsAreRefusedAndTheirEntriesGo) {
  world_.Start();
  Command early = Requested(TallyWorld::Add({"a"}, 5), 1);
  const RequestKey key = *early.request;
  world_.Run(std::move(early));
  clock_.Advance(absl::Hours(24 * 7) + absl::Hours(2));
  Command late = TallyWorld::Add({"a"}, 5);
  late.request = key;
  EXPECT_EQ(world_.Run(std::move(late)).rejection.reason, "REQUEST_ID_EXPIRED");
  world_.Run(TallyWorld::Add({"a"}, 1));
  int entries = 0;
  for (const auto& [row, value] : store_.Contents()) entries += row[0] == 'd';
  EXPECT_EQ(entries, 0);
}

TEST_F(RuntimeTest, RequestIdsOfTheFutureOrOfAnotherVersionAreInvalid) {
  world_.Start();
  Command future = TallyWorld::Add({"a"}, 5);
  future.request = RequestKey{Uuid::V7(clock_.Now() + absl::Hours(25), 1, 1), ""};
  EXPECT_EQ(world_.Run(std::move(future)).rejection.reason, "REQUEST_ID_IN_FUTURE");
  Command derived = TallyWorld::Add({"a"}, 5);
  derived.request = RequestKey{Uuid::Derived("x", "y", "z"), ""};
  EXPECT_EQ(world_.Run(std::move(derived)).rejection.reason, "NOT_A_UUIDV7");
}

TEST_F(RuntimeTest, StaleVersionIsAConflict) {
  world_.Start();
  world_.Run(TallyWorld::Add({"a"}, 5));
  Command stale = TallyWorld::Add({"a"}, 5);
  stale.expected_version = 0;
  EXPECT_EQ(world_.Run(std::move(stale)).rejection.reason, "STALE_VERSION");
}

TEST_F(RuntimeTest, SeveralStreamsAreOneAppend) {
  world_.Start();
  const Outcome outcome = world_.Run(TallyWorld::Add({"a", "b"}, 5));
  EXPECT_EQ(outcome.position, 1u);
  EXPECT_EQ(Accepted("a").size(), 2u);
}

TEST_F(RuntimeTest, LaterCommandsAreDecidedOnStagedState) {
  world_.Start();
  log_.SetFault(MemoryLog::Fault::kHold);
  auto first = world_.Submit(TallyWorld::Add({"a"}, 5, 9));
  executor_.RunUntilIdle();
  auto second = world_.Submit(TallyWorld::Add({"a"}, 5, 9));
  executor_.RunUntilIdle();
  // The refusal rests on a fact that is not durable yet: it must wait.
  EXPECT_FALSE(second->has_value());
  log_.SetFault(MemoryLog::Fault::kNone);
  log_.ReleaseHeld();
  executor_.RunUntilIdle();
  EXPECT_EQ((*first)->kind, Outcome::Kind::kCommitted);
  EXPECT_EQ((*second)->rejection.reason, "TALLY_FULL");
}

TEST_F(RuntimeTest, ARefusalFailsWithTheFactItRestsOn) {
  world_.Start();
  log_.SetFault(MemoryLog::Fault::kRefuse);
  auto first = world_.Submit(TallyWorld::Add({"a"}, 5, 9));
  auto second = world_.Submit(TallyWorld::Add({"a"}, 5, 9));
  executor_.RunUntilIdle();
  EXPECT_EQ((*first)->kind, Outcome::Kind::kUnknown);
  EXPECT_EQ((*second)->kind, Outcome::Kind::kUnknown);
  EXPECT_EQ((*second)->rejection.reason, "OUTCOME_UNKNOWN");
}

TEST_F(RuntimeTest, AfterALieTheRetryFindsTheFirstAnswer) {
  world_.Start();
  log_.SetFault(MemoryLog::Fault::kLie);
  const Outcome unknown = world_.Run(Requested(TallyWorld::Add({"a"}, 5), 1));
  EXPECT_EQ(unknown.kind, Outcome::Kind::kUnknown);
  log_.SetFault(MemoryLog::Fault::kNone);
  auto retry = world_.Submit(Requested(TallyWorld::Add({"a"}, 5), 1));
  executor_.Elapse(absl::Seconds(2));
  ASSERT_TRUE(retry->has_value());
  EXPECT_TRUE((*retry)->repeated);
  EXPECT_EQ(SumOf(store_, "a"), 5);
}

TEST_F(RuntimeTest, AfterARefusedAppendTheRetryIsExecuted) {
  world_.Start();
  log_.SetFault(MemoryLog::Fault::kRefuse);
  EXPECT_EQ(world_.Run(Requested(TallyWorld::Add({"a"}, 5), 1)).kind, Outcome::Kind::kUnknown);
  log_.SetFault(MemoryLog::Fault::kNone);
  auto retry = world_.Submit(Requested(TallyWorld::Add({"a"}, 5), 1));
  executor_.Elapse(absl::Seconds(2));
  ASSERT_TRUE(retry->has_value());
  EXPECT_FALSE((*retry)->repeated);
  EXPECT_EQ(Accepted("a").size(), 1u);
}

TEST_F(RuntimeTest, AFencedWriterAcknowledgesNothing) {
  world_.Start();
  world_.Run(TallyWorld::Add({"a"}, 1));
  MemoryStore other_store;
  TallyWorld other(log_, other_store, executor_, clock_, "two");
  other.Start();
  // The first does not know yet that it was fenced.
  const Outcome fenced = world_.Run(TallyWorld::Add({"a"}, 10));
  EXPECT_EQ(fenced.kind, Outcome::Kind::kUnknown);
  EXPECT_EQ(other.Run(TallyWorld::Add({"a"}, 100)).kind, Outcome::Kind::kCommitted);
  EXPECT_EQ(SumOf(other_store, "a"), 101);
  EXPECT_EQ(Accepted("a").size(), 2u);
  // The one who took over saw it between its own, and so does whoever reads.
  EXPECT_EQ(other.runtime().dropped(), 1u);
  MemoryStore empty;
  TallyWorld third(log_, empty, executor_, clock_, "three");
  third.Start();
  EXPECT_EQ(third.runtime().dropped(), 1u);
}

TEST_F(RuntimeTest, DeadlinePassedInTheQueueIsNeverExecuted) {
  world_.Start();
  log_.SetFault(MemoryLog::Fault::kRefuse);
  world_.Run(TallyWorld::Add({"a"}, 1));
  Command late = TallyWorld::Add({"a"}, 5);
  late.deadline = clock_.Monotonic() + absl::Seconds(1);
  auto outcome = world_.Submit(std::move(late));
  executor_.RunUntilIdle();
  EXPECT_FALSE(outcome->has_value());
  clock_.Advance(absl::Seconds(2));
  executor_.Elapse(absl::Seconds(1));
  ASSERT_TRUE(outcome->has_value());
  EXPECT_EQ((*outcome)->rejection.reason, "LOG_UNAVAILABLE");
  log_.SetFault(MemoryLog::Fault::kNone);
  executor_.Elapse(absl::Seconds(5));
  EXPECT_EQ(Accepted("a").size(), 0u);
}

TEST_F(RuntimeTest, TooManyWaitingCommandsAreShed) {
  world_.options().max_queued_commands = 2;
  world_.Start();
  log_.SetFault(MemoryLog::Fault::kHold);
  auto first = world_.Submit(TallyWorld::Add({"a"}, 1));
  auto second = world_.Submit(TallyWorld::Add({"a"}, 1));
  auto third = world_.Submit(TallyWorld::Add({"a"}, 1));
  ASSERT_TRUE(third->has_value());
  EXPECT_EQ((*third)->rejection.reason, "OVERLOADED");
  log_.SetFault(MemoryLog::Fault::kNone);
  executor_.RunUntilIdle();
  log_.ReleaseHeld();
  executor_.RunUntilIdle();
  EXPECT_TRUE(first->has_value() && second->has_value());
}

TEST_F(RuntimeTest, TimersFireOnceWhenTheirTimeComes) {
  world_.Start();
  Command due = TallyWorld::Add({"a"}, 0);
  static_cast<TallyCommand&>(*due.body).set_due_in_s(60);
  world_.Run(std::move(due));
  executor_.Elapse(absl::Seconds(1));
  EXPECT_EQ(Accepted("a").size(), 1u);
  clock_.Advance(absl::Seconds(61));
  executor_.Elapse(absl::Seconds(1));
  EXPECT_EQ(Accepted("a").size(), 2u);
  clock_.Advance(absl::Seconds(61));
  executor_.Elapse(absl::Seconds(1));
  EXPECT_EQ(Accepted("a").size(), 2u);
}

TEST_F(RuntimeTest, TimersSurviveARestart) {
  world_.Start();
  Command due = TallyWorld::Add({"a"}, 0);
  static_cast<TallyCommand&>(*due.body).set_due_in_s(60);
  world_.Run(std::move(due));
  clock_.Advance(absl::Seconds(120));
  MemoryStore empty;
  TallyWorld second(log_, empty, executor_, clock_, "two");
  second.Start();
  executor_.Elapse(absl::Seconds(1));
  EXPECT_EQ(Accepted("a").size(), 2u);
}

TEST_F(RuntimeTest, TimersHaltWhenTheClocksDriftApart) {
  world_.Start();
  Command due = TallyWorld::Add({"a"}, 0);
  static_cast<TallyCommand&>(*due.body).set_due_in_s(60);
  world_.Run(std::move(due));
  clock_.JumpWall(absl::Minutes(10));
  executor_.Elapse(absl::Seconds(1));
  EXPECT_EQ(Accepted("a").size(), 1u);
}

TEST_F(RuntimeTest, RecordTimeNeverGoesBack) {
  world_.Start();
  world_.Run(TallyWorld::Add({"a"}, 1));
  clock_.JumpWall(-absl::Hours(1));
  Command due = TallyWorld::Add({"a"}, 0);
  static_cast<TallyCommand&>(*due.body).set_due_in_s(1);
  world_.Run(std::move(due));
  EXPECT_EQ(Accepted("a").back().added().due_unix_s(), absl::ToUnixSeconds(kStart) + 1);
}

TEST_F(RuntimeTest, ACauseIsCarriedOnce) {
  world_.Start();
  Command reaction = TallyWorld::Add({"a"}, 1);
  reaction.cause.emplace();
  reaction.cause->set_reactor("r");
  reaction.cause->set_source_position(7);
  Command again = TallyWorld::Add({"a"}, 1);
  again.cause = reaction.cause;
  Command earlier = TallyWorld::Add({"a"}, 1);
  earlier.cause = reaction.cause;
  earlier.cause->set_source_position(6);
  Command later = TallyWorld::Add({"a"}, 1);
  later.cause = reaction.cause;
  later.cause->set_step(1);
  EXPECT_FALSE(world_.Run(std::move(reaction)).repeated);
  EXPECT_TRUE(world_.Run(std::move(again)).repeated);
  EXPECT_TRUE(world_.Run(std::move(earlier)).repeated);
  EXPECT_FALSE(world_.Run(std::move(later)).repeated);
  EXPECT_EQ(Accepted("a").size(), 2u);
}

// Found by simulated instances: an owner that does not know yet that it was fenced must not pass over a fact because its
// old state has nothing to do about it.
TEST_F(RuntimeTest, AReactionOfNothingIsCarriedAndFailsWithItsOwner) {
  world_.Start();
  const auto reaction = [] {
    Command nothing = TallyWorld::Add({"a"}, 0);
    nothing.cause.emplace();
    nothing.cause->set_reactor("r");
    nothing.cause->set_source_position(7);
    return nothing;
  };
  MemoryStore other_store;
  TallyWorld other(log_, other_store, executor_, clock_, "two");
  other.Start();
  EXPECT_EQ(world_.Run(reaction()).kind, Outcome::Kind::kUnknown);
  const Outcome carried = other.Run(reaction());
  EXPECT_EQ(carried.kind, Outcome::Kind::kCommitted);
  EXPECT_EQ(carried.position, 1u);
  EXPECT_TRUE(other.Run(reaction()).repeated);
}

// Simulation seed 29.
TEST_F(RuntimeTest, ARepeatedAnswerHasTheVersionOfAllItsFactsAlsoAfterARestart) {
  world_.Start();
  EXPECT_EQ(world_.Run(Requested(TallyWorld::Add({"a", "a"}, 5), 1)).version, 2u);
  MemoryStore empty;
  TallyWorld second(log_, empty, executor_, clock_, "two");
  second.Start();
  const Outcome again = second.Run(Requested(TallyWorld::Add({"a", "a"}, 5), 1));
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.version, 2u);
}

// Found by simulation: the protocol says to claim again, not to halt.
TEST_F(RuntimeTest, WhatWasOvertakenIsUnknownAndTheOwnerGoesOn) {
  OvertakingLog log(log_);
  MemoryStore store;
  TallyWorld world(log, store, executor_, clock_);
  world.options().max_appends_per_record = 1;
  world.Start();
  log.armed = true;
  auto first = world.Submit(Requested(TallyWorld::Add({"a"}, 1), 1));
  auto second = world.Submit(Requested(TallyWorld::Add({"a"}, 10), 2));
  executor_.RunUntilIdle();
  EXPECT_EQ((*first)->kind, Outcome::Kind::kCommitted);
  EXPECT_EQ((*second)->kind, Outcome::Kind::kUnknown);
  auto retry = world.Submit(Requested(TallyWorld::Add({"a"}, 10), 2));
  executor_.Elapse(absl::Seconds(1));
  ASSERT_TRUE(retry->has_value());
  EXPECT_FALSE((*retry)->repeated);
  EXPECT_EQ(SumOf(store, "a"), 11);
  EXPECT_TRUE(world.halted().ok()) << world.halted();
}

// Simulation seed 387: the offset of a second copy lies behind the next record, which readers accepted before it. A
// checkpoint there would leave that record out.
TEST_F(RuntimeTest, ASecondCopyDoesNotHideTheRecordBeforeIt) {
  OvertakingLog log(log_, true);
  MemoryStore store;
  TallyWorld world(log, store, executor_, clock_);
  world.options().max_appends_per_record = 1;
  world.Start();
  log.armed = true;
  world.Submit(Requested(TallyWorld::Add({"a"}, 1), 1));
  auto second = world.Submit(Requested(TallyWorld::Add({"a"}, 10), 2));
  executor_.RunUntilIdle();
  EXPECT_EQ((*second)->kind, Outcome::Kind::kUnknown);
  auto retry = world.Submit(Requested(TallyWorld::Add({"a"}, 10), 2));
  executor_.Elapse(absl::Seconds(1));
  ASSERT_TRUE(retry->has_value());
  EXPECT_TRUE((*retry)->repeated);
  EXPECT_EQ(SumOf(store, "a"), 11);
  EXPECT_EQ(Accepted("a").size(), 2u);
}

TEST_F(RuntimeTest, APartitionWhoseLeaderIsAwayHoldsUpNoOther) {
  const int away = PartitionOf("a", 4);
  LeaderlessLog log(log_, away);
  TallyWorld world(log, store_, executor_, clock_);
  world.Start();
  ASSERT_EQ(log.asked.size(), 1u);
  const auto waits = world.Submit(TallyWorld::Add({"a"}, 5));
  std::string elsewhere = "b";
  while (PartitionOf(elsewhere, 4) == away) elsewhere += "b";
  EXPECT_EQ(world.Run(TallyWorld::Add({elsewhere}, 5)).kind, Outcome::Kind::kCommitted);
  EXPECT_FALSE(waits->has_value());
  // It is asked again.
  std::move(log.asked[0])(absl::UnavailableError("no leader"));
  executor_.RunUntilIdle();
  executor_.Elapse(absl::Seconds(1));
  ASSERT_EQ(log.asked.size(), 2u);
  std::move(log.asked[1])(0);
  executor_.RunUntilIdle();
  EXPECT_EQ(waits->value().kind, Outcome::Kind::kCommitted);
}

// Who said where the log ends had not heard that it was cut.
TEST_F(RuntimeTest, AClaimBelowWhatWasSeenHalts) {
  const int partition = PartitionOf("a", 4);
  world_.Start();
  for (int i = 0; i < 3; ++i) world_.Run(TallyWorld::Add({"a"}, 5));
  const Offset seen = log_.End(partition).value();
  log_.Truncate(partition, seen - 2);
  LeaderlessLog log(log_, partition);
  TallyWorld restarted(log, store_, executor_, clock_);
  restarted.Start();
  std::move(log.asked.at(0))(seen);
  executor_.RunUntilIdle();
  EXPECT_EQ(restarted.halted().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(restarted.Run(TallyWorld::Add({"a"}, 5)).rejection.reason, "NOT_SERVING");
}

TEST_F(RuntimeTest, ALogThatEndsBeforeACheckpointHalts) {
  world_.Start();
  world_.Run(TallyWorld::Add({"a"}, 1));
  world_.Run(TallyWorld::Add({"a"}, 1));
  // Two records are gone, and a claim comes behind the cut.
  log_.Truncate(PartitionOf("a", 4), 0);
  TallyWorld second(log_, store_, executor_, clock_, "two");
  second.Start();
  EXPECT_EQ(second.halted().code(), absl::StatusCode::kDataLoss);
}

TEST_F(RuntimeTest, ABarrierSeesEverythingBefore) {
  world_.Start();
  world_.Run(TallyWorld::Add({"a"}, 1));
  Command barrier;
  barrier.routing_key = "a";
  const Outcome outcome = world_.Run(std::move(barrier));
  EXPECT_EQ(outcome.kind, Outcome::Kind::kCommitted);
  EXPECT_EQ(outcome.position, 2u);
}

TEST_F(RuntimeTest, StoppingFinishesWhatWasAcceptedAndRefusesTheRest) {
  world_.Start();
  auto accepted = world_.Submit(TallyWorld::Add({"a"}, 1));
  bool stopped = false;
  world_.runtime().Stop([&] { stopped = true; });
  auto late = world_.Submit(TallyWorld::Add({"a"}, 1));
  executor_.RunUntilIdle();
  EXPECT_TRUE(stopped);
  EXPECT_EQ((*accepted)->kind, Outcome::Kind::kCommitted);
  EXPECT_EQ((*late)->rejection.reason, "STOPPING");
}

// Found by simulation: the last answer need not come from a stored record.
TEST_F(RuntimeTest, StoppingEndsWhenTheLastRecordIsLost) {
  world_.Start();
  log_.SetFault(MemoryLog::Fault::kRefuse);
  auto lost = world_.Submit(TallyWorld::Add({"a"}, 1));
  bool stopped = false;
  world_.runtime().Stop([&] { stopped = true; });
  executor_.Elapse(absl::Seconds(1));
  EXPECT_EQ((*lost)->kind, Outcome::Kind::kUnknown);
  EXPECT_TRUE(stopped);
}

TEST_F(RuntimeTest, StoppingRefusesWhatWaitsForALogThatIsAway) {
  world_.Start();
  log_.SetFault(MemoryLog::Fault::kRefuse);
  world_.Run(TallyWorld::Add({"a"}, 1));
  auto waiting = world_.Submit(TallyWorld::Add({"a"}, 1));
  bool stopped = false;
  world_.runtime().Stop([&] { stopped = true; });
  executor_.Elapse(absl::Seconds(1));
  ASSERT_TRUE(waiting->has_value());
  EXPECT_EQ((*waiting)->rejection.reason, "STOPPING");
  EXPECT_TRUE(stopped);
}

}  // namespace
}  // namespace regard::es::testing
