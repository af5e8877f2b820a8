// Free hours by category and time band, and where they reach fewest people.
#include <algorithm>
#include <set>

#include "services/market/views/free_time.h"
#include "services/market/views/shape.h"

namespace regard::market {
namespace {

using internal::v1::ListingRow;
using internal::v1::ProviderRow;

constexpr double kMinutesPerHour = 60;
constexpr double kPer = 100;

bool Any(const ListingRow&) { return true; }

std::function<bool(const ListingRow&)> OfCategory(const std::string& category) {
  return [&category](const ListingRow& listing) {
    return std::find(listing.categories().begin(), listing.categories().end(), category) !=
           listing.categories().end();
  };
}

const Bookings& Of(const BookingsByProvider& all, const std::string& provider_id) {
  static const Bookings* const kNone = new Bookings;
  const auto found = all.find(provider_id);
  return found == all.end() ? *kNone : found->second;
}

bool IsSupplyOf(const Evidence& evidence, const ProviderRow& provider) {
  return provider.tenant() == evidence.tenant && IsHere(provider);
}

Capacity CapacityOfAll(const Evidence& evidence, const BookingsByProvider& bookings,
                       const std::function<bool(const ListingRow&)>& counts) {
  Capacity all;
  for (const ProviderRow& provider : evidence.providers) {
    if (!IsSupplyOf(evidence, provider)) continue;
    all.Add(CapacityOf(provider, Of(bookings, provider.provider_id()), evidence.window.weeks(), counts));
  }
  return all;
}

void AddRow(const std::string& category, absl::string_view band, double minutes, v1::GetShapeResponse& out) {
  v1::FreeHours* row = out.add_free_hours();
  row->set_category(category);
  row->set_time_band(std::string(band));
  row->set_hours_a_week(minutes / kMinutesPerHour);
  if (out.residents_limited_a_lot() > 0) {
    row->set_per_100_limited_a_lot(kPer * row->hours_a_week() / static_cast<double>(out.residents_limited_a_lot()));
  }
}

void AddRows(const std::string& category, const Capacity& capacity, v1::GetShapeResponse& out) {
  AddRow(category, "", Sum(capacity.free), out);
  for (int band = 0; band < kBandCount; ++band) AddRow(category, kBands[band], capacity.free[band], out);
}

// Codes of the areas that a provider's published support reaches: from their middle to the listing's place.
std::set<std::string> AreasReached(const Evidence& evidence, const ProviderRow& provider) {
  std::set<std::string> reached;
  for (const ListingRow& listing : provider.listings()) {
    if (!listing.published() || !IsSupport(listing.form())) continue;
    const absl::optional<int32_t> reach_m = ReachM(listing);
    const absl::optional<geo::Point> place = PlaceOf(evidence, listing);
    for (const auto& [code, area] : evidence.areas) {
      const bool near = !reach_m.has_value() || (place.has_value() && area.centre.has_value() &&
                                                 geo::DistanceM(*place, *area.centre) <= *reach_m);
      if (near) reached.insert(code);
    }
  }
  return reached;
}

// The two-step floating catchment: a provider's free minutes are shared over the residents limited a lot whom it
// reaches; an area has the shares of all that reach it. Nothing is counted twice.
std::map<std::string, double> FreeMinutesByArea(const Evidence& evidence, const BookingsByProvider& bookings) {
  std::map<std::string, double> minutes;
  for (const ProviderRow& provider : evidence.providers) {
    if (!IsSupplyOf(evidence, provider)) continue;
    const Capacity capacity =
        CapacityOf(provider, Of(bookings, provider.provider_id()), evidence.window.weeks(), Any);
    const std::set<std::string> reached = AreasReached(evidence, provider);
    double residents = 0;
    for (const std::string& code : reached) residents += evidence.areas.at(code).row.limited_a_lot();
    if (residents <= 0) continue;
    for (const std::string& code : reached) {
      minutes[code] += Sum(capacity.free) * evidence.areas.at(code).row.limited_a_lot() / residents;
    }
  }
  return minutes;
}

void FillWorstAreas(const Evidence& evidence, const BookingsByProvider& bookings, int worst_areas,
                    v1::GetShapeResponse& out) {
  const std::map<std::string, double> minutes = FreeMinutesByArea(evidence, bookings);
  std::vector<v1::AreaHours> areas;
  for (const auto& [code, area] : evidence.areas) {
    // Without a middle it cannot be said what reaches it.
    if (area.row.limited_a_lot() <= 0 || !area.centre.has_value()) continue;
    v1::AreaHours hours;
    hours.set_area_code(code);
    hours.set_area_name(area.row.name());
    hours.set_residents_limited_a_lot(area.row.limited_a_lot());
    const auto found = minutes.find(code);
    hours.set_hours_a_week(found == minutes.end() ? 0 : found->second / kMinutesPerHour);
    hours.set_per_100_limited_a_lot(kPer * hours.hours_a_week() / area.row.limited_a_lot());
    areas.push_back(std::move(hours));
  }
  std::stable_sort(areas.begin(), areas.end(), [](const v1::AreaHours& a, const v1::AreaHours& b) {
    return a.per_100_limited_a_lot() < b.per_100_limited_a_lot();
  });
  if (static_cast<int>(areas.size()) > worst_areas) areas.resize(worst_areas);
  for (v1::AreaHours& area : areas) *out.add_worst_areas() = std::move(area);
}

}  // namespace

void FillFreeHours(const Evidence& evidence, int worst_areas, v1::GetShapeResponse& out) {
  for (const auto& [code, area] : evidence.areas) {
    out.set_residents(out.residents() + area.row.residents());
    out.set_residents_limited_a_lot(out.residents_limited_a_lot() + area.row.limited_a_lot());
  }
  std::set<std::string> categories;
  for (const ProviderRow& provider : evidence.providers) {
    if (!IsSupplyOf(evidence, provider)) continue;
    for (const ListingRow& listing : provider.listings()) {
      if (listing.published() && IsSupport(listing.form())) {
        categories.insert(listing.categories().begin(), listing.categories().end());
      }
    }
  }
  const BookingsByProvider bookings = GroupByProvider(evidence);
  AddRows("", CapacityOfAll(evidence, bookings, Any), out);
  for (const std::string& category : categories) {
    AddRows(category, CapacityOfAll(evidence, bookings, OfCategory(category)), out);
  }
  FillWorstAreas(evidence, bookings, worst_areas, out);
}

}  // namespace regard::market
