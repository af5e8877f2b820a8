// How many minutes a week a provider could still be booked for: what its published listings offer, less what was booked
// in the window, a week on average. A worker's minute counts once, however many listings offer it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "regard/market/internal/v1/rows.pb.h"
#include "services/market/views/evidence.h"
#include "services/market/views/week.h"

namespace regard::market {

struct Capacity {
  BandMinutes offered{};
  BandMinutes free{};

  void Add(const Capacity& other);
};

using Bookings = std::vector<const internal::v1::BookingRow*>;
// By provider id: what takes its time in the window.
using BookingsByProvider = std::map<std::string, Bookings>;
BookingsByProvider GroupByProvider(const Evidence& evidence);

// Of the published listings that `counts`. Booked time of a worker is taken off whatever it was booked for, since nobody
// is in two places.
Capacity CapacityOf(const internal::v1::ProviderRow& provider, const Bookings& bookings, double weeks,
                    const std::function<bool(const internal::v1::ListingRow&)>& counts);

}  // namespace regard::market
