#include "services/budgets/views/provider_standing.h"

#include <utility>

#include "libs/es/domain.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::budgets {
namespace {

using internal::v1::CredentialRow;
using internal::v1::ProviderStandingRow;
using providers::v1::ProviderFact;

// Whoever is paid needs these for as long as they had them. What care itself needs is the listing's to guard.
bool StandingNeeds(providers::v1::CredentialKind kind) {
  return kind == providers::v1::CREDENTIAL_KIND_DBS || kind == providers::v1::CREDENTIAL_KIND_INSURANCE;
}

// Ended, and no other of its kind is verified and lives.
bool IsMissing(const ProviderStandingRow& row, const CredentialRow& ended) {
  if (!ended.ended() || !ended.verified() || !StandingNeeds(ended.kind())) return false;
  for (const CredentialRow& other : row.credentials()) {
    if (other.kind() == ended.kind() && other.verified() && !other.ended()) return false;
  }
  return true;
}

internal::v1::ProviderStanding StandingOf(const ProviderStandingRow& row) {
  if (row.closed()) return internal::v1::PROVIDER_STANDING_CLOSED;
  if (row.owner_id().empty()) return internal::v1::PROVIDER_STANDING_UNCLAIMED;
  for (const CredentialRow& credential : row.credentials()) {
    if (IsMissing(row, credential)) return internal::v1::PROVIDER_STANDING_SUSPENDED;
  }
  return internal::v1::PROVIDER_STANDING_GOOD;
}

CredentialRow& CredentialOf(ProviderStandingRow& row, absl::string_view credential_id) {
  for (CredentialRow& credential : *row.mutable_credentials()) {
    if (credential.credential_id() == credential_id) return credential;
  }
  row.add_credentials()->set_credential_id(std::string(credential_id));
  return *row.mutable_credentials()->rbegin();
}

// False for a fact that changes nothing here.
bool Change(const ProviderFact& fact, ProviderStandingRow& row) {
  switch (fact.fact_case()) {
    case ProviderFact::kKnown:
      row.set_kind(fact.known().kind());
      row.set_tenant(fact.known().tenant());
      return true;
    case ProviderFact::kRegistered:
      row.set_kind(fact.registered().kind());
      row.set_tenant(fact.registered().tenant());
      row.set_owner_id(fact.registered().owner_id());
      return true;
    case ProviderFact::kClaimed:
      row.set_owner_id(fact.claimed().owner_id());
      return true;
    case ProviderFact::kCredentialRecorded: {
      CredentialRow& credential = CredentialOf(row, fact.credential_recorded().credential_id());
      credential.set_kind(fact.credential_recorded().kind());
      return true;
    }
    case ProviderFact::kCredentialVerified:
      CredentialOf(row, fact.credential_verified().credential_id()).set_verified(true);
      return true;
    case ProviderFact::kCredentialRevoked:
      CredentialOf(row, fact.credential_revoked().credential_id()).set_ended(true);
      return true;
    case ProviderFact::kCredentialLapsed:
      CredentialOf(row, fact.credential_lapsed().credential_id()).set_ended(true);
      return true;
    case ProviderFact::kClosed:
      row.set_closed(true);
      return true;
    case ProviderFact::kPayoutDetailsSet:
    case ProviderFact::kClaimRequested:
    case ProviderFact::kListingDrafted:
    case ProviderFact::kListingDescribed:
    case ProviderFact::kListingPriceSet:
    case ProviderFact::kListingPublished:
    case ProviderFact::kListingPaused:
    case ProviderFact::kListingSuspended:
    case ProviderFact::kListingRestored:
    case ProviderFact::kListingClosed:
    case ProviderFact::FACT_NOT_SET:
      break;
  }
  return false;
}

}  // namespace

absl::Status ProviderStandingView::Apply(const es::FactEvent& event, es::Rows& rows) {
  if (es::KindOf(event.logged.stream()) != "provider") return absl::OkStatus();
  const absl::string_view provider_id = es::IdOf(event.logged.stream());
  const ProviderStandingRow* known = rows.Find<ProviderStandingRow>(provider_id);
  ProviderStandingRow row = known != nullptr ? *known : ProviderStandingRow();
  if (!Change(event.As<ProviderFact>(), row)) return absl::OkStatus();
  row.set_standing(StandingOf(row));
  rows.Mutable<ProviderStandingRow>(provider_id) = std::move(row);
  return absl::OkStatus();
}

absl::StatusOr<ProviderStandingRow> ProviderStandings::Of(absl::string_view provider_id) const {
  absl::StatusOr<absl::optional<ProviderStandingRow>> row = rows_.Get<ProviderStandingRow>(provider_id);
  if (!row.ok()) return row.status();
  if (row->has_value()) return *std::move(*row);
  ProviderStandingRow unknown;
  unknown.set_standing(internal::v1::PROVIDER_STANDING_UNKNOWN);
  return unknown;
}

}  // namespace regard::budgets
