// Opening, changing and closing a budget, and who may.
#include "services/budgets/domain/budget.h"

#include "gtest/gtest.h"
#include "libs/es/testing/scenario.h"
#include "services/budgets/domain/budgets_domain.h"
#include "services/budgets/domain/ledger.h"

namespace regard::budgets {
namespace {

using es::testing::Scenario;
using internal::v1::BudgetsCommand;
using internal::v1::BudgetState;

constexpr char kOpened[] = R"pb(opened {
  budget_id: "b1" person_id: "p1" tenant: "E08000009" funder: FUNDER_COUNCIL
  lines { line_id: "care" holding: HOLDING_DIRECT_PAYMENT allocation { pence: 10000 currency: "GBP" } }
  lines { line_id: "fun" holding: HOLDING_COUNCIL_MANAGED allocation { pence: 500 currency: "GBP" } }
  period_start { year: 2026 month: 1 day: 1 } period_end { year: 2026 month: 12 day: 31 }
})pb";
constexpr char kOwnWallet[] = R"pb(opened {
  budget_id: "b1" person_id: "p1" tenant: "E08000009" funder: FUNDER_SELF
  lines { line_id: "care" holding: HOLDING_SELF_FUNDED allocation { pence: 10000 currency: "GBP" } }
  period_start { year: 2026 month: 1 day: 1 } period_end { year: 2026 month: 12 day: 31 }
})pb";
constexpr char kPractitioner[] = R"pb(subject: "pr" role: ROLE_PRACTITIONER tenant: "E08000009")pb";
constexpr char kElsewhere[] = R"pb(subject: "pr" role: ROLE_PRACTITIONER tenant: "E08000003")pb";
constexpr char kPerson[] = R"pb(subject: "p1" role: ROLE_PERSON tenant: "E08000009")pb";
constexpr char kOther[] = R"pb(subject: "p2" role: ROLE_PERSON tenant: "E08000009")pb";
constexpr char kHold[] = R"pb(hold_placed {
  hold_id: "h1" line_id: "care" amount { pence: 4000 } effective { year: 2026 month: 1 day: 8 }
})pb";

class BudgetTest : public ::testing::Test {
 protected:
  Scenario s_{BudgetsDomain(), BudgetsCommand::default_instance()};
};

// ---- Opening

constexpr char kOpen[] = R"pb(person_id: "p1" budget_id: "b1" open {
  tenant: "E08000009" funder: FUNDER_COUNCIL
  lines { line_id: "care" holding: HOLDING_DIRECT_PAYMENT allocation { pence: 10000 currency: "GBP" } }
  period_start { year: 2026 month: 1 day: 1 } period_end { year: 2026 month: 12 day: 31 }
  replaces_annual_cost { pence: 990000 currency: "GBP" } price_year: 2008 source: "Demos 2008"
})pb";
constexpr char kOpenWallet[] = R"pb(person_id: "p1" budget_id: "b1" open {
  tenant: "E08000009" funder: FUNDER_SELF
  lines { line_id: "care" holding: HOLDING_SELF_FUNDED allocation { pence: 10000 currency: "GBP" } }
  period_start { year: 2026 month: 1 day: 1 } period_end { year: 2026 month: 12 day: 31 }
})pb";

TEST_F(BudgetTest, APractitionerOpensOneForTheirCouncil) {
  s_.By(kPractitioner).When(kOpen).Then("budget/b1", R"pb(opened {
    budget_id: "b1" person_id: "p1" tenant: "E08000009" funder: FUNDER_COUNCIL
    lines { line_id: "care" holding: HOLDING_DIRECT_PAYMENT allocation { pence: 10000 currency: "GBP" } }
    period_start { year: 2026 month: 1 day: 1 } period_end { year: 2026 month: 12 day: 31 }
    replaces_annual_cost { pence: 990000 currency: "GBP" } price_year: 2008 source: "Demos 2008"
  })pb").ThenNoMore();
  const auto& budget = s_.StateOf<BudgetState>("budget/b1");
  EXPECT_EQ(budget.phase(), BudgetState::PHASE_OPEN);
  EXPECT_EQ(FreePence(budget.lines(0)), 10000);
}

