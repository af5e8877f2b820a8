#include "services/market/views/week.h"

#include <algorithm>
#include <numeric>

namespace regard::market {
namespace {

constexpr int kMinutesPerDay = 24 * 60;
constexpr int kMorning = 6 * 60;
constexpr int kAfternoon = 12 * 60;
constexpr int kEvening = 17 * 60;
constexpr int kNight = 22 * 60;
constexpr int kBandsPerDay = 4;
constexpr int kWeekendFromDay = 5;

int BandOfMinute(int minute_of_day) {
  if (minute_of_day < kMorning || minute_of_day >= kNight) return 3;
  if (minute_of_day < kAfternoon) return 0;
  return minute_of_day < kEvening ? 1 : 2;
}

}  // namespace

const std::array<absl::string_view, kBandCount> kBands = {
    "WEEKDAY_MORNING", "WEEKDAY_AFTERNOON", "WEEKDAY_EVENING", "WEEKDAY_NIGHT",
    "WEEKEND_MORNING", "WEEKEND_AFTERNOON", "WEEKEND_EVENING", "WEEKEND_NIGHT"};

absl::optional<int> BandOf(absl::string_view name) {
  const auto found = std::find(kBands.begin(), kBands.end(), name);
  if (found == kBands.end()) return absl::nullopt;
  return static_cast<int>(found - kBands.begin());
}

double Sum(const BandMinutes& minutes) { return std::accumulate(minutes.begin(), minutes.end(), 0.0); }

void WeekMinutes::Add(const providers::v1::WeeklyWindow& window) {
  if (window.weekday() < 1 || window.weekday() > 7) return;
  const int day = (window.weekday() - 1) * kMinutesPerDay;
  const int from = std::max(window.start_minute_of_day(), 0);
  const int to = std::min(window.end_minute_of_day(), kMinutesPerDay);
  for (int minute = from; minute < to; ++minute) minutes_.set(day + minute);
}

BandMinutes WeekMinutes::ByBand() const {
  BandMinutes result{};
  for (int i = 0; i < static_cast<int>(minutes_.size()); ++i) {
    if (!minutes_.test(i)) continue;
    const int weekend = i / kMinutesPerDay >= kWeekendFromDay ? kBandsPerDay : 0;
    result[weekend + BandOfMinute(i % kMinutesPerDay)] += 1;
  }
  return result;
}

}  // namespace regard::market
