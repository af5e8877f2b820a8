// What the law and its guidance set for spending a personal budget in England. Every value is a parameter with a
// version, the day it holds from and its source; every hold records the version that decided it.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"

namespace regard::budgets {

struct Rules {
  // Stable: it is in facts.
  absl::string_view version;
  absl::CivilDay valid_from;
  absl::string_view source;

  // A spouse, partner or close relative in the same household is paid from public money only with a council's decision
  // (regulation 3).
  bool relative_needs_decision;
  // Nights in a care home that a direct payment pays for within the months below, before it needs a decision.
  int care_home_max_nights;
  int care_home_window_months;
  // Stays with fewer days than this between them count as one.
  int care_home_link_gap_days;
  // A direct payment does not normally buy the home council's own service.
  bool own_service_needs_decision;
  // Nobody tops up an NHS personal health budget.
  bool nhs_takes_contributions;
};

// All versions, oldest first.
absl::Span<const Rules> AllRules();

// Those in force on `day`; the oldest for a day before all of them.
const Rules& RulesAt(absl::CivilDay day);

}  // namespace regard::budgets
