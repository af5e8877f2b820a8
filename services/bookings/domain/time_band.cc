#include "services/bookings/domain/time_band.h"

#include <algorithm>
#include <iterator>

namespace regard::bookings {
namespace {

constexpr int kMorning = 6 * 60;
constexpr int kAfternoon = 12 * 60;
constexpr int kEvening = 17 * 60;
constexpr int kNight = 22 * 60;
constexpr int kSaturday = 6;

constexpr absl::string_view kBands[] = {"WEEKDAY_NIGHT", "WEEKDAY_MORNING", "WEEKDAY_AFTERNOON", "WEEKDAY_EVENING",
                                        "WEEKEND_NIGHT", "WEEKEND_MORNING", "WEEKEND_AFTERNOON", "WEEKEND_EVENING"};

}  // namespace

absl::string_view TimeBandOf(const internal::v1::LocalTime& when) {
  const int minute = when.start_minute_of_day();
  int band = 0;
  if (minute >= kMorning && minute < kAfternoon) band = 1;
  if (minute >= kAfternoon && minute < kEvening) band = 2;
  if (minute >= kEvening && minute < kNight) band = 3;
  return kBands[band + (when.weekday() >= kSaturday ? 4 : 0)];
}

bool IsTimeBand(absl::string_view text) {
  return std::find(std::begin(kBands), std::end(kBands), text) != std::end(kBands);
}

}  // namespace regard::bookings
