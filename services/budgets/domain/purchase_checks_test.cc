// Each check before a hold, what passes it, and that the first failure in the fixed order is the reason.
#include "services/budgets/domain/purchase_checks.h"

#include <string>
#include <vector>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/budgets/domain/ledger.h"

namespace regard::budgets {
namespace {

using internal::v1::BudgetState;
using internal::v1::PlaceHold;

template <class Message>
Message From(absl::string_view text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text), &message)) << text;
  return message;
}

// 2026-01-01 is day 20454.
BudgetState Budget() {
  return From<BudgetState>(R"pb(
    phase: PHASE_OPEN
    person_id: "p1"
    tenant: "E08000009"
    funder: FUNDER_COUNCIL
    period_start_day: 20454
    period_end_day: 20818
    lines {
      line_id: "care"
      categories: "c:1"
      holding: HOLDING_DIRECT_PAYMENT
      allocated_pence: 1000
      hourly_price_limit_pence: 2000
    }
    lines { line_id: "more" categories: "c:1" categories: "c:2" holding: HOLDING_DIRECT_PAYMENT allocated_pence: 5000 }
    lines { line_id: "council" categories: "c:3" holding: HOLDING_COUNCIL_MANAGED allocated_pence: 5000 }
  )pb");
}

PlaceHold Purchase() {
  return From<PlaceHold>(R"pb(
    hold_id: "h1" line_id: "care" amount { pence: 1000 } provider_id: "v1" category: "c:1"
    effective { year: 2026 month: 3 day: 1 } standing: PROVIDER_STANDING_GOOD
  )pb");
}

class PurchaseChecks : public ::testing::Test {
 protected:
  std::string Objection() {
    return std::string(MayBuy(budget_, purchase_, RulesAt(absl::CivilDay(2026, 3, 1))).objection);
  }
  std::string LineThatPays() {
    const Verdict verdict = MayBuy(budget_, purchase_, RulesAt(absl::CivilDay(2026, 3, 1)));
    EXPECT_EQ(verdict.objection, "");
    return verdict.objection.empty() ? budget_.lines(verdict.line).line_id() : "";
  }
  void Allow(v1::ExceptionKind kind, absl::CivilDay until = absl::CivilDay(2026, 3, 1), const char* provider = "v1") {
    v1::ExceptionAllowed& allowed = *budget_.add_exceptions();
    allowed.set_kind(kind);
    allowed.set_provider_id(provider);
    allowed.mutable_until()->set_year(static_cast<int>(until.year()));
    allowed.mutable_until()->set_month(until.month());
    allowed.mutable_until()->set_day(until.day());
  }
  void Stay(absl::CivilDay day, int nights) {
    internal::v1::CareHomeStay& stay = *budget_.add_stays();
    stay.set_day(DayNumber(day));
    stay.set_nights(nights);
  }
  void BuyStay(int nights) {
    purchase_.set_provider_kind(base::v1::PROVIDER_KIND_CARE_HOME);
    purchase_.set_care_home_nights(nights);
  }

  BudgetState budget_ = Budget();
  PlaceHold purchase_ = Purchase();
};

TEST_F(PurchaseChecks, NothingAgainstIt) { EXPECT_EQ(LineThatPays(), "care"); }

TEST_F(PurchaseChecks, TheFirstThatFailsIsTheReason) {
  // Everything is wrong; then one after the other is put right.
  budget_.set_phase(BudgetState::PHASE_CLOSED);
  budget_.mutable_lines(0)->set_allocated_pence(999);
  purchase_.set_category("c:3");
  purchase_.mutable_effective()->set_year(2027);
  purchase_.set_standing(internal::v1::PROVIDER_STANDING_CLOSED);
  purchase_.set_relative_in_household(true);
  purchase_.set_care_home_nights(29);
  purchase_.set_provider_kind(base::v1::PROVIDER_KIND_COUNCIL_SERVICE);
  purchase_.set_provider_tenant("E08000009");
  purchase_.set_hourly_price_pence(2001);
  std::vector<std::string> reasons;
  const auto next = [&] { reasons.push_back(Objection()); };
  next();
  budget_.set_phase(BudgetState::PHASE_OPEN);
  next();
  purchase_.set_category("c:1");
  next();
  purchase_.mutable_effective()->set_year(2026);
  next();
  purchase_.set_standing(internal::v1::PROVIDER_STANDING_GOOD);
  next();
  purchase_.set_relative_in_household(false);
  next();
  purchase_.set_care_home_nights(28);
  next();
  purchase_.set_provider_tenant("E08000003");
  next();
  purchase_.set_hourly_price_pence(2000);
  next();
  budget_.mutable_lines(0)->set_allocated_pence(1000);
  next();
  EXPECT_EQ(reasons, (std::vector<std::string>{"BUDGET_NOT_OPEN", "CATEGORY_NOT_ALLOWED", "PLAN_NOT_IN_DATE",
                                               "PROVIDER_CLOSED", "RELATIVE_NEEDS_DECISION", "CARE_HOME_LIMIT",
                                               "OWN_SERVICE_NEEDS_DECISION", "ABOVE_PRICE_LIMIT", "NOT_ENOUGH_FREE",
                                               ""}));
}

