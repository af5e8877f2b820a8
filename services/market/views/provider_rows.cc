// Rows of providers, their listings, and places.
#include <map>

#include "libs/es/domain.h"
#include "regard/market/internal/v1/rows.pb.h"
#include "services/market/views/keys.h"
#include "services/market/views/market_view.h"

namespace regard::market {
namespace {

using internal::v1::AreaRow;
using internal::v1::ListingRow;
using internal::v1::PostcodeRow;
using internal::v1::ProviderRow;
using internal::v1::SectorRow;
using providers::v1::ListingTerms;
using providers::v1::ProviderFact;

// Made when a fact comes for a listing that was never drafted: it then just has nothing to say.
ListingRow& ListingOf(ProviderRow& provider, const std::string& listing_id) {
  for (ListingRow& listing : *provider.mutable_listings()) {
    if (listing.listing_id() == listing_id) return listing;
  }
  ListingRow* listing = provider.add_listings();
  listing->set_listing_id(listing_id);
  return *listing;
}

void SetTerms(const ListingTerms& terms, ListingRow& row) {
  *row.mutable_categories() = terms.categories();
  row.set_form(terms.form());
  row.set_capacity(terms.capacity());
  row.set_place(terms.place());
  row.set_postcode(terms.postcode());
  row.set_radius_m(terms.radius_m());
  *row.mutable_windows() = terms.windows();
  *row.mutable_worker_ids() = terms.worker_ids();
  row.set_personal_care(terms.personal_care());
}

}  // namespace

void ApplyProvider(const es::FactEvent& event, const ProviderFact& fact, es::Rows& rows) {
  const absl::string_view id = es::IdOf(event.logged.stream());
  ProviderRow& row = rows.Mutable<ProviderRow>(ProviderKey(id));
  row.set_provider_id(std::string(id));
  const auto phase = [&row](const std::string& listing_id, bool published) {
    ListingRow& listing = ListingOf(row, listing_id);
    listing.set_published(published && !listing.closed());
  };
  switch (fact.fact_case()) {
    case ProviderFact::kKnown:
      row.set_tenant(fact.known().tenant());
      row.set_kind(fact.known().kind());
      row.set_name(fact.known().name());
      row.set_postcode(fact.known().postcode());
      row.set_known(true);
      break;
    case ProviderFact::kRegistered:
      row.set_tenant(fact.registered().tenant());
      row.set_kind(fact.registered().kind());
      row.set_name(fact.registered().name());
      row.set_ownership(fact.registered().ownership());
      row.set_postcode(fact.registered().postcode());
      row.set_community_owned(fact.registered().community_owned());
      break;
    case ProviderFact::kClaimed:
      row.set_claimed(true);
      break;
    case ProviderFact::kClosed:
      row.set_closed(true);
      for (ListingRow& listing : *row.mutable_listings()) listing.set_published(false);
      break;
    case ProviderFact::kListingDrafted: {
      ListingRow& listing = ListingOf(row, fact.listing_drafted().listing_id());
      SetTerms(fact.listing_drafted().terms(), listing);
      *listing.mutable_price() = fact.listing_drafted().price();
      break;
    }
    case ProviderFact::kListingDescribed:
      SetTerms(fact.listing_described().terms(), ListingOf(row, fact.listing_described().listing_id()));
      break;
    case ProviderFact::kListingPriceSet:
      *ListingOf(row, fact.listing_price_set().listing_id()).mutable_price() = fact.listing_price_set().price();
      break;
    case ProviderFact::kListingPublished:
      phase(fact.listing_published().listing_id(), true);
      break;
    case ProviderFact::kListingRestored:
      phase(fact.listing_restored().listing_id(), true);
      break;
    case ProviderFact::kListingPaused:
      phase(fact.listing_paused().listing_id(), false);
      break;
    case ProviderFact::kListingSuspended:
      phase(fact.listing_suspended().listing_id(), false);
      break;
    case ProviderFact::kListingClosed: {
      ListingRow& listing = ListingOf(row, fact.listing_closed().listing_id());
      listing.set_published(false);
      listing.set_closed(true);
      break;
    }
    case ProviderFact::kCredentialRecorded:
    case ProviderFact::kCredentialVerified:
    case ProviderFact::kCredentialRevoked:
    case ProviderFact::kCredentialLapsed:
    case ProviderFact::kPayoutDetailsSet:
    case ProviderFact::kClaimRequested:
    case ProviderFact::FACT_NOT_SET:
      break;
  }
}

void ApplyPlace(const providers::v1::PlaceFact& fact, es::Rows& rows) {
  if (fact.has_areas_imported()) {
    const std::string& tenant = fact.areas_imported().tenant();
    for (const providers::v1::Area& area : fact.areas_imported().areas()) {
      AreaRow row;
      row.set_area_code(area.area_code());
      row.set_name(area.name());
      row.set_residents(area.residents());
      row.set_limited_a_lot(area.limited_a_lot());
      rows.Mutable<AreaRow>(AreaKey(tenant, area.area_code())) = row;
    }
  }
  if (!fact.has_postcodes_imported()) return;
  const providers::v1::PostcodesImported& imported = fact.postcodes_imported();
  for (const std::string& key : rows.KeysWithPrefix(PostcodesOfSectorPrefix(imported.sector()))) {
    // Another council's postcodes of the same sector stay.
    if (key.substr(key.rfind('/') + 1) == imported.tenant()) rows.Delete(key);
  }
  std::map<std::string, internal::v1::AreaPart> parts;
  for (const providers::v1::Postcode& postcode : imported.postcodes()) {
    *rows.Mutable<PostcodeRow>(PostcodeKey(postcode.postcode(), imported.tenant())).mutable_point() = postcode.point();
    internal::v1::AreaPart& part = parts[postcode.area_code()];
    part.set_area_code(postcode.area_code());
    part.set_postcodes(part.postcodes() + 1);
    part.set_latitude_sum_deg(part.latitude_sum_deg() + postcode.point().latitude_deg());
    part.set_longitude_sum_deg(part.longitude_sum_deg() + postcode.point().longitude_deg());
  }
  SectorRow& sector = rows.Mutable<SectorRow>(SectorKey(imported.sector(), imported.tenant()));
  sector.Clear();
  sector.set_sector(imported.sector());
  sector.set_tenant(imported.tenant());
  for (auto& [code, part] : parts) *sector.add_parts() = part;
}

}  // namespace regard::market
