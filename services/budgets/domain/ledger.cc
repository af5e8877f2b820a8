#include "services/budgets/domain/ledger.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"

namespace regard::budgets {

using internal::v1::BudgetState;
using internal::v1::HoldState;
using internal::v1::LineState;

int32_t DayNumber(absl::CivilDay day) { return static_cast<int32_t>(day - absl::CivilDay(1970, 1, 1)); }
int32_t DayNumber(const base::v1::Date& date) { return DayNumber(FromProto(date)); }
absl::CivilDay DayOf(int32_t number) { return absl::CivilDay(1970, 1, 1) + number; }

int FindLine(const BudgetState& budget, absl::string_view line_id) {
  for (int i = 0; i < budget.lines_size(); ++i) {
    if (budget.lines(i).line_id() == line_id) return i;
  }
  return kNoLine;
}

bool AllowsCategory(const LineState& line, absl::string_view category) {
  return line.categories().empty() ||
         std::find(line.categories().begin(), line.categories().end(), category) != line.categories().end();
}

int HoldSlot(const BudgetState& budget, absl::string_view hold_id) {
  const auto at = std::lower_bound(budget.holds().begin(), budget.holds().end(), hold_id,
                                   [](const HoldState& hold, absl::string_view id) { return hold.hold_id() < id; });
  return static_cast<int>(at - budget.holds().begin());
}

const HoldState* FindHold(const BudgetState& budget, absl::string_view hold_id) {
  const int slot = HoldSlot(budget, hold_id);
  if (slot == budget.holds_size() || budget.holds(slot).hold_id() != hold_id) return nullptr;
  return &budget.holds(slot);
}

bool HasException(const BudgetState& budget, v1::ExceptionKind kind, absl::string_view provider_id,
                  absl::CivilDay day) {
  for (const v1::ExceptionAllowed& allowed : budget.exceptions()) {
    if (allowed.kind() == kind && allowed.provider_id() == provider_id && day <= FromProto(allowed.until())) {
      return true;
    }
  }
  return false;
}

std::string DebtorAccount(const BudgetState& budget, const LineState& line) {
  switch (line.holding()) {
    case base::v1::HOLDING_COUNCIL_MANAGED:
      return absl::StrCat("council/", budget.tenant());
    case base::v1::HOLDING_INDIVIDUAL_SERVICE_FUND:
      return absl::StrCat("fund-holder/", line.holder_id());
    case base::v1::HOLDING_THIRD_PARTY:
      return absl::StrCat("third-party/", line.holder_id());
    case base::v1::HOLDING_UNSPECIFIED:
    case base::v1::HOLDING_DIRECT_PAYMENT:
    case base::v1::HOLDING_SELF_FUNDED:
    case base::v1::Holding_INT_MIN_SENTINEL_DO_NOT_USE_:
    case base::v1::Holding_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return absl::StrCat("person/", budget.person_id());
}

}  // namespace regard::budgets
