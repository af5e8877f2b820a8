#include "services/providers/api/sight.h"

#include <algorithm>

namespace regard::providers {

using internal::v1::ProviderRow;

bool Owns(const ProviderRow& row, const auth::Identity& caller) {
  return caller.role == options::v1::ROLE_PROVIDER && !caller.subject.empty() && caller.subject == row.owner_id();
}

bool Oversees(const ProviderRow& row, const auth::Identity& caller) {
  if (caller.role == options::v1::ROLE_OPERATOR) return true;
  const bool works_for_council =
      caller.role == options::v1::ROLE_PRACTITIONER || caller.role == options::v1::ROLE_COMMISSIONER;
  return works_for_council && !caller.tenant.empty() && caller.tenant == row.provider().tenant();
}

v1::Provider Seen(const ProviderRow& row, const auth::Identity& caller) {
  v1::Provider provider = row.provider();
  if (Owns(row, caller) || Oversees(row, caller)) return provider;
  for (v1::Credential& credential : *provider.mutable_credentials()) {
    credential.clear_reference();
    credential.clear_verified_by();
  }
  return provider;
}

bool MaySee(const v1::Listing& listing, const ProviderRow& row, const auth::Identity& caller) {
  const bool shown = listing.phase() == v1::LISTING_PHASE_PUBLISHED || listing.phase() == v1::LISTING_PHASE_PAUSED ||
                     listing.phase() == v1::LISTING_PHASE_SUSPENDED;
  return shown || Owns(row, caller);
}

bool MaySeeWorkers(const ProviderRow& row, const auth::Identity& caller) {
  return caller.role != options::v1::ROLE_PROVIDER || Owns(row, caller);
}

bool MaySeeClaims(const ProviderRow& row, const auth::Identity& caller) { return Oversees(row, caller); }

bool Matches(const ProviderRow& row, const v1::ListProvidersRequest& request) {
  const v1::Provider& provider = row.provider();
  if (request.phase() != v1::PROVIDER_PHASE_UNSPECIFIED && provider.phase() != request.phase()) return false;
  if (request.with_claims() && row.claims().empty()) return false;
  const bool unverified = std::any_of(
      provider.credentials().begin(), provider.credentials().end(),
      [](const v1::Credential& credential) { return credential.phase() == v1::CREDENTIAL_PHASE_RECORDED; });
  return !request.with_unverified_credentials() || unverified;
}

}  // namespace regard::providers
