// Feedback as its callers see it: who reads what, before and after consent, and who never reads a concern.
#include <memory>

#include "libs/acting/grants_view.h"
#include "libs/es/testing/view_feed.h"
#include "regard/bookings/v1/facts.pb.h"
#include "regard/budgets/v1/facts.pb.h"
#include "regard/providers/v1/facts.pb.h"
#include "services/feedback/api/feedback_api.h"
#include "services/feedback/domain/feedback_domain.h"
#include "services/feedback/views/concerns_view.h"
#include "services/feedback/views/conversations_view.h"
#include "services/feedback/views/relations_view.h"
#include "tests/integration/service_world.h"

namespace regard::integration {
namespace {

namespace v1 = feedback::v1;
using es::testing::FromText;
using Stub = v1::FeedbackService::Stub;

const ToldDomain& Bookings() {
  static const auto* const domain =
      new ToldDomain("bookings", {{"booking", &bookings::v1::BookingFact::default_instance()}});
  return *domain;
}
const ToldDomain& Providers() {
  static const auto* const domain =
      new ToldDomain("providers", {{"provider", &providers::v1::ProviderFact::default_instance()}});
  return *domain;
}
const ToldDomain& Budgets() {
  static const auto* const domain =
      new ToldDomain("budgets", {{"person", &budgets::v1::PersonFact::default_instance()},
                                 {"budget", &budgets::v1::BudgetFact::default_instance()}});
  return *domain;
}
std::vector<es::View*> Views() {
  static auto* const conversations = new feedback::ConversationsView();
  static auto* const concerns = new feedback::ConcernsView();
  static auto* const relations = new feedback::RelationsView();
  static auto* const grants = new acting::GrantsView(std::string(feedback::kGrantsViewName));
  return {conversations, concerns, relations, grants};
}

class FeedbackService : public ServiceWorld {
 protected:
  FeedbackService()
      : ServiceWorld({&feedback::FeedbackDomain(), &Bookings(), &Providers(), &Budgets()}, Views()),
        commands_(engine->runtime("feedback"), engine->gate(), digester, clock),
        queries_(engine->gate(), engine->timer()),
        api_(shell, commands_, queries_,
             {engine->reader(feedback::ConversationsView::kName), engine->reader(feedback::ConcernsView::kName),
              engine->reader(feedback::RelationsView::kName), engine->reader(feedback::kGrantsViewName)},
             opener, clock, {{kCouncil, "0161 000 0000"}}) {
    Serve({&api_});
    Tell("providers", "provider/v1",
         FromText<providers::v1::ProviderFact>("registered { provider_id: 'v1' owner_id: 'anna' }"));
    Tell("bookings", "booking/b1",
         FromText<bookings::v1::BookingFact>(
             "requested { booking_id: 'b1' person_id: 'p1' provider_id: 'v1' tenant: 'E08000009' }"));
  }

