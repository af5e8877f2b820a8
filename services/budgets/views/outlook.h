// How long does the money last at the booked pace? Pure arithmetic over a balance and what was booked for which day.
#pragma once

#include <cstdint>

#include "absl/time/civil_time.h"
#include "regard/budgets/v1/budgets_service.pb.h"
#include "services/budgets/views/statements.h"

namespace regard::budgets {

// The pace is what was spent for the last four weeks and is held for the next four, by the week.
constexpr int kPaceDays = 28;
// Further ahead nothing is said.
constexpr int kFarthestDays = 3653;

// `more_per_week_pence` comes on top, as if booked from today on. Without the period's end, which the balance has.
v1::GetOutlookResponse OutlookOf(const v1::Balance& balance, const BookedByDay& booked, absl::CivilDay today,
                                 int64_t more_per_week_pence);

}  // namespace regard::budgets