TEST_F(BudgetTest, OpeningItAgainChangesNothing) {
  s_.By(kPractitioner).When(kOpen).Then("budget/b1", "opened {}").When(kOpen).ThenNothing();
}

TEST_F(BudgetTest, AnotherBudgetCannotTakeItsId) {
  s_.Given("budget/b1", kOpened).By(R"pb(subject: "op" role: ROLE_OPERATOR)pb");
  s_.When(R"pb(person_id: "p2" budget_id: "b1" open { tenant: "E08000009" funder: FUNDER_COUNCIL })pb")
      .ThenRefused("BUDGET_EXISTS");
  s_.When(R"pb(person_id: "p1" budget_id: "b1" open { tenant: "E08000009" funder: FUNDER_NHS })pb")
      .ThenRefused("BUDGET_EXISTS");
}

TEST_F(BudgetTest, ADeclinedHoldBeforeItExistsDoesNotStandInTheWay) {
  s_.Given("budget/b1", R"pb(hold_declined { hold_id: "h1" reason: "BUDGET_NOT_FOUND" })pb")
      .By(kPractitioner)
      .When(kOpen)
      .Then("budget/b1", "opened {}");
}

TEST_F(BudgetTest, APersonOpensAWalletOfTheirOwnMoneyOnly) {
  s_.By(kPerson).When(kOpen).ThenRefused("ONLY_THE_FUNDER");
  s_.By(kOther).When(kOpenWallet).ThenRefused("PERSON_NOT_FOUND");
  s_.By(R"pb(subject: "p1" role: ROLE_PERSON tenant: "E08000003")pb")
      .When(kOpenWallet)
      .ThenRefused("COUNCIL_NOT_FOUND");
  s_.By(kPerson).When(kOpenWallet).Then("budget/b1", "opened { funder: FUNDER_SELF }");
}

TEST_F(BudgetTest, APractitionerOpensNoWalletAndNothingForAnotherCouncil) {
  s_.By(kPractitioner).When(kOpenWallet).ThenRefused("ONLY_THE_PERSON");
  s_.By(kElsewhere).When(kOpen).ThenRefused("COUNCIL_NOT_FOUND");
}

TEST_F(BudgetTest, AnOperatorImportsBudgets) {
  s_.By(R"pb(subject: "op" role: ROLE_OPERATOR)pb").When(kOpen).Then("budget/b1", "opened {}");
}

TEST_F(BudgetTest, NobodyElseOpensOne) {
  for (const char* role : {"ROLE_ACTING_FOR", "ROLE_PROVIDER", "ROLE_COMMISSIONER", "ROLE_PARTNER"}) {
    s_.By(std::string("subject: \"p1\" tenant: \"E08000009\" role: ") + role)
        .When(kOpen)
        .ThenRefused("PERSON_NOT_FOUND");
  }
}

// ---- Allocating, contributing, adjusting

constexpr char kAllocate[] = R"pb(person_id: "p1" budget_id: "b1" allocate {
  line_id: "care" amount { pence: 250 } reason: "ONE_OFF_GRANT"
})pb";

TEST_F(BudgetTest, MoneyIsAllocated) {
  s_.Given("budget/b1", kOpened).By(kPractitioner).When(kAllocate).Then("budget/b1", R"pb(allocated {
    line_id: "care" amount { pence: 250 currency: "GBP" } reason: "ONE_OFF_GRANT"
    effective { year: 2026 month: 1 day: 5 }
  })pb").ThenNoMore();
  EXPECT_EQ(s_.StateOf<BudgetState>("budget/b1").lines(0).allocated_pence(), 10250);
}

