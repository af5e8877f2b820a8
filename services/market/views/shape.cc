#include "services/market/views/shape.h"

#include <map>
#include <utility>

#include "libs/base/money.h"
#include "services/market/views/figures.h"

namespace regard::market {
namespace {

using internal::v1::ListingRow;
using internal::v1::ProviderRow;

}  // namespace

void FillSupply(const Evidence& evidence, v1::GetShapeResponse& out) {
  std::map<int, v1::KindSupply> kinds;
  std::map<std::pair<std::string, int>, int64_t> listings;
  for (const ProviderRow& provider : evidence.providers) {
    if (provider.tenant() != evidence.tenant) continue;
    v1::KindSupply& kind = kinds[provider.kind()];
    kind.set_kind(provider.kind());
    const bool here = IsHere(provider);
    if (provider.closed()) {
      kind.set_closed(kind.closed() + 1);
      continue;
    }
    here ? kind.set_here(kind.here() + 1) : kind.set_known(kind.known() + 1);
    const bool care_home = provider.kind() == base::v1::PROVIDER_KIND_CARE_HOME;
    if (care_home) out.set_care_homes(out.care_homes() + 1);
    if (!here && !care_home) out.set_known_unclaimed(out.known_unclaimed() + 1);
    for (const ListingRow& listing : provider.listings()) {
      if (!listing.published()) continue;
      for (const std::string& category : listing.categories()) ++listings[{category, listing.form()}];
    }
  }
  for (auto& [number, kind] : kinds) *out.add_supply() = kind;
  for (const auto& [key, published] : listings) {
    v1::ListingCount* count = out.add_listings();
    count->set_category(key.first);
    count->set_form(static_cast<providers::v1::ListingForm>(key.second));
    count->set_published(published);
  }
}

void FillPrices(const Evidence& evidence, v1::GetShapeResponse& out) {
  std::map<std::pair<std::string, int>, std::vector<int64_t>> prices;
  for (const ProviderRow& provider : evidence.providers) {
    if (provider.tenant() != evidence.tenant) continue;
    for (const ListingRow& listing : provider.listings()) {
      const int unit = listing.price().unit();
      if (!listing.published() || unit == providers::v1::PRICE_UNIT_UNSPECIFIED ||
          unit == providers::v1::PRICE_UNIT_FREE) {
        continue;
      }
      for (const std::string& category : listing.categories()) {
        prices[{category, unit}].push_back(listing.price().amount().pence());
      }
    }
  }
  for (auto& [key, pence] : prices) {
    v1::PriceQuartiles* row = out.add_prices();
    row->set_category(key.first);
    row->set_unit(static_cast<providers::v1::PriceUnit>(key.second));
    row->set_listings(static_cast<int64_t>(pence.size()));
    const absl::optional<Quartiles> quartiles = QuartilesOf(std::move(pence));
    *row->mutable_lower() = Pounds(quartiles->lower);
    *row->mutable_median() = Pounds(quartiles->median);
    *row->mutable_upper() = Pounds(quartiles->upper);
  }
}

v1::GetShapeResponse ShapeOf(const Evidence& evidence, const ShapeQuestion& question) {
  v1::GetShapeResponse out;
  out.set_tenant(evidence.tenant);
  *out.mutable_window() = ToProto(evidence.window);
  out.set_suppressed_below(question.suppress_below);
  FillSupply(evidence, out);
  FillFreeHours(evidence, question.worst_areas, out);
  FillUnmet(evidence, question.suppress_below, out);
  FillPrices(evidence, out);
  FillUse(evidence, question.suppress_below, out);
  return out;
}

}  // namespace regard::market