TEST_F(PurchaseChecks, ALineThatTheBudgetDoesNotHaveIsRefused) {
  purchase_.set_line_id("none");
  EXPECT_EQ(Objection(), "LINE_NOT_FOUND");
}

TEST_F(PurchaseChecks, WithoutANamedLineTheFirstWithTheMoneyPays) {
  purchase_.clear_line_id();
  EXPECT_EQ(LineThatPays(), "care");
  purchase_.mutable_amount()->set_pence(1001);
  EXPECT_EQ(LineThatPays(), "more");
  purchase_.mutable_amount()->set_pence(5001);
  EXPECT_EQ(Objection(), "NOT_ENOUGH_FREE");
  purchase_.set_category("c:2");
  purchase_.mutable_amount()->set_pence(1);
  EXPECT_EQ(LineThatPays(), "more");
  purchase_.set_category("c:9");
  EXPECT_EQ(Objection(), "CATEGORY_NOT_ALLOWED");
}

TEST_F(PurchaseChecks, ALineWithoutCategoriesBuysAnything) {
  budget_.mutable_lines(0)->clear_categories();
  purchase_.set_category("c:9");
  EXPECT_EQ(LineThatPays(), "care");
}

TEST_F(PurchaseChecks, ThePlanHasAFirstAndALastDay) {
  *purchase_.mutable_effective() = From<base::v1::Date>("year: 2025 month: 12 day: 31");
  EXPECT_EQ(Objection(), "PLAN_NOT_IN_DATE");
  *purchase_.mutable_effective() = From<base::v1::Date>("year: 2026 month: 1 day: 1");
  EXPECT_EQ(Objection(), "");
  *purchase_.mutable_effective() = From<base::v1::Date>("year: 2026 month: 12 day: 31");
  EXPECT_EQ(Objection(), "");
  *purchase_.mutable_effective() = From<base::v1::Date>("year: 2027 month: 1 day: 1");
  EXPECT_EQ(Objection(), "PLAN_NOT_IN_DATE");
}

TEST_F(PurchaseChecks, TheProviderIsInGoodStanding) {
  purchase_.set_standing(internal::v1::PROVIDER_STANDING_UNCLAIMED);
  EXPECT_EQ(Objection(), "PROVIDER_UNCLAIMED");
  purchase_.set_standing(internal::v1::PROVIDER_STANDING_SUSPENDED);
  EXPECT_EQ(Objection(), "PROVIDER_SUSPENDED");
  purchase_.set_standing(internal::v1::PROVIDER_STANDING_CLOSED);
  EXPECT_EQ(Objection(), "PROVIDER_CLOSED");
  purchase_.set_standing(internal::v1::PROVIDER_STANDING_UNKNOWN);
  EXPECT_EQ(Objection(), "PROVIDER_UNKNOWN");
  purchase_.clear_standing();
  EXPECT_EQ(Objection(), "PROVIDER_UNKNOWN");
}

TEST_F(PurchaseChecks, ABookingsProviderIsKnownToBookings) {
  purchase_.set_from_booking(true);
  purchase_.set_standing(internal::v1::PROVIDER_STANDING_UNKNOWN);
  EXPECT_EQ(Objection(), "");
  purchase_.set_standing(internal::v1::PROVIDER_STANDING_CLOSED);
  EXPECT_EQ(Objection(), "PROVIDER_CLOSED");
}

TEST_F(PurchaseChecks, ARelativeIsPaidByDecisionOrFromOwnMoney) {
  purchase_.set_relative_in_household(true);
  EXPECT_EQ(Objection(), "RELATIVE_NEEDS_DECISION");
  Allow(v1::EXCEPTION_KIND_RELATIVE, absl::CivilDay(2026, 2, 28));
  EXPECT_EQ(Objection(), "RELATIVE_NEEDS_DECISION");
  Allow(v1::EXCEPTION_KIND_RELATIVE, absl::CivilDay(2026, 3, 1), "v2");
  EXPECT_EQ(Objection(), "RELATIVE_NEEDS_DECISION");
  Allow(v1::EXCEPTION_KIND_PRICE);
  EXPECT_EQ(Objection(), "RELATIVE_NEEDS_DECISION");
  Allow(v1::EXCEPTION_KIND_RELATIVE);
  EXPECT_EQ(Objection(), "");
  budget_.clear_exceptions();
  budget_.set_funder(v1::FUNDER_SELF);
  EXPECT_EQ(Objection(), "");
}

