#include "services/providers/views/providers_view.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/ids.h"
#include "libs/es/domain.h"

namespace regard::providers {
namespace {

using internal::v1::ListingRow;
using internal::v1::ProviderRow;

std::string ProviderKey(absl::string_view provider_id) { return absl::StrCat("p/", provider_id); }
std::string ListingPrefix(absl::string_view provider_id) { return absl::StrCat("l/", provider_id, "/"); }
std::string ListingKey(absl::string_view provider_id, absl::string_view listing_id) {
  return absl::StrCat(ListingPrefix(provider_id), listing_id);
}
// A subject may have any visible character, also the one that ends a part of a key: so its digest stands for it.
std::string OwnerPrefix(absl::string_view owner_id) {
  return absl::StrCat("o/", Uuid::Derived("owner", owner_id, "").ToString(), "/");
}
std::string CouncilPrefix(absl::string_view tenant) { return absl::StrCat("t/", tenant, "/"); }

// Folds the facts of one provider.
class Fold {
 public:
  Fold(const es::FactEvent& event, es::Rows& rows)
      : event_(event), rows_(rows), provider_id_(es::IdOf(event.logged.stream())) {}

  void Apply(const v1::ProviderKnown& fact) {
    ProviderRow& row = Row();
    v1::Provider& provider = *row.mutable_provider();
    provider.Clear();
    provider.set_provider_id(provider_id_);
    provider.set_tenant(fact.tenant());
    provider.set_kind(fact.kind());
    provider.set_name(fact.name());
    provider.set_activities(fact.activities());
    provider.set_postcode(fact.postcode());
    provider.set_phase(v1::PROVIDER_PHASE_UNCLAIMED);
    provider.set_source(fact.source());
    *provider.mutable_register_types() = fact.register_types();
    provider.set_operator_name(fact.operator_name());
    Index(CouncilPrefix(fact.tenant()));
  }

  void Apply(const v1::ProviderRegistered& fact) {
    ProviderRow& row = Row();
    row.set_owner_id(fact.owner_id());
    *row.mutable_worker_names() = event_.logged;
    v1::Provider& provider = *row.mutable_provider();
    provider.set_provider_id(provider_id_);
    provider.set_tenant(fact.tenant());
    provider.set_kind(fact.kind());
    provider.set_ownership(fact.ownership());
    provider.set_name(fact.name());
    provider.set_postcode(fact.postcode());
    provider.set_phase(v1::PROVIDER_PHASE_ACTIVE);
    provider.set_size_fte_tenths(fact.size_fte_tenths());
    provider.set_community_owned(fact.community_owned());
    *provider.mutable_languages() = fact.languages();
    *provider.mutable_worker_ids() = fact.worker_ids();
    provider.set_source(fact.source());
    Index(CouncilPrefix(fact.tenant()));
    Index(OwnerPrefix(fact.owner_id()));
  }

  void Apply(const v1::ClaimRequested& fact) {
    internal::v1::ClaimRow* claim = FindClaim(fact.owner_id());
    if (claim == nullptr) claim = Row().add_claims();
    claim->set_owner_id(fact.owner_id());
    *claim->mutable_requested() = event_.logged;
  }

  void Apply(const v1::ProviderClaimed& fact) {
    ProviderRow& row = Row();
    row.set_owner_id(fact.owner_id());
    row.mutable_provider()->set_phase(v1::PROVIDER_PHASE_ACTIVE);
    *row.mutable_provider()->mutable_worker_ids() = fact.worker_ids();
    const internal::v1::ClaimRow* claim = FindClaim(fact.owner_id());
    *row.mutable_worker_names() = claim == nullptr || HasNames(event_.logged) ? event_.logged : claim->requested();
    row.clear_claims();
    Index(OwnerPrefix(fact.owner_id()));
  }

  void Apply(const v1::ProviderClosed& fact) {
    Row().mutable_provider()->set_phase(v1::PROVIDER_PHASE_CLOSED);
    Row().mutable_provider()->set_reason(fact.reason());
    Row().clear_claims();
  }

  void Apply(const v1::PayoutDetailsSet&) { *Row().mutable_payout_details() = event_.logged; }

  void Apply(const v1::CredentialRecorded& fact) {
    v1::Credential& credential = *Row().mutable_provider()->add_credentials();
    credential.set_credential_id(fact.credential_id());
    credential.set_kind(fact.kind());
    credential.set_phase(v1::CREDENTIAL_PHASE_RECORDED);
    if (fact.has_expires()) *credential.mutable_expires() = fact.expires();
    *credential.mutable_covers() = fact.covers();
    credential.set_covers_home_visits(fact.covers_home_visits());
    credential.set_reference(fact.reference());
  }

