// Reserving, spending, voiding and refunding: what a caller and what a booking gets for an answer.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "libs/es/testing/scenario.h"
#include "services/budgets/domain/budget.h"
#include "services/budgets/domain/budgets_domain.h"
#include "services/budgets/domain/ledger.h"

namespace regard::budgets {
namespace {

using es::testing::Scenario;
using internal::v1::BudgetsCommand;
using internal::v1::BudgetState;

constexpr char kOpened[] = R"pb(opened {
  budget_id: "b1" person_id: "p1" tenant: "E08000009" funder: FUNDER_COUNCIL
  lines { line_id: "care" holding: HOLDING_DIRECT_PAYMENT allocation { pence: 10000 } }
  lines { line_id: "council" holding: HOLDING_COUNCIL_MANAGED allocation { pence: 500 } }
  lines { line_id: "fund" holding: HOLDING_INDIVIDUAL_SERVICE_FUND holder_id: "isf1" allocation { pence: 500 } }
  lines { line_id: "third" holding: HOLDING_THIRD_PARTY holder_id: "t1" allocation { pence: 500 } }
  period_start { year: 2026 month: 1 day: 1 } period_end { year: 2026 month: 12 day: 31 }
})pb";
constexpr char kPractitioner[] = R"pb(subject: "pr" role: ROLE_PRACTITIONER tenant: "E08000009")pb";
constexpr char kPerson[] = R"pb(subject: "p1" role: ROLE_PERSON)pb";
constexpr char kHelper[] = R"pb(subject: "h" role: ROLE_ACTING_FOR)pb";
constexpr char kSystem[] = R"pb(subject: "budgets.on-bookings" tenant: "E08000009")pb";

constexpr char kPlace[] = R"pb(person_id: "p1" budget_id: "b1" place_hold {
  hold_id: "h1" line_id: "care" amount { pence: 4000 } provider_id: "v1" category: "esdServiceType:242"
  effective { year: 2026 month: 1 day: 8 } standing: PROVIDER_STANDING_GOOD
})pb";
constexpr char kPlaced[] = R"pb(hold_placed {
  hold_id: "h1" line_id: "care" amount { pence: 4000 currency: "GBP" } provider_id: "v1" category: "esdServiceType:242"
  effective { year: 2026 month: 1 day: 8 } rule_version: "england-2015.1" holding: HOLDING_DIRECT_PAYMENT
  provider_standing: "GOOD"
})pb";
constexpr char kPlaceForBooking[] = R"pb(person_id: "p1" budget_id: "b1" place_hold {
  hold_id: "h1" amount { pence: 4000 } booking_id: "k1" provider_id: "v1" category: "esdServiceType:242"
  effective { year: 2026 month: 1 day: 8 } standing: PROVIDER_STANDING_GOOD from_booking: true
})pb";
constexpr char kBooked[] = R"pb(hold_placed {
  hold_id: "h1" line_id: "care" amount { pence: 4000 } booking_id: "k1" provider_id: "v1" category: "esdServiceType:242"
  effective { year: 2026 month: 1 day: 8 }
})pb";

std::string With(absl::string_view text, absl::string_view more) { return std::string(text) + " " + std::string(more); }

class HoldsTest : public ::testing::Test {
 protected:
  const internal::v1::LineState& Line(int i = 0) { return s_.StateOf<BudgetState>("budget/b1").lines(i); }
  const BudgetState& Budget() { return s_.StateOf<BudgetState>("budget/b1"); }

  Scenario s_{BudgetsDomain(), BudgetsCommand::default_instance()};
};

// ---- Placing

TEST_F(HoldsTest, AHoldReservesMoney) {
  s_.Given("budget/b1", kOpened).By(kPerson).When(kPlace).Then("budget/b1", kPlaced).ThenNoMore();
  EXPECT_EQ(Line().held_pence(), 4000);
  EXPECT_EQ(FreePence(Line()), 6000);
}

TEST_F(HoldsTest, ACallersRefusedHoldStoresNothing) {
  s_.Given("budget/b1", kOpened).By(kPerson);
  s_.When(R"pb(person_id: "p1" budget_id: "b1" place_hold {
    hold_id: "h1" line_id: "care" amount { pence: 10001 } effective { year: 2026 month: 1 day: 8 }
    standing: PROVIDER_STANDING_GOOD
  })pb").ThenRefused("NOT_ENOUGH_FREE");
}

