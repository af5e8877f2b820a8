#include "services/budgets/domain/rules.h"

namespace regard::budgets {
namespace {

constexpr int kFourWeeksDays = 28;

const Rules kRules[] = {
    {
        .version = "england-2015.1",
        .valid_from = absl::CivilDay(2015, 4, 1),
        .source = "Care Act 2014; Care and Support (Direct Payments) Regulations 2014 (SI 2014/2871); Care and support "
                  "statutory guidance, chapter 12; National Health Service (Direct Payments) Regulations 2013",
        .relative_needs_decision = true,
        .care_home_max_nights = kFourWeeksDays,
        .care_home_window_months = 12,
        .care_home_link_gap_days = kFourWeeksDays,
        .own_service_needs_decision = true,
        .nhs_takes_contributions = false,
    },
};

}  // namespace

absl::Span<const Rules> AllRules() { return kRules; }

const Rules& RulesAt(absl::CivilDay day) {
  const Rules* in_force = &kRules[0];
  for (const Rules& rules : kRules) {
    if (rules.valid_from <= day) in_force = &rules;
  }
  return *in_force;
}

}  // namespace regard::budgets
