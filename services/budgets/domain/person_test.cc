#include "services/budgets/domain/person.h"

#include "gtest/gtest.h"
#include "libs/acting/grants.h"
#include "libs/es/testing/scenario.h"
#include "services/budgets/domain/budgets_domain.h"

namespace regard::budgets {
namespace {

using es::testing::Scenario;
using internal::v1::BudgetsCommand;
using internal::v1::PersonState;

constexpr char kPerson[] = R"pb(subject: "p1" role: ROLE_PERSON)pb";
constexpr char kPractitioner[] = R"pb(subject: "pr" role: ROLE_PRACTITIONER tenant: "E08000009")pb";
constexpr char kGrant[] = R"pb(person_id: "p1" grant_acting {
  grant_id: "g1" helper_id: "h1" basis: ACTING_BASIS_NOMINATED_PERSON scopes: SCOPE_SEE scopes: SCOPE_PAY
  until { seconds: 1800000000 } evidence: "letter of 3 January"
})pb";
constexpr char kGranted[] = R"pb(acting_granted {
  grant_id: "g1" person_id: "p1" helper_id: "h1" basis: ACTING_BASIS_NOMINATED_PERSON
  scopes: SCOPE_SEE scopes: SCOPE_PAY until { seconds: 1800000000 } evidence: "letter of 3 January"
})pb";
constexpr char kRevoke[] = R"pb(person_id: "p1" revoke_acting { grant_id: "g1" reason: "PERSON_ASKED" })pb";
constexpr char kRevoked[] = R"pb(acting_revoked {
  grant_id: "g1" person_id: "p1" helper_id: "h1" reason: "PERSON_ASKED"
})pb";
constexpr char kDeputy[] = R"pb(person_id: "p1" budget_id: "b1" grant_acting {
  grant_id: "g1" helper_id: "h1" basis: ACTING_BASIS_DEPUTY scopes: SCOPE_PAY
})pb";

std::string Opened(absl::string_view person, absl::string_view funder = "FUNDER_COUNCIL") {
  return "opened { budget_id: \"b1\" tenant: \"E08000009\" person_id: \"" + std::string(person) + "\" funder: " +
         std::string(funder) + " }";
}

class PersonTest : public ::testing::Test {
 protected:
  Scenario s_{BudgetsDomain(), BudgetsCommand::default_instance()};
};

TEST_F(PersonTest, LetsSomebodyAct) {
  s_.By(kPerson).When(kGrant).Then("person/p1", kGranted).ThenNoMore();
  EXPECT_EQ(s_.StateOf<PersonState>("person/p1").grants(0).evidence(), "");
}

TEST_F(PersonTest, TheSameGrantIsMadeOnce) {
  s_.By(kPerson).When(kGrant).Then("person/p1", kGranted).When(kGrant).ThenNothing();
}

TEST_F(PersonTest, TakesItBackAtOnce) {
  s_.By(kPerson).Given("person/p1", kGranted).When(kRevoke).Then("person/p1", kRevoked).ThenNoMore();
  EXPECT_EQ(s_.StateOf<PersonState>("person/p1").grants_size(), 0);
  s_.When(kRevoke).ThenRefused("GRANT_NOT_FOUND");
}

TEST_F(PersonTest, SomebodyElseMayNot) {
  s_.Given("person/p1", kGranted);
  for (const char* actor : {R"pb(subject: "p2" role: ROLE_PERSON)pb", R"pb(subject: "p1" role: ROLE_COMMISSIONER)pb",
                            R"pb(subject: "p1" role: ROLE_OPERATOR)pb", kPractitioner}) {
    s_.By(actor).When(kGrant).ThenRefused("PERSON_NOT_FOUND");
    s_.When(kRevoke).ThenRefused("PERSON_NOT_FOUND");
  }
}

TEST_F(PersonTest, AHelperGivesUpWhatIsTheirs) {
  s_.Given("person/p1", kGranted);
  s_.By(R"pb(subject: "h2" role: ROLE_ACTING_FOR)pb").When(kRevoke).ThenRefused("GRANT_NOT_FOUND");
  s_.When(kGrant).ThenRefused("PERSON_NOT_FOUND");
  s_.By(R"pb(subject: "h1" role: ROLE_ACTING_FOR)pb").When(kRevoke).Then("person/p1", kRevoked);
  s_.When(kRevoke).ThenRefused("GRANT_NOT_FOUND");
}

