#include "gtest/gtest.h"
#include "services/bookings/domain/testing/booking_scenario.h"

namespace regard::bookings {
namespace {

using testing::BookingScenario;

std::string Note(absl::string_view standing = "") {
  return absl::StrCat("need_id: 'n1' standing { ", standing,
                      " } note_unmet_need { person_id: 'p1' category: 'gardening' area_code: 'E01' time_band: "
                      "'WEEKEND_MORNING' reason: 'NOTHING_FOUND' words: 'roses' }");
}

TEST(UnmetNeed, IsThePersonsWord) {
  BookingScenario s;
  s.By(testing::kPerson)
      .When(Note())
      .Then("need/n1",
            "noted { need_id: 'n1' tenant: 'E1' person_id: 'p1' category: 'gardening' area_code: 'E01' "
            "time_band: 'WEEKEND_MORNING' reason: 'NOTHING_FOUND' words: 'roses' }");
  s.When(Note()).ThenNothing();
}

TEST(UnmetNeed, OrThatOfWhoMayBookOrPlanOrServesThem) {
  for (const char* scope : {"SCOPE_BOOK", "SCOPE_PLAN"}) {
    BookingScenario s;
    s.By(testing::kHelper).When(Note(absl::StrCat("acting_for: 'p1' scopes: ", scope))).Then("need/n1", "noted {}");
  }
  BookingScenario council;
  council.By(testing::kPractitioner).When(Note()).Then("need/n1", "noted { tenant: 'E1' }");
}

TEST(UnmetNeed, IsOfThePersonsCouncilWhoeverSaysIt) {
  BookingScenario helper;
  helper.By(R"pb(subject: "h1" role: ROLE_ACTING_FOR tenant: "E7")pb")
      .When(Note("acting_for: 'p1' scopes: SCOPE_PLAN tenant: 'E1'"))
      .Then("need/n1", "noted { tenant: 'E1' }");
  BookingScenario other;
  other.By(testing::kOtherCouncil).When(Note("tenant: 'E1'")).ThenRefused("PERSON_NOT_FOUND");
}

TEST(UnmetNeed, NobodyElses) {
  for (const char* actor : {testing::kOtherPerson, testing::kHelper, testing::kProvider, testing::kCommissioner}) {
    BookingScenario s;
    s.By(actor).When(Note()).ThenRefused("PERSON_NOT_FOUND");
  }
  BookingScenario scope;
  scope.By(testing::kHelper).When(Note("acting_for: 'p1' scopes: SCOPE_SEE")).ThenRefused("PERSON_NOT_FOUND");
}

TEST(Domain, ACommandWithoutContentChangesNothing) {
  BookingScenario s;
  s.When("booking_id: 'b1'").ThenNothing();
}

}  // namespace
}  // namespace regard::bookings
