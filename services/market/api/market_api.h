// MarketService: what a council may see of its market. Who may see which council is decided here; what a figure says is
// decided in views/.
#pragma once

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/auth/identity.h"
#include "libs/base/clock.h"
#include "libs/es/view.h"
#include "libs/rpc/doors.h"
#include "libs/rpc/shell.h"
#include "regard/market/v1/market_service.grpc.pb.h"
#include "services/market/views/market_view.h"
#include "services/market/views/rules.h"

namespace regard::market {

class MarketApi final : public rpc::Api<v1::MarketService> {
 public:
  // All outlive the service. `reader` reads the rows of MarketView. Counts of fewer people than `suppress_below` are not
  // shown; 1 shows all.
  MarketApi(rpc::Shell& shell, const rpc::QueryDoor& door, const es::ViewReader& reader, const Clock& clock,
            int suppress_below = kSuppressBelow)
      : Api(shell), door_(door), reader_(reader), clock_(clock), suppress_below_(suppress_below) {}

  REGARD_RPC(v1, GetShape)
  REGARD_RPC(v1, GetProviderExit)
  REGARD_RPC(v1, GetCosts)

  // The answers themselves, as far as rows were written. Thread-safe.
  absl::Status Answer(const auth::Identity& caller, const v1::GetShapeRequest& request,
                      v1::GetShapeResponse& response) const;
  absl::Status Answer(const auth::Identity& caller, const v1::GetProviderExitRequest& request,
                      v1::GetProviderExitResponse& response) const;
  absl::Status Answer(const auth::Identity& caller, const v1::GetCostsRequest& request,
                      v1::GetCostsResponse& response) const;

 private:
  void GetShape(const rpc::Call& call, const v1::GetShapeRequest& request, v1::GetShapeResponse& response,
                rpc::Done done) {
    WhenFresh(call, request, response, std::move(done));
  }
  void GetProviderExit(const rpc::Call& call, const v1::GetProviderExitRequest& request,
                       v1::GetProviderExitResponse& response, rpc::Done done) {
    WhenFresh(call, request, response, std::move(done));
  }
  void GetCosts(const rpc::Call& call, const v1::GetCostsRequest& request, v1::GetCostsResponse& response,
                rpc::Done done) {
    WhenFresh(call, request, response, std::move(done));
  }

  template <class Request, class Response>
  void WhenFresh(const rpc::Call& call, const Request& request, Response& response, rpc::Done done) {
    auto shared = std::make_shared<rpc::Done>(std::move(done));
    door_.WhenFresh(call, MarketView::kName, request.consistency_token(),
                    [this, shared, &call, &request, &response](absl::Status fresh) {
                      (*shared)(fresh.ok() ? Answer(call.caller(), request, response) : fresh);
                    });
  }

  const rpc::QueryDoor& door_;
  const es::ViewReader& reader_;
  const Clock& clock_;
  const int suppress_below_;
};

}  // namespace regard::market
