// May this be bought? The checks before a hold, in their fixed order. The first that fails is the reason.
#pragma once

#include "absl/strings/string_view.h"
#include "regard/budgets/internal/v1/commands.pb.h"
#include "regard/budgets/internal/v1/state.pb.h"
#include "services/budgets/domain/rules.h"

namespace regard::budgets {

struct Verdict {
  // Stable; empty when it may be bought.
  absl::string_view objection;
  // Index of the line that would pay; valid without an objection.
  int line;
};

// 1 budget open, 2 line allows category, 3 plan in date, 4 provider in good standing, 5 relative, 6 care home, 7 home
// council's own service, 8 price limit, 9 enough free money. The budget exists.
Verdict MayBuy(const internal::v1::BudgetState& budget, const internal::v1::PlaceHold& purchase, const Rules& rules);

// Nights that count towards the four weeks: whatever a care home sells counts as one at least.
int CareHomeNights(const internal::v1::PlaceHold& purchase);

// "GOOD", "UNCLAIMED", ...: as facts record it.
absl::string_view StandingName(internal::v1::ProviderStanding standing);

}  // namespace regard::budgets
