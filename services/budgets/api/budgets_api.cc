#include "services/budgets/api/budgets_api.h"

#include <functional>
#include <utility>

#include "libs/base/rejection.h"
#include "services/budgets/domain/budgets_domain.h"

namespace regard::budgets {
namespace {

template <class Request>
absl::optional<uint64_t> ExpectedVersion(const Request& request) {
  return request.has_expected_version() ? absl::make_optional(request.expected_version()) : absl::nullopt;
}

}  // namespace

BudgetsApi::BudgetsApi(rpc::Shell& shell, rpc::CommandDoor& commands, const rpc::QueryDoor& queries,
                       const ViewRows& rows, int partition_count, const Clock& clock)
    : Api(shell), commands_(commands), doors_(queries), queries_(rows, partition_count), clock_(clock) {}

template <class Request, class Response>
void BudgetsApi::Send(const Call& call, const Request& request, Response& response, std::unique_ptr<Command> command,
                      Done done, Expected expected_version) {
  std::string routing_key = RoutingKeyOf(*command);
  commands_.Send(call, request, request.request_id(), std::move(routing_key), std::move(command),
                 response.mutable_receipt(), std::move(done), expected_version);
}

template <class Request, class Response>
void BudgetsApi::CheckAndSend(const Call& call, const Request& request, Response& response, Done done,
                              Expected expected_version) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  Send(call, request, response, CommandOf(request, call.caller()), std::move(done), expected_version);
}

void BudgetsApi::WhenFresh(const Call& call, const std::string& token, std::vector<const char*> views,
                           std::function<void(absl::Status)> ready) const {
  if (views.empty()) return ready(absl::OkStatus());
  const char* const view = views.back();
  views.pop_back();
  doors_.WhenFresh(call, view, token,
                   [this, &call, &token, views = std::move(views), ready = std::move(ready)](absl::Status fresh) {
                     if (!fresh.ok()) return ready(std::move(fresh));
                     WhenFresh(call, token, views, ready);
                   });
}

template <class Request, class Response>
void BudgetsApi::Answer(const Call& call, const Request& request, Response& response,
                        std::initializer_list<const char*> views, Done done) {
  if (request.consistency_token().empty()) {
    return done(queries_.Answer(call.caller(), clock_.Now(), request, response));
  }
  // Done is moved only, and std::function copies.
  WhenFresh(call, request.consistency_token(), views,
            [this, &call, &request, &response, done = std::make_shared<Done>(std::move(done))](absl::Status fresh) {
              if (fresh.ok()) fresh = queries_.Answer(call.caller(), clock_.Now(), request, response);
              (*done)(fresh);
            });
}

// ---- Commands

void BudgetsApi::OpenBudget(const Call& call, const v1::OpenBudgetRequest& request, v1::OpenBudgetResponse& response,
                            Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  std::unique_ptr<Command> command = CommandOf(request, call.caller());
  response.set_budget_id(command->budget_id());
  Send(call, request, response, std::move(command), std::move(done));
}

void BudgetsApi::AllocateMoney(const Call& call, const v1::AllocateMoneyRequest& request,
                               v1::AllocateMoneyResponse& response, Done done) {
  CheckAndSend(call, request, response, std::move(done), ExpectedVersion(request));
}

void BudgetsApi::RecordContribution(const Call& call, const v1::RecordContributionRequest& request,
                                    v1::RecordContributionResponse& response, Done done) {
  CheckAndSend(call, request, response, std::move(done));
}

void BudgetsApi::AdjustBudget(const Call& call, const v1::AdjustBudgetRequest& request,
                              v1::AdjustBudgetResponse& response, Done done) {
  CheckAndSend(call, request, response, std::move(done), ExpectedVersion(request));
}

void BudgetsApi::CloseBudget(const Call& call, const v1::CloseBudgetRequest& request,
                             v1::CloseBudgetResponse& response, Done done) {
  CheckAndSend(call, request, response, std::move(done), ExpectedVersion(request));
}

void BudgetsApi::AllowException(const Call& call, const v1::AllowExceptionRequest& request,
                                v1::AllowExceptionResponse& response, Done done) {
  CheckAndSend(call, request, response, std::move(done));
}

