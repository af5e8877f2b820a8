#include "services/directory/views/listings_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/geo/postcode.h"
#include "services/directory/views/document.h"

namespace regard::directory {
namespace {

using internal::v1::Credential;
using internal::v1::DocumentRow;
using internal::v1::ListingState;
using internal::v1::ProviderRow;
using internal::v1::SectorRow;
using providers::v1::PlaceFact;
using providers::v1::ProviderFact;

std::string ProviderKey(absl::string_view provider_id) { return absl::StrCat("p/", provider_id); }

Credential& CredentialOf(const std::string& id, ProviderRow& row) {
  for (Credential& credential : *row.mutable_credentials()) {
    if (credential.credential_id() == id) return credential;
  }
  Credential& credential = *row.add_credentials();
  credential.set_credential_id(id);
  return credential;
}

ListingState& ListingOf(const std::string& id, ProviderRow& row) {
  for (ListingState& listing : *row.mutable_listings()) {
    if (listing.listing_id() == id) return listing;
  }
  ListingState& listing = *row.add_listings();
  listing.set_listing_id(id);
  return listing;
}

void SetTerms(const providers::v1::ListingTerms& terms, ListingState& listing) {
  *listing.mutable_terms() = terms;
  // Who comes is nobody's business before they book.
  listing.mutable_terms()->clear_worker_ids();
  listing.mutable_terms()->set_postcode(ShownPlace(terms.place(), terms.postcode()));
}

// Whose documents a fact may have changed.
struct Touched {
  bool all_listings = false;
  // One of them; null for none.
  const ListingState* listing = nullptr;