TEST_F(HoldsTest, ABookingsRefusedHoldIsAFact) {
  s_.Given("budget/b1", kOpened).By(kSystem);
  s_.When(R"pb(person_id: "p1" budget_id: "b1" place_hold {
    hold_id: "h1" amount { pence: 10001 } booking_id: "k1" provider_id: "v1" effective { year: 2026 month: 1 day: 8 }
    standing: PROVIDER_STANDING_GOOD from_booking: true
  })pb").Then("budget/b1", R"pb(hold_declined {
    hold_id: "h1" booking_id: "k1" provider_id: "v1" reason: "NOT_ENOUGH_FREE"
    amount { pence: 10001 currency: "GBP" } rule_version: "england-2015.1" provider_standing: "GOOD"
  })pb").ThenNoMore();
}

TEST_F(HoldsTest, ABookingOnABudgetThatDoesNotExistIsAFactToo) {
  s_.By(kSystem).When(kPlaceForBooking).Then("budget/b1", R"pb(hold_declined {
    hold_id: "h1" booking_id: "k1" reason: "BUDGET_NOT_FOUND"
  })pb");
  s_.Given("budget/b1", kOpened);
  s_.When(R"pb(person_id: "p2" budget_id: "b1" place_hold {
    hold_id: "h1" booking_id: "k1" effective { year: 2026 month: 1 day: 8 } from_booking: true
  })pb").Then("budget/b1", R"pb(hold_declined { reason: "BUDGET_NOT_FOUND" })pb");
}

TEST_F(HoldsTest, ACallerIsToldThatTheBudgetDoesNotExist) {
  s_.By(kPerson).When(kPlace).ThenRefused("BUDGET_NOT_FOUND");
}

TEST_F(HoldsTest, TheSameHoldOfABookingIsPlacedOnce) {
  s_.Given("budget/b1", kOpened).By(kSystem).When(kPlaceForBooking).Then("budget/b1", "hold_placed {}");
  s_.When(kPlaceForBooking).ThenNothing();
  s_.By(kPerson).When(kPlace).ThenRefused("HOLD_EXISTS");
}

TEST_F(HoldsTest, StaysInACareHomeAreRememberedUntilTheyDidNotHappen) {
  const auto stay = [](absl::string_view id) {
    return With(R"pb(person_id: "p1" budget_id: "b1")pb",
                "place_hold { amount { pence: 10 } line_id: \"care\" provider_kind: PROVIDER_KIND_CARE_HOME "
                "effective { year: 2026 month: 3 day: 1 } standing: PROVIDER_STANDING_GOOD care_home_nights: 14 "
                "from_booking: true hold_id: \"" + std::string(id) + "\" }");
  };
  const auto settle = [](absl::string_view how) { return With(R"pb(person_id: "p1" budget_id: "b1")pb", how); };
  s_.Given("budget/b1", kOpened).By(kSystem);
  s_.When(stay("s1")).Then("budget/b1", "hold_placed { care_home_nights: 14 }");
  s_.When(stay("s2")).Then("budget/b1", "hold_placed {}");
  s_.When(stay("s3")).Then("budget/b1", R"pb(hold_declined { reason: "CARE_HOME_LIMIT" })pb");
  s_.When(settle(R"pb(void_hold { hold_id: "s1" from_booking: true })pb")).Then("budget/b1", "hold_voided {}");
  s_.When(stay("s3")).Then("budget/b1", "hold_placed {}");
  // A fee is no stay, a stay that is paid is one.
  s_.When(settle(R"pb(post_hold {
      hold_id: "s2" amount { pence: 5 } reason: SETTLEMENT_REASON_CANCELLATION_FEE from_booking: true })pb"))
      .Then("budget/b1", "hold_posted {}")
      .Then("budget/b1", "payout_due {}");
  s_.When(stay("s4")).Then("budget/b1", "hold_placed {}");
  s_.When(settle(R"pb(post_hold {
      hold_id: "s4" amount { pence: 5 } reason: SETTLEMENT_REASON_CONFIRMED from_booking: true })pb"))
      .Then("budget/b1", "hold_posted {}")
      .Then("budget/b1", "payout_due {}");
  s_.When(stay("s5")).Then("budget/b1", R"pb(hold_declined { reason: "CARE_HOME_LIMIT" })pb");
}