  void Apply(const v1::CredentialVerified& fact) {
    if (v1::Credential* credential = CredentialNow(fact.credential_id(), v1::CREDENTIAL_PHASE_VERIFIED)) {
      credential->set_verified_by(fact.verified_by());
    }
  }
  void Apply(const v1::CredentialRevoked& fact) { CredentialNow(fact.credential_id(), v1::CREDENTIAL_PHASE_REVOKED); }
  void Apply(const v1::CredentialLapsed& fact) { CredentialNow(fact.credential_id(), v1::CREDENTIAL_PHASE_LAPSED); }

  void Apply(const v1::ListingDrafted& fact) {
    v1::Listing& listing = ListingNow(fact.listing_id(), v1::LISTING_PHASE_DRAFT, "");
    listing.set_listing_id(fact.listing_id());
    listing.set_provider_id(provider_id_);
    listing.set_tenant(fact.tenant());
    *listing.mutable_terms() = fact.terms();
    *listing.mutable_price() = fact.price();
    listing.set_source(fact.source());
  }
  void Apply(const v1::ListingDescribed& fact) { *ListingOf(fact.listing_id()).mutable_terms() = fact.terms(); }
  void Apply(const v1::ListingPriceSet& fact) { *ListingOf(fact.listing_id()).mutable_price() = fact.price(); }
  void Apply(const v1::ListingPublished& fact) {
    Guarded(ListingNow(fact.listing_id(), v1::LISTING_PHASE_PUBLISHED, ""), fact.perimeter(), fact.rule_version());
  }
  void Apply(const v1::ListingPaused& fact) {
    ListingNow(fact.listing_id(), v1::LISTING_PHASE_PAUSED, fact.reason());
  }
  void Apply(const v1::ListingSuspended& fact) {
    ListingNow(fact.listing_id(), v1::LISTING_PHASE_SUSPENDED, fact.reason());
  }
  void Apply(const v1::ListingRestored& fact) {
    Guarded(ListingNow(fact.listing_id(), v1::LISTING_PHASE_PUBLISHED, ""), fact.perimeter(), fact.rule_version());
  }
  void Apply(const v1::ListingClosed& fact) {
    ListingNow(fact.listing_id(), v1::LISTING_PHASE_CLOSED, fact.reason());
  }

 private:
  ProviderRow& Row() { return rows_.Mutable<ProviderRow>(ProviderKey(provider_id_)); }

  // Names are sealed for the provider, a proof for its owner.
  bool HasNames(const log::v1::Fact& logged) const {
    for (const log::v1::SealedPart& part : logged.sealed()) {
      if (part.subject() == provider_id_) return true;
    }
    return false;
  }

  void Index(const std::string& prefix) {
    rows_.Mutable<internal::v1::ProviderKeyRow>(prefix + provider_id_).set_provider_id(provider_id_);
  }

  internal::v1::ClaimRow* FindClaim(absl::string_view owner_id) {
    for (internal::v1::ClaimRow& claim : *Row().mutable_claims()) {
      if (claim.owner_id() == owner_id) return &claim;
    }
    return nullptr;
  }

  // Null for a credential that was never recorded.
  v1::Credential* CredentialNow(absl::string_view credential_id, v1::CredentialPhase phase) {
    for (v1::Credential& credential : *Row().mutable_provider()->mutable_credentials()) {
      if (credential.credential_id() != credential_id) continue;
      credential.set_phase(phase);
      return &credential;
    }
    return nullptr;
  }

  v1::Listing& ListingOf(absl::string_view listing_id) {
    return *rows_.Mutable<ListingRow>(ListingKey(provider_id_, listing_id)).mutable_listing();
  }
  v1::Listing& ListingNow(absl::string_view listing_id, v1::ListingPhase phase, const std::string& reason) {
    v1::Listing& listing = ListingOf(listing_id);
    listing.set_phase(phase);
    listing.set_reason(reason);
    return listing;
  }
  static void Guarded(v1::Listing& listing, const std::string& perimeter, const std::string& rule_version) {
    listing.set_perimeter(perimeter);
    listing.set_rule_version(rule_version);
  }