void BudgetsApi::PlaceHold(const Call& call, const v1::PlaceHoldRequest& request, v1::PlaceHoldResponse& response,
                           Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  const absl::StatusOr<internal::v1::ProviderStandingRow> provider = queries_.providers().Of(request.provider_id());
  if (!provider.ok()) return done(provider.status());
  std::unique_ptr<Command> command = CommandOf(request, call.caller(), *provider);
  response.set_hold_id(command->place_hold().hold_id());
  Send(call, request, response, std::move(command), std::move(done));
}

void BudgetsApi::PostHold(const Call& call, const v1::PostHoldRequest& request, v1::PostHoldResponse& response,
                          Done done) {
  CheckAndSend(call, request, response, std::move(done));
}

void BudgetsApi::VoidHold(const Call& call, const v1::VoidHoldRequest& request, v1::VoidHoldResponse& response,
                          Done done) {
  CheckAndSend(call, request, response, std::move(done));
}

void BudgetsApi::RefundPosting(const Call& call, const v1::RefundPostingRequest& request,
                               v1::RefundPostingResponse& response, Done done) {
  CheckAndSend(call, request, response, std::move(done));
}

void BudgetsApi::GrantActing(const Call& call, const v1::GrantActingRequest& request,
                             v1::GrantActingResponse& response, Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  std::unique_ptr<Command> command = CommandOf(request, call.caller());
  response.set_grant_id(command->grant_acting().grant_id());
  Send(call, request, response, std::move(command), std::move(done));
}

void BudgetsApi::RevokeActing(const Call& call, const v1::RevokeActingRequest& request,
                              v1::RevokeActingResponse& response, Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  std::unique_ptr<Command> command = CommandOf(request, call.caller());
  std::string routing_key = RoutingKeyOf(*command);
  // Every service decides by its own copy of the grants: when the person hears that it is taken back, it is.
  commands_.SendAndShow(call, request, request.request_id(), std::move(routing_key), std::move(command),
                        response.mutable_receipt(), std::move(done));
}

void BudgetsApi::RecordPackageCost(const Call& call, const v1::RecordPackageCostRequest& request,
                                   v1::RecordPackageCostResponse& response, Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  Send(call, request, response, CommandOf(request, call.caller()), std::move(done));
}

// ---- Questions

void BudgetsApi::GetBalance(const Call& call, const v1::GetBalanceRequest& request, v1::GetBalanceResponse& response,
                            Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  Answer(call, request, response, {BalancesView::kName}, std::move(done));
}

void BudgetsApi::GetStatement(const Call& call, const v1::GetStatementRequest& request,
                              v1::GetStatementResponse& response, Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  Answer(call, request, response, {BalancesView::kName, StatementsView::kName}, std::move(done));
}

void BudgetsApi::GetOutlook(const Call& call, const v1::GetOutlookRequest& request, v1::GetOutlookResponse& response,
                            Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  Answer(call, request, response, {BalancesView::kName, StatementsView::kName}, std::move(done));
}

void BudgetsApi::ListBudgets(const Call& call, const v1::ListBudgetsRequest& request,
                             v1::ListBudgetsResponse& response, Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  Answer(call, request, response, {BalancesView::kName}, std::move(done));
}

void BudgetsApi::ListGrants(const Call& call, const v1::ListGrantsRequest& request, v1::ListGrantsResponse& response,
                            Done done) {
  Answer(call, request, response, {BalancesView::kName}, std::move(done));
}

void BudgetsApi::ListPayoutsDue(const Call& call, const v1::ListPayoutsDueRequest& request,
                                v1::ListPayoutsDueResponse& response, Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  Answer(call, request, response, {ProviderStandingView::kName, PayoutsDueView::kName}, std::move(done));
}

void BudgetsApi::ListPackageCosts(const Call& call, const v1::ListPackageCostsRequest& request,
                                  v1::ListPackageCostsResponse& response, Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  Answer(call, request, response, {PackageCostsView::kName}, std::move(done));
}

}  // namespace regard::budgets
