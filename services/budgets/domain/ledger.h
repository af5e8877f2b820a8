// How a budget's state is read: lines, free money, holds by id, days as numbers. What always holds, on each line and so
// in sum: allocated + contributed = spent + held + free + returned, and free is never negative.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "regard/budgets/internal/v1/state.pb.h"
#include "regard/budgets/v1/facts.pb.h"

namespace regard::budgets {

// Living holds and recent postings of one budget.
constexpr int kMaxHolds = 2000;
// What one line may have been allocated and contributed in all: 10^13 pence. Keeps sums far from overflow.
constexpr int64_t kMaxLinePence = 10'000'000'000'000;
// How long after its posting, in record time, money can be refunded; then the state forgets the posting. Folds depend
// on it: changing it means a new fold version.
constexpr absl::Duration kRefundable = absl::Hours(24 * 42);
// How long after its last day a stay in a care home is remembered: longer than any rule looks back.
constexpr int kStayKeptDays = 2 * 366;

constexpr int kNoLine = -1;

// Days since 1 January 1970.
int32_t DayNumber(absl::CivilDay day);
int32_t DayNumber(const base::v1::Date& date);
absl::CivilDay DayOf(int32_t number);

inline int64_t FreePence(const internal::v1::LineState& line) {
  return line.allocated_pence() + line.contributed_pence() - line.spent_pence() - line.held_pence() -
         line.returned_pence();
}

// kNoLine when there is none.
int FindLine(const internal::v1::BudgetState& budget, absl::string_view line_id);
// Whether the line may buy the category; a line without categories may buy any.
bool AllowsCategory(const internal::v1::LineState& line, absl::string_view category);

// Index of the first hold whose id is not below `hold_id`.
int HoldSlot(const internal::v1::BudgetState& budget, absl::string_view hold_id);
// nullptr when there is none.
const internal::v1::HoldState* FindHold(const internal::v1::BudgetState& budget, absl::string_view hold_id);
inline bool IsPosted(const internal::v1::HoldState& hold) { return hold.posted_s() != 0; }

// Whether a recorded decision of the council covers this provider on that day.
bool HasException(const internal::v1::BudgetState& budget, v1::ExceptionKind kind, absl::string_view provider_id,
                  absl::CivilDay day);

// Whose account pays what this line buys.
std::string DebtorAccount(const internal::v1::BudgetState& budget, const internal::v1::LineState& line);

}  // namespace regard::budgets
