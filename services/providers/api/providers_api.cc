#include "services/providers/api/providers_api.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/ids.h"
#include "libs/base/rejection.h"
#include "libs/fields/fields.h"
#include "services/providers/api/requests.h"
#include "services/providers/api/sight.h"

namespace regard::providers {
namespace {

using Command = internal::v1::ProvidersCommand;

std::unique_ptr<Command> For(const std::string& provider_id) {
  auto command = std::make_unique<Command>();
  command->set_provider_id(provider_id);
  return command;
}

// Ids made from the caller and the request, so that a retried request names the same workers.
template <class Names>
google::protobuf::RepeatedPtrField<v1::WorkerName> Workers(const rpc::Call& call, const std::string& request_id,
                                                           const Names& names) {
  google::protobuf::RepeatedPtrField<v1::WorkerName> workers;
  for (const std::string& name : names) {
    v1::WorkerName& worker = *workers.Add();
    worker.set_worker_id(
        Uuid::Derived("worker", call.caller().subject, absl::StrCat(request_id, "/", workers.size())).ToString());
    worker.set_display_name(name);
  }
  return workers;
}

// Of what was imported: the same row has the same digest.
std::string DigestOf(const google::protobuf::Message& row) {
  return Uuid::Derived("row", row.GetTypeName(), row.SerializeAsString()).ToString();
}

template <class Request>
absl::Status CheckListingIds(const Request& request) {
  return Fields().Id("provider_id", request.provider_id()).Id("listing_id", request.listing_id()).status();
}

}  // namespace

ProvidersApi::ProvidersApi(rpc::Shell& shell, rpc::CommandDoor& commands, const rpc::QueryDoor& queries,
                           const es::ViewReader& rows, const privacy::Opener& opener)
    : Api(shell), commands_(commands), queries_(queries), providers_(rows), opener_(opener) {}

template <class Request, class Response>
void ProvidersApi::Send(const rpc::Call& call, const Request& request, Response& response,
                        std::unique_ptr<Command> command, rpc::Done done) {
  std::string routing_key = command->place_key().empty() ? command->provider_id() : command->place_key();
  // What councils know of one sector lies in one partition, so that a view may keep it in one row.
  if (command->has_import_postcodes()) routing_key = absl::StrCat("postcodes:", command->import_postcodes().sector());
  commands_.Send(call, request, request.request_id(), std::move(routing_key), std::move(command),
                 response.mutable_receipt(), std::move(done));
}

void ProvidersApi::RegisterProvider(const rpc::Call& call, const v1::RegisterProviderRequest& request,
                                    v1::RegisterProviderResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(Uuid::Derived("provider", call.caller().subject, request.request_id()).ToString());
  internal::v1::RegisterProvider& body = *command->mutable_register_();
  body.set_tenant(call.caller().tenant);
  body.set_kind(request.kind());
  body.set_ownership(request.ownership());
  body.set_name(request.name());
  body.set_postcode(KeptPostcode(request.postcode(), CouldBeHome(request.kind())).value_or(""));
  body.set_size_fte_tenths(request.size_fte_tenths());
  body.set_community_owned(request.community_owned());
  *body.mutable_languages() = request.languages();
  body.set_source(request.source());
  *body.mutable_workers() = Workers(call, request.request_id(), request.worker_names());
  response.set_provider_id(command->provider_id());
  for (const v1::WorkerName& worker : body.workers()) response.add_worker_ids(worker.worker_id());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::ClaimProvider(const rpc::Call& call, const v1::ClaimProviderRequest& request,
                                 v1::ClaimProviderResponse& response, rpc::Done done) {
  const bool for_oneself = call.caller().role == options::v1::ROLE_PROVIDER;
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  auto command = For(request.provider_id());
  const auto workers = Workers(call, request.request_id(), request.worker_names());
  for (const v1::WorkerName& worker : workers) response.add_worker_ids(worker.worker_id());
  response.set_waits_for_approval(for_oneself);
  if (for_oneself) {
    internal::v1::RequestClaim& body = *command->mutable_request_claim();
    body.set_owner_id(call.caller().subject);
    body.set_proof(request.proof());
    *body.mutable_workers() = workers;
  } else {
    internal::v1::ApproveClaim& body = *command->mutable_approve_claim();
    body.set_owner_id(request.owner_id());
    body.set_proof(request.proof());
    *body.mutable_workers() = workers;
  }
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::ApproveClaim(const rpc::Call& call, const v1::ApproveClaimRequest& request,
                                v1::ApproveClaimResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  auto command = For(request.provider_id());
  command->mutable_approve_claim()->set_owner_id(request.owner_id());
  command->mutable_approve_claim()->set_proof(request.proof());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::RecordCredential(const rpc::Call& call, const v1::RecordCredentialRequest& request,
                                    v1::RecordCredentialResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(request.provider_id());
  internal::v1::RecordCredential& body = *command->mutable_record_credential();
  body.set_credential_id(Uuid::Derived("credential", call.caller().subject, request.request_id()).ToString());
  body.set_kind(request.kind());
  body.set_reference(request.reference());
  if (request.has_expires()) *body.mutable_expires() = request.expires();
  *body.mutable_covers() = request.covers();
  body.set_covers_home_visits(request.covers_home_visits());
  response.set_credential_id(body.credential_id());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::VerifyCredential(const rpc::Call& call, const v1::VerifyCredentialRequest& request,
                                    v1::VerifyCredentialResponse& response, rpc::Done done) {
  const absl::Status wrong =
      Fields().Id("provider_id", request.provider_id()).Id("credential_id", request.credential_id()).status();
  if (!wrong.ok()) return done(wrong);
  auto command = For(request.provider_id());
  command->mutable_verify_credential()->set_credential_id(request.credential_id());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::RevokeCredential(const rpc::Call& call, const v1::RevokeCredentialRequest& request,
                                    v1::RevokeCredentialResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(request.provider_id());
  command->mutable_revoke_credential()->set_credential_id(request.credential_id());
  command->mutable_revoke_credential()->set_reason(request.reason());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::SetPayoutDetails(const rpc::Call& call, const v1::SetPayoutDetailsRequest& request,
                                    v1::SetPayoutDetailsResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(request.provider_id());
  internal::v1::SetPayoutDetails& body = *command->mutable_set_payout_details();
  body.set_account_name(request.details().account_name());
  body.set_sort_code(request.details().sort_code());
  body.set_account_number(request.details().account_number());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::CloseProvider(const rpc::Call& call, const v1::CloseProviderRequest& request,
                                 v1::CloseProviderResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(request.provider_id());
  command->mutable_close()->set_reason(request.reason());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::DraftListing(const rpc::Call& call, const v1::DraftListingRequest& request,
                                v1::DraftListingResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(request.provider_id());
  internal::v1::DraftListing& body = *command->mutable_draft_listing();
  body.set_listing_id(Uuid::Derived("listing", call.caller().subject, request.request_id()).ToString());
  *body.mutable_terms() = Kept(request.terms());
  *body.mutable_price() = Kept(request.price());
  body.set_source(request.source());
  response.set_listing_id(body.listing_id());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::DescribeListing(const rpc::Call& call, const v1::DescribeListingRequest& request,
                                   v1::DescribeListingResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(request.provider_id());
  command->mutable_describe_listing()->set_listing_id(request.listing_id());
  *command->mutable_describe_listing()->mutable_terms() = Kept(request.terms());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::SetListingPrice(const rpc::Call& call, const v1::SetListingPriceRequest& request,
                                   v1::SetListingPriceResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(request.provider_id());
  command->mutable_set_listing_price()->set_listing_id(request.listing_id());
  *command->mutable_set_listing_price()->mutable_price() = Kept(request.price());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::PublishListing(const rpc::Call& call, const v1::PublishListingRequest& request,
                                  v1::PublishListingResponse& response, rpc::Done done) {
  if (absl::Status wrong = CheckListingIds(request); !wrong.ok()) return done(wrong);
  auto command = For(request.provider_id());
  command->mutable_publish_listing()->set_listing_id(request.listing_id());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::PauseListing(const rpc::Call& call, const v1::PauseListingRequest& request,
                                v1::PauseListingResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(request.provider_id());
  command->mutable_pause_listing()->set_listing_id(request.listing_id());
  command->mutable_pause_listing()->set_reason(request.reason());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::ResumeListing(const rpc::Call& call, const v1::ResumeListingRequest& request,
                                 v1::ResumeListingResponse& response, rpc::Done done) {
  if (absl::Status wrong = CheckListingIds(request); !wrong.ok()) return done(wrong);
  auto command = For(request.provider_id());
  command->mutable_resume_listing()->set_listing_id(request.listing_id());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::CloseListing(const rpc::Call& call, const v1::CloseListingRequest& request,
                                v1::CloseListingResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(request.provider_id());
  command->mutable_close_listing()->set_listing_id(request.listing_id());
  command->mutable_close_listing()->set_reason(request.reason());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::ImportKnownProvider(const rpc::Call& call, const v1::ImportKnownProviderRequest& request,
                                       v1::ImportKnownProviderResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(Uuid::Derived("known-provider", request.tenant(), request.source()).ToString());
  v1::ProviderKnown& body = *command->mutable_import_known();
  body.set_provider_id(command->provider_id());
  body.set_tenant(request.tenant());
  body.set_kind(request.kind());
  body.set_name(request.name());
  body.set_activities(request.activities());
  body.set_postcode(KeptPostcode(request.postcode(), false).value_or(""));
  body.set_source(request.source());
  *body.mutable_register_types() = request.register_types();
  body.set_operator_name(request.operator_name());
  body.set_row_digest(DigestOf(body));
  response.set_provider_id(command->provider_id());
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::ImportPostcodes(const rpc::Call& call, const v1::ImportPostcodesRequest& request,
                                   v1::ImportPostcodesResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = std::make_unique<Command>();
  command->set_place_key(absl::StrCat("postcodes:", request.sector(), ":", request.tenant()));
  v1::PostcodesImported& body = *command->mutable_import_postcodes();
  body.set_sector(request.sector());
  body.set_tenant(request.tenant());
  *body.mutable_postcodes() = request.postcodes();
  body.set_row_digest(DigestOf(body));
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::ImportAreas(const rpc::Call& call, const v1::ImportAreasRequest& request,
                               v1::ImportAreasResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = std::make_unique<Command>();
  command->set_place_key(absl::StrCat("areas:", request.tenant()));
  v1::AreasImported& body = *command->mutable_import_areas();
  body.set_tenant(request.tenant());
  *body.mutable_areas() = request.areas();
  body.set_row_digest(DigestOf(body));
  Send(call, request, response, std::move(command), std::move(done));
}

void ProvidersApi::Answer(const rpc::Call& call, const std::string& consistency_token, rpc::Done done,
                          std::function<absl::Status()> answer) {
  auto waiting = std::make_shared<rpc::Done>(std::move(done));
  queries_.WhenFresh(call, ProvidersView::kName, consistency_token,
                     [waiting, answer = std::move(answer)](const absl::Status& fresh) {
                       (*waiting)(fresh.ok() ? answer() : fresh);
                     });
}

void ProvidersApi::GetProvider(const rpc::Call& call, const v1::GetProviderRequest& request,
                               v1::GetProviderResponse& response, rpc::Done done) {
  if (absl::Status wrong = Fields().Id("provider_id", request.provider_id()).status(); !wrong.ok()) return done(wrong);
  Answer(call, request.consistency_token(), std::move(done),
         [this, &call, &request, &response] { return Show(call.caller(), request, response); });
}

void ProvidersApi::GetListing(const rpc::Call& call, const v1::GetListingRequest& request,
                              v1::GetListingResponse& response, rpc::Done done) {
  if (absl::Status wrong = CheckListingIds(request); !wrong.ok()) return done(wrong);
  Answer(call, request.consistency_token(), std::move(done),
         [this, &call, &request, &response] { return Show(call.caller(), request, response); });
}

void ProvidersApi::ListProviders(const rpc::Call& call, const v1::ListProvidersRequest& request,
                                 v1::ListProvidersResponse& response, rpc::Done done) {
  Fields fields;
  fields.OptionalId("page_token", request.page_token()).OptionallyChosen("phase", request.phase());
  if (call.caller().role == options::v1::ROLE_OPERATOR) fields.Council("tenant", request.tenant());
  if (!fields.ok()) return done(fields.status());
  Answer(call, request.consistency_token(), std::move(done),
         [this, &call, &request, &response] { return Show(call.caller(), request, response); });
}

absl::Status ProvidersApi::Show(const auth::Identity& caller, const v1::GetProviderRequest& request,
                                v1::GetProviderResponse& response) const {
  absl::StatusOr<absl::optional<internal::v1::ProviderRow>> row = providers_.Find(request.provider_id());
  if (!row.ok()) return row.status();
  if (!row->has_value()) return ToStatus(NotFound("PROVIDER_NOT_FOUND"));
  absl::StatusOr<std::vector<v1::Listing>> listings = providers_.ListingsOf(request.provider_id());
  if (!listings.ok()) return listings.status();
  *response.mutable_provider() = Seen(**row, caller);
  for (v1::Listing& listing : *listings) {
    if (MaySee(listing, **row, caller)) *response.add_listings() = std::move(listing);
  }
  return ShowSealed(caller, **row, response);
}

absl::Status ProvidersApi::ShowSealed(const auth::Identity& caller, const internal::v1::ProviderRow& row,
                                      v1::GetProviderResponse& response) const {
  // What was erased is left out; what does not open although it should is an error.
  const auto opened = [&](const log::v1::Fact& fact) -> absl::StatusOr<v1::ProviderFact> {
    v1::ProviderFact whole;
    if (fact.stream().empty()) return whole;
    absl::StatusOr<privacy::Opening> opening = opener_.Open(fact, whole);
    if (!opening.ok()) return opening.status();
    return whole;
  };
  if (MaySeeWorkers(row, caller)) {
    absl::StatusOr<v1::ProviderFact> fact = opened(row.worker_names());
    if (!fact.ok()) return fact.status();
    *response.mutable_worker_names() = fact->has_registered()   ? fact->registered().worker_names()
                                       : fact->has_claimed()    ? fact->claimed().worker_names()
                                                                : fact->claim_requested().worker_names();
  }
  if (MaySeeClaims(row, caller)) {
    for (const internal::v1::ClaimRow& claim : row.claims()) {
      absl::StatusOr<v1::ProviderFact> fact = opened(claim.requested());
      if (!fact.ok()) return fact.status();
      response.add_claims()->set_owner_id(claim.owner_id());
      response.mutable_claims()->rbegin()->set_proof(fact->claim_requested().proof());
    }
  }
  if (Owns(row, caller)) {
    absl::StatusOr<v1::ProviderFact> fact = opened(row.payout_details());
    if (!fact.ok()) return fact.status();
    const v1::PayoutDetailsSet& set = fact->payout_details_set();
    if (!set.account_number().empty()) {
      response.mutable_payout_details()->set_account_name(set.account_name());
      response.mutable_payout_details()->set_sort_code(set.sort_code());
      response.mutable_payout_details()->set_account_number(set.account_number());
    }
  }
  return absl::OkStatus();
}

absl::Status ProvidersApi::Show(const auth::Identity& caller, const v1::ListProvidersRequest& request,
                                v1::ListProvidersResponse& response) const {
  const int page_size = PageSize(request.page_size());
  const auto visit = [&](const internal::v1::ProviderRow& row) {
    if (!Matches(row, request)) return true;
    if (response.providers_size() == page_size) {
      response.set_next_page_token(response.providers(page_size - 1).provider_id());
      return false;
    }
    *response.add_providers() = Seen(row, caller);
    return true;
  };
  if (caller.role == options::v1::ROLE_PROVIDER) {
    return providers_.OfOwner(caller.subject, request.page_token(), visit);
  }
  const std::string& tenant = caller.role == options::v1::ROLE_OPERATOR ? request.tenant() : caller.tenant;
  return providers_.OfCouncil(tenant, request.page_token(), visit);
}

absl::Status ProvidersApi::Show(const auth::Identity& caller, const v1::GetListingRequest& request,
                                v1::GetListingResponse& response) const {
  absl::StatusOr<absl::optional<internal::v1::ProviderRow>> row = providers_.Find(request.provider_id());
  if (!row.ok()) return row.status();
  absl::StatusOr<absl::optional<v1::Listing>> listing =
      providers_.FindListing(request.provider_id(), request.listing_id());
  if (!listing.ok()) return listing.status();
  if (!row->has_value() || !listing->has_value() || !MaySee(**listing, **row, caller)) {
    return ToStatus(NotFound("LISTING_NOT_FOUND"));
  }
  *response.mutable_listing() = *std::move(*listing);
  return absl::OkStatus();
}

}  // namespace regard::providers