TEST_F(HoldsTest, StaysLongAgoAreForgotten) {
  s_.Given("budget/b1", kOpened);
  s_.Given("budget/b1", R"pb(hold_placed {
    hold_id: "s1" line_id: "care" care_home_nights: 1 effective { year: 2023 month: 12 day: 1 }
  })pb");
  s_.Given("budget/b1", R"pb(hold_placed {
    hold_id: "s2" line_id: "care" care_home_nights: 1 effective { year: 2026 month: 1 day: 8 }
  })pb");
  s_.Given("budget/b1", R"pb(hold_placed {
    hold_id: "s3" line_id: "care" care_home_nights: 1 effective { year: 2025 month: 1 day: 8 }
  })pb");
  ASSERT_EQ(Budget().stays_size(), 2);
  EXPECT_EQ(Budget().stays(0).hold_id(), "s3");
  EXPECT_EQ(Budget().stays(1).hold_id(), "s2");
}

TEST_F(HoldsTest, HoldsStaySorted) {
  s_.Given("budget/b1", kOpened);
  for (const char* id : {"h5", "h1", "h3", "h2", "h4"}) {
    s_.Given("budget/b1", std::string("hold_placed { line_id: \"care\" amount { pence: 1 } hold_id: \"") + id + "\" }");
  }
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Budget().holds(i).hold_id(), "h" + std::to_string(i + 1));
  s_.Given("budget/b1", R"pb(hold_voided { hold_id: "h3" line_id: "care" released { pence: 1 } })pb");
  EXPECT_EQ(FindHold(Budget(), "h3"), nullptr);
  EXPECT_NE(FindHold(Budget(), "h4"), nullptr);
}

TEST_F(HoldsTest, HoldsAreBounded) {
  s_.Given("budget/b1", kOpened);
  for (int i = 0; i < kMaxHolds; ++i) {
    s_.Given("budget/b1",
             "hold_placed { line_id: \"care\" amount { pence: 1 } hold_id: \"x" + std::to_string(i) + "\" }");
  }
  s_.By(kPerson).When(kPlace).ThenRefused("TOO_MANY_HOLDS");
  s_.By(kSystem).When(kPlaceForBooking).Then("budget/b1", R"pb(hold_declined { reason: "TOO_MANY_HOLDS" })pb");
}

// ---- Who may

TEST_F(HoldsTest, ThePersonAndTheirCouncilMay) {
  s_.Given("budget/b1", kOpened);
  s_.By(R"pb(subject: "p2" role: ROLE_PERSON)pb").When(kPlace).ThenRefused("BUDGET_NOT_FOUND");
  s_.By(R"pb(subject: "pr" role: ROLE_PRACTITIONER tenant: "E08000003")pb")
      .When(kPlace)
      .ThenRefused("BUDGET_NOT_FOUND");
  for (const char* role : {"ROLE_PROVIDER", "ROLE_COMMISSIONER", "ROLE_OPERATOR"}) {
    s_.By(std::string("subject: \"p1\" tenant: \"E08000009\" role: ") + role)
        .When(kPlace)
        .ThenRefused("BUDGET_NOT_FOUND");
  }
  s_.By(kPractitioner).When(kPlace).Then("budget/b1", "hold_placed {}");
}

TEST_F(HoldsTest, ACouncilDoesNotSeeAWalletOfOwnMoney) {
  s_.Given("budget/b1", R"pb(opened { person_id: "p1" tenant: "E08000009" funder: FUNDER_SELF })pb");
  s_.By(kPractitioner).When(kPlace).ThenRefused("BUDGET_NOT_FOUND");
}

TEST_F(HoldsTest, AHelperNeedsALivingGrantToPay) {
  const std::string place = With(kPlace, "by_helper: true");
  s_.Given("budget/b1", kOpened).By(kHelper).When(place).ThenRefused("BUDGET_NOT_FOUND");
  s_.Given("person/p1", R"pb(acting_granted { grant_id: "g1" helper_id: "h" scopes: SCOPE_SEE })pb");
  s_.When(place).ThenRefused("SCOPE_MISSING");
  s_.Given("person/p1", R"pb(acting_granted { grant_id: "g2" helper_id: "h" scopes: SCOPE_PAY })pb");
  s_.When(place).Then("budget/b1", "hold_placed {}");
  s_.Given("person/p1", R"pb(acting_revoked { grant_id: "g1" })pb").Given("person/p1", R"pb(acting_revoked {
                                                                                              grant_id: "g2"
                                                                                            })pb");
  s_.When(R"pb(person_id: "p1" budget_id: "b1" by_helper: true void_hold { hold_id: "h1" })pb")
      .ThenRefused("BUDGET_NOT_FOUND");
}

