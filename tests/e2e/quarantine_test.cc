// A fact that views and reactors cannot handle halts the process at every start, with its place; an operator sets it aside
// while it is down, and everything else goes on: served, verified, listed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/es/accepted_reader.h"
#include "libs/rocks/log_store.h"
#include "regard/log/v1/record.pb.h"
#include "regard/operations/v1/operations_service.pb.h"
#include "tests/e2e/side.h"
#include "tests/e2e/world.h"

namespace regard::e2e {
namespace {

using ::testing::HasSubstr;

constexpr int kExitHalted = 70;
const Caller kOperator{"operator-1", "operator", ""};
const std::vector<std::string> kTopics = {"providers", "bookings", "budgets", "feedback", "quarantine"};

struct Ended {
  int code = -1;
  std::string said;
};

Ended RunToItsEnd(const std::string& command) {
  Ended ended;
  FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  char buffer[4096];
  for (size_t size; (size = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) ended.said.append(buffer, size);
  const int status = pclose(pipe);
  if (WIFEXITED(status)) ended.code = WEXITSTATUS(status);
  return ended;
}

class QuarantineTest : public ::testing::Test {
 protected:
  QuarantineTest()
      : world_(absl::FromCivil(absl::CivilHour(2026, 6, 1, 8), absl::UTCTimeZone())),
        side_(MakeSide(world_, "a", kTrafford)) {
    Book(4);
    world_.Advance(absl::Seconds(1));
    world_.Stop();
  }

  void Book(int day) {
    world_.Do("BookingsService.RequestBooking", side_.person,
              BookingText(side_, absl::FromCivil(absl::CivilHour(2026, 6, day, 10), absl::UTCTimeZone())));
  }

  // As a newer release would: a fact that this build does not know, at the end of a partition that has some. Its place.
  std::string AppendFromTheFuture(const std::string& topic) {
    auto logs = rocks::LogStore::Open(world_.data_path() + "/log", kTopics, {});
    EXPECT_TRUE(logs.ok()) << logs.status();
    es::EventLog& log = *(*logs)->topic(topic);
    for (int partition = 0; partition < static_cast<int>(log.identity().partition_count()); ++partition) {
      es::AcceptedReader reader(log, partition, es::StartOf(log));
      std::vector<es::AcceptedAppend> last;
      for (bool more = true; more;) {
        const auto appends = reader.Next(1 << 20, &more).value();
        if (!appends.empty()) last.assign(1, appends.back());
      }
      if (last.empty()) continue;
      auto record = std::make_shared<log::v1::Record>();
      record->set_token(reader.checkpoint().token());
      record->set_sequence(reader.checkpoint().sequence() + 1);
      log::v1::Append& append = *record->mutable_batch()->add_appends();
      *append.mutable_record_time() = last[0].append->record_time();
      *append.mutable_actor() = last[0].append->actor();
      log::v1::Fact& fact = *append.add_facts();
      const log::v1::Fact& before = last[0].append->facts(last[0].append->facts_size() - 1);
      fact.set_stream(before.stream());
      fact.set_version(before.version() + 1);
      // Member 9999 of the wrapper, empty.
      fact.set_body(std::string("\xfa\xf0\x04\x00", 4));
      absl::StatusOr<es::Offset> written = absl::UnknownError("not yet");
      log.Append(partition, record, [&written](absl::StatusOr<es::Offset> offset) { written = offset; });
      // Closing the log finishes what was queued.
      logs->reset();
      EXPECT_TRUE(written.ok()) << written.status();
      return absl::StrCat(topic, "/", partition, "/", last[0].position + 1, "/0");
    }
    ADD_FAILURE() << topic << " is empty";
    return "";
  }

  Ended Start() {
    return RunToItsEnd(absl::StrCat("timeout 60 ", REGARD_STANDALONE, " --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 ",
                            "--log-level error --data ", world_.data_path()));
  }
  Ended Quarantine(const std::string& arguments) {
    return RunToItsEnd(absl::StrCat(REGARD_CLI, " log quarantine ", arguments, " --data ", world_.data_path()));
  }

  World world_;
  Side side_;
};

TEST_F(QuarantineTest, TheServerHaltsAtTheFactUntilItIsSetAsideAndThenServesAndVerifies) {
  const std::string place = AppendFromTheFuture("bookings");
  for (int i = 0; i < 2; ++i) {
    const Ended halted = Start();
    EXPECT_EQ(halted.code, kExitHalted) << halted.said;
    EXPECT_THAT(halted.said, HasSubstr(absl::StrCat("regard log quarantine ", place, " --reader ")));
  }
  const Ended aside = Quarantine(place + " --all-readers --by ada --why 'needs release 9'");
  EXPECT_EQ(aside.code, 0) << aside.said;
  EXPECT_THAT(aside.said, HasSubstr("budgets.on-bookings"));
  EXPECT_THAT(aside.said, HasSubstr("market.evidence"));

  world_.Start();
  Book(5);
  world_.Advance(absl::Seconds(1));
  const auto verified = world_.Call("OperationsService.VerifyLog", kOperator, "");
  const auto& report = verified.As<operations::v1::VerifyLogResponse>();
  EXPECT_TRUE(report.ok()) << report.DebugString();
  EXPECT_GT(report.quarantined_size(), 5);
  EXPECT_EQ(report.quarantined(0).place(), place);
  EXPECT_EQ(report.quarantined(0).set_aside().by(), "ada");
  EXPECT_EQ(report.quarantined(0).set_aside().why(), "needs release 9");
  const auto listed = world_.Call("OperationsService.ListQuarantine", kOperator, "");
  EXPECT_EQ(listed.As<operations::v1::ListQuarantineResponse>().facts_size(), report.quarantined_size());
  const auto stats = world_.Call("OperationsService.GetStats", kOperator, "");
  for (const auto& reactor : stats.As<operations::v1::GetStatsResponse>().reactors()) {
    EXPECT_EQ(reactor.quarantined(), reactor.reactor() == "budgets.on-bookings" ? 1u : 0u) << reactor.reactor();
  }
  world_.KillAndStart();
  world_.ExpectVerifies();
  world_.Stop();
  const Ended stopped = RunToItsEnd(absl::StrCat(REGARD_CLI, " log verify --data ", world_.data_path()));
  EXPECT_EQ(stopped.code, 0) << stopped.said;
  EXPECT_THAT(stopped.said, HasSubstr("needs release 9"));
}

TEST_F(QuarantineTest, TakenBackTheViewStopsThereAgain) {
  const std::string place = AppendFromTheFuture("budgets");
  ASSERT_EQ(Quarantine(place + " --all-readers --why 'needs release 9'").code, 0);
  world_.Start();
  world_.Stop();
  const Ended back = Quarantine(place + " --reader budgets.balances --why mended --take-back");
  EXPECT_EQ(back.code, 0) << back.said;
  const Ended halted = Start();
  EXPECT_EQ(halted.code, kExitHalted) << halted.said;
  EXPECT_THAT(halted.said, HasSubstr("budgets.balances"));
  const Ended late = Quarantine(place + " --reader bookings.on-budgets --why mended --take-back");
  EXPECT_EQ(late.code, 1);
  EXPECT_THAT(late.said, HasSubstr("REACTOR_WENT_ON"));
}

TEST_F(QuarantineTest, WhatIsHandledOrNotThereIsRefusedAndChangesNothing) {
  const std::string place = AppendFromTheFuture("budgets");
  const auto refused = [&](const std::string& arguments, int code, const std::string& reason) {
    const Ended ended = Quarantine(arguments);
    EXPECT_EQ(ended.code, code) << arguments << ": " << ended.said;
    EXPECT_THAT(ended.said, HasSubstr(reason)) << arguments;
  };
  refused("budgets/63/999/0 --all-readers --why x", 1, "NO_SUCH_FACT");
  refused("budgets/99/1/0 --all-readers --why x", 1, "NO_SUCH_FACT");
  refused("nothing/1/1/0 --all-readers --why x", 1, "UNKNOWN_TOPIC");
  refused(place + " --reader providers.providers --why x", 1, "UNKNOWN_READER");
  refused(place.substr(0, place.rfind('/', place.size() - 3)) + "/1/0 --reader budgets.balances --why x", 1,
          "ALREADY_READ");
  refused(place + " --reader budgets.balances", 2, "--why");
  refused(place + " --why x", 2, "--reader");
  refused("here --reader budgets.balances --why x", 2, "TOPIC/PARTITION/POSITION/FACT");
  const Ended list = Quarantine("--list --json");
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.said, ::testing::Not(HasSubstr("reader")));
  EXPECT_EQ(Start().code, kExitHalted);

  // Nor does anybody touch a folder that a server has open, or make one where there is none.
  ASSERT_EQ(Quarantine(place + " --all-readers --why x").code, 0);
  world_.Start();
  refused(place + " --reader budgets.balances --why x", 1, "in use");
  const Ended none = RunToItsEnd(absl::StrCat(REGARD_CLI, " log quarantine --list --data ", world_.data_path(), "-typo"));
  EXPECT_EQ(none.code, 1) << none.said;
  EXPECT_EQ(RunToItsEnd(absl::StrCat("ls ", world_.data_path(), "-typo")).code, 2);
}

}  // namespace
}  // namespace regard::e2e
