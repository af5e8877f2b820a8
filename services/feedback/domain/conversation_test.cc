#include "services/feedback/domain/conversation.h"

#include "gtest/gtest.h"
#include "services/feedback/domain/rules.h"
#include "services/feedback/domain/testing/feedback_scenario.h"

namespace regard::feedback::testing {
namespace {

std::string Start(absl::string_view acting_for = "") {
  return absl::StrCat(R"pb(conversation_id: "t1"
                           start {
                             person_id: "p1"
                             provider_id: "v1"
                             provider_owner_id: "anna"
                             booking_id: "b1"
                             tenant: "E08000009"
                             words { what_happened: "We planted beans" }
                           }
                           acting_for_person_id: ")pb",
                      acting_for, "\"");
}
constexpr char kSay[] = R"pb(
  conversation_id: "t1"
  say { who_you_are_to_me: "My gardener" what_happened: "Beans" what_it_taught_me: "Patience" })pb";
constexpr char kAnswer[] = R"pb(conversation_id: "t1"
                                say { answer: "Thank you" })pb";
constexpr char kAgree[] = R"pb(conversation_id: "t1"
                               agree_change { change_id: "c1" what: "Come at ten" })pb";
constexpr char kMarkDone[] = R"pb(conversation_id: "t1"
                                  mark_change_done { change_id: "c1" })pb";
constexpr char kConsent[] = R"pb(conversation_id: "t1"
                                 consent {})pb";
constexpr char kWithdraw[] = R"pb(conversation_id: "t1"
                                  withdraw {})pb";

std::string For(absl::string_view person_id, absl::string_view command) {
  return absl::StrCat(command, " acting_for_person_id: \"", person_id, "\"");
}

TEST(Starting, ByThePersonWithTheirFirstWords) {
  FeedbackScenario s;
  s.When(Start())
      .Then(kTalk, R"pb(started {
                          conversation_id: "t1"
                          person_id: "p1"
                          provider_id: "v1"
                          provider_owner_id: "anna"
                          booking_id: "b1"
                          tenant: "E08000009"
                          by: SIDE_PERSON
                        })pb")
      .Then(kTalk, R"pb(said { by: SIDE_PERSON person_id: "p1" what_happened: "We planted beans" number: 1 })pb");
  s.When(Start()).ThenNothing();
}

TEST(Starting, ByWhoRunsTheProvider) {
  FeedbackScenario s;
  s.By(kOwner);
  s.When(Start())
      .Then(kTalk, R"pb(started { by: SIDE_PROVIDER })pb")
      .Then(kTalk, R"pb(said { by: SIDE_PROVIDER person_id: "p1" })pb");
}

TEST(Starting, ByAHelperRecordsBothNames) {
  FeedbackScenario s;
  s.By(kHelper);
  s.When(Start("p1"))
      .Then(kTalk, R"pb(started { by: SIDE_PERSON person_id: "p1" })pb")
      .Then(kTalk, R"pb(said { by: SIDE_PERSON said_for_them_by: "h1" })pb");
}

TEST(Starting, ByAnybodyElseLearnsNothing) {
  for (const char* actor : {kOtherPerson, kOtherOwner, kHelper, kPractitioner, kCommissioner, kOperator}) {
    FeedbackScenario s;
    s.By(actor).When(Start()).ThenRefused("BOOKING_NOT_FOUND");
  }
  FeedbackScenario helper_of_another;
  helper_of_another.By(kHelper).When(Start("p2")).ThenRefused("BOOKING_NOT_FOUND");
  FeedbackScenario practitioner;
  practitioner.By(kPractitioner).When(Start("p1")).ThenRefused("BOOKING_NOT_FOUND");
}

TEST(Saying, IsNumberedAndSaysWhichSide) {
  FeedbackScenario s;
  s.Started();
  s.When(kSay).Then(kTalk, R"pb(said {
                                  by: SIDE_PERSON
                                  person_id: "p1"
                                  who_you_are_to_me: "My gardener"
                                  what_happened: "Beans"
                                  what_it_taught_me: "Patience"
                                  number: 1
                                })pb");
  s.By(kOwner).When(kSay).Then(kTalk, R"pb(said { by: SIDE_PROVIDER person_id: "p1" number: 2 })pb");
}

TEST(Conversation, IsTheTwosAlone) {
  for (const char* actor : {kOtherPerson, kOtherOwner, kHelper, kPractitioner, kCommissioner, kOperator}) {
    FeedbackScenario s;
    s.Started().Said("PERSON").Said("PROVIDER").Agreed("c1").By(actor);
    for (const char* command : {kSay, kAnswer, kAgree, kMarkDone, kConsent, kWithdraw}) {
      s.When(command).ThenRefused("CONVERSATION_NOT_FOUND");
      s.When(For("p2", command)).ThenRefused("CONVERSATION_NOT_FOUND");
    }
  }
  FeedbackScenario somebody_of_no_name;
  somebody_of_no_name.By("role: ROLE_PERSON").Given(kTalk, R"pb(started { conversation_id: "t1" })pb");
  somebody_of_no_name.When(kSay).ThenRefused("CONVERSATION_NOT_FOUND");
}

