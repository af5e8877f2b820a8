#include "services/budgets/views/statements.h"

#include "gtest/gtest.h"
#include "libs/base/routing.h"
#include "libs/base/time.h"
#include "libs/es/testing/view_feed.h"
#include "regard/budgets/v1/facts.pb.h"
#include "services/budgets/views/outlook.h"

namespace regard::budgets {
namespace {

using es::testing::FromText;
using es::testing::ViewFeed;
using v1::BudgetFact;

constexpr int kPartitions = 64;
const absl::Time kStart = absl::FromUnixSeconds(1'767'600'000);  // 5 January 2026

class StatementsTest : public ::testing::Test {
 protected:
  StatementsTest() {
    feed_.Partition(PartitionOf("p1", kPartitions)).At(kStart);
    Add(R"pb(opened {
      budget_id: "b1" person_id: "p1" lines { line_id: "care" allocation { pence: 1000 } }
      lines { line_id: "fun" allocation { pence: 500 } } period_start { year: 2026 month: 1 day: 1 }
    })pb");
    feed_.At(kStart + absl::Hours(24));
    Add(R"pb(hold_placed {
      hold_id: "h1" line_id: "care" amount { pence: 300 } booking_id: "k1" provider_id: "v1" category: "c:1"
      effective { year: 2026 month: 1 day: 10 }
    })pb");
    feed_.At(kStart + absl::Hours(48));
    Add(R"pb(hold_posted {
      hold_id: "h1" line_id: "care" amount { pence: 250 } released { pence: 50 } booking_id: "k1" provider_id: "v1"
      effective { year: 2026 month: 1 day: 12 } hold_effective { year: 2026 month: 1 day: 10 }
      reason: SETTLEMENT_REASON_CONFIRMED
    })pb");
    Add(R"pb(hold_declined { hold_id: "h9" })pb");
  }
  void Add(absl::string_view fact) { feed_.Add<BudgetFact>("budget/b1", fact); }
  Statement Of(const AsAt& as_at = {}, absl::string_view after = "", int limit = 100) {
    const absl::StatusOr<Statement> statement = statements_.Of("p1", "b1", as_at, after, limit);
    EXPECT_TRUE(statement.ok()) << statement.status();
    return *statement;
  }

  StatementsView view_;
  ViewFeed feed_{view_};
  es::ViewReader reader_{feed_.store()};
  Statements statements_{reader_, kPartitions};
};

TEST_F(StatementsTest, HasEveryMovementInOrder) {
  const Statement statement = Of();
  ASSERT_EQ(statement.entries.size(), 4u);
  EXPECT_EQ(statement.entries[0].kind(), v1::STATEMENT_KIND_ALLOCATED);
  EXPECT_EQ(statement.entries[0].line_id(), "care");
  EXPECT_EQ(statement.entries[1].line_id(), "fun");
  EXPECT_EQ(statement.entries[2].kind(), v1::STATEMENT_KIND_HELD);
  EXPECT_EQ(statement.entries[2].held_change_pence(), 300);
  const v1::StatementEntry& posted = statement.entries[3];
  EXPECT_EQ(posted.kind(), v1::STATEMENT_KIND_POSTED);
  EXPECT_EQ(posted.held_change_pence(), -300);
  EXPECT_EQ(posted.spent_change_pence(), 250);
  EXPECT_EQ(posted.reason(), "CONFIRMED");
  EXPECT_EQ(posted.booking_id(), "k1");
  EXPECT_EQ(FromProto(posted.record_time()), kStart + absl::Hours(48));
  ASSERT_EQ(statement.lines.size(), 2u);
  EXPECT_EQ(statement.lines[0].free_pence(), 750);
  EXPECT_EQ(statement.next, "");
}

TEST_F(StatementsTest, OfAnotherBudgetHasNone) {
  EXPECT_TRUE(statements_.Of("p1", "b", {}, "", 10)->entries.empty());
  EXPECT_TRUE(statements_.Of("p1", "b11", {}, "", 10)->entries.empty());
}

TEST_F(StatementsTest, AsAtARecordTimeIsWhatWasKnownThen) {
  const Statement before = Of({.record_time = kStart + absl::Hours(48) - absl::Nanoseconds(1)});
  EXPECT_EQ(before.entries.size(), 3u);
  EXPECT_EQ(before.lines[0].held_pence(), 300);
  EXPECT_EQ(before.lines[0].spent_pence(), 0);
  EXPECT_EQ(Of({.record_time = kStart + absl::Hours(48)}).lines[0].spent_pence(), 250);
  EXPECT_TRUE(Of({.record_time = kStart - absl::Seconds(1)}).entries.empty());
}

TEST_F(StatementsTest, AsAtADayIsWhatCountsByThen) {
  const Statement ninth = Of({.effective = absl::CivilDay(2026, 1, 9)});
  EXPECT_EQ(ninth.lines[0].free_pence(), 1000);
  EXPECT_EQ(ninth.entries.size(), 2u);
  // Held for the 10th and settled: it is no longer held, and spent from the 12th on.
  const Statement eleventh = Of({.effective = absl::CivilDay(2026, 1, 11)});
  EXPECT_EQ(eleventh.lines[0].held_pence(), 0);
  EXPECT_EQ(eleventh.lines[0].spent_pence(), 0);
  EXPECT_EQ(Of({.effective = absl::CivilDay(2026, 1, 12)}).lines[0].spent_pence(), 250);
  EXPECT_TRUE(Of({.effective = absl::CivilDay(2025, 12, 31)}).entries.empty());
}

