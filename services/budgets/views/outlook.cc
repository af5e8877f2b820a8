#include "services/budgets/views/outlook.h"

#include <algorithm>
#include <map>
#include <string>

#include "libs/base/time.h"

namespace regard::budgets {
namespace {

using Days = std::map<absl::CivilDay, int64_t>;

constexpr int kWeekDays = 7;

// By the week, over the weeks from the first booked day of the window to the last, with today among them.
int64_t WeeklyPace(const Days& days, absl::CivilDay today) {
  int64_t sum = 0;
  absl::CivilDay first = today;
  absl::CivilDay last = today;
  for (auto at = days.lower_bound(today - kPaceDays); at != days.end() && at->first < today + kPaceDays; ++at) {
    if (at->second == 0) continue;
    sum += at->second;
    first = std::min(first, at->first);
    last = std::max(last, at->first);
  }
  return std::max<int64_t>(0, sum / ((last - first) / kWeekDays + 1));
}

// The last day that is booked already; what is free pays for the days after it.
absl::CivilDay BookedUntil(const Days& days, absl::CivilDay today) {
  absl::CivilDay until = today;
  for (const auto& [day, pence] : days) {
    if (pence > 0) until = std::max(until, day);
  }
  return until;
}

v1::LineOutlook OutlookOf(int64_t free_pence, const Days& days, absl::CivilDay period_end, absl::CivilDay today,
                          int64_t more_pence) {
  const int64_t pace_pence = WeeklyPace(days, today);
  const absl::CivilDay booked_until = BookedUntil(days, today);
  // What comes on top is not booked yet, so free money pays for it from today on.
  const auto free_on = [&](absl::CivilDay day) {
    return free_pence - more_pence * std::max<int64_t>(0, day - today) / kWeekDays -
           pace_pence * std::max<int64_t>(0, day - booked_until) / kWeekDays;
  };
  v1::LineOutlook outlook;
  outlook.set_free_pence(free_pence);
  outlook.set_weekly_pace_pence(pace_pence + more_pence);
  outlook.set_left_at_period_end_pence(free_on(std::max(today, period_end)));
  if (pace_pence + more_pence == 0) return outlook;
  const int64_t free_then = std::max<int64_t>(0, free_on(booked_until));
  const bool gone_before = more_pence > 0 && free_on(booked_until) < 0;
  const int64_t days_more = gone_before
                                ? free_pence * kWeekDays / more_pence
                                : (booked_until - today) + free_then * kWeekDays / (pace_pence + more_pence);
  if (days_more <= kFarthestDays) *outlook.mutable_lasts_until() = ToProto(today + days_more);
  return outlook;
}

}  // namespace

v1::GetOutlookResponse OutlookOf(const v1::Balance& balance, const BookedByDay& booked, absl::CivilDay today,
                                 int64_t more_per_week_pence) {
  const absl::CivilDay period_end = FromProto(balance.period_end());
  v1::GetOutlookResponse response;
  Days all;
  for (const v1::LineBalance& line : balance.lines()) {
    const auto found = booked.find(line.line_id());
    const Days days = found == booked.end() ? Days() : found->second;
    for (const auto& [day, pence] : days) all[day] += pence;
    *response.add_lines() = OutlookOf(line.free_pence(), days, period_end, today, 0);
    response.mutable_lines()->rbegin()->set_line_id(line.line_id());
  }
  *response.mutable_whole() = OutlookOf(balance.free_pence(), all, period_end, today, more_per_week_pence);
  return response;
}

}  // namespace regard::budgets