TEST(Conversation, ThatWasNeverStartedIsNotFound) {
  FeedbackScenario s;
  for (const char* command : {kSay, kAnswer, kAgree, kMarkDone, kConsent, kWithdraw}) {
    s.When(command).ThenRefused("CONVERSATION_NOT_FOUND");
  }
}

TEST(Answering, NeedsSomethingToAnswer) {
  FeedbackScenario s;
  s.Started().Said("PERSON");
  s.When(kAnswer).ThenRefused("NOTHING_TO_ANSWER");
  s.By(kOwner).When(kAnswer).Then(kTalk, R"pb(said { by: SIDE_PROVIDER answer: "Thank you" number: 2 })pb");
  s.By(kPerson).When(kAnswer).Then(kTalk, R"pb(said { by: SIDE_PERSON answer: "Thank you" number: 3 })pb");
}

TEST(Helping, SpeaksForThePersonAndSaysSo) {
  FeedbackScenario s;
  s.Started().Said("PROVIDER").By(kHelper);
  s.When(For("p1", kSay)).Then(kTalk, R"pb(said { by: SIDE_PERSON said_for_them_by: "h1" })pb");
  s.When(For("p1", kAnswer)).Then(kTalk, R"pb(said { by: SIDE_PERSON said_for_them_by: "h1" })pb");
}

TEST(Changing, IsAgreedToWhatTheOtherSaidAndDoneOnce) {
  FeedbackScenario s;
  s.Started().Said("PERSON");
  s.When(kAgree).ThenRefused("NOTHING_TO_ANSWER");
  s.By(kOwner);
  s.When(kAgree).Then(kTalk, R"pb(change_agreed {
                                    by: SIDE_PROVIDER
                                    change_id: "c1"
                                    person_id: "p1"
                                    what: "Come at ten"
                                    number: 2
                                  })pb");
  s.When(kAgree).ThenNothing();
  s.By(kPerson).When(kMarkDone).Then(kTalk, R"pb(change_done { by: SIDE_PERSON change_id: "c1" })pb");
  s.When(kMarkDone).ThenNothing();
}

TEST(Changing, AnUnknownOneIsNotFound) {
  FeedbackScenario s;
  s.Started().Said("PERSON");
  s.When(kMarkDone).ThenRefused("CHANGE_NOT_FOUND");
}

TEST(Conversation, IsBounded) {
  FeedbackScenario s;
  s.Started().Said("PROVIDER");
  for (int i = 1; i < kMaxEntries; ++i) s.Said("PERSON");
  s.When(kSay).ThenRefused("CONVERSATION_FULL");
  s.When(kAgree).ThenRefused("CONVERSATION_FULL");
}

TEST(Publishing, EachSideConsentsToWhatWasThereThen) {
  FeedbackScenario s;
  s.Started().Said("PERSON").Said("PROVIDER");
  s.When(kConsent).Then(kTalk, R"pb(publication_consented { by: SIDE_PERSON up_to_number: 2 })pb");
  s.When(kConsent).ThenNothing();
  s.By(kOwner).When(kConsent).Then(kTalk, R"pb(publication_consented { by: SIDE_PROVIDER up_to_number: 2 })pb");
  s.When(kSay).Then(kTalk, R"pb(said { number: 3 })pb");
  s.When(kConsent).Then(kTalk, R"pb(publication_consented { by: SIDE_PROVIDER up_to_number: 3 })pb");
  EXPECT_EQ(s.StateOf<internal::v1::ConversationState>(kTalk).person_consents_up_to(), 2);
}

TEST(Publishing, NobodyConsentsForSomebodyElse) {
  FeedbackScenario s;
  s.Started().Said("PERSON").By(kHelper);
  s.When(For("p1", kConsent)).ThenRefused("ONLY_THEMSELVES");
}

TEST(Publishing, IsWithdrawnByEitherSideAndByAHelper) {
  FeedbackScenario s;
  s.Started().Said("PERSON").Given(kTalk, R"pb(publication_consented { by: SIDE_PERSON up_to_number: 1 })pb");
  s.Given(kTalk, R"pb(publication_consented { by: SIDE_PROVIDER up_to_number: 1 })pb").By(kHelper);
  s.When(For("p1", kWithdraw)).Then(kTalk, R"pb(publication_withdrawn { by: SIDE_PERSON })pb");
  s.When(For("p1", kWithdraw)).ThenNothing();
  s.By(kOwner).When(kWithdraw).Then(kTalk, R"pb(publication_withdrawn { by: SIDE_PROVIDER })pb");
  s.When(kWithdraw).ThenNothing();
}

TEST(Conversation, ACommandOfNothingIsInvalid) {
  FeedbackScenario s;
  s.Started();
  s.When(R"pb(conversation_id: "t1")pb").ThenRefused("COMMAND_UNKNOWN");
}

TEST(Conversation, FactsOfWhatIsNotThereFold) {
  FeedbackScenario s;
  for (const char* fact : {"", R"pb(change_done { change_id: "x" })pb", R"pb(publication_withdrawn {})pb"}) {
    s.Given(kTalk, fact);
  }
  EXPECT_EQ(s.StateOf<internal::v1::ConversationState>(kTalk).ByteSizeLong(), 0u);
}

}  // namespace
}  // namespace regard::feedback::testing
