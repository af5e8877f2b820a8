#include "services/budgets/domain/purchase_checks.h"

#include <algorithm>
#include <vector>

#include "absl/time/civil_time.h"
#include "libs/base/time.h"
#include "services/budgets/domain/ledger.h"

namespace regard::budgets {
namespace {

using internal::v1::BudgetState;
using internal::v1::CareHomeStay;
using internal::v1::LineState;
using internal::v1::PlaceHold;

// The named line; or else, among those that allow the category, the first with the money, or else the first.
absl::string_view ChooseLine(const BudgetState& budget, const PlaceHold& purchase, int* line) {
  *line = kNoLine;
  if (!purchase.line_id().empty()) {
    *line = FindLine(budget, purchase.line_id());
    if (*line == kNoLine) return "LINE_NOT_FOUND";
    return AllowsCategory(budget.lines(*line), purchase.category()) ? "" : "CATEGORY_NOT_ALLOWED";
  }
  for (int i = 0; i < budget.lines_size(); ++i) {
    if (!AllowsCategory(budget.lines(i), purchase.category())) continue;
    if (*line == kNoLine) *line = i;
    if (FreePence(budget.lines(i)) < purchase.amount().pence()) continue;
    *line = i;
    break;
  }
  return *line == kNoLine ? "CATEGORY_NOT_ALLOWED" : "";
}

absl::string_view AgainstStanding(const PlaceHold& purchase) {
  switch (purchase.standing()) {
    case internal::v1::PROVIDER_STANDING_GOOD:
      return "";
    case internal::v1::PROVIDER_STANDING_UNCLAIMED:
      return "PROVIDER_UNCLAIMED";
    case internal::v1::PROVIDER_STANDING_SUSPENDED:
      return "PROVIDER_SUSPENDED";
    case internal::v1::PROVIDER_STANDING_CLOSED:
      return "PROVIDER_CLOSED";
    case internal::v1::PROVIDER_STANDING_UNSPECIFIED:
    case internal::v1::PROVIDER_STANDING_UNKNOWN:
    case internal::v1::ProviderStanding_INT_MIN_SENTINEL_DO_NOT_USE_:
    case internal::v1::ProviderStanding_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  // A booking was made on a listing that bookings knows; this copy of providers' facts may merely be behind.
  return purchase.from_booking() ? "" : "PROVIDER_UNKNOWN";
}

// Whether the rules for direct payments bind this money: not the person's own, and not what the council buys itself.
bool IsDirectPayment(const BudgetState& budget, const LineState& line) {
  return budget.funder() != v1::FUNDER_SELF && line.holding() != base::v1::HOLDING_COUNCIL_MANAGED &&
         line.holding() != base::v1::HOLDING_SELF_FUNDED;
}

// Nights of the stays that count as one with the new one, at most within any window that has the new one in it.
int LinkedCareHomeNights(const BudgetState& budget, int32_t day, int nights, const Rules& rules) {
  struct Stay {
    int32_t day;
    int nights;
    bool is_new;
  };
  std::vector<Stay> stays;
  for (const CareHomeStay& stay : budget.stays()) stays.push_back({stay.day(), stay.nights(), false});
  stays.push_back({day, nights, true});
  std::sort(stays.begin(), stays.end(), [](const Stay& a, const Stay& b) { return a.day < b.day; });

  int most = 0;
  for (size_t from = 0; from < stays.size(); ++from) {
    const absl::CivilDay start = DayOf(stays[from].day);
    const int32_t window_end = DayNumber(absl::CivilDay(start.year(), start.month() + rules.care_home_window_months,
                                                        start.day()));
    int sum = 0;
    int32_t last_end = stays[from].day;
    bool has_new = false;
    for (size_t i = from; i < stays.size(); ++i) {
      if (stays[i].day >= window_end || stays[i].day - last_end >= rules.care_home_link_gap_days) break;
      sum += stays[i].nights;
      last_end = std::max(last_end, stays[i].day + stays[i].nights);
      has_new |= stays[i].is_new;
    }
    if (has_new) most = std::max(most, sum);
  }
  return most;
}

// Checks 5 to 7: who is paid.
absl::string_view AgainstWho(const BudgetState& budget, const LineState& line, const PlaceHold& purchase,
                             const Rules& rules) {
  const absl::CivilDay day = FromProto(purchase.effective());
  const auto decided = [&](v1::ExceptionKind kind) { return HasException(budget, kind, purchase.provider_id(), day); };
  if (rules.relative_needs_decision && purchase.relative_in_household() && budget.funder() != v1::FUNDER_SELF &&
      !decided(v1::EXCEPTION_KIND_RELATIVE)) {
    return "RELATIVE_NEEDS_DECISION";
  }
  if (!IsDirectPayment(budget, line)) return "";
  if (const int nights = CareHomeNights(purchase);
      nights > 0 && LinkedCareHomeNights(budget, DayNumber(day), nights, rules) > rules.care_home_max_nights &&
      !decided(v1::EXCEPTION_KIND_CARE_HOME)) {
    return "CARE_HOME_LIMIT";
  }
  if (rules.own_service_needs_decision && purchase.provider_kind() == base::v1::PROVIDER_KIND_COUNCIL_SERVICE &&
      purchase.provider_tenant() == budget.tenant() && !decided(v1::EXCEPTION_KIND_OWN_SERVICE)) {
    return "OWN_SERVICE_NEEDS_DECISION";
  }
  return "";
}

}  // namespace

Verdict MayBuy(const BudgetState& budget, const PlaceHold& purchase, const Rules& rules) {
  if (budget.phase() != BudgetState::PHASE_OPEN) return {"BUDGET_NOT_OPEN", kNoLine};

  int chosen = kNoLine;
  if (const absl::string_view objection = ChooseLine(budget, purchase, &chosen); !objection.empty()) {
    return {objection, kNoLine};
  }
  const LineState& line = budget.lines(chosen);

  const int32_t day = DayNumber(purchase.effective());
  if (day < budget.period_start_day() || day > budget.period_end_day()) return {"PLAN_NOT_IN_DATE", kNoLine};

  if (const absl::string_view objection = AgainstStanding(purchase); !objection.empty()) return {objection, kNoLine};
  if (const absl::string_view objection = AgainstWho(budget, line, purchase, rules); !objection.empty()) {
    return {objection, kNoLine};
  }

  if (line.hourly_price_limit_pence() > 0 && purchase.hourly_price_pence() > line.hourly_price_limit_pence() &&
      !HasException(budget, v1::EXCEPTION_KIND_PRICE, purchase.provider_id(), DayOf(day))) {
    return {"ABOVE_PRICE_LIMIT", kNoLine};
  }

  if (FreePence(line) < purchase.amount().pence()) return {"NOT_ENOUGH_FREE", kNoLine};
  return {"", chosen};
}

int CareHomeNights(const PlaceHold& purchase) {
  const bool is_care_home = purchase.provider_kind() == base::v1::PROVIDER_KIND_CARE_HOME;
  return std::max(purchase.care_home_nights(), is_care_home ? 1 : 0);
}

absl::string_view StandingName(internal::v1::ProviderStanding standing) {
  switch (standing) {
    case internal::v1::PROVIDER_STANDING_GOOD:
      return "GOOD";
    case internal::v1::PROVIDER_STANDING_UNCLAIMED:
      return "UNCLAIMED";
    case internal::v1::PROVIDER_STANDING_SUSPENDED:
      return "SUSPENDED";
    case internal::v1::PROVIDER_STANDING_CLOSED:
      return "CLOSED";
    case internal::v1::PROVIDER_STANDING_UNSPECIFIED:
    case internal::v1::PROVIDER_STANDING_UNKNOWN:
    case internal::v1::ProviderStanding_INT_MIN_SENTINEL_DO_NOT_USE_:
    case internal::v1::ProviderStanding_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return "UNKNOWN";
}

}  // namespace regard::budgets
