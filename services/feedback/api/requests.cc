#include "services/feedback/api/requests.h"

#include <string>

#include "libs/acting/grants.h"
#include "libs/fields/fields.h"

namespace regard::feedback {
namespace {

// Whoever acts for somebody says for whom; nobody else does.
void CheckPerson(const std::string& person_id, const auth::Identity& caller, Fields& fields) {
  if (acting::ActsByGrant(caller.role)) {
    fields.Id("person_id", person_id);
  } else {
    fields.That("person_id", person_id.empty() || person_id == caller.subject, "NOT_ONESELF");
  }
}

void CheckWords(const v1::Words& words, Fields& fields) {
  fields.OptionalText("words.who_you_are_to_me", words.who_you_are_to_me(), kMaxNoteBytes)
      .OptionalText("words.what_happened", words.what_happened(), kMaxNoteBytes)
      .OptionalText("words.what_it_taught_me", words.what_it_taught_me(), kMaxNoteBytes)
      .That("words",
            !words.who_you_are_to_me().empty() || !words.what_happened().empty() || !words.what_it_taught_me().empty(),
            "EMPTY");
}

}  // namespace

absl::Status Check(const v1::StartConversationRequest& request, const auth::Identity& caller) {
  Fields fields;
  fields.Id("booking_id", request.booking_id());
  CheckPerson(request.person_id(), caller, fields);
  CheckWords(request.words(), fields);
  return fields.status();
}

absl::Status Check(const v1::SayRequest& request, const auth::Identity& caller) {
  Fields fields;
  fields.Id("conversation_id", request.conversation_id());
  CheckPerson(request.person_id(), caller, fields);
  CheckWords(request.words(), fields);
  return fields.status();
}

absl::Status Check(const v1::AnswerRequest& request, const auth::Identity& caller) {
  Fields fields;
  fields.Id("conversation_id", request.conversation_id()).Text("answer", request.answer(), kMaxNoteBytes);
  CheckPerson(request.person_id(), caller, fields);
  return fields.status();
}

absl::Status Check(const v1::AgreeChangeRequest& request, const auth::Identity& caller) {
  Fields fields;
  fields.Id("conversation_id", request.conversation_id()).Text("what", request.what(), kMaxNoteBytes);
  CheckPerson(request.person_id(), caller, fields);
  return fields.status();
}

absl::Status Check(const v1::MarkChangeDoneRequest& request, const auth::Identity& caller) {
  Fields fields;
  fields.Id("conversation_id", request.conversation_id()).Id("change_id", request.change_id());
  CheckPerson(request.person_id(), caller, fields);
  return fields.status();
}

absl::Status Check(const v1::ConsentToPublishRequest& request) {
  return Fields().Id("conversation_id", request.conversation_id()).status();
}

absl::Status Check(const v1::WithdrawConsentRequest& request, const auth::Identity& caller) {
  Fields fields;
  fields.Id("conversation_id", request.conversation_id());
  CheckPerson(request.person_id(), caller, fields);
  return fields.status();
}

absl::Status Check(const v1::GetConversationRequest& request) {
  return Fields().Id("conversation_id", request.conversation_id()).status();
}

absl::Status Check(const v1::ListConversationsRequest& request, const auth::Identity& caller) {
  Fields fields;
  fields.OptionalId("page_token", request.page_token());
  CheckPerson(request.person_id(), caller, fields);
  return fields.status();
}

absl::Status Check(const v1::ListPublishedRequest& request) {
  return Fields().Id("provider_id", request.provider_id()).OptionalId("page_token", request.page_token()).status();
}

absl::Status Check(const v1::RaiseConcernRequest& request, const auth::Identity& caller) {
  Fields fields;
  // A person who names nobody speaks of themselves.
  if (!request.person_id().empty() || caller.role != options::v1::ROLE_PERSON) {
    fields.Id("person_id", request.person_id());
  }
  if (!request.tenant().empty()) fields.Council("tenant", request.tenant());
  return fields.OptionalId("provider_id", request.provider_id())
      .Text("what", request.what(), kMaxNoteBytes)
      .OptionalText("persons_wishes", request.persons_wishes(), kMaxNoteBytes)
      .status();
}

absl::Status Check(const v1::TakeConcernRequest& request) {
  return Fields().Id("concern_id", request.concern_id()).status();
}

absl::Status Check(const v1::CloseConcernRequest& request) {
  return Fields().Id("concern_id", request.concern_id()).Text("outcome", request.outcome(), kMaxNoteBytes).status();
}

absl::Status Check(const v1::ListConcernsRequest& request) {
  return Fields().OptionallyChosen("phase", request.phase()).OptionalId("page_token", request.page_token()).status();
}

}  // namespace regard::feedback
