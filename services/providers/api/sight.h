// What of a provider a caller may see: what they advertise is for everybody, the numbers of their papers are for them
// and their council, their drafts for them alone.
#pragma once

#include "libs/auth/identity.h"
#include "regard/providers/internal/v1/rows.pb.h"
#include "regard/providers/v1/providers_service.pb.h"

namespace regard::providers {

bool Owns(const internal::v1::ProviderRow& row, const auth::Identity& caller);
// A practitioner or commissioner of the council where the provider is, or an operator.
bool Oversees(const internal::v1::ProviderRow& row, const auth::Identity& caller);

// The profile, without what is not theirs to see.
v1::Provider Seen(const internal::v1::ProviderRow& row, const auth::Identity& caller);
bool MaySee(const v1::Listing& listing, const internal::v1::ProviderRow& row, const auth::Identity& caller);
// Who comes is shown to people before they book, and is none of a competitor's business.
bool MaySeeWorkers(const internal::v1::ProviderRow& row, const auth::Identity& caller);
bool MaySeeClaims(const internal::v1::ProviderRow& row, const auth::Identity& caller);

// What a list was asked for.
bool Matches(const internal::v1::ProviderRow& row, const v1::ListProvidersRequest& request);

}  // namespace regard::providers