TEST_F(BudgetTest, AnEffectiveDayIsKept) {
  s_.Given("budget/b1", kOpened).By(kPractitioner);
  s_.When(R"pb(person_id: "p1" budget_id: "b1" allocate {
    line_id: "care" amount { pence: 250 } effective { year: 2026 month: 2 day: 1 }
  })pb").Then("budget/b1", "allocated { effective { year: 2026 month: 2 day: 1 } }");
}

TEST_F(BudgetTest, ChangesNeedTheLine) {
  s_.Given("budget/b1", kOpened).By(kPractitioner);
  s_.When(R"pb(person_id: "p1" budget_id: "b1" allocate { line_id: "none" amount { pence: 1 } })pb")
      .ThenRefused("LINE_NOT_FOUND");
}

TEST_F(BudgetTest, ALineHoldsOnlySoMuch) {
  s_.Given("budget/b1", kOpened)
      .Given("budget/b1", R"pb(allocated { line_id: "care" amount { pence: 9999999990000 } })pb")
      .By(kPractitioner);
  s_.When(kAllocate).ThenRefused("TOO_MUCH_MONEY");
  s_.When(R"pb(person_id: "p1" budget_id: "b1" contribute { line_id: "care" amount { pence: 1 } })pb")
      .ThenRefused("TOO_MUCH_MONEY");
  s_.When(R"pb(person_id: "p1" budget_id: "b1" adjust { line_id: "care" change { pence: 1 } })pb")
      .ThenRefused("TOO_MUCH_MONEY");
}

TEST_F(BudgetTest, AContributionIsFreeToSpend) {
  s_.Given("budget/b1", kOpened).By(kPractitioner);
  s_.When(R"pb(person_id: "p1" budget_id: "b1" contribute { line_id: "fun" amount { pence: 30 } })pb")
      .Then("budget/b1", R"pb(contributed {
        line_id: "fun" amount { pence: 30 currency: "GBP" } effective { year: 2026 month: 1 day: 5 }
      })pb");
  EXPECT_EQ(FreePence(s_.StateOf<BudgetState>("budget/b1").lines(1)), 530);
}

TEST_F(BudgetTest, NobodyTopsUpAnNhsBudget) {
  s_.Given("budget/b1", R"pb(opened {
    budget_id: "b1" person_id: "p1" tenant: "E08000009" funder: FUNDER_NHS lines { line_id: "care" }
  })pb").By(kPractitioner);
  s_.When(R"pb(person_id: "p1" budget_id: "b1" contribute { line_id: "care" amount { pence: 30 } })pb")
      .ThenRefused("NHS_TAKES_NO_CONTRIBUTION");
}

constexpr char kAdjustDown[] = R"pb(person_id: "p1" budget_id: "b1" adjust {
  line_id: "care" change { pence: -6000 } reason: "REVIEW"
})pb";

TEST_F(BudgetTest, AnAdjustmentStopsAtWhatIsHeldAndSpent) {
  s_.Given("budget/b1", kOpened).Given("budget/b1", kHold).By(kPractitioner);
  s_.When(R"pb(person_id: "p1" budget_id: "b1" adjust { line_id: "care" change { pence: -6001 } })pb")
      .ThenRefused("BELOW_HELD_AND_SPENT");
  s_.When(kAdjustDown).Then("budget/b1", R"pb(adjusted {
    line_id: "care" change { pence: -6000 currency: "GBP" } reason: "REVIEW" effective { year: 2026 month: 1 day: 5 }
  })pb");
  EXPECT_EQ(FreePence(s_.StateOf<BudgetState>("budget/b1").lines(0)), 0);
}

TEST_F(BudgetTest, AnAdjustmentDoesNotTakeThePersonsContribution) {
  s_.Given("budget/b1", kOpened)
      .Given("budget/b1", R"pb(contributed { line_id: "fun" amount { pence: 100 } })pb")
      .By(kPractitioner);
  s_.When(R"pb(person_id: "p1" budget_id: "b1" adjust { line_id: "fun" change { pence: -501 } })pb")
      .ThenRefused("BELOW_ZERO");
}