  bool any() const { return all_listings || listing != nullptr; }
};
const Touched kNothing = {};
const Touched kAllListings = {.all_listings = true};

// Folds one fact.
Touched Fold(const ProviderFact& fact, ProviderRow& row) {
  const auto publish = [&](const std::string& listing_id, bool published) -> Touched {
    ListingState& listing = ListingOf(listing_id, row);
    listing.set_published(published && !listing.closed());
    return {.listing = &listing};
  };
  switch (fact.fact_case()) {
    case ProviderFact::kKnown:
      row.set_known(true);
      row.set_tenant(fact.known().tenant());
      row.set_kind(fact.known().kind());
      row.set_name(fact.known().name());
      row.set_activities(fact.known().activities());
      row.set_postcode(ShownPlace(providers::v1::PLACE_KIND_VENUE, fact.known().postcode()));
      row.set_source(fact.known().source());
      *row.mutable_register_types() = fact.known().register_types();
      row.set_operator_name(fact.known().operator_name());
      return kAllListings;
    case ProviderFact::kRegistered:
      row.set_tenant(fact.registered().tenant());
      row.set_kind(fact.registered().kind());
      row.set_name(fact.registered().name());
      row.set_source(fact.registered().source());
      *row.mutable_languages() = fact.registered().languages();
      return kAllListings;
    case ProviderFact::kClaimed:
      row.set_claimed(true);
      return kAllListings;
    case ProviderFact::kCredentialRecorded: {
      Credential& credential = CredentialOf(fact.credential_recorded().credential_id(), row);
      credential.set_kind(fact.credential_recorded().kind());
      return credential.verified() ? kAllListings : kNothing;
    }
    case ProviderFact::kCredentialVerified:
      CredentialOf(fact.credential_verified().credential_id(), row).set_verified(true);
      return kAllListings;
    case ProviderFact::kCredentialRevoked:
      CredentialOf(fact.credential_revoked().credential_id(), row).set_verified(false);
      return kAllListings;
    case ProviderFact::kCredentialLapsed:
      CredentialOf(fact.credential_lapsed().credential_id(), row).set_verified(false);
      return kAllListings;
    case ProviderFact::kClosed:
      row.set_closed(true);
      return kAllListings;
    case ProviderFact::kListingDrafted: {
      ListingState& listing = ListingOf(fact.listing_drafted().listing_id(), row);
      SetTerms(fact.listing_drafted().terms(), listing);
      *listing.mutable_price() = fact.listing_drafted().price();
      return kNothing;
    }
    case ProviderFact::kListingDescribed: {
      ListingState& listing = ListingOf(fact.listing_described().listing_id(), row);
      SetTerms(fact.listing_described().terms(), listing);
      return {.listing = &listing};
    }
    case ProviderFact::kListingPriceSet: {
      ListingState& listing = ListingOf(fact.listing_price_set().listing_id(), row);
      *listing.mutable_price() = fact.listing_price_set().price();
      return {.listing = &listing};
    }
    case ProviderFact::kListingPublished:
      return publish(fact.listing_published().listing_id(), true);
    case ProviderFact::kListingRestored:
      return publish(fact.listing_restored().listing_id(), true);
    case ProviderFact::kListingPaused:
      return publish(fact.listing_paused().listing_id(), false);
    case ProviderFact::kListingSuspended:
      return publish(fact.listing_suspended().listing_id(), false);
    case ProviderFact::kListingClosed:
      ListingOf(fact.listing_closed().listing_id(), row).set_closed(true);
      return publish(fact.listing_closed().listing_id(), false);
    // Nobody's business here.
    case ProviderFact::kPayoutDetailsSet:
    case ProviderFact::kClaimRequested:
    case ProviderFact::FACT_NOT_SET:
      return kNothing;
  }
  return kNothing;
}

}  // namespace

std::string DocumentKey(absl::string_view document_id) { return absl::StrCat("d/", document_id); }
std::string SectorPrefix(absl::string_view sector) { return absl::StrCat("s/", sector, "/"); }
std::string AreaKey(absl::string_view area_code) { return absl::StrCat("a/", area_code); }

absl::Status ListingsView::Apply(const es::FactEvent& event, es::Rows& rows) {
  // An index that no longer follows its rows must not go on as if it did.
  if (!status_.ok()) return status_;
  if (event.fact.GetDescriptor() == ProviderFact::descriptor()) {
    const std::string provider_id(absl::StripPrefix(event.logged.stream(), "provider/"));
    ProviderRow& row = rows.Mutable<ProviderRow>(ProviderKey(provider_id));
    row.set_provider_id(provider_id);
    const Touched touched = Fold(event.As<ProviderFact>(), row);
    for (const ListingState& listing : row.listings()) {
      if (!touched.all_listings && touched.listing != &listing) continue;
      Write(ListingDocumentId(listing.listing_id()), DocumentOfListing(row, listing), rows);
    }
    if (touched.any()) Write(ProviderDocumentId(provider_id), DocumentOfOrganisation(row), rows);
    return absl::OkStatus();
  }
  if (event.fact.GetDescriptor() != PlaceFact::descriptor()) return absl::OkStatus();
  const PlaceFact& fact = event.As<PlaceFact>();
  switch (fact.fact_case()) {
    case PlaceFact::kPostcodesImported: {
      const providers::v1::PostcodesImported& imported = fact.postcodes_imported();
      SectorRow row;
      row.set_sector(imported.sector());
      row.set_tenant(imported.tenant());
      *row.mutable_postcodes() = imported.postcodes();
      rows.Put(absl::StrCat(SectorPrefix(imported.sector()), imported.tenant()), row.SerializeAsString());
      changed_sectors_.insert(imported.sector());
      break;
    }
    case PlaceFact::kAreasImported:
      for (const providers::v1::Area& area : fact.areas_imported().areas()) {
        rows.Put(AreaKey(area.area_code()), area.SerializeAsString());
      }
      break;
    case PlaceFact::FACT_NOT_SET:
      break;
  }
  return absl::OkStatus();
}

void ListingsView::Write(const std::string& document_id, const absl::optional<DocumentRow>& document, es::Rows& rows) {
  if (document.has_value()) {
    rows.Put(DocumentKey(document_id), document->SerializeAsString());
  } else {
    rows.Delete(DocumentKey(document_id));
  }
  changed_documents_.insert(document_id);
}

absl::Status ListingsView::Load(const es::Store& store) {
  store_ = &store;
  const es::ViewReader reader(store);
  IndexChanges changes;
  absl::Status status = reader.Scan<SectorRow>("s/", "", [&](absl::string_view, const SectorRow& row) {
    changes.sectors.insert(row.sector());
    return true;
  });
  geo::Gazetteer::Builder builder;
  for (const std::string& sector : changes.sectors) status.Update(ReadSector(sector, builder));
  changes.gazetteer = builder.Build();
  status.Update(reader.Scan<DocumentRow>("d/", "", [&](absl::string_view key, const DocumentRow& row) {
    changes.documents.emplace_back(std::string(absl::StripPrefix(key, "d/")), row);
    return true;
  }));
  if (!status.ok()) return status;
  index_.Apply(std::move(changes));
  return absl::OkStatus();
}

absl::Status ListingsView::ReadSector(const std::string& sector, geo::Gazetteer::Builder& builder) const {
  std::vector<geo::PostcodeRow> rows;
  absl::flat_hash_set<std::string> seen;
  const absl::Status status = es::ViewReader(*store_).Scan<SectorRow>(
      SectorPrefix(sector), "", [&](absl::string_view, const SectorRow& row) {
        for (const providers::v1::Postcode& postcode : row.postcodes()) {
          const geo::Point point{postcode.point().latitude_deg(), postcode.point().longitude_deg()};
          const absl::StatusOr<geo::Postcode> parsed = geo::Postcode::Parse(postcode.postcode());
          // A bad row of an import must not hide the others; two councils may both know one.
          if (!parsed.ok() || parsed->sector() != sector || !geo::IsValid(point)) continue;
          if (!seen.insert(parsed->text()).second) continue;
          rows.push_back({parsed->text(), point, postcode.ward_code(), postcode.ward_name(), postcode.area_code()});
        }
        return true;
      });
  if (!status.ok()) return status;
  // Refused only for a sector that is none: nothing can be there.
  builder.ReplaceSector(sector, rows).IgnoreError();
  return absl::OkStatus();
}

absl::Status ListingsView::Follow() {
  IndexChanges changes;
  if (!changed_sectors_.empty()) {
    geo::Gazetteer::Builder builder(*index_.snapshot()->gazetteer);
    for (const std::string& sector : changed_sectors_) {
      if (const absl::Status status = ReadSector(sector, builder); !status.ok()) return status;
    }
    changes.gazetteer = builder.Build();
    changes.sectors = std::move(changed_sectors_);
    changed_sectors_.clear();
  }
  const es::ViewReader reader(*store_);
  for (const std::string& id : changed_documents_) {
    absl::StatusOr<absl::optional<DocumentRow>> row = reader.Get<DocumentRow>(DocumentKey(id));
    if (!row.ok()) return row.status();
    changes.documents.emplace_back(id, *std::move(row));
  }
  changed_documents_.clear();
  if (changes.gazetteer == nullptr && changes.documents.empty()) return absl::OkStatus();
  index_.Apply(std::move(changes));
  return absl::OkStatus();
}

void ListingsView::Applied() {
  if (store_ == nullptr) return;
  status_.Update(Follow());
}

}  // namespace regard::directory