  template <class Request, class Response>
  std::string Do(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const std::string& token,
                 const std::string& request_text, Response* response) {
    Request request = FromText<Request>(request_text);
    request.set_request_id(RequestId());
    const std::string reason = Call(method, token, request, response);
    if (reason.empty()) token_ = response->receipt().consistency_token();
    return reason;
  }
  template <class Request, class Response>
  std::string Do(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const std::string& token,
                 const std::string& request_text) {
    Response response;
    return Do<Request, Response>(method, token, request_text, &response);
  }
  void Granted(const std::string& scopes) {
    Tell("budgets", "person/p1",
         FromText<budgets::v1::PersonFact>("acting_granted { grant_id: 'g1' person_id: 'p1' helper_id: 'h1' " + scopes + "}"));
  }
  void Start() {
    v1::StartConversationResponse response;
    ASSERT_EQ(Do(&Stub::StartConversation, person_,
                 "booking_id: 'b1' words { who_you_are_to_me: 'My gardener' what_happened: 'We planted beans' }", &response),
              "");
    conversation_id_ = response.conversation_id();
  }
  std::string Id() const { return "conversation_id: '" + conversation_id_ + "' "; }
  // "" when `token` may read it; then `read_` has it.
  std::string Read(const std::string& token) {
    v1::GetConversationRequest request;
    request.set_conversation_id(conversation_id_);
    request.set_consistency_token(token_);
    v1::GetConversationResponse response;
    const std::string reason = Call(&Stub::GetConversation, token, request, &response);
    read_ = response.conversation();
    return reason;
  }
  v1::ListPublishedResponse Published() {
    v1::ListPublishedRequest request;
    request.set_provider_id("v1");
    request.set_consistency_token(token_);
    v1::ListPublishedResponse response;
    EXPECT_EQ(Call(&Stub::ListPublished, other_person_, request, &response), "");
    return response;
  }
  v1::ListConcernsResponse Concerns(const std::string& token, const std::string& text = "") {
    auto request = FromText<v1::ListConcernsRequest>(text);
    request.set_consistency_token(token_);
    v1::ListConcernsResponse response;
    EXPECT_EQ(Call(&Stub::ListConcerns, token, request, &response), "");
    return response;
  }