  const es::FactEvent& event_;
  es::Rows& rows_;
  const std::string provider_id_;
};

}  // namespace

absl::Status ProvidersView::Apply(const es::FactEvent& event, es::Rows& rows) {
  if (es::KindOf(event.logged.stream()) != "provider") return absl::OkStatus();
  const auto& fact = event.As<v1::ProviderFact>();
  Fold fold(event, rows);
  switch (fact.fact_case()) {
    case v1::ProviderFact::kKnown: fold.Apply(fact.known()); break;
    case v1::ProviderFact::kRegistered: fold.Apply(fact.registered()); break;
    case v1::ProviderFact::kClaimRequested: fold.Apply(fact.claim_requested()); break;
    case v1::ProviderFact::kClaimed: fold.Apply(fact.claimed()); break;
    case v1::ProviderFact::kClosed: fold.Apply(fact.closed()); break;
    case v1::ProviderFact::kPayoutDetailsSet: fold.Apply(fact.payout_details_set()); break;
    case v1::ProviderFact::kCredentialRecorded: fold.Apply(fact.credential_recorded()); break;
    case v1::ProviderFact::kCredentialVerified: fold.Apply(fact.credential_verified()); break;
    case v1::ProviderFact::kCredentialRevoked: fold.Apply(fact.credential_revoked()); break;
    case v1::ProviderFact::kCredentialLapsed: fold.Apply(fact.credential_lapsed()); break;
    case v1::ProviderFact::kListingDrafted: fold.Apply(fact.listing_drafted()); break;
    case v1::ProviderFact::kListingDescribed: fold.Apply(fact.listing_described()); break;
    case v1::ProviderFact::kListingPriceSet: fold.Apply(fact.listing_price_set()); break;
    case v1::ProviderFact::kListingPublished: fold.Apply(fact.listing_published()); break;
    case v1::ProviderFact::kListingPaused: fold.Apply(fact.listing_paused()); break;
    case v1::ProviderFact::kListingSuspended: fold.Apply(fact.listing_suspended()); break;
    case v1::ProviderFact::kListingRestored: fold.Apply(fact.listing_restored()); break;
    case v1::ProviderFact::kListingClosed: fold.Apply(fact.listing_closed()); break;
    case v1::ProviderFact::FACT_NOT_SET: break;
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::optional<ProviderRow>> ProvidersQuery::Find(absl::string_view provider_id) const {
  return rows_.Get<ProviderRow>(ProviderKey(provider_id));
}

absl::StatusOr<absl::optional<v1::Listing>> ProvidersQuery::FindListing(absl::string_view provider_id,
                                                                        absl::string_view listing_id) const {
  absl::StatusOr<absl::optional<ListingRow>> row = rows_.Get<ListingRow>(ListingKey(provider_id, listing_id));
  if (!row.ok()) return row.status();
  if (!row->has_value()) return absl::optional<v1::Listing>();
  return absl::optional<v1::Listing>(std::move(*(*row)->mutable_listing()));
}

absl::StatusOr<std::vector<v1::Listing>> ProvidersQuery::ListingsOf(absl::string_view provider_id) const {
  std::vector<v1::Listing> listings;
  const absl::Status status = rows_.Scan<ListingRow>(ListingPrefix(provider_id), "",
                                                     [&](absl::string_view, const ListingRow& row) {
                                                       listings.push_back(row.listing());
                                                       return true;
                                                     });
  if (!status.ok()) return status;
  return listings;
}

absl::Status ProvidersQuery::OfOwner(absl::string_view owner_id, absl::string_view after_provider_id,
                                     Visit visit) const {
  return Each(OwnerPrefix(owner_id), after_provider_id, visit);
}

absl::Status ProvidersQuery::OfCouncil(absl::string_view tenant, absl::string_view after_provider_id,
                                       Visit visit) const {
  return Each(CouncilPrefix(tenant), after_provider_id, visit);
}

absl::Status ProvidersQuery::Each(const std::string& prefix, absl::string_view after_provider_id, Visit visit) const {
  absl::Status read = absl::OkStatus();
  const std::string after = after_provider_id.empty() ? "" : absl::StrCat(prefix, after_provider_id);
  const absl::Status scanned = rows_.Scan<internal::v1::ProviderKeyRow>(
      prefix, after, [&](absl::string_view, const internal::v1::ProviderKeyRow& key) {
        absl::StatusOr<absl::optional<ProviderRow>> row = Find(key.provider_id());
        if (!row.ok()) {
          read = row.status();
          return false;
        }
        return !row->has_value() || visit(**row);
      });
  return scanned.ok() ? read : scanned;
}

}  // namespace regard::providers
