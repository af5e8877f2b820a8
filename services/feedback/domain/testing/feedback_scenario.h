// What the tests of the feedback domain start from: who acts, and a conversation that is under way.
#pragma once

#include "absl/strings/str_cat.h"
#include "libs/es/testing/scenario.h"
#include "regard/feedback/internal/v1/commands.pb.h"
#include "services/feedback/domain/feedback_domain.h"

namespace regard::feedback::testing {

constexpr char kPerson[] = R"pb(subject: "p1" role: ROLE_PERSON tenant: "E08000009")pb";
constexpr char kOtherPerson[] = R"pb(subject: "p2" role: ROLE_PERSON tenant: "E08000009")pb";
constexpr char kOwner[] = R"pb(subject: "anna" role: ROLE_PROVIDER tenant: "E08000009")pb";
constexpr char kOtherOwner[] = R"pb(subject: "ben" role: ROLE_PROVIDER tenant: "E08000009")pb";
constexpr char kHelper[] = R"pb(subject: "h1" role: ROLE_ACTING_FOR tenant: "E08000009")pb";
constexpr char kPractitioner[] = R"pb(subject: "pia" role: ROLE_PRACTITIONER tenant: "E08000009")pb";
constexpr char kColleague[] = R"pb(subject: "pat" role: ROLE_PRACTITIONER tenant: "E08000009")pb";
constexpr char kPractitionerElsewhere[] = R"pb(subject: "pip" role: ROLE_PRACTITIONER tenant: "E08000003")pb";
constexpr char kRegulator[] = R"pb(subject: "bo" role: ROLE_PRACTITIONER tenant: "E92000001")pb";
constexpr char kCommissioner[] = R"pb(subject: "carl" role: ROLE_COMMISSIONER tenant: "E08000009")pb";
constexpr char kOperator[] = R"pb(subject: "olga" role: ROLE_OPERATOR)pb";

constexpr char kTalk[] = "conversation/t1";
constexpr char kConcern[] = "concern/n1";

class FeedbackScenario : public es::testing::Scenario {
 public:
  FeedbackScenario() : Scenario(FeedbackDomain(), internal::v1::FeedbackCommand::default_instance()) { By(kPerson); }

  // Between p1 and anna, who have both said nothing yet.
  FeedbackScenario& Started() {
    Given(kTalk, R"pb(started { conversation_id: "t1" person_id: "p1" provider_id: "v1" provider_owner_id: "anna" })pb");
    return *this;
  }
  FeedbackScenario& Said(absl::string_view side) {
    Given(kTalk, absl::StrCat("said { by: SIDE_", side, " number: ", ++number_, " }"));
    return *this;
  }
  FeedbackScenario& Agreed(absl::string_view change_id) {
    Given(kTalk, absl::StrCat("change_agreed { change_id: \"", change_id, "\" number: ", ++number_, " }"));
    return *this;
  }
  FeedbackScenario& Raised(absl::string_view taken_to = "E08000009") {
    Given(kConcern, absl::StrCat(R"pb(raised { concern_id: "n1" person_id: "p1" raised_by: "p1" taken_to: ")pb",
                                 taken_to, "\" }"));
    return *this;
  }

 private:
  int number_ = 0;
};

}  // namespace regard::feedback::testing