TEST_F(HoldsTest, AGrantThatIsOverIsNone) {
  s_.Given("budget/b1", kOpened).By(kHelper);
  s_.Given("person/p1", R"pb(acting_granted {
    grant_id: "g2" helper_id: "h" scopes: SCOPE_PAY until { seconds: 1767600001 }
  })pb");
  s_.At(absl::FromUnixSeconds(1767600001)).When(With(kPlace, "by_helper: true")).ThenRefused("BUDGET_NOT_FOUND");
}

TEST_F(HoldsTest, AHelperWhoseGrantsWereNotReadMayNot) {
  s_.Given("budget/b1", kOpened)
      .Given("person/p1", R"pb(acting_granted { grant_id: "g2" helper_id: "h" scopes: SCOPE_PAY })pb")
      .By(kHelper)
      .When(kPlace)
      .ThenRefused("BUDGET_NOT_FOUND");
}

// ---- Posting

constexpr char kPost[] = R"pb(person_id: "p1" budget_id: "b1" post_hold {
  hold_id: "h1" amount { pence: 3000 } reason: SETTLEMENT_REASON_REQUESTED
})pb";

TEST_F(HoldsTest, PostingSpendsSomeAndReleasesTheRest) {
  s_.Given("budget/b1", kOpened).Given("budget/b1", kPlaced).By(kPerson).When(kPost);
  s_.Then("budget/b1", R"pb(hold_posted {
    hold_id: "h1" provider_id: "v1" line_id: "care" amount { pence: 3000 currency: "GBP" }
    released { pence: 1000 currency: "GBP" } category: "esdServiceType:242" effective { year: 2026 month: 1 day: 8 }
    hold_effective { year: 2026 month: 1 day: 8 } reason: SETTLEMENT_REASON_REQUESTED
  })pb");
  s_.Then("budget/b1", R"pb(payout_due {
    payout_item_id: "h1" hold_id: "h1" provider_id: "v1" debtor_account: "person/p1"
    amount { pence: 3000 currency: "GBP" } due { year: 2026 month: 1 day: 5 }
  })pb").ThenNoMore();
  EXPECT_EQ(Line().spent_pence(), 3000);
  EXPECT_EQ(Line().held_pence(), 0);
  EXPECT_EQ(FreePence(Line()), 7000);
}

TEST_F(HoldsTest, ABookingsHoldIsPostedByTheBookingOnly) {
  s_.Given("budget/b1", kOpened).Given("budget/b1", kBooked).By(kPerson).When(kPost).ThenRefused("HOLD_OF_A_BOOKING");
  s_.When(R"pb(person_id: "p1" budget_id: "b1" void_hold { hold_id: "h1" })pb").ThenRefused("HOLD_OF_A_BOOKING");
  s_.By(kSystem).When(R"pb(person_id: "p1" budget_id: "b1" post_hold {
    hold_id: "h1" booking_id: "k1" provider_id: "v1" amount { pence: 4000 } reason: SETTLEMENT_REASON_CONFIRMED
    effective { year: 2026 month: 1 day: 9 } from_booking: true
  })pb");
  s_.Then("budget/b1", R"pb(hold_posted {
    booking_id: "k1" amount { pence: 4000 currency: "GBP" } released { pence: 0 currency: "GBP" }
    effective { year: 2026 month: 1 day: 9 } hold_effective { year: 2026 month: 1 day: 8 }
    reason: SETTLEMENT_REASON_CONFIRMED
  })pb").Then("budget/b1", R"pb(payout_due { booking_id: "k1" })pb");
}