TEST_F(BudgetTest, OnlyTheFunderChangesTheMoney) {
  s_.Given("budget/b1", kOpened);
  s_.By(kPerson).When(kAllocate).ThenRefused("ONLY_THE_FUNDER");
  s_.By(kOther).When(kAllocate).ThenRefused("BUDGET_NOT_FOUND");
  s_.By(kElsewhere).When(kAllocate).ThenRefused("BUDGET_NOT_FOUND");
  for (const char* role : {"ROLE_ACTING_FOR", "ROLE_PROVIDER", "ROLE_COMMISSIONER", "ROLE_PARTNER", "ROLE_OPERATOR"}) {
    s_.By(std::string("subject: \"p1\" tenant: \"E08000009\" role: ") + role)
        .When(kAllocate)
        .ThenRefused("BUDGET_NOT_FOUND");
  }
}

TEST_F(BudgetTest, AWalletIsThePersonsAndInvisibleToTheCouncil) {
  s_.Given("budget/b1", kOwnWallet);
  s_.By(kPractitioner).When(kAllocate).ThenRefused("BUDGET_NOT_FOUND");
  s_.By(kPerson).When(kAllocate).Then("budget/b1", "allocated {}");
}

TEST_F(BudgetTest, WhatDoesNotExistCannotBeChanged) {
  s_.By(kPractitioner).When(kAllocate).ThenRefused("BUDGET_NOT_FOUND");
  s_.When(R"pb(person_id: "p1" budget_id: "b1" close {})pb").ThenRefused("BUDGET_NOT_FOUND");
  s_.When(R"pb(person_id: "p1" budget_id: "b1" allow_exception {})pb").ThenRefused("BUDGET_NOT_FOUND");
  s_.Given("budget/b1", kOpened);
  s_.When(R"pb(person_id: "p2" budget_id: "b1" allocate { line_id: "care" amount { pence: 250 } })pb")
      .ThenRefused("BUDGET_NOT_FOUND");
}

// ---- Closing

constexpr char kClose[] = R"pb(person_id: "p1" budget_id: "b1" close { reason: "MOVED_AWAY" })pb";

TEST_F(BudgetTest, ClosingReturnsWhatIsFree) {
  s_.Given("budget/b1", kOpened).Given("budget/b1", kHold);
  s_.Given("budget/b1", R"pb(hold_posted {
    hold_id: "h1" line_id: "care" amount { pence: 3000 } released { pence: 1000 }
  })pb");
  s_.By(kPractitioner).When(kClose).Then("budget/b1", R"pb(closed {
    reason: "MOVED_AWAY" effective { year: 2026 month: 1 day: 5 }
    returned { line_id: "care" amount { pence: 7000 currency: "GBP" } }
    returned { line_id: "fun" amount { pence: 500 currency: "GBP" } }
  })pb").ThenNoMore();
  const auto& budget = s_.StateOf<BudgetState>("budget/b1");
  EXPECT_EQ(budget.phase(), BudgetState::PHASE_CLOSED);
  EXPECT_EQ(FreePence(budget.lines(0)), 0);
  EXPECT_EQ(budget.lines(0).returned_pence(), 7000);
}

TEST_F(BudgetTest, ALineWithNothingFreeReturnsNothing) {
  s_.Given("budget/b1", kOpened).Given("budget/b1", R"pb(adjusted { line_id: "care" change { pence: -10000 } })pb");
  s_.By(kPractitioner).When(kClose).Then("budget/b1", R"pb(closed {
    returned { line_id: "fun" amount { pence: 500 currency: "GBP" } }
  })pb");
}

TEST_F(BudgetTest, ClosingWaitsForWhatIsHeld) {
  s_.Given("budget/b1", kOpened).Given("budget/b1", kHold).By(kPractitioner).When(kClose).ThenRefused("HOLDS_LIVE");
}

