#include "services/feedback/api/feedback_api.h"

#include <utility>

#include "libs/acting/grants.h"
#include "libs/acting/grants_view.h"
#include "libs/base/ids.h"
#include "libs/base/rejection.h"
#include "libs/fields/fields.h"
#include "services/feedback/api/reading.h"
#include "services/feedback/api/requests.h"
#include "services/feedback/domain/rules.h"
#include "services/feedback/views/relations_view.h"

namespace regard::feedback {
namespace {

using Command = internal::v1::FeedbackCommand;

std::unique_ptr<Command> For(const std::string& conversation_id) {
  auto command = std::make_unique<Command>();
  command->set_conversation_id(conversation_id);
  return command;
}

void SetWords(const v1::Words& words, internal::v1::Say& say) {
  say.set_who_you_are_to_me(words.who_you_are_to_me());
  say.set_what_happened(words.what_happened());
  say.set_what_it_taught_me(words.what_it_taught_me());
}

// Fills a page from a scan: `add` puts a row into the response, `last_id` is the id of the row that it put last.
class Page {
 public:
  explicit Page(int32_t requested) : size_(PageSize(requested)) {}
  // False when the page was full before this row: there is a next one.
  bool Takes(const std::string& id) {
    if (taken_ == size_) {
      next_token_ = last_id_;
      return false;
    }
    ++taken_;
    last_id_ = id;
    return true;
  }
  const std::string& next_token() const { return next_token_; }

