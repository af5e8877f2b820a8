// What requests of the providers service must look like, and how their values are kept: texts within bounds, postcodes
// as Royal Mail writes them, and no more of a postcode than its sector where it could be somebody's home.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "libs/auth/identity.h"
#include "regard/base/v1/base.pb.h"
#include "regard/providers/v1/facts.pb.h"
#include "regard/providers/v1/providers_service.pb.h"

namespace regard::providers {

// INVALID_ARGUMENT with the first field that is wrong. Request ids are the door's to check.
absl::Status Check(const v1::RegisterProviderRequest& request);
// An account claims for itself; a commissioner or an operator names the owner.
absl::Status Check(const v1::ClaimProviderRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::ApproveClaimRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::RecordCredentialRequest& request);
absl::Status Check(const v1::RevokeCredentialRequest& request);
absl::Status Check(const v1::SetPayoutDetailsRequest& request);
absl::Status Check(const v1::CloseProviderRequest& request);
absl::Status Check(const v1::PauseListingRequest& request);
absl::Status Check(const v1::CloseListingRequest& request);
absl::Status Check(const v1::DraftListingRequest& request);
absl::Status Check(const v1::DescribeListingRequest& request);
absl::Status Check(const v1::SetListingPriceRequest& request);
absl::Status Check(const v1::ImportKnownProviderRequest& request);
absl::Status Check(const v1::ImportPostcodesRequest& request);
absl::Status Check(const v1::ImportAreasRequest& request);

// "m334gt" is kept as "M33 4GT", or as "M33 4" where it could be somebody's home. Empty stays empty; what is no postcode,
// sector or district is nullopt.
absl::optional<std::string> KeptPostcode(absl::string_view text, bool could_be_home);
// One individual or a household: what they give as their postcode could be their home.
bool CouldBeHome(base::v1::ProviderKind kind);

// As they are stored: postcode kept as above, zone and currency filled in. The arguments passed Check.
v1::ListingTerms Kept(const v1::ListingTerms& terms);
v1::Price Kept(const v1::Price& price);

}  // namespace regard::providers