TEST_F(StatementsTest, BothTimesTogether) {
  const Statement statement =
      Of({.record_time = kStart + absl::Hours(24), .effective = absl::CivilDay(2026, 1, 10)});
  EXPECT_EQ(statement.lines[0].held_pence(), 300);
}

TEST_F(StatementsTest, PagesKeepTheirTotals) {
  const Statement first = Of({}, "", 3);
  EXPECT_EQ(first.entries.size(), 3u);
  EXPECT_EQ(first.lines[0].spent_pence(), 250);
  const Statement second = Of({}, first.next, 3);
  ASSERT_EQ(second.entries.size(), 1u);
  EXPECT_EQ(second.entries[0].kind(), v1::STATEMENT_KIND_POSTED);
  EXPECT_EQ(second.lines[0].spent_pence(), 250);
  EXPECT_EQ(second.next, "");
}

TEST_F(StatementsTest, BookedIsSpentOrHeldByItsDay) {
  Add(R"pb(hold_placed {
             hold_id: "h2"
             line_id: "care"
             amount { pence: 70 }
             effective { year: 2026 month: 1 day: 20 }
           })pb");
  Add(R"pb(hold_placed {
             hold_id: "h3"
             line_id: "care"
             amount { pence: 5 }
             effective { year: 2026 month: 1 day: 21 }
           })pb");
  Add(R"pb(hold_voided {
             hold_id: "h3"
             line_id: "care"
             released { pence: 5 }
             hold_effective { year: 2026 month: 1 day: 21 }
           })pb");
  const absl::StatusOr<BookedByDay> booked = statements_.Booked("p1", "b1");
  ASSERT_TRUE(booked.ok());
  const std::map<absl::CivilDay, int64_t> expected = {{absl::CivilDay(2026, 1, 10), 0},
                                                      {absl::CivilDay(2026, 1, 12), 250},
                                                      {absl::CivilDay(2026, 1, 20), 70},
                                                      {absl::CivilDay(2026, 1, 21), 0}};
  EXPECT_EQ(booked->at("care"), expected);
}

// ---- How long it lasts

const absl::CivilDay kToday(2026, 3, 2);

v1::Balance BalanceOf(int64_t free_pence) {
  v1::Balance balance = FromText<v1::Balance>(R"pb(
    lines { line_id: "care" } period_end { year: 2026 month: 12 day: 31 }
  )pb");
  balance.mutable_lines(0)->set_free_pence(free_pence);
  balance.set_free_pence(free_pence);
  return balance;
}

// One booking of 100 pence every seven days: four behind and today, and so many ahead.
BookedByDay Weekly(int ahead) {
  BookedByDay booked;
  for (int week = -4; week <= ahead; ++week) booked["care"][kToday + 7 * week] = 100;
  return booked;
}

TEST(Outlook, LastsAtTheBookedPaceFromTheLastBookedDayOn) {
  const v1::LineOutlook line = OutlookOf(BalanceOf(300), Weekly(2), kToday, 0).lines(0);
  EXPECT_EQ(line.line_id(), "care");
  EXPECT_EQ(line.weekly_pace_pence(), 100);
  // Booked for two weeks more, and then three.
  EXPECT_EQ(FromProto(line.lasts_until()), kToday + 35);
  EXPECT_LT(line.left_at_period_end_pence(), 0);
}

TEST(Outlook, ASeriesThatJustBeganHasItsPace) {
  BookedByDay booked;
  for (int week = 0; week < 4; ++week) booked["care"][kToday + 1 + 7 * week] = 100;
  EXPECT_EQ(OutlookOf(BalanceOf(300), booked, kToday, 0).lines(0).weekly_pace_pence(), 100);
}

TEST(Outlook, OneBookingIsNoWeeklyOne) {
  BookedByDay booked;
  booked["care"][kToday - 22] = 400;
  EXPECT_EQ(OutlookOf(BalanceOf(300), booked, kToday, 0).lines(0).weekly_pace_pence(), 100);
}

TEST(Outlook, WhatIsLongAgoOrFarAheadIsNoPace) {
  BookedByDay booked;
  booked["care"][kToday - 29] = 700;
  booked["care"][kToday + 28] = 700;
  const v1::LineOutlook line = OutlookOf(BalanceOf(300), booked, kToday, 0).lines(0);
  EXPECT_EQ(line.weekly_pace_pence(), 0);
  EXPECT_FALSE(line.has_lasts_until());
  EXPECT_EQ(line.left_at_period_end_pence(), 300);
}

TEST(Outlook, NothingIsSaidBeyondTenYears) {
  EXPECT_FALSE(OutlookOf(BalanceOf(100'000), Weekly(0), kToday, 0).lines(0).has_lasts_until());
}

TEST(Outlook, MoreEachWeekRunsOutSooner) {
  // From today on 50 more, after two booked weeks 150.
  const v1::LineOutlook whole = OutlookOf(BalanceOf(400), Weekly(2), kToday, 50).whole();
  EXPECT_EQ(whole.weekly_pace_pence(), 150);
  EXPECT_EQ(FromProto(whole.lasts_until()), kToday + 14 + 14);
  // Gone before the booked weeks are over.
  EXPECT_EQ(FromProto(OutlookOf(BalanceOf(50), Weekly(2), kToday, 50).whole().lasts_until()), kToday + 7);
}

TEST(Outlook, TheWholeIsTheLinesTogether) {
  v1::Balance balance = BalanceOf(300);
  balance.add_lines()->set_line_id("fun");
  BookedByDay booked = Weekly(2);
  booked["fun"] = booked["care"];
  EXPECT_EQ(OutlookOf(balance, booked, kToday, 0).whole().weekly_pace_pence(), 200);
}

}  // namespace
}  // namespace regard::budgets