 private:
  const int size_;
  int taken_ = 0;
  std::string last_id_;
  std::string next_token_;
};

}  // namespace

FeedbackApi::FeedbackApi(rpc::Shell& shell, rpc::CommandDoor& commands, const rpc::QueryDoor& queries, Views views,
                         const privacy::Opener& opener, const Clock& clock, CouncilLines council_lines)
    : Api(shell),
      commands_(commands),
      queries_(queries),
      views_(views),
      conversations_(views.conversations),
      concerns_(views.concerns),
      opener_(opener),
      clock_(clock),
      council_lines_(std::move(council_lines)) {}

absl::StatusOr<bool> FeedbackApi::Holds(const rpc::Call& call, const std::string& person_id,
                                        budgets::v1::Scope scope) const {
  if (!acting::ActsByGrant(call.caller().role)) return false;
  return acting::MayAct(views_.grants, person_id, rpc::ActorOf(call), scope, clock_.Now());
}

template <class Request, class Response>
void FeedbackApi::SendFor(const rpc::Call& call, const Request& request, Response& response,
                          const std::string& person_id, std::unique_ptr<Command> command, rpc::Done done) {
  const absl::StatusOr<bool> holds = Holds(call, person_id, budgets::v1::SCOPE_CONFIRM);
  if (!holds.ok()) return done(holds.status());
  if (*holds) command->set_acting_for_person_id(person_id);
  std::string routing_key = command->conversation_id();
  commands_.Send(call, request, request.request_id(), std::move(routing_key), std::move(command),
                 response.mutable_receipt(), std::move(done));
}

void FeedbackApi::StartConversation(const rpc::Call& call, const v1::StartConversationRequest& request,
                                    v1::StartConversationResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  absl::StatusOr<absl::optional<Relation>> relation = RelationOf(views_.relations, request.booking_id());
  if (!relation.ok()) return done(relation.status());
  if (!relation->has_value()) return done(ToStatus(NotFound("BOOKING_NOT_FOUND")));
  auto command = For(Uuid::Derived("conversation", call.caller().subject, request.request_id()).ToString());
  internal::v1::StartConversation& body = *command->mutable_start();
  body.set_person_id((*relation)->person_id);
  body.set_provider_id((*relation)->provider_id);
  body.set_provider_owner_id((*relation)->provider_owner_id);
  body.set_booking_id(request.booking_id());
  body.set_tenant((*relation)->tenant);
  SetWords(request.words(), *body.mutable_words());
  response.set_conversation_id(command->conversation_id());
  SendFor(call, request, response, request.person_id(), std::move(command), std::move(done));
}

void FeedbackApi::Say(const rpc::Call& call, const v1::SayRequest& request, v1::SayResponse& response,
                      rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  auto command = For(request.conversation_id());
  SetWords(request.words(), *command->mutable_say());
  SendFor(call, request, response, request.person_id(), std::move(command), std::move(done));
}

void FeedbackApi::Answer(const rpc::Call& call, const v1::AnswerRequest& request, v1::AnswerResponse& response,
                         rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  auto command = For(request.conversation_id());
  command->mutable_say()->set_answer(request.answer());
  SendFor(call, request, response, request.person_id(), std::move(command), std::move(done));
}

void FeedbackApi::AgreeChange(const rpc::Call& call, const v1::AgreeChangeRequest& request,
                              v1::AgreeChangeResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  auto command = For(request.conversation_id());
  internal::v1::AgreeChange& body = *command->mutable_agree_change();
  body.set_change_id(Uuid::Derived("change", call.caller().subject, request.request_id()).ToString());
  body.set_what(request.what());
  response.set_change_id(body.change_id());
  SendFor(call, request, response, request.person_id(), std::move(command), std::move(done));
}

void FeedbackApi::MarkChangeDone(const rpc::Call& call, const v1::MarkChangeDoneRequest& request,
                                 v1::MarkChangeDoneResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  auto command = For(request.conversation_id());
  command->mutable_mark_change_done()->set_change_id(request.change_id());
  SendFor(call, request, response, request.person_id(), std::move(command), std::move(done));
}

void FeedbackApi::ConsentToPublish(const rpc::Call& call, const v1::ConsentToPublishRequest& request,
                                   v1::ConsentToPublishResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(request.conversation_id());
  command->mutable_consent();
  SendFor(call, request, response, "", std::move(command), std::move(done));
}

void FeedbackApi::WithdrawConsent(const rpc::Call& call, const v1::WithdrawConsentRequest& request,
                                  v1::WithdrawConsentResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  auto command = For(request.conversation_id());
  command->mutable_withdraw();
  SendFor(call, request, response, request.person_id(), std::move(command), std::move(done));
}

absl::StatusOr<std::string> FeedbackApi::WhereIs(const rpc::Call& call, const std::string& person_id,
                                                 const std::string& said) const {
  if (!said.empty()) return said;
  return acting::CouncilOf(views_.grants, person_id, rpc::ActorOf(call), clock_.Now());
}

void FeedbackApi::RaiseConcern(const rpc::Call& call, const v1::RaiseConcernRequest& request,
                               v1::RaiseConcernResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  const std::string& person_id = request.person_id().empty() ? call.caller().subject : request.person_id();
  const absl::StatusOr<std::string> council = WhereIs(call, person_id, request.tenant());
  if (!council.ok()) return done(council.status());
  auto command = std::make_unique<Command>();
  command->set_concern_id(Uuid::Derived("concern", call.caller().subject, request.request_id()).ToString());
  internal::v1::RaiseConcern& body = *command->mutable_raise();
  body.set_tenant(*council);
  body.set_person_id(person_id);
  body.set_provider_id(request.provider_id());
  body.set_what(request.what());
  body.set_persons_wishes(request.persons_wishes());
  body.set_staff_implicated(request.staff_implicated());
  const Rules& rules = RulesAt(clock_.Now());
  response.set_concern_id(command->concern_id());
  response.set_emergency_number(std::string(rules.emergency_number));
  response.set_emergency_text(std::string(rules.emergency_text));
  if (const auto line = council_lines_.find(body.tenant()); line != council_lines_.end()) {
    response.set_council_line(line->second);
  }
  std::string routing_key = TakenTo(body.tenant(), body.staff_implicated());
  commands_.Send(call, request, request.request_id(), std::move(routing_key), std::move(command),
                 response.mutable_receipt(), std::move(done));
}

// A concern is routed by the body that takes it, so another body's practitioner asks in a partition that has none.
void FeedbackApi::TakeConcern(const rpc::Call& call, const v1::TakeConcernRequest& request,
                              v1::TakeConcernResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = std::make_unique<Command>();
  command->set_concern_id(request.concern_id());
  command->mutable_take();
  commands_.Send(call, request, request.request_id(), call.caller().tenant, std::move(command),
                 response.mutable_receipt(), std::move(done));
}

void FeedbackApi::CloseConcern(const rpc::Call& call, const v1::CloseConcernRequest& request,
                               v1::CloseConcernResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = std::make_unique<Command>();
  command->set_concern_id(request.concern_id());
  command->mutable_close()->set_outcome(request.outcome());
  commands_.Send(call, request, request.request_id(), call.caller().tenant, std::move(command),
                 response.mutable_receipt(), std::move(done));
}

void FeedbackApi::Reply(const rpc::Call& call, absl::string_view view, const std::string& consistency_token,
                        rpc::Done done, std::function<absl::Status()> answer) {
  auto waiting = std::make_shared<rpc::Done>(std::move(done));
  queries_.WhenFresh(call, view, consistency_token,
                     [waiting, answer = std::move(answer)](const absl::Status& fresh) {
                       (*waiting)(fresh.ok() ? answer() : fresh);
                     });
}

void FeedbackApi::GetConversation(const rpc::Call& call, const v1::GetConversationRequest& request,
                                  v1::GetConversationResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  Reply(call, ConversationsView::kName, request.consistency_token(), std::move(done),
        [this, &call, &request, &response] { return Show(call, request, response); });
}

void FeedbackApi::ListConversations(const rpc::Call& call, const v1::ListConversationsRequest& request,
                                    v1::ListConversationsResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  Reply(call, ConversationsView::kName, request.consistency_token(), std::move(done),
        [this, &call, &request, &response] { return Show(call, request, response); });
}

void FeedbackApi::ListPublished(const rpc::Call& call, const v1::ListPublishedRequest& request,
                                v1::ListPublishedResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  Reply(call, ConversationsView::kName, request.consistency_token(), std::move(done),
        [this, &request, &response] { return Show(request, response); });
}

void FeedbackApi::ListConcerns(const rpc::Call& call, const v1::ListConcernsRequest& request,
                               v1::ListConcernsResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  Reply(call, ConcernsView::kName, request.consistency_token(), std::move(done),
        [this, &call, &request, &response] { return Show(call, request, response); });
}

absl::Status FeedbackApi::Show(const rpc::Call& call, const v1::GetConversationRequest& request,
                               v1::GetConversationResponse& response) const {
  absl::StatusOr<absl::optional<internal::v1::ConversationRow>> row = conversations_.Find(request.conversation_id());
  if (!row.ok()) return row.status();
  if (!row->has_value()) return ToStatus(NotFound("CONVERSATION_NOT_FOUND"));
  const absl::StatusOr<bool> holds = Holds(call, (*row)->person_id(), budgets::v1::SCOPE_SEE);
  if (!holds.ok()) return holds.status();
  if (!*holds && !IsSide(**row, call.caller())) return ToStatus(NotFound("CONVERSATION_NOT_FOUND"));
  absl::StatusOr<v1::Conversation> conversation = Whole(**row, opener_);
  if (!conversation.ok()) return conversation.status();
  *response.mutable_conversation() = *std::move(conversation);
  return absl::OkStatus();
}

absl::Status FeedbackApi::Show(const rpc::Call& call, const v1::ListConversationsRequest& request,
                               v1::ListConversationsResponse& response) const {
  Page page(request.page_size());
  const auto visit = [&](const internal::v1::ConversationRow& row) {
    if (!page.Takes(row.conversation_id())) return false;
    *response.add_conversations() = Headed(row);
    return true;
  };
  absl::Status scanned;
  if (call.caller().role == options::v1::ROLE_PROVIDER) {
    scanned = conversations_.OfOwner(call.caller().subject, request.page_token(), visit);
  } else {
    const bool by_grant = acting::ActsByGrant(call.caller().role);
    if (by_grant) {
      const absl::StatusOr<bool> holds = Holds(call, request.person_id(), budgets::v1::SCOPE_SEE);
      if (!holds.ok()) return holds.status();
      if (!*holds) return ToStatus(NotFound("CONVERSATION_NOT_FOUND"));
    }
    scanned = conversations_.OfPerson(by_grant ? request.person_id() : call.caller().subject, request.page_token(), visit);
  }
  response.set_next_page_token(page.next_token());
  return scanned;
}

absl::Status FeedbackApi::Show(const v1::ListPublishedRequest& request, v1::ListPublishedResponse& response) const {
  Page page(request.page_size());
  absl::Status opened = absl::OkStatus();
  const absl::Status scanned = conversations_.Published(
      request.provider_id(), request.page_token(), [&](const internal::v1::ConversationRow& row) {
        if (!page.Takes(row.conversation_id())) return false;
        absl::StatusOr<v1::Conversation> conversation = Published(row, opener_);
        opened = conversation.status();
        if (!conversation.ok()) return false;
        *response.add_conversations() = *std::move(conversation);
        return true;
      });
  response.set_next_page_token(page.next_token());
  return scanned.ok() ? opened : scanned;
}

absl::Status FeedbackApi::Show(const rpc::Call& call, const v1::ListConcernsRequest& request,
                               v1::ListConcernsResponse& response) const {
  Page page(request.page_size());
  absl::Status opened = absl::OkStatus();
  const absl::Status scanned = concerns_.TakenTo(
      call.caller().tenant, request.page_token(), [&](const internal::v1::ConcernRow& row) {
        const v1::ConcernPhase wanted = request.phase();
        if (wanted != v1::CONCERN_PHASE_UNSPECIFIED && row.concern().phase() != wanted) return true;
        if (!page.Takes(row.concern().concern_id())) return false;
        absl::StatusOr<v1::Concern> concern = Whole(row, opener_);
        opened = concern.status();
        if (!concern.ok()) return false;
        *response.add_concerns() = *std::move(concern);
        return true;
      });
  response.set_next_page_token(page.next_token());
  return scanned.ok() ? opened : scanned;
}

}  // namespace regard::feedback