TEST_F(PersonTest, SomeStandingIsForACouncilOrCourtToEstablish) {
  for (const char* basis : {"ACTING_BASIS_AUTHORISED_PERSON", "ACTING_BASIS_ATTORNEY", "ACTING_BASIS_DEPUTY"}) {
    s_.By(kPerson)
        .When("person_id: \"p1\" grant_acting { grant_id: \"g1\" helper_id: \"h1\" basis: " + std::string(basis) + " }")
        .ThenRefused("BASIS_NEEDS_COUNCIL");
  }
}

TEST_F(PersonTest, APractitionerGrantsForWhomTheyServe) {
  s_.By(kPractitioner).When(kDeputy).ThenRefused("PERSON_NOT_FOUND");
  s_.Given("budget/b1", Opened("p2")).When(kDeputy).ThenRefused("PERSON_NOT_FOUND");
  s_.Given("budget/b1", Opened("p1", "FUNDER_SELF")).When(kDeputy).ThenRefused("PERSON_NOT_FOUND");
  s_.Given("budget/b1", Opened("p1"));
  s_.By(R"pb(subject: "pr" role: ROLE_PRACTITIONER tenant: "E08000003")pb")
      .When(kDeputy)
      .ThenRefused("PERSON_NOT_FOUND");
  s_.By(kPractitioner).When(kDeputy).Then("person/p1", "acting_granted { basis: ACTING_BASIS_DEPUTY }");
  s_.When(R"pb(person_id: "p1"
               budget_id: "b1"
               revoke_acting { grant_id: "g1" })pb")
      .Then("person/p1", "acting_revoked {}");
}

TEST_F(PersonTest, AGrantSaysWhoseItIs) {
  s_.By(R"pb(subject: "p1" role: ROLE_PERSON tenant: "E08000003")pb").When(kGrant);
  s_.Then("person/p1", R"pb(acting_granted { tenant: "E08000003" by_council: false })pb");
  Scenario council(BudgetsDomain(), BudgetsCommand::default_instance());
  council.Given("budget/b1", Opened("p1")).By(kPractitioner).When(kDeputy);
  council.Then("person/p1", R"pb(acting_granted { tenant: "E08000009" by_council: true })pb");
}

TEST_F(PersonTest, ACouncilWhoseBudgetIsClosedGrantsNothing) {
  s_.Given("budget/b1", Opened("p1")).Given("budget/b1", "closed {}");
  s_.By(kPractitioner).When(kDeputy).ThenRefused("PERSON_NOT_FOUND");
}

TEST_F(PersonTest, OnlyThePersonConsentsToAnApp) {
  s_.Given("budget/b1", Opened("p1")).By(kPractitioner);
  s_.When(R"pb(person_id: "p1" budget_id: "b1" grant_acting {
    grant_id: "g1" helper_id: "app" basis: ACTING_BASIS_PARTNER_APP
  })pb").ThenRefused("CONSENT_IS_THE_PERSONS");
}

TEST_F(PersonTest, NobodyIsTheirOwnHelper) {
  s_.By(kPerson).When(R"pb(person_id: "p1" grant_acting { grant_id: "g1" helper_id: "p1" })pb");
  s_.ThenRefused("HELPER_IS_THE_PERSON");
}

TEST_F(PersonTest, AGrantEndsInTheFuture) {
  s_.By(kPerson).At(absl::FromUnixSeconds(1'800'000'000)).When(kGrant).ThenRefused("GRANT_ALREADY_OVER");
}

TEST_F(PersonTest, GrantsAreBoundedAndThoseThatAreOverDoNotCount) {
  s_.By(kPerson);
  for (int i = 0; i < acting::kMaxGrants; ++i) {
    s_.Given("person/p1", "acting_granted { grant_id: \"x" + std::to_string(i) + "\" until { seconds: 1790000000 } }");
  }
  s_.When(kGrant).ThenRefused("TOO_MANY_GRANTS");
  s_.At(absl::FromUnixSeconds(1'790'000'000)).When(kGrant).Then("person/p1", kGranted);
  EXPECT_EQ(s_.StateOf<PersonState>("person/p1").grants_size(), 1);
}

}  // namespace
}  // namespace regard::budgets
