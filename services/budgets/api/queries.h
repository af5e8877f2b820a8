// What the budgets service answers to questions, from its views. Whatever is not the caller's to see is answered as if
// it did not exist.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/auth/identity.h"
#include "libs/es/view.h"
#include "regard/budgets/v1/budgets_service.pb.h"
#include "services/budgets/views/balances.h"
#include "services/budgets/views/package_costs.h"
#include "services/budgets/views/payouts_due.h"
#include "services/budgets/views/provider_standing.h"
#include "services/budgets/views/statements.h"

namespace regard::budgets {

// The stores of the service's views. All outlive whoever reads them.
struct ViewRows {
  const es::ViewReader& balances;
  const es::ViewReader& statements;
  const es::ViewReader& payouts_due;
  const es::ViewReader& package_costs;
  const es::ViewReader& provider_standing;
};

// Thread-safe. Requests have passed Check.
class Queries {
 public:
  Queries(const ViewRows& rows, int partition_count);

  absl::Status Answer(const auth::Identity& caller, absl::Time now, const v1::GetBalanceRequest& request,
                      v1::GetBalanceResponse& response) const;
  absl::Status Answer(const auth::Identity& caller, absl::Time now, const v1::GetStatementRequest& request,
                      v1::GetStatementResponse& response) const;
  absl::Status Answer(const auth::Identity& caller, absl::Time now, const v1::GetOutlookRequest& request,
                      v1::GetOutlookResponse& response) const;
  absl::Status Answer(const auth::Identity& caller, absl::Time now, const v1::ListBudgetsRequest& request,
                      v1::ListBudgetsResponse& response) const;
  absl::Status Answer(const auth::Identity& caller, absl::Time now, const v1::ListGrantsRequest& request,
                      v1::ListGrantsResponse& response) const;
  absl::Status Answer(const auth::Identity& caller, absl::Time now, const v1::ListPayoutsDueRequest& request,
                      v1::ListPayoutsDueResponse& response) const;
  absl::Status Answer(const auth::Identity& caller, absl::Time now, const v1::ListPackageCostsRequest& request,
                      v1::ListPackageCostsResponse& response) const;

  const ProviderStandings& providers() const { return providers_; }

 private:
  const Balances balances_;
  const Statements statements_;
  const PayoutsDue payouts_due_;
  const PackageCosts package_costs_;
  const ProviderStandings providers_;
};

}  // namespace regard::budgets
