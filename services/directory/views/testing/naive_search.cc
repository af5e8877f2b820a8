#include "services/directory/views/testing/naive_search.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace regard::directory::testing {
namespace {

using internal::v1::DocumentRow;

absl::optional<double> DistanceOf(const v1::Listing& listing, const geo::Gazetteer& gazetteer, const geo::Point& from) {
  absl::optional<geo::Point> at;
  if (!listing.postcode().empty()) at = gazetteer.Locate(listing.postcode());
  if (!at.has_value() && !listing.area().empty()) at = gazetteer.Locate(listing.area());
  if (!at.has_value()) return absl::nullopt;
  return geo::DistanceM(geo::ToDirection(from), geo::ToDirection(*at));
}

bool Has(const google::protobuf::RepeatedPtrField<std::string>& stems, const std::string& stem) {
  return std::find(stems.begin(), stems.end(), stem) != stems.end();
}

// Points of the words, or none when they do not fit.
absl::optional<int32_t> WordPoints(const DocumentRow& row, const Query& query) {
  if (query.stems.empty()) return 0;
  int32_t sum = 0;
  size_t found = 0;
  for (const std::string& stem : query.stems) {
    int32_t best = 0;
    if (Has(row.text_stems(), stem)) best = kPointsInText;
    if (Has(row.category_stems(), stem)) best = kPointsInCategory;
    if (Has(row.title_stems(), stem)) best = kPointsInTitle;
    sum += best;
    found += best > 0;
  }
  if (query.any_word ? found == 0 : found < query.stems.size()) return absl::nullopt;
  return sum / static_cast<int32_t>(query.stems.size());
}

// Facets whose filter the listing fails.
std::set<int> Failed(const v1::Listing& listing, const Query& query) {
  std::set<int> failed;
  const std::vector<FacetValue> facets = FacetsOf(listing);
  for (const FacetFilter& filter : query.filters) {
    bool any = false;
    for (const FacetValue& facet : facets) {
      any |= facet.facet == filter.facet &&
             std::find(filter.values.begin(), filter.values.end(), facet.value) != filter.values.end();
    }
    if (!any) failed.insert(filter.facet);
  }
  const int64_t pence = listing.price().amount().pence();
  if (query.max_price_pence.has_value() && (!listing.has_price() || pence > *query.max_price_pence)) {
    failed.insert(v1::FACET_PRICE);
  }
  if (query.price_unit != providers::v1::PRICE_UNIT_UNSPECIFIED &&
      (!listing.has_price() || (pence > 0 && listing.price().unit() != query.price_unit))) {
    failed.insert(v1::FACET_PRICE);
  }
  return failed;
}

}  // namespace

NaiveFound NaiveSearch(const std::map<std::string, DocumentRow>& documents, const geo::Gazetteer& gazetteer,
                       const Query& query) {
  NaiveFound result;
  std::set<int> active;
  for (const FacetFilter& filter : query.filters) active.insert(filter.facet);
  if (query.max_price_pence.has_value() || query.price_unit != 0) active.insert(v1::FACET_PRICE);
  for (const auto& [id, row] : documents) {
    const v1::Listing& listing = row.listing();
    const absl::optional<int32_t> words = WordPoints(row, query);
    if (!words.has_value()) continue;
    int32_t fit = *words;
    if (query.at.has_value() && listing.place() != providers::v1::PLACE_KIND_ONLINE) {
      const absl::optional<double> distance_m = DistanceOf(listing, gazetteer, *query.at);
      if (!distance_m.has_value()) {
        if (query.within_m > 0) continue;
      } else {
        if (query.within_m > 0 && *distance_m > query.within_m) continue;
        if (listing.place() == providers::v1::PLACE_KIND_PERSONS_HOME && listing.radius_m() > 0 &&
            *distance_m > listing.radius_m()) {
          continue;
        }
        const int32_t limit_m = query.within_m > 0 ? query.within_m : kFarAwayM;
        const int32_t metres = static_cast<int32_t>(std::lround(*distance_m));
        if (metres < limit_m) fit += static_cast<int32_t>(int64_t{300} * (limit_m - metres) / limit_m);
      }
    }
    if (!listing.verified_credentials().empty()) fit += 100;
    const std::set<int> failed = Failed(listing, query);
    for (const int facet : active) {
      if (failed.empty() || (failed.size() == 1 && failed.count(facet) > 0)) ++result.total_without[facet];
    }
    for (const FacetValue& facet : FacetsOf(listing)) {
      if (failed.empty() || (failed.size() == 1 && failed.count(facet.facet) > 0)) {
        ++result.counts[{facet.facet, facet.value}];
      }
    }
    if (failed.empty()) result.ranks.push_back({row.tier(), fit, id});
  }
  std::sort(result.ranks.begin(), result.ranks.end());
  return result;
}

}  // namespace regard::directory::testing
