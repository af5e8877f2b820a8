#include "services/feedback/domain/concern.h"

#include "gtest/gtest.h"
#include "services/feedback/domain/testing/feedback_scenario.h"

namespace regard::feedback::testing {
namespace {

std::string Raise(absl::string_view more = "") {
  return absl::StrCat(R"pb(concern_id: "n1"
                           raise {
                             tenant: "E08000009"
                             person_id: "p1"
                             provider_id: "v1"
                             what: "Bruises"
                             persons_wishes: "Not to be moved"
                      )pb",
                      more, "}");
}
constexpr char kTake[] = R"pb(concern_id: "n1"
                              take {})pb";
constexpr char kClose[] = R"pb(concern_id: "n1"
                               close { outcome: "Seen and safe" })pb";

TEST(Raising, GoesToTheCouncilWhereThePersonIs) {
  FeedbackScenario s;
  s.When(Raise()).Then(kConcern, R"pb(raised {
                                        concern_id: "n1"
                                        tenant: "E08000009"
                                        person_id: "p1"
                                        raised_by: "p1"
                                        provider_id: "v1"
                                        what: "Bruises"
                                        persons_wishes: "Not to be moved"
                                        taken_to: "E08000009"
                                      })pb");
  s.When(Raise()).ThenNothing();
}

TEST(Raising, GoesElsewhereWhenStaffAreImplicated) {
  FeedbackScenario s;
  s.When(Raise("staff_implicated: true"))
      .Then(kConcern, R"pb(raised { tenant: "E08000009" staff_implicated: true taken_to: "E92000001" })pb");
}

TEST(Raising, IsForAnybodyAboutAnybody) {
  for (const char* actor : {kPerson, kOtherPerson, kOwner, kHelper, kPractitioner, kCommissioner}) {
    FeedbackScenario s;
    s.By(actor).When(Raise()).Then(kConcern, R"pb(raised { person_id: "p1" })pb");
  }
}

TEST(Raising, OverSomebodyElsesIsAConflict) {
  FeedbackScenario s;
  s.Raised().By(kOtherPerson).When(Raise()).ThenRefused("CONCERN_EXISTS");
}

TEST(Taking, IsTheTeamsAndAColleagueMayTakeOver) {
  FeedbackScenario s;
  s.Raised().By(kPractitioner);
  s.When(kTake).Then(kConcern, R"pb(taken { by: "pia" })pb");
  s.When(kTake).ThenNothing();
  s.By(kColleague).When(kTake).Then(kConcern, R"pb(taken { by: "pat" })pb");
}

TEST(Concern, IsHiddenFromEverybodyButTheTeam) {
  for (const char* actor :
       {kPerson, kOwner, kHelper, kCommissioner, kOperator, kPractitionerElsewhere, kRegulator,
        R"pb(subject: "pia" role: ROLE_PRACTITIONER)pb"}) {
    FeedbackScenario s;
    s.Raised().By(actor);
    s.When(kTake).ThenRefused("CONCERN_NOT_FOUND");
    s.When(kClose).ThenRefused("CONCERN_NOT_FOUND");
  }
  FeedbackScenario nobodys;
  nobodys.By(R"pb(subject: "pia" role: ROLE_PRACTITIONER)pb");
  nobodys.When(kTake).ThenRefused("CONCERN_NOT_FOUND");
}

TEST(Concern, AboutStaffIsTheRegulators) {
  FeedbackScenario s;
  s.Raised("E92000001").By(kPractitioner);
  s.When(kTake).ThenRefused("CONCERN_NOT_FOUND");
  s.By(kRegulator).When(kTake).Then(kConcern, R"pb(taken { by: "bo" })pb");
}

TEST(Closing, ComesAfterTakingAndSaysWhatCameOfIt) {
  FeedbackScenario s;
  s.Raised().By(kPractitioner);
  s.When(kClose).ThenRefused("CONCERN_NOT_TAKEN");
  s.When(kTake).Then(kConcern, "taken {}");
  s.When(kClose).Then(kConcern, R"pb(closed { by: "pia" person_id: "p1" outcome: "Seen and safe" })pb");
  s.When(kClose).ThenNothing();
  s.When(kTake).ThenRefused("CONCERN_CLOSED");
}

TEST(Concern, ACommandOfNothingIsInvalid) {
  FeedbackScenario s;
  s.Raised().By(kPractitioner);
  s.When(R"pb(concern_id: "n1")pb").ThenRefused("COMMAND_UNKNOWN");
}

TEST(Concern, AnEmptyFactFolds) {
  FeedbackScenario s;
  s.Given(kConcern, "");
  EXPECT_EQ(s.StateOf<internal::v1::ConcernState>(kConcern).ByteSizeLong(), 0u);
}

}  // namespace
}  // namespace regard::feedback::testing
