#include "services/market/views/evidence.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"
#include "services/market/views/keys.h"
#include "services/market/views/rules.h"

namespace regard::market {
namespace {

using internal::v1::AreaRow;
using internal::v1::BookingRow;
using internal::v1::ListingRow;
using internal::v1::NeedRow;
using internal::v1::PostcodeRow;
using internal::v1::ProviderRow;
using internal::v1::SectorRow;

// Postcodes summed, until their mean is asked for.
struct Centre {
  double latitude_sum_deg = 0;
  double longitude_sum_deg = 0;
  int postcodes = 0;

  void Add(const internal::v1::AreaPart& part) {
    latitude_sum_deg += part.latitude_sum_deg();
    longitude_sum_deg += part.longitude_sum_deg();
    postcodes += part.postcodes();
  }
  geo::Point Mean() const { return {latitude_sum_deg / postcodes, longitude_sum_deg / postcodes}; }
};

absl::Status ReadBookings(const es::ViewReader& reader, const std::string& tenant, const DayWindow& window,
                          std::vector<BookingRow>& in_window, std::vector<BookingRow>* later) {
  const std::string prefix = BookingsPrefix(tenant);
  const std::string last = DayKey(window.last);
  const std::string before_first = absl::StrCat(prefix, DayKey(window.first));
  return reader.Scan<BookingRow>(prefix, before_first, [&](absl::string_view key, const BookingRow& row) {
    if (DayIn(key, prefix) <= last) {
      in_window.push_back(row);
      return true;
    }
    if (later != nullptr && IsLiving(row)) later->push_back(row);
    return later != nullptr;
  });
}

// What other councils' people booked: a provider near the border works for them too.
absl::Status ReadNeighbours(const es::ViewReader& reader, Evidence& evidence) {
  std::string after;
  while (true) {
    std::string tenant;
    absl::Status status = reader.Scan<BookingRow>(kBookings, after, [&](absl::string_view, const BookingRow& row) {
      tenant = row.tenant();
      return false;
    });
    if (!status.ok() || tenant.empty()) return status;
    if (tenant != evidence.tenant) {
      status = ReadBookings(reader, tenant, evidence.window, evidence.neighbours_bookings, nullptr);
      if (!status.ok()) return status;
    }
    after = es::PrefixEnd(BookingsPrefix(tenant));
  }
}

absl::Status ReadNeeds(const es::ViewReader& reader, Evidence& evidence) {
  const std::string prefix = NeedsPrefix(evidence.tenant);
  const std::string last = DayKey(evidence.window.last);
  const std::string before_first = absl::StrCat(prefix, DayKey(evidence.window.first));
  return reader.Scan<NeedRow>(prefix, before_first, [&](absl::string_view key, const NeedRow& row) {
    if (DayIn(key, prefix) > last) return false;
    evidence.needs.push_back(row);
    return true;
  });
}

absl::Status ReadPlaces(const es::ViewReader& reader, Evidence& evidence) {
  const std::string prefix = AreasPrefix(evidence.tenant);
  absl::Status status = reader.Scan<AreaRow>(prefix, "", [&](absl::string_view, const AreaRow& row) {
    evidence.areas[row.area_code()].row = row;
    return true;
  });
  if (!status.ok()) return status;
  std::map<std::string, Centre> areas;
  std::map<std::string, Centre> sectors;
  status = reader.Scan<SectorRow>(kSectors, "", [&](absl::string_view, const SectorRow& row) {
    for (const internal::v1::AreaPart& part : row.parts()) {
      areas[part.area_code()].Add(part);
      sectors[row.sector()].Add(part);
    }
    return true;
  });
  if (!status.ok()) return status;
  for (auto& [code, area] : evidence.areas) {
    const auto found = areas.find(code);
    if (found != areas.end() && found->second.postcodes > 0) area.centre = found->second.Mean();
  }
  for (const ProviderRow& provider : evidence.providers) {
    for (const ListingRow& listing : provider.listings()) {
      const std::string& at = listing.postcode();
      if (!listing.published() || at.empty() || evidence.places.count(at) > 0) continue;
      const auto sector = sectors.find(at);
      if (sector != sectors.end() && sector->second.postcodes > 0) {
        evidence.places[at] = sector->second.Mean();
        continue;
      }
      status = reader.Scan<PostcodeRow>(PostcodesPrefix(at), "", [&](absl::string_view, const PostcodeRow& row) {
        evidence.places[at] = {row.point().latitude_deg(), row.point().longitude_deg()};
        return false;
      });
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace

v1::Window ToProto(const DayWindow& window) {
  v1::Window out;
  *out.mutable_first() = regard::ToProto(window.first);
  *out.mutable_last() = regard::ToProto(window.last);
  return out;
}

absl::StatusOr<Evidence> ReadEvidence(const es::ViewReader& reader, const std::string& tenant, const DayWindow& window,
                                      bool later_bookings) {
  Evidence evidence;
  evidence.tenant = tenant;
  evidence.window = window;
  absl::Status status = reader.Scan<ProviderRow>(kProviders, "", [&](absl::string_view, const ProviderRow& row) {
    evidence.providers.push_back(row);
    return true;
  });
  if (status.ok()) {
    status = ReadBookings(reader, tenant, window, evidence.bookings,
                          later_bookings ? &evidence.later_bookings : nullptr);
  }
  if (status.ok()) status = ReadNeighbours(reader, evidence);
  if (status.ok()) status = ReadNeeds(reader, evidence);
  if (status.ok()) status = ReadPlaces(reader, evidence);
  if (!status.ok()) return status;
  return evidence;
}

bool IsHere(const ProviderRow& provider) { return !provider.closed() && (!provider.known() || provider.claimed()); }

bool TakesTime(const BookingRow& booking) {
  return booking.phase() != internal::v1::BOOKING_PHASE_DECLINED &&
         booking.phase() != internal::v1::BOOKING_PHASE_EXPIRED &&
         booking.phase() != internal::v1::BOOKING_PHASE_CANCELLED;
}

bool IsLiving(const BookingRow& booking) {
  return booking.phase() == internal::v1::BOOKING_PHASE_REQUESTED ||
         booking.phase() == internal::v1::BOOKING_PHASE_ACCEPTED;
}

bool IsSupport(providers::v1::ListingForm form) {
  return form != providers::v1::LISTING_FORM_MEETING && form != providers::v1::LISTING_FORM_UNSPECIFIED;
}

bool IsGroup(providers::v1::ListingForm form) {
  return form == providers::v1::LISTING_FORM_GROUP_SESSION || form == providers::v1::LISTING_FORM_FREE_ACTIVITY;
}

const ProviderRow* FindProvider(const Evidence& evidence, absl::string_view provider_id) {
  for (const ProviderRow& provider : evidence.providers) {
    if (provider.provider_id() == provider_id) return &provider;
  }
  return nullptr;
}

absl::optional<geo::Point> PlaceOf(const Evidence& evidence, const ListingRow& listing) {
  const auto found = evidence.places.find(listing.postcode());
  if (found == evidence.places.end()) return absl::nullopt;
  return found->second;
}

absl::optional<int32_t> ReachM(const ListingRow& listing) {
  if (listing.place() == providers::v1::PLACE_KIND_ONLINE) return absl::nullopt;
  if (listing.place() == providers::v1::PLACE_KIND_PERSONS_HOME && listing.radius_m() > 0) return listing.radius_m();
  return kReachM;
}

}  // namespace regard::market
