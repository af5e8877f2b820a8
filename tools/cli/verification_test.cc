#include "tools/cli/verification.h"

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace regard::cli {
namespace {

using ::testing::ElementsAre;
using operations::v1::VerifyLogResponse;

VerifyLogResponse Report(const char* text) {
  VerifyLogResponse report;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &report)) << text;
  return report;
}

TEST(TogetherTest, WhatTwoInstancesLookedAtCountsOnce) {
  const VerifyLogResponse budgets = Report(R"pb(
    ok: true budgets: 2 allocated_pence: 100 free_pence: 100 views_equal: "budgets.balances"
    topics { topic: "budgets" appends: 3 facts: 4 streams: 2 })pb");
  const VerifyLogResponse bookings = Report(R"pb(
    ok: true views_equal: "bookings.diary" topics { topic: "bookings" appends: 5 facts: 5 streams: 5 })pb");
  const VerifyLogResponse all = Together({budgets, bookings, budgets});
  EXPECT_TRUE(all.ok());
  EXPECT_EQ(all.appends(), 8u);
  EXPECT_EQ(all.facts(), 9u);
  EXPECT_EQ(all.budgets(), 2u);
  EXPECT_EQ(all.allocated_pence(), 100);
  EXPECT_THAT(all.views_equal(), ElementsAre("bookings.diary", "budgets.balances"));
}

TEST(TogetherTest, OneThatFoundAProblemIsEnough) {
  const VerifyLogResponse all = Together({Report("ok: true"), Report(R"pb(ok: false problems: "versions")pb")});
  EXPECT_FALSE(all.ok());
  EXPECT_THAT(all.problems(), ElementsAre("versions"));
}

}  // namespace
}  // namespace regard::cli
