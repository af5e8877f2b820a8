// The providers service as callers see it. Checks what a request looks like, turns it into a command, and shows of a
// provider what the caller may see; what may be done is for the domain to judge.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "libs/es/view.h"
#include "libs/privacy/sealer.h"
#include "libs/rpc/doors.h"
#include "libs/rpc/shell.h"
#include "regard/providers/internal/v1/commands.pb.h"
#include "regard/providers/v1/providers_service.grpc.pb.h"
#include "services/providers/views/providers_view.h"

namespace regard::providers {

// Thread-safe.
class ProvidersApi final : public rpc::Api<v1::ProvidersService> {
 public:
  // All outlive the api. `rows` is the store of ProvidersView.
  ProvidersApi(rpc::Shell& shell, rpc::CommandDoor& commands, const rpc::QueryDoor& queries, const es::ViewReader& rows,
               const privacy::Opener& opener);

  REGARD_RPC(v1, RegisterProvider)
  REGARD_RPC(v1, ClaimProvider)
  REGARD_RPC(v1, ApproveClaim)
  REGARD_RPC(v1, RecordCredential)
  REGARD_RPC(v1, VerifyCredential)
  REGARD_RPC(v1, RevokeCredential)
  REGARD_RPC(v1, SetPayoutDetails)
  REGARD_RPC(v1, CloseProvider)
  REGARD_RPC(v1, DraftListing)
  REGARD_RPC(v1, DescribeListing)
  REGARD_RPC(v1, SetListingPrice)
  REGARD_RPC(v1, PublishListing)
  REGARD_RPC(v1, PauseListing)
  REGARD_RPC(v1, ResumeListing)
  REGARD_RPC(v1, CloseListing)
  REGARD_RPC(v1, GetProvider)
  REGARD_RPC(v1, ListProviders)
  REGARD_RPC(v1, GetListing)
  REGARD_RPC(v1, ImportKnownProvider)
  REGARD_RPC(v1, ImportPostcodes)
  REGARD_RPC(v1, ImportAreas)

 private:
  using Command = internal::v1::ProvidersCommand;

  void RegisterProvider(const rpc::Call& call, const v1::RegisterProviderRequest& request,
                        v1::RegisterProviderResponse& response, rpc::Done done);
  void ClaimProvider(const rpc::Call& call, const v1::ClaimProviderRequest& request,
                     v1::ClaimProviderResponse& response, rpc::Done done);
  void ApproveClaim(const rpc::Call& call, const v1::ApproveClaimRequest& request, v1::ApproveClaimResponse& response,
                    rpc::Done done);
  void RecordCredential(const rpc::Call& call, const v1::RecordCredentialRequest& request,
                        v1::RecordCredentialResponse& response, rpc::Done done);
  void VerifyCredential(const rpc::Call& call, const v1::VerifyCredentialRequest& request,
                        v1::VerifyCredentialResponse& response, rpc::Done done);
  void RevokeCredential(const rpc::Call& call, const v1::RevokeCredentialRequest& request,
                        v1::RevokeCredentialResponse& response, rpc::Done done);
  void SetPayoutDetails(const rpc::Call& call, const v1::SetPayoutDetailsRequest& request,
                        v1::SetPayoutDetailsResponse& response, rpc::Done done);
  void CloseProvider(const rpc::Call& call, const v1::CloseProviderRequest& request,
                     v1::CloseProviderResponse& response, rpc::Done done);
  void DraftListing(const rpc::Call& call, const v1::DraftListingRequest& request, v1::DraftListingResponse& response,
                    rpc::Done done);
  void DescribeListing(const rpc::Call& call, const v1::DescribeListingRequest& request,
                       v1::DescribeListingResponse& response, rpc::Done done);
  void SetListingPrice(const rpc::Call& call, const v1::SetListingPriceRequest& request,
                       v1::SetListingPriceResponse& response, rpc::Done done);
  void PublishListing(const rpc::Call& call, const v1::PublishListingRequest& request,
                      v1::PublishListingResponse& response, rpc::Done done);
  void PauseListing(const rpc::Call& call, const v1::PauseListingRequest& request, v1::PauseListingResponse& response,
                    rpc::Done done);
  void ResumeListing(const rpc::Call& call, const v1::ResumeListingRequest& request,
                     v1::ResumeListingResponse& response, rpc::Done done);
  void CloseListing(const rpc::Call& call, const v1::CloseListingRequest& request, v1::CloseListingResponse& response,
                    rpc::Done done);
  void GetProvider(const rpc::Call& call, const v1::GetProviderRequest& request, v1::GetProviderResponse& response,
                   rpc::Done done);
  void ListProviders(const rpc::Call& call, const v1::ListProvidersRequest& request,
                     v1::ListProvidersResponse& response, rpc::Done done);
  void GetListing(const rpc::Call& call, const v1::GetListingRequest& request, v1::GetListingResponse& response,
                  rpc::Done done);
  void ImportKnownProvider(const rpc::Call& call, const v1::ImportKnownProviderRequest& request,
                           v1::ImportKnownProviderResponse& response, rpc::Done done);
  void ImportPostcodes(const rpc::Call& call, const v1::ImportPostcodesRequest& request,
                       v1::ImportPostcodesResponse& response, rpc::Done done);
  void ImportAreas(const rpc::Call& call, const v1::ImportAreasRequest& request, v1::ImportAreasResponse& response,
                   rpc::Done done);

  // Sends a provider's command to the partition that its id routes to, or a place's to that of its key.
  template <class Request, class Response>
  void Send(const rpc::Call& call, const Request& request, Response& response, std::unique_ptr<Command> command,
            rpc::Done done);
  // Answers with what `answer` returns once the view is as fresh as the token asks.
  void Answer(const rpc::Call& call, const std::string& consistency_token, rpc::Done done,
              std::function<absl::Status()> answer);

  absl::Status Show(const auth::Identity& caller, const v1::GetProviderRequest& request,
                    v1::GetProviderResponse& response) const;
  absl::Status Show(const auth::Identity& caller, const v1::ListProvidersRequest& request,
                    v1::ListProvidersResponse& response) const;
  absl::Status Show(const auth::Identity& caller, const v1::GetListingRequest& request,
                    v1::GetListingResponse& response) const;
  // Sealed parts that the caller may read.
  absl::Status ShowSealed(const auth::Identity& caller, const internal::v1::ProviderRow& row,
                          v1::GetProviderResponse& response) const;

  rpc::CommandDoor& commands_;
  const rpc::QueryDoor& queries_;
  const ProvidersQuery providers_;
  const privacy::Opener& opener_;
};

}  // namespace regard::providers
