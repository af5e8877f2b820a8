// The feedback service as callers see it. Finds who had to do with whom and who may speak for a person in feedback's own
// copies, turns requests into commands, and opens what was said for those it belongs to and for nobody else.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/es/view.h"
#include "libs/privacy/sealer.h"
#include "libs/rpc/doors.h"
#include "libs/rpc/shell.h"
#include "regard/budgets/v1/facts.pb.h"
#include "regard/feedback/internal/v1/commands.pb.h"
#include "regard/feedback/v1/feedback_service.grpc.pb.h"
#include "services/feedback/views/concerns_view.h"
#include "services/feedback/views/conversations_view.h"

namespace regard::feedback {

// The view of grants that the api reads: acting::GrantsView of this name.
constexpr absl::string_view kGrantsViewName = "feedback.acting";

// Thread-safe.
class FeedbackApi final : public rpc::Api<v1::FeedbackService> {
 public:
  // Stores of the views that the names say.
  struct Views {
    const es::ViewReader& conversations;
    const es::ViewReader& concerns;
    const es::ViewReader& relations;
    const es::ViewReader& grants;
  };
  // A council's code to its safeguarding telephone line.
  using CouncilLines = std::map<std::string, std::string, std::less<>>;

  // All outlive the api.
  FeedbackApi(rpc::Shell& shell, rpc::CommandDoor& commands, const rpc::QueryDoor& queries, Views views,
              const privacy::Opener& opener, const Clock& clock, CouncilLines council_lines = {});

  REGARD_RPC(v1, StartConversation)
  REGARD_RPC(v1, Say)
  REGARD_RPC(v1, Answer)
  REGARD_RPC(v1, AgreeChange)
  REGARD_RPC(v1, MarkChangeDone)
  REGARD_RPC(v1, ConsentToPublish)
  REGARD_RPC(v1, WithdrawConsent)
  REGARD_RPC(v1, GetConversation)
  REGARD_RPC(v1, ListConversations)
  REGARD_RPC(v1, ListPublished)
  REGARD_RPC(v1, RaiseConcern)
  REGARD_RPC(v1, TakeConcern)
  REGARD_RPC(v1, CloseConcern)
  REGARD_RPC(v1, ListConcerns)

 private:
  using Command = internal::v1::FeedbackCommand;

  void StartConversation(const rpc::Call& call, const v1::StartConversationRequest& request,
                         v1::StartConversationResponse& response, rpc::Done done);
  void Say(const rpc::Call& call, const v1::SayRequest& request, v1::SayResponse& response, rpc::Done done);
  void Answer(const rpc::Call& call, const v1::AnswerRequest& request, v1::AnswerResponse& response, rpc::Done done);
  void AgreeChange(const rpc::Call& call, const v1::AgreeChangeRequest& request, v1::AgreeChangeResponse& response,
                   rpc::Done done);
  void MarkChangeDone(const rpc::Call& call, const v1::MarkChangeDoneRequest& request,
                      v1::MarkChangeDoneResponse& response, rpc::Done done);
  void ConsentToPublish(const rpc::Call& call, const v1::ConsentToPublishRequest& request,
                        v1::ConsentToPublishResponse& response, rpc::Done done);
  void WithdrawConsent(const rpc::Call& call, const v1::WithdrawConsentRequest& request,
                       v1::WithdrawConsentResponse& response, rpc::Done done);
  void GetConversation(const rpc::Call& call, const v1::GetConversationRequest& request,
                       v1::GetConversationResponse& response, rpc::Done done);
  void ListConversations(const rpc::Call& call, const v1::ListConversationsRequest& request,
                         v1::ListConversationsResponse& response, rpc::Done done);
  void ListPublished(const rpc::Call& call, const v1::ListPublishedRequest& request,
                     v1::ListPublishedResponse& response, rpc::Done done);
  void RaiseConcern(const rpc::Call& call, const v1::RaiseConcernRequest& request, v1::RaiseConcernResponse& response,
                    rpc::Done done);
  void TakeConcern(const rpc::Call& call, const v1::TakeConcernRequest& request, v1::TakeConcernResponse& response,
                   rpc::Done done);
  void CloseConcern(const rpc::Call& call, const v1::CloseConcernRequest& request, v1::CloseConcernResponse& response,
                    rpc::Done done);
  void ListConcerns(const rpc::Call& call, const v1::ListConcernsRequest& request, v1::ListConcernsResponse& response,
                    rpc::Done done);

  // Whether the caller holds a living grant of this person, of this scope. False for those whose right is no grant.
  absl::StatusOr<bool> Holds(const rpc::Call& call, const std::string& person_id, budgets::v1::Scope scope) const;
  // The council where the person is: as the caller said, or as far as it is known.
  absl::StatusOr<std::string> WhereIs(const rpc::Call& call, const std::string& person_id,
                                      const std::string& said) const;
  // Sends a conversation's command, speaking for `person_id` where the caller holds a grant for that.
  template <class Request, class Response>
  void SendFor(const rpc::Call& call, const Request& request, Response& response, const std::string& person_id,
               std::unique_ptr<Command> command, rpc::Done done);
  // Answers with what `answer` returns once the view is as fresh as the token asks.
  void Reply(const rpc::Call& call, absl::string_view view, const std::string& consistency_token, rpc::Done done,
             std::function<absl::Status()> answer);

  absl::Status Show(const rpc::Call& call, const v1::GetConversationRequest& request,
                    v1::GetConversationResponse& response) const;
  absl::Status Show(const rpc::Call& call, const v1::ListConversationsRequest& request,
                    v1::ListConversationsResponse& response) const;
  absl::Status Show(const v1::ListPublishedRequest& request, v1::ListPublishedResponse& response) const;
  absl::Status Show(const rpc::Call& call, const v1::ListConcernsRequest& request,
                    v1::ListConcernsResponse& response) const;

  rpc::CommandDoor& commands_;
  const rpc::QueryDoor& queries_;
  const Views views_;
  const ConversationsQuery conversations_;
  const ConcernsQuery concerns_;
  const privacy::Opener& opener_;
  const Clock& clock_;
  const CouncilLines council_lines_;
};

}  // namespace regard::feedback