TEST_F(HoldsTest, TheAccountThatPaysIsTheLines) {
  s_.Given("budget/b1", kOpened).By(kSystem);
  const std::pair<const char*, const char*> accounts[] = {{"care", "person/p1"},
                                                          {"council", "council/E08000009"},
                                                          {"fund", "fund-holder/isf1"},
                                                          {"third", "third-party/t1"}};
  for (const auto& [line, account] : accounts) {
    const std::string id = std::string("hold_id: \"") + line + "\"";
    s_.Given("budget/b1", "hold_placed { amount { pence: 9 } line_id: \"" + std::string(line) + "\" " + id + " }");
    s_.When("person_id: \"p1\" budget_id: \"b1\" post_hold { amount { pence: 9 } from_booking: true " + id + " }");
    s_.Then("budget/b1", "hold_posted {}");
    s_.Then("budget/b1", "payout_due { debtor_account: \"" + std::string(account) + "\" }");
  }
}

TEST_F(HoldsTest, PostingIsRefusedBeyondTheHoldAndTwice) {
  s_.Given("budget/b1", kOpened).Given("budget/b1", kPlaced).By(kPerson);
  s_.When(R"pb(person_id: "p1" budget_id: "b1" post_hold { hold_id: "h1" amount { pence: 4001 } })pb")
      .ThenRefused("MORE_THAN_HELD");
  s_.When(R"pb(person_id: "p1" budget_id: "b1" post_hold { hold_id: "h1" })pb").ThenRefused("NOTHING_TO_POST");
  s_.When(R"pb(person_id: "p1" budget_id: "b1" post_hold { hold_id: "none" amount { pence: 1 } })pb")
      .ThenRefused("HOLD_NOT_FOUND");
  s_.When(kPost).Then("budget/b1", "hold_posted {}").Then("budget/b1", "payout_due {}");
  s_.When(kPost).ThenRefused("HOLD_ALREADY_POSTED");
  s_.When(R"pb(person_id: "p1" budget_id: "b1" void_hold { hold_id: "h1" })pb").ThenRefused("HOLD_ALREADY_POSTED");
}

TEST_F(HoldsTest, ABookingsRefusedSettlementIsAFact) {
  s_.Given("budget/b1", kOpened).Given("budget/b1", kBooked).By(kSystem);
  const auto post = [](absl::string_view more) {
    return "person_id: \"p1\" budget_id: \"b1\" post_hold { booking_id: \"k1\" provider_id: \"v1\" from_booking: "
           "true " +
           std::string(more) + " }";
  };
  const auto refused = [](absl::string_view reason) {
    return "settlement_refused { booking_id: \"k1\" provider_id: \"v1\" reason: \"" + std::string(reason) + "\" }";
  };
  s_.When(post(R"pb(hold_id: "h1" amount { pence: 4001 })pb")).Then("budget/b1", refused("MORE_THAN_HELD"));
  s_.When(post(R"pb(hold_id: "none" amount { pence: 1 })pb")).Then("budget/b1", refused("HOLD_NOT_FOUND"));
  s_.When(post(R"pb(hold_id: "h1" amount { pence: 4000 })pb"))
      .Then("budget/b1", "hold_posted {}")
      .Then("budget/b1", "payout_due {}");
  s_.When(post(R"pb(hold_id: "h1" amount { pence: 4000 })pb")).Then("budget/b1", refused("HOLD_ALREADY_POSTED"));
  s_.When(R"pb(person_id: "p1" budget_id: "b9" void_hold {
    hold_id: "h1" booking_id: "k1" provider_id: "v1" from_booking: true
  })pb").Then("budget/b9", refused("BUDGET_NOT_FOUND"));
}

// ---- Voiding

TEST_F(HoldsTest, VoidingFreesItAll) {
  s_.Given("budget/b1", kOpened).Given("budget/b1", kPlaced).By(kPerson);
  s_.When(R"pb(person_id: "p1" budget_id: "b1" void_hold { hold_id: "h1" reason: SETTLEMENT_REASON_REQUESTED })pb");
  s_.Then("budget/b1", R"pb(hold_voided {
    hold_id: "h1" provider_id: "v1" line_id: "care" released { pence: 4000 currency: "GBP" }
    reason: SETTLEMENT_REASON_REQUESTED hold_effective { year: 2026 month: 1 day: 8 }
  })pb").ThenNoMore();
  EXPECT_EQ(FreePence(Line()), 10000);
  EXPECT_EQ(Budget().holds_size(), 0);
  s_.When(R"pb(person_id: "p1" budget_id: "b1" void_hold { hold_id: "h1" })pb").ThenRefused("HOLD_NOT_FOUND");
}

