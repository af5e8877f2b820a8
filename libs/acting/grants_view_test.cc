#include "libs/acting/grants_view.h"

#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"

namespace regard::acting {
namespace {

using budgets::v1::BudgetFact;
using budgets::v1::PersonFact;
using es::testing::FromText;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

class GrantsViewTest : public ::testing::Test {
 protected:
  bool May(absl::string_view person, absl::string_view actor, budgets::v1::Scope scope = budgets::v1::SCOPE_BOOK) {
    const absl::StatusOr<bool> may =
        MayAct(es::ViewReader(feed_.store()), person, FromText<base::v1::Actor>(actor), scope, kNow);
    EXPECT_TRUE(may.ok()) << may.status();
    return *may;
  }

  std::string CouncilOfP1(absl::string_view actor) {
    return CouncilOf(es::ViewReader(feed_.store()), "p1", FromText<base::v1::Actor>(actor), kNow).value_or("?");
  }

  GrantsView view_{"bookings.acting"};
  es::testing::ViewFeed feed_{view_};
};

constexpr char kHelper[] = R"pb(subject: "h1" role: ROLE_ACTING_FOR)pb";

TEST_F(GrantsViewTest, ThePersonMayAlways) {
  EXPECT_TRUE(May("p1", R"pb(subject: "p1" role: ROLE_PERSON)pb"));
  EXPECT_FALSE(May("p2", R"pb(subject: "p1" role: ROLE_PERSON)pb"));
}

TEST_F(GrantsViewTest, AHelperMayWhatWasGrantedUntilItIsTakenBack) {
  EXPECT_FALSE(May("p1", kHelper));
  feed_.Add<PersonFact>("person/p1", R"pb(acting_granted { grant_id: "g1" helper_id: "h1" scopes: SCOPE_BOOK })pb");
  EXPECT_TRUE(May("p1", kHelper));
  EXPECT_FALSE(May("p1", kHelper, budgets::v1::SCOPE_PAY));
  EXPECT_FALSE(May("p2", kHelper));
  feed_.Add<PersonFact>("person/p1", R"pb(acting_revoked { grant_id: "g1" })pb");
  EXPECT_FALSE(May("p1", kHelper));
}

TEST_F(GrantsViewTest, WhatACouncilGaveReachesWhatIsTheCouncils) {
  feed_.Add<PersonFact>("person/p1", R"pb(acting_granted {
    grant_id: "g1" helper_id: "h1" scopes: SCOPE_BOOK by_council: true tenant: "E1"
  })pb");
  feed_.Add<PersonFact>("person/p1", R"pb(acting_granted {
    grant_id: "g2" helper_id: "h1" scopes: SCOPE_SEE by_council: true tenant: "E2" basis: ACTING_BASIS_ATTORNEY
  })pb");
  EXPECT_FALSE(May("p1", kHelper));
  EXPECT_TRUE(May("p1", kHelper, budgets::v1::SCOPE_SEE));
  const auto rights = RightsOf(es::ViewReader(feed_.store()), "p1", FromText<base::v1::Actor>(kHelper), kNow);
  ASSERT_TRUE(rights.ok());
  EXPECT_EQ(rights->scopes, std::set<budgets::v1::Scope>{budgets::v1::SCOPE_SEE});
  ASSERT_EQ(rights->by_council.size(), 1u);
  EXPECT_EQ(rights->by_council.at("E1"), std::set<budgets::v1::Scope>{budgets::v1::SCOPE_BOOK});
}

TEST_F(GrantsViewTest, OtherRolesHaveNoGrants) {
  feed_.Add<PersonFact>("person/p1", R"pb(acting_granted { grant_id: "g1" helper_id: "h1" scopes: SCOPE_BOOK })pb");
  EXPECT_FALSE(May("p1", R"pb(subject: "h1" role: ROLE_PRACTITIONER)pb"));
  EXPECT_FALSE(May("p1", R"pb(subject: "h1" role: ROLE_PROVIDER)pb"));
  EXPECT_FALSE(May("p1", R"pb(subject: "h1" role: ROLE_PARTNER)pb"));
  feed_.Add<PersonFact>("person/p1", R"pb(acting_granted {
    grant_id: "g2" helper_id: "a1" basis: ACTING_BASIS_PARTNER_APP scopes: SCOPE_BOOK
  })pb");
  EXPECT_TRUE(May("p1", R"pb(subject: "a1" role: ROLE_PARTNER)pb"));
}

TEST_F(GrantsViewTest, OtherFactsOfBudgetsArePassedOver) {
  feed_.Add<BudgetFact>("budget/b1", R"pb(allocated { line_id: "l1" })pb");
  feed_.Add<BudgetFact>("budget/b1", R"pb(opened { budget_id: "b1" person_id: "p1" })pb");
  EXPECT_TRUE(feed_.store().Contents().empty());
}

TEST_F(GrantsViewTest, APersonIsOfTheCouncilThatServesThem) {
  constexpr char kStranger[] = R"pb(subject: "c3" role: ROLE_PRACTITIONER tenant: "E3")pb";
  EXPECT_EQ(CouncilOfP1(kStranger), "E3");
  feed_.Add<BudgetFact>("budget/b1", R"pb(opened { person_id: "p1" tenant: "E1" })pb");
  EXPECT_EQ(CouncilOfP1(kStranger), "E1");
  EXPECT_EQ(CouncilOfP1(R"pb(subject: "o1" role: ROLE_PROVIDER tenant: "E3")pb"), "E1");
  // They know themselves best, and a person of that name is not them.
  EXPECT_EQ(CouncilOfP1(R"pb(subject: "p1" role: ROLE_PERSON tenant: "E3")pb"), "E3");
  EXPECT_EQ(CouncilOfP1(R"pb(subject: "p2" role: ROLE_PERSON tenant: "E3")pb"), "E1");
}

TEST_F(GrantsViewTest, APersonWhoMovedIsOfTheNewCouncilAndTheOldStillServesThem) {
  feed_.Add<BudgetFact>("budget/b1", R"pb(opened { person_id: "p1" tenant: "E1" })pb");
  feed_.Add<BudgetFact>("budget/b2", R"pb(opened { person_id: "p1" tenant: "E2" })pb");
  EXPECT_EQ(CouncilOfP1(R"pb(subject: "o1" role: ROLE_PROVIDER tenant: "E3")pb"), "E2");
  EXPECT_EQ(CouncilOfP1(R"pb(subject: "c1" role: ROLE_PRACTITIONER tenant: "E1")pb"), "E1");
  feed_.Add<BudgetFact>("budget/b3", R"pb(opened { person_id: "p1" tenant: "E1" })pb");
  EXPECT_EQ(CouncilOfP1(R"pb(subject: "o1" role: ROLE_PROVIDER tenant: "E3")pb"), "E1");
}

TEST_F(GrantsViewTest, WhoActsForAPersonKnowsTheirCouncilFromTheGrant) {
  feed_.Add<PersonFact>("person/p1", R"pb(acting_granted { grant_id: "g1" helper_id: "h1" tenant: "E1" })pb");
  // Another council's word is not the person's.
  feed_.Add<BudgetFact>("budget/b2", R"pb(opened { person_id: "p1" tenant: "E2" })pb");
  EXPECT_EQ(CouncilOfP1(R"pb(subject: "h1" role: ROLE_ACTING_FOR tenant: "E3")pb"), "E1");
  EXPECT_EQ(CouncilOfP1(R"pb(subject: "h2" role: ROLE_ACTING_FOR tenant: "E3")pb"), "E2");
}

}  // namespace
}  // namespace regard::acting
