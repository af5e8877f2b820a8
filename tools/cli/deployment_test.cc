#include "tools/cli/deployment.h"

#include <sstream>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace regard::cli {
namespace {

using ::testing::ElementsAre;
using operations::v1::DeploymentStatus;
using operations::v1::GetStatsResponse;
using operations::v1::GetStatusResponse;
using operations::v1::VerifyLogResponse;

template <class Message>
Message FromText(const char* text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

template <class Message>
void ExpectIs(const Message& is, const char* text) {
  EXPECT_EQ(is.DebugString(), FromText<Message>(text).DebugString());
}

VerifyLogResponse Report(const char* text) { return FromText<VerifyLogResponse>(text); }

TEST(TogetherTest, WhatTwoInstancesLookedAtCountsOnce) {
  const VerifyLogResponse budgets = Report(R"pb(
    ok: true budgets: 2 allocated_pence: 100 free_pence: 100 views_equal: "budgets.balances"
    topics { topic: "budgets" appends: 3 facts: 4 streams: 2 })pb");
  const VerifyLogResponse bookings = Report(R"pb(
    ok: true views_equal: "bookings.diary" topics { topic: "bookings" appends: 5 facts: 5 streams: 5 })pb");
  const VerifyLogResponse all = Together(std::vector<VerifyLogResponse>{budgets, bookings, budgets});
  EXPECT_TRUE(all.ok());
  EXPECT_EQ(all.appends(), 8u);
  EXPECT_EQ(all.facts(), 9u);
  EXPECT_EQ(all.budgets(), 2u);
  EXPECT_EQ(all.allocated_pence(), 100);
  EXPECT_THAT(all.views_equal(), ElementsAre("bookings.diary", "budgets.balances"));
}

TEST(TogetherTest, OneThatFoundAProblemIsEnough) {
  const VerifyLogResponse all = Together(
      std::vector<VerifyLogResponse>{Report("ok: true"), Report(R"pb(ok: false problems: "versions")pb")});
  EXPECT_FALSE(all.ok());
  EXPECT_THAT(all.problems(), ElementsAre("versions"));
}

TEST(TogetherTest, StatsOfATopicAreOfAllItsOwners) {
  const auto stats = [](const char* text) { return FromText<GetStatsResponse>(text); };
  const GetStatsResponse all = Together(std::vector<GetStatsResponse>{
      stats(R"pb(
        log_id: "l"
        topics { topic: "budgets" partitions: 64 owned_partitions: 40 positions: 7 records: 50 pending_commands: 1 }
        views { view: "budgets.balances" version: 3 partitions_behind: 1 })pb"),
      stats(R"pb(
        log_id: "l"
        topics { topic: "budgets" partitions: 64 owned_partitions: 24 positions: 5 records: 30 }
        views { view: "budgets.balances" version: 3 partitions_behind: 4 quarantined: 1 })pb"),
      stats(R"pb(log_id: "l" topics { topic: "bookings" partitions: 64 owned_partitions: 64 positions: 2 })pb")});
  ExpectIs(all, R"pb(
    log_id: "l"
    topics { topic: "bookings" partitions: 64 owned_partitions: 64 positions: 2 }
    topics { topic: "budgets" partitions: 64 owned_partitions: 64 positions: 12 records: 80 pending_commands: 1 }
    views { view: "budgets.balances" version: 3 partitions_behind: 4 quarantined: 1 })pb");
}

TEST(TogetherTest, EachInstanceRaisesWhatItOwnsAndNoPartitionCountsTwice) {
  const auto raised = [](const char* text) { return FromText<operations::v1::RaiseFeatureLevelResponse>(text); };
  const auto all = Together(std::vector<operations::v1::RaiseFeatureLevelResponse>{
      raised(R"pb(
        topics { topic: "bookings" partitions: 2 raised: 0 reason: "NOT_OWNER" }
        topics { topic: "budgets" partitions: 4 raised: 1 raised: 2 reason: "NOT_OWNER" }
        topics { topic: "feedback" partitions: 3 raised: 1 reason: "OUTCOME_UNKNOWN" })pb"),
      raised(R"pb(
        topics { topic: "bookings" partitions: 2 raised: 0 raised: 1 }
        topics { topic: "budgets" partitions: 4 raised: 2 raised: 3 reason: "NOT_OWNER" })pb")});
  ExpectIs(all, R"pb(
    topics { topic: "bookings" partitions: 2 raised: 0 raised: 1 }
    topics { topic: "budgets" partitions: 4 raised: 1 raised: 2 raised: 3 reason: "NOT_OWNER" }
    topics { topic: "feedback" partitions: 3 raised: 1 reason: "OUTCOME_UNKNOWN" })pb");
}

TEST(RaisedEverywhereTest, NamesWhatIsMissing) {
  auto raised = FromText<operations::v1::RaiseFeatureLevelResponse>(R"pb(
    topics { topic: "bookings" partitions: 1 raised: 0 }
    topics { topic: "budgets" partitions: 2 raised: 0 reason: "NOT_OWNER" }
    topics { topic: "feedback" partitions: 1 raised: 0 })pb");
  EXPECT_EQ(RaisedEverywhere(raised).message(), "no instance of providers was asked; name all of them with --server");
  raised.add_topics()->set_topic("providers");
  EXPECT_EQ(RaisedEverywhere(raised).message(), "not all of budgets (NOT_OWNER); what is raised stays so, say it again");
  raised.mutable_topics(1)->add_raised(1);
  EXPECT_EQ(RaisedEverywhere(raised), absl::OkStatus());
}

TEST(TogetherTest, EachInstanceIsShownOnceAndWhoDoesNotAnswerToo) {
  const auto one = FromText<GetStatusResponse>(R"pb(
    instance_id: "i1" ready: true members: 2 feature_level: 2
    topics { topic: "bookings" partitions: 64 owned: 64 feature_level: 2 }
    topics { topic: "budgets" partitions: 64 owned: 32 feature_level: 1 followed: 31 follow_lag_appends: 5 fenced: 1 claims: 33 }
    views { view: "a" partitions_behind: 2 } views { view: "b" partitions_behind: 1 })pb");
  const auto reader = FromText<GetStatusResponse>(R"pb(instance_id: "i2" members: 2)pb");
  const DeploymentStatus all = Together(std::vector<Asked<GetStatusResponse>>{
      {"a:1", absl::OkStatus(), one},
      {"a:2", absl::UnavailableError("UNAVAILABLE"), {}},
      {"a:3", absl::OkStatus(), reader},
      {"a:1", absl::OkStatus(), one}});
  std::ostringstream shown;
  Show(all, shown);
  EXPECT_EQ(shown.str(),
            "instance  ready            members  views behind  knows  topic     level  owned  of  following  lag  waiting  "
            "claims  fenced  lost\n"
            "a:1       yes                    2             3      2  bookings      2     64  64          0    0        0  "
            "     0       0     0\n"
            "                                                         budgets       1     32  64         31    5        0  "
            "    33       1     0\n"
            "a:2       no: UNAVAILABLE\n"
            "a:3       no                     2             0      1\n");
}

}  // namespace
}  // namespace regard::cli