// ---- Refunding

constexpr char kPosted[] = R"pb(hold_posted {
  hold_id: "h1" line_id: "care" amount { pence: 3000 } released { pence: 1000 }
})pb";
constexpr char kRefund[] = R"pb(person_id: "p1" budget_id: "b1" refund {
  hold_id: "h1" amount { pence: 1000 } reason: "PAID_TWICE"
})pb";

TEST_F(HoldsTest, ARefundIsFreeAgain) {
  s_.Given("budget/b1", kOpened)
      .Given("budget/b1", kPlaced)
      .Given("budget/b1", kPosted)
      .By(kPractitioner)
      .When(kRefund);
  s_.Then("budget/b1", R"pb(posting_refunded {
    hold_id: "h1" provider_id: "v1" line_id: "care" amount { pence: 1000 currency: "GBP" } reason: "PAID_TWICE"
    debtor_account: "person/p1" effective { year: 2026 month: 1 day: 5 }
  })pb").ThenNoMore();
  EXPECT_EQ(Line().spent_pence(), 2000);
  EXPECT_EQ(FreePence(Line()), 8000);
  s_.When(R"pb(person_id: "p1" budget_id: "b1" refund { hold_id: "h1" amount { pence: 2001 } })pb")
      .ThenRefused("MORE_THAN_POSTED");
}

TEST_F(HoldsTest, ARefundAfterClosingGoesBackToTheFunder) {
  s_.Given("budget/b1", kOpened).Given("budget/b1", kPlaced).Given("budget/b1", kPosted);
  s_.Given("budget/b1", R"pb(closed { returned { line_id: "care" amount { pence: 7000 } } })pb");
  s_.By(kPractitioner).When(kRefund).Then("budget/b1", "posting_refunded { returned: true }");
  EXPECT_EQ(FreePence(Line()), 0);
  EXPECT_EQ(Line().returned_pence(), 8000);
}

TEST_F(HoldsTest, OnlyWhatWasPostedIsRefundedAndByTheFunder) {
  s_.By(kPractitioner).When(kRefund).ThenRefused("BUDGET_NOT_FOUND");
  s_.Given("budget/b1", kOpened).When(kRefund).ThenRefused("POSTING_NOT_FOUND");
  s_.Given("budget/b1", kPlaced).When(kRefund).ThenRefused("HOLD_NOT_POSTED");
  s_.By(kPerson).When(kRefund).ThenRefused("ONLY_THE_FUNDER");
}

TEST_F(HoldsTest, APostingCanBeRefundedForSixWeeks) {
  const absl::Time posted = absl::FromUnixSeconds(1767600000);
  s_.At(posted).Given("budget/b1", kOpened).Given("budget/b1", kPlaced).Given("budget/b1", kPosted).By(kPractitioner);
  s_.At(posted + kRefundable).When(kRefund).ThenRefused("POSTING_NOT_FOUND");
  s_.At(posted + kRefundable - absl::Seconds(1)).When(kRefund).Then("budget/b1", "posting_refunded {}");
}

TEST_F(HoldsTest, TheStateForgetsOldPostingsAndNothingElse) {
  const absl::Time start = absl::FromUnixSeconds(1767600000);
  s_.At(start).Given("budget/b1", kOpened);
  for (const char* id : {"a", "b", "c"}) {
    s_.Given("budget/b1",
             std::string("hold_placed { line_id: \"care\" amount { pence: 10 } hold_id: \"") + id + "\" }");
  }
  const auto post = [&](const char* id) {
    s_.Given("budget/b1",
             std::string("hold_posted { line_id: \"care\" amount { pence: 10 } hold_id: \"") + id + "\" }");
  };
  post("b");
  s_.At(start + absl::Hours(24));
  post("a");
  s_.At(start + kRefundable).Given("budget/b1", "payout_due {}");
  EXPECT_EQ(FindHold(Budget(), "b"), nullptr);
  EXPECT_NE(FindHold(Budget(), "a"), nullptr);
  EXPECT_NE(FindHold(Budget(), "c"), nullptr);
  s_.At(start + kRefundable + absl::Hours(24)).Given("budget/b1", "payout_due {}");
  EXPECT_EQ(FindHold(Budget(), "a"), nullptr);
  EXPECT_EQ(Budget().holds_size(), 1);
  EXPECT_EQ(Line().spent_pence(), 20);
}