TEST_F(PurchaseChecks, ACouncilManagedLineAsksForTheRelativeTooButNotForTheRest) {
  purchase_.set_line_id("council");
  purchase_.set_category("c:3");
  purchase_.set_provider_kind(base::v1::PROVIDER_KIND_COUNCIL_SERVICE);
  purchase_.set_provider_tenant("E08000009");
  purchase_.set_care_home_nights(60);
  EXPECT_EQ(Objection(), "");
  purchase_.set_relative_in_household(true);
  EXPECT_EQ(Objection(), "RELATIVE_NEEDS_DECISION");
}

TEST_F(PurchaseChecks, FourWeeksInACareHome) {
  BuyStay(28);
  EXPECT_EQ(Objection(), "");
  BuyStay(29);
  EXPECT_EQ(Objection(), "CARE_HOME_LIMIT");
  Allow(v1::EXCEPTION_KIND_CARE_HOME);
  EXPECT_EQ(Objection(), "");
}

TEST_F(PurchaseChecks, WhateverACareHomeSellsIsANightAtLeast) {
  Stay(absl::CivilDay(2026, 2, 1), 28);
  EXPECT_EQ(Objection(), "");
  BuyStay(0);
  EXPECT_EQ(Objection(), "CARE_HOME_LIMIT");
}

TEST_F(PurchaseChecks, ShortGapsLinkStays) {
  BuyStay(8);
  // Gone on 3 February: 26 days without a stay link.
  Stay(absl::CivilDay(2026, 1, 13), 21);
  EXPECT_EQ(Objection(), "CARE_HOME_LIMIT");
  BuyStay(7);
  EXPECT_EQ(Objection(), "");
  // Gone on 1 February: 28 days do not.
  budget_.clear_stays();
  Stay(absl::CivilDay(2026, 1, 11), 21);
  BuyStay(28);
  EXPECT_EQ(Objection(), "");
}

TEST_F(PurchaseChecks, StaysBookedLaterLinkToo) {
  Stay(absl::CivilDay(2026, 3, 20), 14);
  BuyStay(15);
  EXPECT_EQ(Objection(), "CARE_HOME_LIMIT");
  BuyStay(14);
  EXPECT_EQ(Objection(), "");
}

TEST_F(PurchaseChecks, AChainOfLinkedStaysCountsWithinTwelveMonths) {
  // Two nights every 29 days are linked for two years, but never more than 28 in twelve months.
  for (int i = 1; i <= 25; ++i) Stay(absl::CivilDay(2026, 3, 1) - 29 * i, 2);
  BuyStay(2);
  EXPECT_EQ(Objection(), "");
  BuyStay(5);
  EXPECT_EQ(Objection(), "CARE_HOME_LIMIT");
  budget_.clear_stays();
  Stay(absl::CivilDay(2025, 2, 1), 28);
  EXPECT_EQ(Objection(), "");
}

TEST_F(PurchaseChecks, TheHomeCouncilsOwnServiceNeedsADecision) {
  purchase_.set_provider_kind(base::v1::PROVIDER_KIND_COUNCIL_SERVICE);
  purchase_.set_provider_tenant("E08000003");
  EXPECT_EQ(Objection(), "");
  purchase_.set_provider_tenant("E08000009");
  EXPECT_EQ(Objection(), "OWN_SERVICE_NEEDS_DECISION");
  Allow(v1::EXCEPTION_KIND_OWN_SERVICE);
  EXPECT_EQ(Objection(), "");
}

TEST_F(PurchaseChecks, ThePriceLimitOfTheLine) {
  purchase_.set_hourly_price_pence(2001);
  EXPECT_EQ(Objection(), "ABOVE_PRICE_LIMIT");
  Allow(v1::EXCEPTION_KIND_PRICE);
  EXPECT_EQ(Objection(), "");
  budget_.clear_exceptions();
  purchase_.set_line_id("more");
  EXPECT_EQ(Objection(), "");
}

TEST_F(PurchaseChecks, EnoughIsFree) {
  purchase_.mutable_amount()->set_pence(1001);
  EXPECT_EQ(Objection(), "NOT_ENOUGH_FREE");
  budget_.mutable_lines(0)->set_contributed_pence(1);
  EXPECT_EQ(Objection(), "");
  budget_.mutable_lines(0)->set_held_pence(1);
  EXPECT_EQ(Objection(), "NOT_ENOUGH_FREE");
}

}  // namespace
}  // namespace regard::budgets
