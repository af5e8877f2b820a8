// The week as supply and demand are compared by: eight time bands, and who is free in which minutes.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::market {

constexpr int kBandCount = 8;
// WEEKDAY_MORNING (from 6:00), AFTERNOON (12:00), EVENING (17:00), NIGHT (22:00 to 6:00), then WEEKEND_. The hours before
// 6:00 belong to the night of their own day.
extern const std::array<absl::string_view, kBandCount> kBands;

// nullopt for a name that is none of them.
absl::optional<int> BandOf(absl::string_view name);

using BandMinutes = std::array<double, kBandCount>;
double Sum(const BandMinutes& minutes);

// Which minutes of a week, from Monday 0:00 on the wall clock of the place.
class WeekMinutes {
 public:
  // A window that ends before it starts, or lies outside its day, is cut to what is in the day.
  void Add(const providers::v1::WeeklyWindow& window);
  void Add(const WeekMinutes& other) { minutes_ |= other.minutes_; }
  BandMinutes ByBand() const;

 private:
  std::bitset<7 * 24 * 60> minutes_;
};

}  // namespace regard::market