TEST_F(HoldsTest, ABookingOfAnotherCouncilFindsNoBudget) {
  s_.Given("budget/b1", kOpened);
  const std::string place = R"pb(
    person_id: "p1" budget_id: "b1"
    place_hold { hold_id: "h1" booking_id: "k1" amount { pence: 10 } category: "regard:gardening" from_booking: true
                 asked_by { subject: "w" role: ROLE_PRACTITIONER tenant: "E08000008" } })pb";
  s_.By("").When(place).Then("budget/b1", R"pb(hold_declined { reason: "BUDGET_NOT_FOUND" booking_id: "k1" })pb");
}

// A booking's hold for whoever asked for the booking.
std::string Booked(absl::string_view asked_by) {
  const std::string asked = absl::StrCat("from_booking: true asked_by { ", asked_by, " }");
  return absl::StrCat("by_helper: true ", absl::StrReplaceAll(kPlaceForBooking, {{"from_booking: true", asked}}));
}

TEST_F(HoldsTest, ABookingByAHelperSpendsAsFarAsTheirGrantReaches) {
  const std::string book = Booked("subject: 'h' role: ROLE_ACTING_FOR");
  const auto after = [&](absl::string_view opened, absl::string_view grants, absl::string_view then) {
    Scenario s(BudgetsDomain(), BudgetsCommand::default_instance());
    s.Given("budget/b1", opened);
    if (!grants.empty()) s.Given("person/p1", grants);
    s.By(kSystem).When(book).Then("budget/b1", then);
  };
  constexpr char kNone[] = R"pb(hold_declined { reason: "BUDGET_NOT_FOUND" booking_id: "k1" })pb";
  constexpr char kWallet[] = R"pb(opened {
    budget_id: "b1" person_id: "p1" tenant: "E08000009" funder: FUNDER_SELF
    lines { line_id: "care" holding: HOLDING_SELF_FUNDED allocation { pence: 10000 } }
    period_start { year: 2026 month: 1 day: 1 } period_end { year: 2026 month: 12 day: 31 }
  })pb";
  const std::string grant = "grant_id: 'g1' helper_id: 'h' scopes: SCOPE_BOOK tenant: 'E08000009' ";
  after(kOpened, "acting_granted { " + grant + " }", kBooked);
  after(kWallet, "acting_granted { " + grant + " }", kBooked);
  // Taken back between the booking and its hold, or never given.
  after(kOpened, "", kNone);
  after(kOpened, "acting_granted { grant_id: 'g1' helper_id: 'h' scopes: SCOPE_SEE }", kNone);
  // A council's word opens its own money and no wallet; an attorney's right is not the council's.
  after(kOpened, "acting_granted { " + grant + " by_council: true }", kBooked);
  after(kWallet, "acting_granted { " + grant + " by_council: true }", kNone);
  after(kWallet, "acting_granted { " + grant + " by_council: true basis: ACTING_BASIS_ATTORNEY }", kBooked);
  constexpr char kOfAnotherCouncil[] = R"pb(acting_granted {
    grant_id: "g1" helper_id: "h" scopes: SCOPE_BOOK tenant: "E08000003" by_council: true
  })pb";
  after(kOpened, kOfAnotherCouncil, kNone);
}

TEST_F(HoldsTest, ACouncilSpendsNoWalletThroughABookingEither) {
  s_.Given("budget/b1", R"pb(opened {
    budget_id: "b1" person_id: "p1" tenant: "E08000009" funder: FUNDER_SELF
    lines { line_id: "care" holding: HOLDING_SELF_FUNDED allocation { pence: 10000 } }
    period_start { year: 2026 month: 1 day: 1 } period_end { year: 2026 month: 12 day: 31 }
  })pb");
  s_.By(kSystem)
      .When(Booked("subject: 'pr' role: ROLE_PRACTITIONER tenant: 'E08000009'"))
      .Then("budget/b1", R"pb(hold_declined { reason: "BUDGET_NOT_FOUND" })pb");
  s_.By(kPractitioner).When(kPlace).ThenRefused("BUDGET_NOT_FOUND");
  s_.By(kSystem).When(Booked("subject: 'p1' role: ROLE_PERSON")).Then("budget/b1", kBooked);
}

}  // namespace
}  // namespace regard::budgets
