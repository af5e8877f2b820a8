#include "services/market/views/free_time.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace regard::market {
namespace {

using internal::v1::BookingRow;
using internal::v1::ListingRow;
using internal::v1::ProviderRow;

// Booked minutes a week by band. What has no band is left out: it cannot be said when it takes time.
BandMinutes BookedByBand(const Bookings& bookings, double weeks,
                         const std::function<bool(const BookingRow&)>& counts) {
  BandMinutes booked{};
  for (const BookingRow* booking : bookings) {
    const absl::optional<int> band = BandOf(booking->time_band());
    if (band.has_value() && counts(*booking)) booked[*band] += booking->booked_minutes() / weeks;
  }
  return booked;
}

Capacity Less(const BandMinutes& offered, const BandMinutes& booked) {
  Capacity result;
  result.offered = offered;
  for (int band = 0; band < kBandCount; ++band) result.free[band] = std::max(offered[band] - booked[band], 0.0);
  return result;
}

Capacity OfGroup(const ListingRow& listing, const Bookings& bookings, double weeks) {
  WeekMinutes open;
  for (const auto& window : listing.windows()) open.Add(window);
  BandMinutes offered = open.ByBand();
  for (double& minutes : offered) minutes *= std::max(listing.capacity(), 1);
  return Less(offered, BookedByBand(bookings, weeks, [&](const BookingRow& booking) {
                return booking.listing_id() == listing.listing_id();
              }));
}

}  // namespace

void Capacity::Add(const Capacity& other) {
  for (int band = 0; band < kBandCount; ++band) {
    offered[band] += other.offered[band];
    free[band] += other.free[band];
  }
}

BookingsByProvider GroupByProvider(const Evidence& evidence) {
  BookingsByProvider result;
  for (const std::vector<BookingRow>* bookings : {&evidence.bookings, &evidence.neighbours_bookings}) {
    for (const BookingRow& booking : *bookings) {
      if (TakesTime(booking)) result[booking.provider_id()].push_back(&booking);
    }
  }
  return result;
}

Capacity CapacityOf(const ProviderRow& provider, const Bookings& bookings, double weeks,
                    const std::function<bool(const ListingRow&)>& counts) {
  Capacity result;
  // Of each worker; a listing that names none has one of its own.
  std::map<std::string, WeekMinutes> workers;
  std::map<std::string, bool> is_group;
  for (const ListingRow& listing : provider.listings()) {
    is_group[listing.listing_id()] = IsGroup(listing.form());
    if (!listing.published() || !IsSupport(listing.form()) || !counts(listing)) continue;
    if (IsGroup(listing.form())) {
      result.Add(OfGroup(listing, bookings, weeks));
      continue;
    }
    WeekMinutes open;
    for (const auto& window : listing.windows()) open.Add(window);
    if (listing.worker_ids().empty()) workers[absl::StrCat("listing/", listing.listing_id())].Add(open);
    for (const std::string& worker : listing.worker_ids()) workers[absl::StrCat("worker/", worker)].Add(open);
  }
  for (const auto& [worker, open] : workers) {
    // A group's places are taken, not its worker's time.
    result.Add(Less(open.ByBand(), BookedByBand(bookings, weeks, [&, &of = worker](const BookingRow& booking) {
                      const auto group = is_group.find(booking.listing_id());
                      if (group != is_group.end() && group->second) return false;
                      return of == absl::StrCat("worker/", booking.worker_id()) ||
                             of == absl::StrCat("listing/", booking.listing_id());
                    })));
  }
  return result;
}

}  // namespace regard::market
