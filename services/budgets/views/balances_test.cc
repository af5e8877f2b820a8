#include "services/budgets/views/balances.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/base/rejection.h"
#include "libs/base/routing.h"
#include "libs/es/testing/view_feed.h"
#include "regard/budgets/v1/facts.pb.h"

namespace regard::budgets {
namespace {

using ::testing::ElementsAre;
using es::testing::ViewFeed;
using v1::BudgetFact;
using v1::PersonFact;

constexpr int kPartitions = 64;
const absl::Time kNow = absl::FromUnixSeconds(1'767'600'000);
const Asker kPerson{"p1", options::v1::ROLE_PERSON, "E08000009"};
const Asker kPractitioner{"pr", options::v1::ROLE_PRACTITIONER, "E08000009"};

class BalancesTest : public ::testing::Test {
 protected:
  void Add(absl::string_view budget, absl::string_view fact, absl::string_view person = "p1") {
    feed_.Partition(PartitionOf(person, kPartitions))
        .Add<BudgetFact>(std::string("budget/") + std::string(budget), fact);
  }
  void Open(absl::string_view budget, absl::string_view person = "p1", absl::string_view funder = "FUNDER_COUNCIL") {
    Add(budget, R"pb(opened {
      tenant: "E08000009"
      lines { line_id: "care" holding: HOLDING_DIRECT_PAYMENT categories: "c:1" allocation { pence: 1000 } }
      lines { line_id: "fun" holding: HOLDING_COUNCIL_MANAGED allocation { pence: 500 } }
      period_start { year: 2026 month: 1 day: 1 } period_end { year: 2026 month: 12 day: 31 }
      budget_id: ")pb" + std::string(budget) + "\" person_id: \"" + std::string(person) + "\" funder: " +
                    std::string(funder) + " }", person);
  }
  void Grant(absl::string_view scope) {
    feed_.Partition(PartitionOf("p1", kPartitions))
        .Add<PersonFact>("person/p1",
                         "acting_granted { grant_id: \"g1\" helper_id: \"h1\" scopes: " + std::string(scope) + " }");
  }
  v1::Balance Get(absl::string_view budget = "b1", const Asker& asker = kPerson) {
    const absl::StatusOr<v1::Balance> balance = balances_.Get("p1", budget, asker, kNow);
    EXPECT_TRUE(balance.ok()) << balance.status();
    return balance.ok() ? *balance : v1::Balance();
  }
  std::string WhyNot(const Asker& asker, absl::string_view person = "p1", absl::string_view budget = "b1") {
    const absl::StatusOr<v1::Balance> balance = balances_.Get(person, budget, asker, kNow);
    return balance.ok() ? "" : FromStatus(balance.status()).reason;
  }
  static std::vector<std::string> Ids(const absl::StatusOr<Balances::Page>& page) {
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> ids;
    for (const v1::Balance& balance : page->balances) ids.push_back(balance.budget_id());
    return ids;
  }

  BalancesView view_;
  ViewFeed feed_{view_};
  es::ViewReader reader_{feed_.store()};
  Balances balances_{reader_, kPartitions};
};

TEST_F(BalancesTest, CountsEveryMovement) {
  Open("b1");
  Add("b1", R"pb(contributed { line_id: "care" amount { pence: 50 } })pb");
  Add("b1", R"pb(allocated { line_id: "care" amount { pence: 100 } })pb");
  Add("b1", R"pb(adjusted { line_id: "care" change { pence: -20 } })pb");
  Add("b1", R"pb(hold_placed { hold_id: "h1" line_id: "care" amount { pence: 300 } })pb");
  Add("b1", R"pb(hold_placed { hold_id: "h2" line_id: "care" amount { pence: 200 } })pb");
  Add("b1", R"pb(hold_placed { hold_id: "h3" line_id: "fun" amount { pence: 7 } })pb");
  Add("b1", R"pb(hold_posted { hold_id: "h1" line_id: "care" amount { pence: 250 } released { pence: 50 } })pb");
  Add("b1", R"pb(hold_voided { hold_id: "h3" line_id: "fun" released { pence: 7 } })pb");
  Add("b1", R"pb(posting_refunded { hold_id: "h1" line_id: "care" amount { pence: 10 } })pb");
  Add("b1", R"pb(payout_due { amount { pence: 250 } })pb");
  const v1::Balance balance = Get();
  const v1::LineBalance& care = balance.lines(0);
  EXPECT_EQ(care.allocated_pence(), 1080);
  EXPECT_EQ(care.contributed_pence(), 50);
  EXPECT_EQ(care.held_pence(), 200);
  EXPECT_EQ(care.spent_pence(), 240);
  EXPECT_EQ(care.free_pence(), 1130 - 200 - 240);
  EXPECT_EQ(care.holding(), base::v1::HOLDING_DIRECT_PAYMENT);
  EXPECT_THAT(care.categories(), ElementsAre("c:1"));
  EXPECT_EQ(balance.lines(1).free_pence(), 500);
  EXPECT_EQ(balance.free_pence(), care.free_pence() + 500);
  EXPECT_EQ(balance.held_pence(), 200);
  EXPECT_EQ(balance.spent_pence(), 240);
  EXPECT_EQ(balance.phase(), v1::BUDGET_PHASE_OPEN);
}

TEST_F(BalancesTest, AClosedBudgetHasNothingFree) {
  Open("b1");
  Add("b1", R"pb(closed {
                   returned {
                     line_id: "care"
                     amount { pence: 1000 }
                   }
                   returned {
                     line_id: "fun"
                     amount { pence: 500 }
                   }
                 })pb");
  Add("b1", R"pb(posting_refunded { line_id: "care" amount { pence: 10 } returned: true })pb");
  EXPECT_EQ(Get().phase(), v1::BUDGET_PHASE_CLOSED);
  EXPECT_EQ(Get().lines(0).returned_pence(), 1010);
  EXPECT_EQ(Get().free_pence(), 0);
}

TEST_F(BalancesTest, ThePersonSeesTheirs) {
  Open("b1");
  EXPECT_EQ(WhyNot(kPerson), "");
  EXPECT_EQ(WhyNot({"p2", options::v1::ROLE_PERSON, "E08000009"}), "BUDGET_NOT_FOUND");
  EXPECT_EQ(WhyNot({"p2", options::v1::ROLE_PERSON, "E08000009"}, "p2"), "BUDGET_NOT_FOUND");
  EXPECT_EQ(WhyNot(kPerson, "p1", "b2"), "BUDGET_NOT_FOUND");
}

TEST_F(BalancesTest, APersonOfTheSamePartitionFindsNoBudgetOfAnother) {
  Open("b1");
  std::string neighbour;
  for (int i = 2; neighbour.empty(); ++i) {
    const std::string person = "p" + std::to_string(i);
    if (PartitionOf(person, kPartitions) == PartitionOf("p1", kPartitions)) neighbour = person;
  }
  EXPECT_EQ(WhyNot({neighbour, options::v1::ROLE_PERSON, "E08000009"}, neighbour), "BUDGET_NOT_FOUND");
  EXPECT_EQ(WhyNot(kPractitioner, neighbour), "BUDGET_NOT_FOUND");
}

TEST_F(BalancesTest, ACouncilSeesItsMoneyAndNoWallets) {
  Open("b1");
  Open("b2", "p1", "FUNDER_SELF");
  EXPECT_EQ(WhyNot(kPractitioner), "");
  EXPECT_EQ(WhyNot({"pr", options::v1::ROLE_PRACTITIONER, "E08000003"}), "BUDGET_NOT_FOUND");
  EXPECT_EQ(WhyNot(kPractitioner, "p1", "b2"), "BUDGET_NOT_FOUND");
  for (const options::v1::Role role : {options::v1::ROLE_UNSPECIFIED, options::v1::ROLE_PROVIDER,
                                       options::v1::ROLE_COMMISSIONER, options::v1::ROLE_OPERATOR}) {
    EXPECT_EQ(WhyNot({"p1", role, "E08000009"}), "BUDGET_NOT_FOUND");
  }
}

TEST_F(BalancesTest, APageTellsNothingOfAWallet) {
  Open("b1");
  Open("b2", "p1", "FUNDER_SELF");
  const absl::StatusOr<Balances::Page> page = balances_.OfPerson("p1", kPractitioner, kNow, "", 1);
  EXPECT_THAT(Ids(page), ElementsAre("b1"));
  EXPECT_EQ(page->next, "");
}

TEST_F(BalancesTest, WhomACouncilNamedSeesThatCouncilsMoneyOnly) {
  const Asker helper{"h1", options::v1::ROLE_ACTING_FOR, "E08000009"};
  Open("b1");
  Open("b2", "p1", "FUNDER_SELF");
  Add("b3", R"pb(opened { budget_id: "b3" person_id: "p1" tenant: "E08000003" funder: FUNDER_COUNCIL })pb");
  const auto granted = [&](const std::string& more) {
    feed_.Add<PersonFact>("person/p1", "acting_granted { grant_id: 'g1' person_id: 'p1' helper_id: 'h1' "
                                       "scopes: SCOPE_SEE tenant: 'E08000009' " + more + " }");
    return Ids(balances_.OfPerson("p1", helper, kNow, "", 10));
  };
  EXPECT_THAT(granted("basis: ACTING_BASIS_NOMINATED_PERSON"), ElementsAre("b1", "b2", "b3"));
  EXPECT_THAT(granted("basis: ACTING_BASIS_NOMINATED_PERSON by_council: true"), ElementsAre("b1"));
  EXPECT_THAT(granted("basis: ACTING_BASIS_ATTORNEY by_council: true"), ElementsAre("b1", "b2", "b3"));
  EXPECT_THAT(granted("basis: ACTING_BASIS_DEPUTY by_council: true"), ElementsAre("b1", "b2", "b3"));
}

TEST_F(BalancesTest, AHelperSeesWhatWasGrantedUntilItIsTakenBack) {
  const Asker helper{"h1", options::v1::ROLE_ACTING_FOR, "E08000009"};
  Open("b1");
  EXPECT_EQ(WhyNot(helper), "BUDGET_NOT_FOUND");
  Grant("SCOPE_PAY");
  EXPECT_EQ(WhyNot(helper), "BUDGET_NOT_FOUND");
  Grant("SCOPE_SEE");
  EXPECT_EQ(WhyNot(helper), "");
  EXPECT_EQ(WhyNot({"h1", options::v1::ROLE_PARTNER, "E08000009"}), "BUDGET_NOT_FOUND");
  EXPECT_EQ(WhyNot({"h2", options::v1::ROLE_ACTING_FOR, "E08000009"}), "BUDGET_NOT_FOUND");
  EXPECT_EQ(balances_.GrantsOf("p1")->size(), 1u);
  feed_.Add<PersonFact>("person/p1", R"pb(acting_revoked { grant_id: "g1" })pb");
  EXPECT_EQ(WhyNot(helper), "BUDGET_NOT_FOUND");
}

TEST_F(BalancesTest, WhatWasNeverOpenedHasNoRow) {
  Add("b1", R"pb(hold_declined { hold_id: "h1" reason: "BUDGET_NOT_FOUND" })pb");
  Add("b1", R"pb(settlement_refused { hold_id: "h1" })pb");
  EXPECT_TRUE(feed_.store().Contents().empty());
}

TEST_F(BalancesTest, APersonsBudgetsInPages) {
  Open("b1");
  Open("b2");
  Open("b3", "p1", "FUNDER_SELF");
  Open("b4", "p10");
  EXPECT_THAT(Ids(balances_.OfPerson("p1", kPerson, kNow, "", 10)), ElementsAre("b1", "b2", "b3"));
  EXPECT_THAT(Ids(balances_.OfPerson("p1", kPractitioner, kNow, "", 10)), ElementsAre("b1", "b2"));
  const absl::StatusOr<Balances::Page> first = balances_.OfPerson("p1", kPerson, kNow, "", 2);
  EXPECT_THAT(Ids(first), ElementsAre("b1", "b2"));
  const absl::StatusOr<Balances::Page> second = balances_.OfPerson("p1", kPerson, kNow, first->next, 2);
  EXPECT_THAT(Ids(second), ElementsAre("b3"));
  EXPECT_EQ(second->next, "");
  EXPECT_EQ(FromStatus(balances_.OfPerson("p2", kPerson, kNow, first->next, 2).status()).reason,
            "PAGE_TOKEN_OF_ANOTHER_LIST");
}

TEST_F(BalancesTest, ACouncilsBudgetsWithoutWallets) {
  Open("b1", "p2");
  Open("b1", "p1");
  Open("b3", "p1", "FUNDER_SELF");
  EXPECT_THAT(Ids(balances_.OfCouncil("E08000009", "", 10)), ElementsAre("b1", "b1"));
  EXPECT_THAT(Ids(balances_.OfCouncil("E08000003", "", 10)), ElementsAre());
}

}  // namespace
}  // namespace regard::budgets
