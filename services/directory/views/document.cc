#include "services/directory/views/document.h"

#include <algorithm>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/geo/postcode.h"
#include "libs/taxonomy/taxonomy.h"
#include "services/directory/views/own_words.h"
#include "services/directory/views/text.h"

namespace regard::directory {
namespace {

using internal::v1::Credential;
using internal::v1::DocumentRow;
using internal::v1::ListingState;
using internal::v1::ProviderRow;

// A kind that always is of one category, whatever it says.
absl::string_view CategoryOfKind(base::v1::ProviderKind kind) {
  return kind == base::v1::PROVIDER_KIND_CARE_HOME ? "regard:care-home" : "";
}

void AddCategory(absl::string_view curie, bool inferred, v1::Listing& listing) {
  for (const v1::Category& there : listing.categories()) {
    if (there.curie() == curie) return;
  }
  const taxonomy::Category* const known = taxonomy::Taxonomy::Regard().Find(curie);
  v1::Category& category = *listing.add_categories();
  category.set_curie(std::string(curie));
  category.set_label(known != nullptr ? known->label : std::string(curie));
  category.set_inferred(inferred);
}

v1::Listing ProvidersPart(const ProviderRow& provider) {
  v1::Listing listing;
  listing.set_provider_id(provider.provider_id());
  listing.set_provider_name(provider.name());
  listing.set_provider_kind(provider.kind());
  listing.set_tenant(provider.tenant());
  listing.set_source(provider.source());
  *listing.mutable_register_types() = provider.register_types();
  listing.set_operator_name(provider.operator_name());
  std::set<int> verified;
  for (const Credential& credential : provider.credentials()) {
    if (credential.verified()) verified.insert(credential.kind());
  }
  for (const int kind : verified) listing.add_verified_credentials(static_cast<providers::v1::CredentialKind>(kind));
  return listing;
}

// Other words for the listing's categories count as words of the listing.
std::vector<std::string> CategoryStems(const v1::Listing& listing) {
  static const auto* const of_curie = [] {
    auto* const made = new absl::flat_hash_map<std::string, std::vector<std::string>>;
    for (const taxonomy::Category& category : taxonomy::Taxonomy::Regard().categories()) {
      (*made)[category.curie] = StemsOf(absl::StrCat(category.label, ". ", absl::StrJoin(category.synonyms, ". ")));
    }
    return made;
  }();
  std::vector<std::string> stems;
  for (const v1::Category& category : listing.categories()) {
    const auto known = of_curie->find(category.curie());
    if (known != of_curie->end()) stems.insert(stems.end(), known->second.begin(), known->second.end());
  }
  return stems;
}

// Gives each stem to the first of the lists that has it.
void SetStems(std::vector<std::string> title, std::vector<std::string> category, std::vector<std::string> text,
              DocumentRow& row) {
  absl::flat_hash_set<absl::string_view> seen;
  const auto give = [&](std::vector<std::string>& stems, auto& to) {
    std::sort(stems.begin(), stems.end());
    for (const std::string& stem : stems) {
      if (seen.insert(stem).second) *to.Add() = stem;
    }
  };
  give(title, *row.mutable_title_stems());
  give(category, *row.mutable_category_stems());
  give(text, *row.mutable_text_stems());
}

DocumentRow OfListing(const ProviderRow& provider, const ListingState& state) {
  DocumentRow row;
  row.set_tier(internal::v1::TIER_BOOKABLE);
  v1::Listing& listing = *row.mutable_listing();
  listing = ProvidersPart(provider);
  const providers::v1::ListingTerms& terms = state.terms();
  listing.set_listing_id(state.listing_id());
  listing.set_standing(v1::STANDING_BOOKABLE);
  listing.set_title(terms.title());
  listing.set_description(terms.description());
  for (const std::string& curie : terms.categories()) AddCategory(curie, false, listing);
  listing.set_form(terms.form());
  *listing.mutable_price() = state.price();
  listing.set_place(terms.place());
  listing.set_area(SectorOf(terms.postcode()));
  if (terms.place() == providers::v1::PLACE_KIND_VENUE) listing.set_postcode(terms.postcode());
  listing.set_radius_m(terms.radius_m());
  listing.set_time_zone(terms.time_zone());
  *listing.mutable_windows() = terms.windows();
  *listing.mutable_languages() = terms.languages().empty() ? provider.languages() : terms.languages();
  *listing.mutable_accessibility() = terms.accessibility();
  listing.set_min_age_years(terms.min_age_years());
  *listing.mutable_funding_accepted() = terms.funding_accepted();
  if (terms.has_cancellation()) *listing.mutable_cancellation() = terms.cancellation();
  listing.set_meet_first(terms.meet_first());
  listing.set_personal_care(terms.personal_care());
  listing.set_as_own_assistant(terms.as_own_assistant());
  listing.set_capacity(terms.capacity());

  SetStems(StemsOf(terms.title()), CategoryStems(listing),
           StemsOf(absl::StrCat(terms.description(), ". ", provider.name(), ". ",
                                absl::StrJoin(terms.accessibility(), ". "))),
           row);
  return row;
}

DocumentRow OfOrganisation(const ProviderRow& provider) {
  const OwnWords own = ReadOwnWords(provider.name(), provider.activities());
  DocumentRow row;
  row.set_tier(own.not_direct_support ? internal::v1::TIER_NOT_DIRECT_SUPPORT : internal::v1::TIER_KNOWN);
  v1::Listing& listing = *row.mutable_listing();
  listing = ProvidersPart(provider);
  listing.set_standing(provider.claimed() ? v1::STANDING_NO_OFFER_NOW : v1::STANDING_KNOWN_NOT_HERE);
  listing.set_not_direct_support(own.not_direct_support);
  listing.set_title(provider.name());
  listing.set_description(provider.activities());
  if (const absl::string_view curie = CategoryOfKind(provider.kind()); !curie.empty()) AddCategory(curie, true, listing);
  for (const taxonomy::Category* const category : own.categories) AddCategory(category->curie, true, listing);
  listing.set_place(providers::v1::PLACE_KIND_VENUE);
  listing.set_postcode(provider.postcode());
  listing.set_area(SectorOf(provider.postcode()));
  *listing.mutable_languages() = provider.languages();

  SetStems(StemsOf(provider.name()), CategoryStems(listing),
           StemsOf(absl::StrCat(provider.activities(), ". ", provider.operator_name(), ". ",
                                absl::StrJoin(provider.register_types(), ". "))),
           row);
  return row;
}

}  // namespace

std::string ListingDocumentId(absl::string_view listing_id) { return absl::StrCat("listing/", listing_id); }
std::string ProviderDocumentId(absl::string_view provider_id) { return absl::StrCat("provider/", provider_id); }

std::string DocumentIdOf(const v1::Listing& listing) {
  return listing.listing_id().empty() ? ProviderDocumentId(listing.provider_id())
                                      : ListingDocumentId(listing.listing_id());
}

absl::optional<DocumentRow> DocumentOfListing(const ProviderRow& provider, const ListingState& listing) {
  if (provider.closed() || !listing.published()) return absl::nullopt;
  return OfListing(provider, listing);
}

absl::optional<DocumentRow> DocumentOfOrganisation(const ProviderRow& provider) {
  const auto published = [](const ListingState& listing) { return listing.published(); };
  if (provider.closed() || !provider.known()) return absl::nullopt;
  if (std::any_of(provider.listings().begin(), provider.listings().end(), published)) return absl::nullopt;
  return OfOrganisation(provider);
}

std::string SectorOf(absl::string_view postcode_or_sector) {
  const absl::StatusOr<geo::Postcode> postcode = geo::Postcode::Parse(postcode_or_sector);
  if (postcode.ok()) return std::string(postcode->sector());
  const absl::StatusOr<std::string> area = geo::NormaliseArea(postcode_or_sector);
  // Of a district alone nothing is known well enough.
  return area.ok() && area->find(' ') != std::string::npos ? *area : "";
}

std::string ShownPlace(providers::v1::PlaceKind place, absl::string_view postcode_or_sector) {
  if (place != providers::v1::PLACE_KIND_VENUE) return SectorOf(postcode_or_sector);
  const absl::StatusOr<geo::Postcode> postcode = geo::Postcode::Parse(postcode_or_sector);
  return postcode.ok() ? postcode->text() : SectorOf(postcode_or_sector);
}

}  // namespace regard::directory
