#include "services/feedback/api/requests.h"

#include <string>

#include "gtest/gtest.h"
#include "libs/base/rejection.h"
#include "libs/es/testing/view_feed.h"

namespace regard::feedback {
namespace {

using es::testing::FromText;

const auth::Identity kPerson{"p1", options::v1::ROLE_PERSON, "E08000009", {}};
const auth::Identity kOwner{"anna", options::v1::ROLE_PROVIDER, "E08000009", {}};
const auth::Identity kHelper{"h1", options::v1::ROLE_ACTING_FOR, "E08000009", {}};

// "field REASON" of the first finding, "" for none.
template <class Request, class... Caller>
std::string Finding(const std::string& text, const Caller&... caller) {
  const absl::Status status = Check(FromText<Request>(text), caller...);
  return status.ok() ? "" : FromStatus(status).field + " " + FromStatus(status).reason;
}

TEST(Requests, WhoeverActsForSomebodySaysForWhom) {
  const std::string say = "conversation_id: 't1' words { what_happened: 'Beans' } ";
  EXPECT_EQ(Finding<v1::SayRequest>(say, kPerson), "");
  EXPECT_EQ(Finding<v1::SayRequest>(say + "person_id: 'p1'", kPerson), "");
  EXPECT_EQ(Finding<v1::SayRequest>(say + "person_id: 'p2'", kPerson), "person_id NOT_ONESELF");
  EXPECT_EQ(Finding<v1::SayRequest>(say + "person_id: 'p1'", kOwner), "person_id NOT_ONESELF");
  EXPECT_EQ(Finding<v1::SayRequest>(say, kHelper), "person_id NOT_AN_ID");
  EXPECT_EQ(Finding<v1::SayRequest>(say + "person_id: 'p1'", kHelper), "");
  EXPECT_EQ(Finding<v1::ListConversationsRequest>("", kPerson), "");
  EXPECT_EQ(Finding<v1::ListConversationsRequest>("", kHelper), "person_id NOT_AN_ID");
}

TEST(Requests, SomethingIsSaidAndNotTooMuch) {
  const std::string booking = "booking_id: 'b1' ";
  EXPECT_EQ(Finding<v1::StartConversationRequest>(booking, kPerson), "words EMPTY");
  EXPECT_EQ(Finding<v1::StartConversationRequest>(booking + "words { who_you_are_to_me: 'A friend' }", kPerson), "");
  EXPECT_EQ(Finding<v1::StartConversationRequest>("words { what_happened: 'x' }", kPerson), "booking_id NOT_AN_ID");
  EXPECT_EQ(Finding<v1::StartConversationRequest>(
                booking + "words { what_it_taught_me: '" + std::string(2001, 'a') + "' }", kPerson),
            "words.what_it_taught_me TOO_LONG");
  EXPECT_EQ(Finding<v1::AnswerRequest>("conversation_id: 't1'", kPerson), "answer EMPTY");
  EXPECT_EQ(Finding<v1::AgreeChangeRequest>("conversation_id: 't1'", kPerson), "what EMPTY");
  EXPECT_EQ(Finding<v1::CloseConcernRequest>("concern_id: 'n1'"), "outcome EMPTY");
}

TEST(Requests, EveryIdIsAnId) {
  EXPECT_EQ(Finding<v1::SayRequest>("", kPerson), "conversation_id NOT_AN_ID");
  EXPECT_EQ(Finding<v1::AnswerRequest>("", kPerson), "conversation_id NOT_AN_ID");
  EXPECT_EQ(Finding<v1::AgreeChangeRequest>("", kPerson), "conversation_id NOT_AN_ID");
  EXPECT_EQ(Finding<v1::MarkChangeDoneRequest>("", kPerson), "conversation_id NOT_AN_ID");
  EXPECT_EQ(Finding<v1::MarkChangeDoneRequest>("conversation_id: 't1'", kPerson), "change_id NOT_AN_ID");
  EXPECT_EQ(Finding<v1::ConsentToPublishRequest>(""), "conversation_id NOT_AN_ID");
  EXPECT_EQ(Finding<v1::WithdrawConsentRequest>("", kPerson), "conversation_id NOT_AN_ID");
  EXPECT_EQ(Finding<v1::GetConversationRequest>("conversation_id: 'a/b'"), "conversation_id NOT_AN_ID");
  EXPECT_EQ(Finding<v1::ListPublishedRequest>(""), "provider_id NOT_AN_ID");
  EXPECT_EQ(Finding<v1::ListPublishedRequest>("provider_id: 'v1' page_token: '/'"), "page_token NOT_AN_ID");
  EXPECT_EQ(Finding<v1::TakeConcernRequest>(""), "concern_id NOT_AN_ID");
  EXPECT_EQ(Finding<v1::CloseConcernRequest>(""), "concern_id NOT_AN_ID");
  EXPECT_EQ(Finding<v1::ListConcernsRequest>("page_token: '/'"), "page_token NOT_AN_ID");
}

TEST(Requests, AConcernSaysWhatAndAboutWhom) {
  EXPECT_EQ(Finding<v1::RaiseConcernRequest>("what: 'Bruises'", kPerson), "");
  EXPECT_EQ(Finding<v1::RaiseConcernRequest>("what: 'Bruises'", kOwner), "person_id NOT_AN_ID");
  EXPECT_EQ(Finding<v1::RaiseConcernRequest>("person_id: 'p1' what: 'Bruises'", kOwner), "");
  EXPECT_EQ(Finding<v1::RaiseConcernRequest>("person_id: 'p1'", kOwner), "what EMPTY");
  EXPECT_EQ(Finding<v1::RaiseConcernRequest>("what: 'Bruises' tenant: 'Leeds'", kPerson), "tenant NOT_A_COUNCIL");
  EXPECT_EQ(Finding<v1::RaiseConcernRequest>("what: 'Bruises' provider_id: '/'", kPerson), "provider_id NOT_AN_ID");
}

}  // namespace
}  // namespace regard::feedback