TEST_F(BudgetTest, AClosedBudgetStaysAsItIs) {
  s_.Given("budget/b1", kOpened).Given("budget/b1", "closed {}").By(kPractitioner);
  s_.When(kClose).ThenRefused("BUDGET_NOT_OPEN");
  s_.When(kAllocate).ThenRefused("BUDGET_NOT_OPEN");
  s_.When(kAdjustDown).ThenRefused("BUDGET_NOT_OPEN");
  s_.When(R"pb(person_id: "p1" budget_id: "b1" contribute { line_id: "care" amount { pence: 30 } })pb")
      .ThenRefused("BUDGET_NOT_OPEN");
  s_.When(R"pb(person_id: "p1" budget_id: "b1" allow_exception {})pb").ThenRefused("BUDGET_NOT_OPEN");
}

TEST_F(BudgetTest, ClosingIsTheFunders) {
  s_.Given("budget/b1", kOpened).By(kPerson).When(kClose).ThenRefused("ONLY_THE_FUNDER");
}

// ---- Exceptions

constexpr char kAllow[] = R"pb(person_id: "p1" budget_id: "b1" allow_exception {
  kind: EXCEPTION_KIND_RELATIVE provider_id: "v1" decision_reference: "D-17" until { year: 2026 month: 6 day: 30 }
})pb";

TEST_F(BudgetTest, ADecisionOfTheCouncilIsRecorded) {
  s_.Given("budget/b1", kOpened).By(kPractitioner).When(kAllow).Then("budget/b1", R"pb(exception_allowed {
    kind: EXCEPTION_KIND_RELATIVE provider_id: "v1" decision_reference: "D-17" until { year: 2026 month: 6 day: 30 }
  })pb").ThenNoMore();
  s_.By(kPerson).When(kAllow).ThenRefused("ONLY_THE_FUNDER");
}

TEST_F(BudgetTest, TheLatestDecisionAboutAProviderCounts) {
  s_.Given("budget/b1", kOpened).By(kPractitioner).When(kAllow).Then("budget/b1", "exception_allowed {}");
  s_.When(R"pb(person_id: "p1" budget_id: "b1" allow_exception {
    kind: EXCEPTION_KIND_RELATIVE provider_id: "v1" decision_reference: "D-18" until { year: 2026 month: 2 day: 1 }
  })pb").Then("budget/b1", "exception_allowed {}");
  const auto& budget = s_.StateOf<BudgetState>("budget/b1");
  ASSERT_EQ(budget.exceptions_size(), 1);
  EXPECT_EQ(budget.exceptions(0).decision_reference(), "D-18");
}

TEST_F(BudgetTest, ExceptionsAreBounded) {
  s_.Given("budget/b1", kOpened);
  for (int i = 0; i < kMaxExceptions; ++i) {
    s_.Given("budget/b1",
             "exception_allowed { kind: EXCEPTION_KIND_PRICE provider_id: \"v" + std::to_string(i) + "\" }");
  }
  s_.By(kPractitioner).When(kAllow).ThenRefused("TOO_MANY_EXCEPTIONS");
}

TEST_F(BudgetTest, NothingIsDecidedWithoutACommand) { s_.When("").ThenNothing(); }

TEST_F(BudgetTest, FactsFoldWhateverTheySay) {
  for (const char* fact :
       {"", R"pb(allocated { line_id: "none" amount { pence: 1 } })pb", R"pb(contributed { line_id: "none" })pb",
        R"pb(adjusted { line_id: "none" })pb", R"pb(closed { returned { line_id: "none" } })pb",
        R"pb(hold_placed { hold_id: "h" line_id: "none" })pb", R"pb(hold_posted { hold_id: "h" line_id: "none" })pb",
        R"pb(hold_voided { hold_id: "h" line_id: "none" })pb", R"pb(posting_refunded { hold_id: "h" })pb",
        R"pb(payout_due {})pb", R"pb(settlement_refused {})pb", R"pb(opened { lines {} })pb"}) {
    s_.Given("budget/b1", fact);
  }
  EXPECT_EQ(s_.StateOf<BudgetState>("budget/b1").holds_size(), 0);
}

}  // namespace
}  // namespace regard::budgets
