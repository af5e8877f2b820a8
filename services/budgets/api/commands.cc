// The CommandOf functions of requests.h.
#include <string>

#include "libs/acting/grants.h"
#include "libs/base/ids.h"
#include "libs/base/money.h"
#include "services/budgets/api/requests.h"

namespace regard::budgets {
namespace {

template <class Request>
std::unique_ptr<Command> For(const Request& request, const auth::Identity& caller) {
  auto command = std::make_unique<Command>();
  command->set_person_id(request.person_id());
  command->set_budget_id(request.budget_id());
  command->set_by_helper(acting::ActsByGrant(caller.role));
  return command;
}

std::string Made(absl::string_view kind, const auth::Identity& caller, absl::string_view request_id) {
  return Uuid::Derived(kind, caller.subject, request_id).ToString();
}

// The caller's own council unless an operator names another.
template <class Request>
const std::string& TenantOf(const Request& request, const auth::Identity& caller) {
  return request.tenant().empty() ? caller.tenant : request.tenant();
}

}  // namespace

std::unique_ptr<Command> CommandOf(const v1::OpenBudgetRequest& request, const auth::Identity& caller) {
  auto command = For(request, caller);
  if (request.budget_id().empty()) command->set_budget_id(Made("budget", caller, request.request_id()));
  internal::v1::OpenBudget& body = *command->mutable_open();
  body.set_tenant(TenantOf(request, caller));
  body.set_funder(request.funder());
  for (const v1::Line& line : request.lines()) {
    v1::Line& kept = *body.add_lines();
    kept = line;
    *kept.mutable_allocation() = Pounds(line.allocation().pence());
    if (line.has_hourly_price_limit()) *kept.mutable_hourly_price_limit() = Pounds(line.hourly_price_limit().pence());
  }
  *body.mutable_period_start() = request.period_start();
  *body.mutable_period_end() = request.period_end();
  if (request.has_replaces_annual_cost()) {
    *body.mutable_replaces_annual_cost() = Pounds(request.replaces_annual_cost().pence());
  }
  body.set_price_year(request.price_year());
  body.set_source(request.source());
  return command;
}

std::unique_ptr<Command> CommandOf(const v1::AllocateMoneyRequest& request, const auth::Identity& caller) {
  auto command = For(request, caller);
  internal::v1::AllocateMoney& body = *command->mutable_allocate();
  body.set_line_id(request.line_id());
  *body.mutable_amount() = Pounds(request.amount().pence());
  body.set_reason(request.reason());
  if (request.has_effective()) *body.mutable_effective() = request.effective();
  return command;
}

std::unique_ptr<Command> CommandOf(const v1::RecordContributionRequest& request, const auth::Identity& caller) {
  auto command = For(request, caller);
  internal::v1::RecordContribution& body = *command->mutable_contribute();
  body.set_line_id(request.line_id());
  *body.mutable_amount() = Pounds(request.amount().pence());
  if (request.has_effective()) *body.mutable_effective() = request.effective();
  return command;
}

std::unique_ptr<Command> CommandOf(const v1::AdjustBudgetRequest& request, const auth::Identity& caller) {
  auto command = For(request, caller);
  internal::v1::AdjustBudget& body = *command->mutable_adjust();
  body.set_line_id(request.line_id());
  *body.mutable_change() = Pounds(request.change().pence());
  body.set_reason(request.reason());
  if (request.has_effective()) *body.mutable_effective() = request.effective();
  return command;
}

std::unique_ptr<Command> CommandOf(const v1::CloseBudgetRequest& request, const auth::Identity& caller) {
  auto command = For(request, caller);
  internal::v1::CloseBudget& body = *command->mutable_close();
  body.set_reason(request.reason());
  if (request.has_effective()) *body.mutable_effective() = request.effective();
  return command;
}

std::unique_ptr<Command> CommandOf(const v1::AllowExceptionRequest& request, const auth::Identity& caller) {
  auto command = For(request, caller);
  internal::v1::AllowException& body = *command->mutable_allow_exception();
  body.set_kind(request.kind());
  body.set_provider_id(request.provider_id());
  body.set_decision_reference(request.decision_reference());
  *body.mutable_until() = request.until();
  return command;
}

std::unique_ptr<Command> CommandOf(const v1::PlaceHoldRequest& request, const auth::Identity& caller,
                                   const internal::v1::ProviderStandingRow& provider) {
  auto command = For(request, caller);
  internal::v1::PlaceHold& body = *command->mutable_place_hold();
  body.set_hold_id(Made("hold", caller, request.request_id()));
  body.set_line_id(request.line_id());
  *body.mutable_amount() = Pounds(request.amount().pence());
  body.set_provider_id(request.provider_id());
  body.set_category(request.category());
  *body.mutable_effective() = request.effective();
  body.set_standing(provider.standing());
  body.set_provider_kind(provider.kind());
  body.set_provider_tenant(provider.tenant());
  body.set_relative_in_household(request.relative_in_household());
  body.set_care_home_nights(request.care_home_nights());
  body.set_hourly_price_pence(request.hourly_price().pence());
  return command;
}

std::unique_ptr<Command> CommandOf(const v1::PostHoldRequest& request, const auth::Identity& caller) {
  auto command = For(request, caller);
  internal::v1::PostHold& body = *command->mutable_post_hold();
  body.set_hold_id(request.hold_id());
  *body.mutable_amount() = Pounds(request.amount().pence());
  body.set_reason(v1::SETTLEMENT_REASON_REQUESTED);
  return command;
}

std::unique_ptr<Command> CommandOf(const v1::VoidHoldRequest& request, const auth::Identity& caller) {
  auto command = For(request, caller);
  command->mutable_void_hold()->set_hold_id(request.hold_id());
  command->mutable_void_hold()->set_reason(v1::SETTLEMENT_REASON_REQUESTED);
  return command;
}

std::unique_ptr<Command> CommandOf(const v1::RefundPostingRequest& request, const auth::Identity& caller) {
  auto command = For(request, caller);
  internal::v1::RefundPosting& body = *command->mutable_refund();
  body.set_hold_id(request.hold_id());
  *body.mutable_amount() = Pounds(request.amount().pence());
  body.set_reason(request.reason());
  return command;
}

std::unique_ptr<Command> CommandOf(const v1::GrantActingRequest& request, const auth::Identity& caller) {
  auto command = For(request, caller);
  internal::v1::GrantActing& body = *command->mutable_grant_acting();
  body.set_grant_id(Made("grant", caller, request.request_id()));
  body.set_helper_id(request.helper_id());
  body.set_basis(request.basis());
  *body.mutable_scopes() = request.scopes();
  if (request.has_until()) *body.mutable_until() = request.until();
  body.set_evidence(request.evidence());
  return command;
}

std::unique_ptr<Command> CommandOf(const v1::RevokeActingRequest& request, const auth::Identity& caller) {
  auto command = For(request, caller);
  command->mutable_revoke_acting()->set_grant_id(request.grant_id());
  command->mutable_revoke_acting()->set_reason(request.reason());
  return command;
}

std::unique_ptr<Command> CommandOf(const v1::RecordPackageCostRequest& request, const auth::Identity& caller) {
  auto command = std::make_unique<Command>();
  internal::v1::RecordPackageCost& body = *command->mutable_record_package_cost();
  body.set_tenant(TenantOf(request, caller));
  body.set_record_id(request.record_id());
  body.set_arrangement(request.arrangement());
  *body.mutable_annual_cost() = Pounds(request.annual_cost().pence());
  body.set_price_year(request.price_year());
  body.set_source(request.source());
  return command;
}

}  // namespace regard::budgets
