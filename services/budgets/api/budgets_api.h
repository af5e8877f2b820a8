// The budgets service as callers see it. Checks what a request looks like and turns it into a command, or answers it
// from the views; what may be done is for the domain to judge.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/rpc/doors.h"
#include "libs/rpc/shell.h"
#include "regard/budgets/v1/budgets_service.grpc.pb.h"
#include "services/budgets/api/queries.h"
#include "services/budgets/api/requests.h"

namespace regard::budgets {

// Thread-safe.
class BudgetsApi final : public rpc::Api<v1::BudgetsService> {
 public:
  // All outlive the api. `clock` is the runtime's; `partition_count` the log's.
  BudgetsApi(rpc::Shell& shell, rpc::CommandDoor& commands, const rpc::QueryDoor& queries, const ViewRows& rows,
             int partition_count, const Clock& clock);

  REGARD_RPC(v1, OpenBudget)
  REGARD_RPC(v1, AllocateMoney)
  REGARD_RPC(v1, RecordContribution)
  REGARD_RPC(v1, AdjustBudget)
  REGARD_RPC(v1, CloseBudget)
  REGARD_RPC(v1, AllowException)
  REGARD_RPC(v1, PlaceHold)
  REGARD_RPC(v1, PostHold)
  REGARD_RPC(v1, VoidHold)
  REGARD_RPC(v1, RefundPosting)
  REGARD_RPC(v1, GrantActing)
  REGARD_RPC(v1, RevokeActing)
  REGARD_RPC(v1, ListGrants)
  REGARD_RPC(v1, RecordPackageCost)
  REGARD_RPC(v1, GetBalance)
  REGARD_RPC(v1, GetStatement)
  REGARD_RPC(v1, GetOutlook)
  REGARD_RPC(v1, ListBudgets)
  REGARD_RPC(v1, ListPayoutsDue)
  REGARD_RPC(v1, ListPackageCosts)

 private:
  using Call = rpc::Call;
  using Done = rpc::Done;
  using Expected = absl::optional<uint64_t>;

  void OpenBudget(const Call& call, const v1::OpenBudgetRequest& request, v1::OpenBudgetResponse& response, Done done);
  void AllocateMoney(const Call& call, const v1::AllocateMoneyRequest& request, v1::AllocateMoneyResponse& response,
                     Done done);
  void RecordContribution(const Call& call, const v1::RecordContributionRequest& request,
                          v1::RecordContributionResponse& response, Done done);
  void AdjustBudget(const Call& call, const v1::AdjustBudgetRequest& request, v1::AdjustBudgetResponse& response,
                    Done done);
  void CloseBudget(const Call& call, const v1::CloseBudgetRequest& request, v1::CloseBudgetResponse& response,
                   Done done);
  void AllowException(const Call& call, const v1::AllowExceptionRequest& request,
                      v1::AllowExceptionResponse& response, Done done);
  void PlaceHold(const Call& call, const v1::PlaceHoldRequest& request, v1::PlaceHoldResponse& response, Done done);
  void PostHold(const Call& call, const v1::PostHoldRequest& request, v1::PostHoldResponse& response, Done done);
  void VoidHold(const Call& call, const v1::VoidHoldRequest& request, v1::VoidHoldResponse& response, Done done);
  void RefundPosting(const Call& call, const v1::RefundPostingRequest& request, v1::RefundPostingResponse& response,
                     Done done);
  void GrantActing(const Call& call, const v1::GrantActingRequest& request, v1::GrantActingResponse& response,
                   Done done);
  void RevokeActing(const Call& call, const v1::RevokeActingRequest& request, v1::RevokeActingResponse& response,
                    Done done);
  void ListGrants(const Call& call, const v1::ListGrantsRequest& request, v1::ListGrantsResponse& response, Done done);
  void RecordPackageCost(const Call& call, const v1::RecordPackageCostRequest& request,
                         v1::RecordPackageCostResponse& response, Done done);
  void GetBalance(const Call& call, const v1::GetBalanceRequest& request, v1::GetBalanceResponse& response, Done done);
  void GetStatement(const Call& call, const v1::GetStatementRequest& request, v1::GetStatementResponse& response,
                    Done done);
  void GetOutlook(const Call& call, const v1::GetOutlookRequest& request, v1::GetOutlookResponse& response, Done done);
  void ListBudgets(const Call& call, const v1::ListBudgetsRequest& request, v1::ListBudgetsResponse& response,
                   Done done);
  void ListPayoutsDue(const Call& call, const v1::ListPayoutsDueRequest& request,
                      v1::ListPayoutsDueResponse& response, Done done);
  void ListPackageCosts(const Call& call, const v1::ListPackageCostsRequest& request,
                        v1::ListPackageCostsResponse& response, Done done);

  template <class Request, class Response>
  void Send(const Call& call, const Request& request, Response& response, std::unique_ptr<Command> command, Done done,
            Expected expected_version = absl::nullopt);
  // Checks, makes the command and sends it, where nothing has to be added.
  template <class Request, class Response>
  void CheckAndSend(const Call& call, const Request& request, Response& response, Done done,
                    Expected expected_version = absl::nullopt);
  // Answers once each of the views is as fresh as the token asks; without a token at once, on the calling thread.
  template <class Request, class Response>
  void Answer(const Call& call, const Request& request, Response& response, std::initializer_list<const char*> views,
              Done done);
  void WhenFresh(const Call& call, const std::string& token, std::vector<const char*> views,
                 std::function<void(absl::Status)> ready) const;

  rpc::CommandDoor& commands_;
  const rpc::QueryDoor& doors_;
  const Queries queries_;
  const Clock& clock_;
};

}  // namespace regard::budgets
