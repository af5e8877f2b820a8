#include "services/bookings/views/terms_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/es/domain.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::bookings {
namespace {

using internal::v1::ListingCopy;
using internal::v1::ProviderCopy;
using internal::v1::SectorAreas;
using internal::v1::UnitArea;

std::string ProviderKey(absl::string_view provider_id) { return absl::StrCat("p/", provider_id); }
std::string ListingKey(absl::string_view provider_id, absl::string_view listing_id) {
  return absl::StrCat("l/", provider_id, "/", listing_id);
}
// Two councils may share a sector.
std::string SectorPrefix(absl::string_view sector) { return absl::StrCat("s/", sector, "/"); }

// One fact of a provider or of one of its listings.
class ProviderFold {
 public:
  ProviderFold(const es::FactEvent& event, es::Rows& rows)
      : event_(event), rows_(rows), provider_id_(es::IdOf(event.logged.stream())) {}

  void Apply(const providers::v1::ProviderFact& fact) {
    switch (fact.fact_case()) {
      case providers::v1::ProviderFact::kKnown: {
        ProviderCopy& provider = Provider();
        provider.set_phase(ProviderCopy::PHASE_UNCLAIMED);
        provider.set_tenant(fact.known().tenant());
        provider.set_kind(fact.known().kind());
        break;
      }
      case providers::v1::ProviderFact::kRegistered: {
        ProviderCopy& provider = Provider();
        provider.set_phase(ProviderCopy::PHASE_ACTIVE);
        provider.set_tenant(fact.registered().tenant());
        provider.set_kind(fact.registered().kind());
        provider.set_owner_id(fact.registered().owner_id());
        *provider.mutable_worker_ids() = fact.registered().worker_ids();
        break;
      }
      case providers::v1::ProviderFact::kClaimed: {
        ProviderCopy& provider = Provider();
        provider.set_phase(ProviderCopy::PHASE_ACTIVE);
        provider.set_owner_id(fact.claimed().owner_id());
        *provider.mutable_worker_ids() = fact.claimed().worker_ids();
        break;
      }
      case providers::v1::ProviderFact::kClosed:
        Provider().set_phase(ProviderCopy::PHASE_CLOSED);
        break;
      case providers::v1::ProviderFact::kListingDrafted: {
        ListingCopy& listing = Listing(fact.listing_drafted().listing_id());
        listing.set_phase(ListingCopy::PHASE_DRAFT);
        SetTerms(listing, fact.listing_drafted().terms());
        *listing.mutable_price() = fact.listing_drafted().price();
        break;
      }
      case providers::v1::ProviderFact::kListingDescribed:
        SetTerms(Listing(fact.listing_described().listing_id()), fact.listing_described().terms());
        break;
      case providers::v1::ProviderFact::kListingPriceSet:
        *Listing(fact.listing_price_set().listing_id()).mutable_price() = fact.listing_price_set().price();
        break;
      case providers::v1::ProviderFact::kListingPublished:
        Publish(fact.listing_published().listing_id(), fact.listing_published().perimeter());
        break;
      case providers::v1::ProviderFact::kListingPaused:
        Listing(fact.listing_paused().listing_id()).set_phase(ListingCopy::PHASE_PAUSED);
        break;
      case providers::v1::ProviderFact::kListingSuspended:
        Listing(fact.listing_suspended().listing_id()).set_phase(ListingCopy::PHASE_SUSPENDED);
        break;
      case providers::v1::ProviderFact::kListingRestored:
        Publish(fact.listing_restored().listing_id(), fact.listing_restored().perimeter());
        break;
      case providers::v1::ProviderFact::kListingClosed:
        Listing(fact.listing_closed().listing_id()).set_phase(ListingCopy::PHASE_CLOSED);
        break;
      case providers::v1::ProviderFact::kCredentialRecorded:
      case providers::v1::ProviderFact::kCredentialVerified:
      case providers::v1::ProviderFact::kCredentialRevoked:
      case providers::v1::ProviderFact::kCredentialLapsed:
      case providers::v1::ProviderFact::kPayoutDetailsSet:
      case providers::v1::ProviderFact::kClaimRequested:
      case providers::v1::ProviderFact::FACT_NOT_SET:
        break;
    }
  }

 private:
  ProviderCopy& Provider() {
    ProviderCopy& provider = rows_.Mutable<ProviderCopy>(ProviderKey(provider_id_));
    provider.set_provider_id(provider_id_);
    return provider;
  }

  ListingCopy& Listing(const std::string& listing_id) {
    ListingCopy& listing = rows_.Mutable<ListingCopy>(ListingKey(provider_id_, listing_id));
    listing.set_listing_id(listing_id);
    listing.set_provider_id(provider_id_);
    listing.set_terms_token(absl::StrCat(event_.partition, ":", event_.position));
    return listing;
  }

  static void SetTerms(ListingCopy& listing, const providers::v1::ListingTerms& terms) {
    *listing.mutable_terms() = terms;
    listing.mutable_terms()->clear_description();
  }

  void Publish(const std::string& listing_id, const std::string& perimeter) {
    ListingCopy& listing = Listing(listing_id);
    listing.set_phase(ListingCopy::PHASE_PUBLISHED);
    listing.set_perimeter(perimeter);
  }

  const es::FactEvent& event_;
  es::Rows& rows_;
  const std::string provider_id_;
};

void ApplyPostcodes(const providers::v1::PostcodesImported& imported, es::Rows& rows) {
  SectorAreas areas;
  for (const providers::v1::Postcode& postcode : imported.postcodes()) {
    if (postcode.area_code().empty() || postcode.postcode().size() <= imported.sector().size()) continue;
    UnitArea& unit = *areas.add_units();
    unit.set_unit(postcode.postcode().substr(imported.sector().size()));
    unit.set_area_code(postcode.area_code());
  }
  std::sort(areas.mutable_units()->begin(), areas.mutable_units()->end(),
            [](const UnitArea& a, const UnitArea& b) { return a.unit() < b.unit(); });
  rows.Put(absl::StrCat(SectorPrefix(imported.sector()), imported.tenant()), areas.SerializeAsString());
}

}  // namespace

absl::Status TermsView::Apply(const es::FactEvent& event, es::Rows& rows) {
  const absl::string_view kind = es::KindOf(event.logged.stream());
  if (kind == "provider") ProviderFold(event, rows).Apply(event.As<providers::v1::ProviderFact>());
  if (kind == "place" && event.As<providers::v1::PlaceFact>().has_postcodes_imported()) {
    ApplyPostcodes(event.As<providers::v1::PlaceFact>().postcodes_imported(), rows);
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::optional<ProviderCopy>> TermsQuery::FindProvider(absl::string_view provider_id) const {
  return rows_.Get<ProviderCopy>(ProviderKey(provider_id));
}

absl::StatusOr<absl::optional<ListingCopy>> TermsQuery::FindListing(absl::string_view provider_id,
                                                                    absl::string_view listing_id) const {
  return rows_.Get<ListingCopy>(ListingKey(provider_id, listing_id));
}

absl::StatusOr<std::string> TermsQuery::AreaOf(absl::string_view sector, absl::string_view unit) const {
  std::string area_code;
  const absl::Status scanned =
      rows_.Scan<SectorAreas>(SectorPrefix(sector), "", [&](absl::string_view, const SectorAreas& areas) {
        for (const UnitArea& known : areas.units()) {
          if (known.unit() == unit) area_code = known.area_code();
        }
        return area_code.empty();
      });
  if (!scanned.ok()) return scanned;
  return area_code;
}

}  // namespace regard::bookings
