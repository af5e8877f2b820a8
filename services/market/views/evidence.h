// What a question about one council is answered from: its providers, the bookings and needs of a window, and where its
// areas are. Read once per question; then everything is a pure function of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/optional.h"
#include "libs/es/view.h"
#include "libs/geo/point.h"
#include "regard/market/internal/v1/rows.pb.h"
#include "regard/market/v1/market_service.pb.h"

namespace regard::market {

// Both ends included.
struct DayWindow {
  absl::CivilDay first;
  absl::CivilDay last;

  int days() const { return static_cast<int>(last - first) + 1; }
  double weeks() const { return days() / 7.0; }
};

v1::Window ToProto(const DayWindow& window);

struct AreaPlace {
  internal::v1::AreaRow row;
  // The mean of its postcodes; none when none was imported.
  absl::optional<geo::Point> centre;
};

struct Evidence {
  std::string tenant;
  DayWindow window;
  // Of every council: a neighbour's provider may serve, and replace, too.
  std::vector<internal::v1::ProviderRow> providers;
  std::vector<internal::v1::BookingRow> bookings;
  // Requested or accepted for a day after the window; only read where asked for.
  std::vector<internal::v1::BookingRow> later_bookings;
  // Of other councils' people in the window: never shown, but they take providers' time.
  std::vector<internal::v1::BookingRow> neighbours_bookings;
  std::vector<internal::v1::NeedRow> needs;
  // By code.
  std::map<std::string, AreaPlace> areas;
  // Where published listings are, by what their terms say: a postcode or a sector. What is not known is missing.
  std::map<std::string, geo::Point> places;
};

absl::StatusOr<Evidence> ReadEvidence(const es::ViewReader& reader, const std::string& tenant, const DayWindow& window,
                                      bool later_bookings);

// Registered or claimed, and open.
bool IsHere(const internal::v1::ProviderRow& provider);
// Not declined, expired or cancelled: somebody came, or was or is to come.
bool TakesTime(const internal::v1::BookingRow& booking);
// Still to come.
bool IsLiving(const internal::v1::BookingRow& booking);
// Meeting first is no support yet.
bool IsSupport(providers::v1::ListingForm form);
// Sold by the place, not by the worker's time.
bool IsGroup(providers::v1::ListingForm form);

const internal::v1::ProviderRow* FindProvider(const Evidence& evidence, absl::string_view provider_id);
absl::optional<geo::Point> PlaceOf(const Evidence& evidence, const internal::v1::ListingRow& listing);

// Metres from `point` at which a listing still serves somebody; nullopt: everywhere.
absl::optional<int32_t> ReachM(const internal::v1::ListingRow& listing);

}  // namespace regard::market