  rpc::CommandDoor commands_;
  rpc::QueryDoor queries_;
  feedback::FeedbackApi api_;
  const std::string person_ = Token("p1", options::v1::ROLE_PERSON);
  const std::string other_person_ = Token("p2", options::v1::ROLE_PERSON);
  const std::string owner_ = Token("anna", options::v1::ROLE_PROVIDER);
  const std::string other_owner_ = Token("ben", options::v1::ROLE_PROVIDER);
  const std::string helper_ = Token("h1", options::v1::ROLE_ACTING_FOR);
  const std::string practitioner_ = Token("pia", options::v1::ROLE_PRACTITIONER);
  std::string conversation_id_;
  std::string token_;
  v1::Conversation read_;
};

TEST_F(FeedbackService, AConversationIsTheTwosAlone) {
  Start();
  ASSERT_EQ(Read(person_), "");
  ASSERT_EQ(read_.entries_size(), 1);
  EXPECT_EQ(read_.entries(0).words().what_happened(), "We planted beans");
  EXPECT_EQ(Read(owner_), "");
  EXPECT_EQ(Read(other_person_), "CONVERSATION_NOT_FOUND");
  EXPECT_EQ(Read(other_owner_), "CONVERSATION_NOT_FOUND");
  EXPECT_EQ(Read(helper_), "CONVERSATION_NOT_FOUND");
  EXPECT_EQ(Read(practitioner_), "ROLE_NOT_ALLOWED");
  EXPECT_EQ(Do(&Stub::StartConversation, other_person_, "booking_id: 'b1' words { what_happened: 'x' }"),
            "BOOKING_NOT_FOUND");
  EXPECT_EQ(Do(&Stub::StartConversation, person_, "booking_id: 'b2' words { what_happened: 'x' }"), "BOOKING_NOT_FOUND");
}

TEST_F(FeedbackService, TheTwoTalkAgreeAndSayWhenItIsDone) {
  Start();
  EXPECT_EQ(Do(&Stub::Answer, person_, Id() + "answer: 'And?'"), "NOTHING_TO_ANSWER");
  ASSERT_EQ(Do(&Stub::Answer, owner_, Id() + "answer: 'I came late, sorry'"), "");
  v1::AgreeChangeResponse agreed;
  ASSERT_EQ(Do(&Stub::AgreeChange, owner_, Id() + "what: 'Come at ten'", &agreed), "");
  ASSERT_EQ(Do(&Stub::MarkChangeDone, person_, Id() + "change_id: '" + agreed.change_id() + "'"), "");
  ASSERT_EQ(Do(&Stub::Say, person_, Id() + "words { what_it_taught_me: 'To say so' }"), "");
  ASSERT_EQ(Read(owner_), "");
  ASSERT_EQ(read_.entries_size(), 4);
  EXPECT_EQ(read_.entries(1).answer(), "I came late, sorry");
  EXPECT_TRUE(read_.entries(2).change().done());
  EXPECT_EQ(read_.entries(3).words().what_it_taught_me(), "To say so");
}

TEST_F(FeedbackService, IsPublishedWhenBothConsentAndNotWhatCameLater) {
  Start();
  ASSERT_EQ(Do(&Stub::ConsentToPublish, person_, Id()), "");
  EXPECT_EQ(Published().conversations_size(), 0);
  ASSERT_EQ(Do(&Stub::ConsentToPublish, owner_, Id()), "");
  ASSERT_EQ(Do(&Stub::Say, person_, Id() + "words { what_happened: 'A secret' }"), "");
  ASSERT_EQ(Published().conversations_size(), 1);
  const v1::Conversation published = Published().conversations(0);
  ASSERT_EQ(published.entries_size(), 1);
  EXPECT_EQ(published.entries(0).words().what_happened(), "We planted beans");
  EXPECT_EQ(published.person_id(), "");
  ASSERT_EQ(Do(&Stub::WithdrawConsent, person_, Id()), "");
  EXPECT_EQ(Published().conversations_size(), 0);
}

TEST_F(FeedbackService, AHelperSpeaksAndReadsAsFarAsTheirGrantGoes) {
  Start();
  const std::string say = Id() + "person_id: 'p1' words { what_happened: 'He liked it' }";
  EXPECT_EQ(Do(&Stub::Say, helper_, say), "CONVERSATION_NOT_FOUND");
  Granted("scopes: SCOPE_SEE");
  EXPECT_EQ(Read(helper_), "");
  EXPECT_EQ(Do(&Stub::Say, helper_, say), "CONVERSATION_NOT_FOUND");
  Granted("scopes: SCOPE_SEE scopes: SCOPE_CONFIRM");
  ASSERT_EQ(Do(&Stub::Say, helper_, say), "");
  ASSERT_EQ(Read(person_), "");
  EXPECT_EQ(read_.entries(1).said_for_them_by(), "h1");
  EXPECT_EQ(Do(&Stub::ConsentToPublish, helper_, Id()), "ROLE_NOT_ALLOWED");
  Tell("budgets", "person/p1",
       FromText<budgets::v1::PersonFact>("acting_revoked { grant_id: 'g1' person_id: 'p1' helper_id: 'h1' }"));
  EXPECT_EQ(Read(helper_), "CONVERSATION_NOT_FOUND");
}

TEST_F(FeedbackService, ListsAreOnesOwn) {
  Start();
  const auto list = [&](const std::string& token, const std::string& text) {
    auto request = FromText<v1::ListConversationsRequest>(text);
    request.set_consistency_token(token_);
    v1::ListConversationsResponse response;
    const std::string reason = Call(&Stub::ListConversations, token, request, &response);
    return reason.empty() ? absl::StrCat(response.conversations_size()) : reason;
  };
  EXPECT_EQ(list(person_, ""), "1");
  EXPECT_EQ(list(owner_, ""), "1");
  EXPECT_EQ(list(other_person_, ""), "0");
  EXPECT_EQ(list(other_owner_, ""), "0");
  EXPECT_EQ(list(helper_, "person_id: 'p1'"), "CONVERSATION_NOT_FOUND");
  Granted("scopes: SCOPE_SEE");
  EXPECT_EQ(list(helper_, "person_id: 'p1'"), "1");
}

TEST_F(FeedbackService, AConcernReachesItsTeamAndNobodyElse) {
  v1::RaiseConcernResponse raised;
  ASSERT_EQ(Do(&Stub::RaiseConcern, owner_,
               "person_id: 'p1' what: 'Bruises' persons_wishes: 'To stay at home' provider_id: 'v1'", &raised),
            "");
  EXPECT_EQ(raised.emergency_number(), "999");
  EXPECT_EQ(raised.council_line(), "0161 000 0000");
  const std::string elsewhere = Token("pip", options::v1::ROLE_PRACTITIONER, "E08000003");
  ASSERT_EQ(Concerns(practitioner_).concerns_size(), 1);
  EXPECT_EQ(Concerns(practitioner_).concerns(0).what(), "Bruises");
  EXPECT_EQ(Concerns(practitioner_).concerns(0).persons_wishes(), "To stay at home");
  EXPECT_EQ(Concerns(elsewhere).concerns_size(), 0);
  v1::ListConcernsResponse none;
  for (const std::string& token : {person_, owner_, helper_}) {
    EXPECT_EQ(Call(&Stub::ListConcerns, token, v1::ListConcernsRequest(), &none), "ROLE_NOT_ALLOWED");
  }
  const std::string id = "concern_id: '" + raised.concern_id() + "' ";
  EXPECT_EQ(Do(&Stub::TakeConcern, elsewhere, id), "CONCERN_NOT_FOUND");
  EXPECT_EQ(Do(&Stub::CloseConcern, practitioner_, id + "outcome: 'Safe'"), "CONCERN_NOT_TAKEN");
  ASSERT_EQ(Do(&Stub::TakeConcern, practitioner_, id), "");
  ASSERT_EQ(Do(&Stub::CloseConcern, practitioner_, id + "outcome: 'Safe'"), "");
  EXPECT_EQ(Concerns(practitioner_, "phase: CONCERN_PHASE_RAISED").concerns_size(), 0);
  EXPECT_EQ(Concerns(practitioner_, "phase: CONCERN_PHASE_CLOSED").concerns(0).outcome(), "Safe");
}

TEST_F(FeedbackService, AConcernAboutTheCouncilsStaffPassesThemBy) {
  ASSERT_EQ(Do(&Stub::RaiseConcern, person_, "what: 'He shouts at me' staff_implicated: true"), "");
  EXPECT_EQ(Concerns(practitioner_).concerns_size(), 0);
  const std::string regulator = Token("bo", options::v1::ROLE_PRACTITIONER, "E92000001");
  ASSERT_EQ(Concerns(regulator).concerns_size(), 1);
  EXPECT_EQ(Concerns(regulator).concerns(0).person_id(), "p1");
}

// Who wrote it, and where they belong, does not matter: it is about p1, whom Trafford serves.
TEST_F(FeedbackService, ErasingAPersonInTheirCouncilErasesWhatOthersSaidOfThem) {
  const std::string elsewhere = "E08000003";
  const std::string owner = Token("anna", options::v1::ROLE_PROVIDER, elsewhere);
  const std::string helper = Token("h1", options::v1::ROLE_ACTING_FOR, elsewhere);
  const std::string app = Token("a1", options::v1::ROLE_PARTNER, elsewhere);
  Granted("scopes: SCOPE_SEE scopes: SCOPE_CONFIRM");
  Tell("budgets", "person/p1",
       FromText<budgets::v1::PersonFact>("acting_granted { grant_id: 'g2' person_id: 'p1' helper_id: 'a1' scopes: "
                                         "SCOPE_CONFIRM basis: ACTING_BASIS_PARTNER_APP }"));
  v1::StartConversationResponse started;
  ASSERT_EQ(Do(&Stub::StartConversation, owner, "booking_id: 'b1' words { what_happened: 'She fell' }", &started), "");
  conversation_id_ = started.conversation_id();
  ASSERT_EQ(Do(&Stub::Answer, person_, Id() + "answer: 'I did'"), "");
  ASSERT_EQ(Do(&Stub::Answer, owner, Id() + "answer: 'I held her'"), "");
  ASSERT_EQ(Do(&Stub::AgreeChange, owner, Id() + "what: 'A rail by the bath'"), "");
  ASSERT_EQ(Do(&Stub::Say, helper, Id() + "person_id: 'p1' words { what_happened: 'She told me' }"), "");
  ASSERT_EQ(Do(&Stub::Say, app, Id() + "person_id: 'p1' words { what_happened: 'Typed in' }"), "");
  v1::RaiseConcernResponse raised;
  ASSERT_EQ(Do(&Stub::RaiseConcern, owner, "person_id: 'p1' tenant: 'E08000009' what: 'Bruises'", &raised), "");
  // The conversation and the concern are in partitions of their own, and a token knows one.
  ASSERT_TRUE(engine->Settle(absl::Seconds(20)).ok());
  ASSERT_EQ(Read(person_), "");
  ASSERT_EQ(read_.entries_size(), 6);
  ASSERT_EQ(Concerns(practitioner_).concerns(0).what(), "Bruises");

  ASSERT_TRUE(keys.Erase("p1", kCouncil).ok());
  ASSERT_EQ(Read(person_), "");
  EXPECT_EQ(read_.entries_size(), 0) << read_.DebugString();
  EXPECT_EQ(Concerns(practitioner_).concerns(0).what(), "");
}

// What a regulator's staff write about a concern is in the care of the council where the person is, like the concern.
TEST_F(FeedbackService, ErasureReachesWhatAnotherBodyWrote) {
  v1::RaiseConcernResponse raised;
  ASSERT_EQ(Do(&Stub::RaiseConcern, person_, "what: 'He shouts at me' staff_implicated: true", &raised), "");
  const std::string regulator = Token("bo", options::v1::ROLE_PRACTITIONER, "E92000001");
  const std::string id = "concern_id: '" + raised.concern_id() + "' ";
  ASSERT_EQ(Do(&Stub::TakeConcern, regulator, id), "");
  ASSERT_EQ(Do(&Stub::CloseConcern, regulator, id + "outcome: 'He was dismissed'"), "");
  ASSERT_EQ(Concerns(regulator).concerns(0).outcome(), "He was dismissed");
  ASSERT_TRUE(keys.Erase("p1", kCouncil).ok());
  EXPECT_EQ(Concerns(regulator).concerns(0).what(), "");
  EXPECT_EQ(Concerns(regulator).concerns(0).outcome(), "");
}

// A provider of the next town who names no council must not send it to their own.
TEST_F(FeedbackService, AConcernGoesToTheCouncilThatServesThePerson) {
  const std::string elsewhere = Token("pip", options::v1::ROLE_PRACTITIONER, "E08000003");
  const std::string owner = Token("anna", options::v1::ROLE_PROVIDER, "E08000003");
  // Of somebody who is not known the raiser's is the best guess.
  ASSERT_EQ(Do(&Stub::RaiseConcern, owner, "person_id: 'p1' what: 'Bruises'"), "");
  EXPECT_EQ(Concerns(elsewhere).concerns_size(), 1);
  Tell("budgets", "budget/g1",
       FromText<budgets::v1::BudgetFact>("opened { budget_id: 'g1' person_id: 'p1' tenant: 'E08000009' }"));
  ASSERT_EQ(Do(&Stub::RaiseConcern, owner, "person_id: 'p1' what: 'Bruises again'"), "");
  EXPECT_EQ(Concerns(elsewhere).concerns_size(), 1);
  ASSERT_EQ(Concerns(practitioner_).concerns_size(), 1);
  EXPECT_EQ(Concerns(practitioner_).concerns(0).what(), "Bruises again");
  // Where they are now is what the raiser says, wherever they live.
  ASSERT_EQ(Do(&Stub::RaiseConcern, owner, "person_id: 'p1' tenant: 'E08000003' what: 'On holiday here'"), "");
  EXPECT_EQ(Concerns(elsewhere).concerns_size(), 2);
}

}  // namespace
}  // namespace regard::integration
