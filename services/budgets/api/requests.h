// What requests of the budgets service must look like, and the commands they become. The caller's role and council are
// taken from the token; what the caller may do is for the domain to decide.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "libs/auth/identity.h"
#include "regard/budgets/internal/v1/commands.pb.h"
#include "regard/budgets/internal/v1/rows.pb.h"
#include "regard/budgets/v1/budgets_service.pb.h"

namespace regard::budgets {

// INVALID_ARGUMENT with the first field that is wrong. Request ids are the door's to check.
absl::Status Check(const v1::OpenBudgetRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::AllocateMoneyRequest& request);
absl::Status Check(const v1::RecordContributionRequest& request);
absl::Status Check(const v1::AdjustBudgetRequest& request);
absl::Status Check(const v1::CloseBudgetRequest& request);
absl::Status Check(const v1::AllowExceptionRequest& request);
absl::Status Check(const v1::PlaceHoldRequest& request);
absl::Status Check(const v1::PostHoldRequest& request);
absl::Status Check(const v1::VoidHoldRequest& request);
absl::Status Check(const v1::RefundPostingRequest& request);
absl::Status Check(const v1::GrantActingRequest& request);
absl::Status Check(const v1::RevokeActingRequest& request);
absl::Status Check(const v1::RecordPackageCostRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::GetBalanceRequest& request);
absl::Status Check(const v1::GetStatementRequest& request);
absl::Status Check(const v1::GetOutlookRequest& request);
absl::Status Check(const v1::ListBudgetsRequest& request);
absl::Status Check(const v1::ListPayoutsDueRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::ListPackageCostsRequest& request, const auth::Identity& caller);

// Of requests that passed Check. Ids that the server makes are derived from the caller and the request id, so that a
// retried request names the same thing.
using Command = internal::v1::BudgetsCommand;
std::unique_ptr<Command> CommandOf(const v1::OpenBudgetRequest& request, const auth::Identity& caller);
std::unique_ptr<Command> CommandOf(const v1::AllocateMoneyRequest& request, const auth::Identity& caller);
std::unique_ptr<Command> CommandOf(const v1::RecordContributionRequest& request, const auth::Identity& caller);
std::unique_ptr<Command> CommandOf(const v1::AdjustBudgetRequest& request, const auth::Identity& caller);
std::unique_ptr<Command> CommandOf(const v1::CloseBudgetRequest& request, const auth::Identity& caller);
std::unique_ptr<Command> CommandOf(const v1::AllowExceptionRequest& request, const auth::Identity& caller);
// With what this service knows of the provider.
std::unique_ptr<Command> CommandOf(const v1::PlaceHoldRequest& request, const auth::Identity& caller,
                                   const internal::v1::ProviderStandingRow& provider);
std::unique_ptr<Command> CommandOf(const v1::PostHoldRequest& request, const auth::Identity& caller);
std::unique_ptr<Command> CommandOf(const v1::VoidHoldRequest& request, const auth::Identity& caller);
std::unique_ptr<Command> CommandOf(const v1::RefundPostingRequest& request, const auth::Identity& caller);
std::unique_ptr<Command> CommandOf(const v1::GrantActingRequest& request, const auth::Identity& caller);
std::unique_ptr<Command> CommandOf(const v1::RevokeActingRequest& request, const auth::Identity& caller);
std::unique_ptr<Command> CommandOf(const v1::RecordPackageCostRequest& request, const auth::Identity& caller);

}  // namespace regard::budgets
