// The four parts of the day, on weekdays and at weekends, that needs and supply are compared by.
#pragma once

#include "absl/strings/string_view.h"
#include "regard/bookings/internal/v1/commands.pb.h"

namespace regard::bookings {

// "WEEKDAY_MORNING" (from 6:00), "..._AFTERNOON" (12:00), "..._EVENING" (17:00), "..._NIGHT" (22:00), "WEEKEND_...":
// of its start. The hours before 6:00 belong to the night of their own day.
absl::string_view TimeBandOf(const internal::v1::LocalTime& when);

// One of the eight above.
bool IsTimeBand(absl::string_view text);

}  // namespace regard::bookings
