// How a budget's facts fold. Total: a fact about an unknown line or hold changes what it can.
#include <algorithm>

#include "libs/base/time.h"
#include "services/budgets/domain/budget.h"
#include "services/budgets/domain/ledger.h"

namespace regard::budgets {
namespace {

using internal::v1::BudgetState;
using internal::v1::CareHomeStay;
using internal::v1::HoldState;
using internal::v1::LineState;
using v1::BudgetFact;

// nullptr for a line that the budget does not have.
LineState* LineOf(BudgetState& budget, absl::string_view line_id) {
  const int line = FindLine(budget, line_id);
  return line == kNoLine ? nullptr : budget.mutable_lines(line);
}

HoldState* HoldOf(BudgetState& budget, absl::string_view hold_id) {
  const int slot = HoldSlot(budget, hold_id);
  if (slot == budget.holds_size() || budget.holds(slot).hold_id() != hold_id) return nullptr;
  return budget.mutable_holds(slot);
}

void Apply(BudgetState& budget, const v1::BudgetOpened& opened) {
  budget.set_phase(BudgetState::PHASE_OPEN);
  budget.set_budget_id(opened.budget_id());
  budget.set_person_id(opened.person_id());
  budget.set_tenant(opened.tenant());
  budget.set_funder(opened.funder());
  budget.set_period_start_day(DayNumber(opened.period_start()));
  budget.set_period_end_day(DayNumber(opened.period_end()));
  budget.clear_lines();
  for (const v1::Line& line : opened.lines()) {
    LineState& state = *budget.add_lines();
    state.set_line_id(line.line_id());
    *state.mutable_categories() = line.categories();
    state.set_holding(line.holding());
    state.set_holder_id(line.holder_id());
    state.set_allocated_pence(line.allocation().pence());
    state.set_hourly_price_limit_pence(line.hourly_price_limit().pence());
  }
}

void Apply(BudgetState& budget, const v1::BudgetClosed& closed) {
  budget.set_phase(BudgetState::PHASE_CLOSED);
  for (const v1::LineAmount& returned : closed.returned()) {
    if (LineState* line = LineOf(budget, returned.line_id())) {
      line->set_returned_pence(line->returned_pence() + returned.amount().pence());
    }
  }
}

// The latest decision about a kind and provider is the one that counts.
void Apply(BudgetState& budget, const v1::ExceptionAllowed& allowed) {
  for (v1::ExceptionAllowed& known : *budget.mutable_exceptions()) {
    if (known.kind() == allowed.kind() && known.provider_id() == allowed.provider_id()) {
      known = allowed;
      return;
    }
  }
  *budget.add_exceptions() = allowed;
}

void AddStay(BudgetState& budget, absl::string_view hold_id, int32_t day, int32_t nights, int32_t today) {
  auto& stays = *budget.mutable_stays();
  stays.erase(
      std::remove_if(stays.begin(), stays.end(),
                     [&](const CareHomeStay& stay) { return stay.day() + stay.nights() + kStayKeptDays < today; }),
      stays.end());
  CareHomeStay& added = *stays.Add();
  added.set_hold_id(std::string(hold_id));
  added.set_day(day);
  added.set_nights(nights);
  for (int i = stays.size() - 1; i > 0 && stays[i - 1].day() > stays[i].day(); --i) stays.SwapElements(i - 1, i);
}

void RemoveStay(BudgetState& budget, absl::string_view hold_id) {
  for (int i = 0; i < budget.stays_size(); ++i) {
    if (budget.stays(i).hold_id() == hold_id) {
      budget.mutable_stays()->DeleteSubrange(i, 1);
      return;
    }
  }
}

void Apply(BudgetState& budget, const v1::HoldPlaced& placed, absl::Time record_time) {
  const int line = FindLine(budget, placed.line_id());
  if (line == kNoLine) return;
  LineState& paying = *budget.mutable_lines(line);
  paying.set_held_pence(paying.held_pence() + placed.amount().pence());

  const int slot = HoldSlot(budget, placed.hold_id());
  HoldState& hold = *budget.add_holds();
  hold.set_hold_id(placed.hold_id());
  hold.set_line(line);
  hold.set_pence(placed.amount().pence());
  hold.set_booking_id(placed.booking_id());
  hold.set_provider_id(placed.provider_id());
  hold.set_category(placed.category());
  hold.set_effective_day(DayNumber(placed.effective()));
  // Pointers move, messages do not.
  for (int i = budget.holds_size() - 1; i > slot; --i) budget.mutable_holds()->SwapElements(i - 1, i);
  if (placed.care_home_nights() > 0) {
    AddStay(budget, placed.hold_id(), DayNumber(placed.effective()), placed.care_home_nights(),
            DayNumber(LondonDay(record_time)));
  }
}

bool SupportWasGiven(v1::SettlementReason reason) {
  return reason != v1::SETTLEMENT_REASON_CANCELLATION_FEE && reason != v1::SETTLEMENT_REASON_NO_SHOW_FEE;
}

void Apply(BudgetState& budget, const v1::HoldPosted& posted, absl::Time record_time) {
  if (LineState* line = LineOf(budget, posted.line_id())) {
    line->set_held_pence(line->held_pence() - posted.amount().pence() - posted.released().pence());
    line->set_spent_pence(line->spent_pence() + posted.amount().pence());
  }
  if (HoldState* hold = HoldOf(budget, posted.hold_id())) {
    hold->set_pence(posted.amount().pence());
    hold->set_posted_s(std::max<int64_t>(1, absl::ToUnixSeconds(record_time)));
    if (budget.oldest_posting_s() == 0) budget.set_oldest_posting_s(hold->posted_s());
  }
  if (!SupportWasGiven(posted.reason())) RemoveStay(budget, posted.hold_id());
}

void Apply(BudgetState& budget, const v1::HoldVoided& voided) {
  if (LineState* line = LineOf(budget, voided.line_id())) {
    line->set_held_pence(line->held_pence() - voided.released().pence());
  }
  if (HoldOf(budget, voided.hold_id()) != nullptr) {
    budget.mutable_holds()->DeleteSubrange(HoldSlot(budget, voided.hold_id()), 1);
  }
  RemoveStay(budget, voided.hold_id());
}

void Apply(BudgetState& budget, const v1::PostingRefunded& refunded) {
  const int64_t pence = refunded.amount().pence();
  if (LineState* line = LineOf(budget, refunded.line_id())) {
    line->set_spent_pence(line->spent_pence() - pence);
    if (refunded.returned()) line->set_returned_pence(line->returned_pence() + pence);
  }
  if (HoldState* hold = HoldOf(budget, refunded.hold_id())) hold->set_pence(hold->pence() - pence);
}

// Postings that can no longer be refunded. Looks at the holds only when the oldest is one of them.
void ForgetOldPostings(BudgetState& budget, absl::Time record_time) {
  if (budget.oldest_posting_s() == 0) return;
  const int64_t until_s = absl::ToUnixSeconds(record_time - kRefundable);
  if (budget.oldest_posting_s() > until_s) return;
  auto& holds = *budget.mutable_holds();
  int64_t oldest_s = 0;
  int kept = 0;
  for (int i = 0; i < holds.size(); ++i) {
    const int64_t posted_s = holds[i].posted_s();
    if (posted_s != 0 && posted_s <= until_s) continue;
    if (posted_s != 0 && (oldest_s == 0 || posted_s < oldest_s)) oldest_s = posted_s;
    if (kept != i) holds.SwapElements(kept, i);
    ++kept;
  }
  holds.DeleteSubrange(kept, holds.size() - kept);
  budget.set_oldest_posting_s(oldest_s);
}

}  // namespace

void Evolve(BudgetState& budget, const BudgetFact& fact, const es::FactContext& context) {
  switch (fact.fact_case()) {
    case BudgetFact::kOpened:
      Apply(budget, fact.opened());
      break;
    case BudgetFact::kAllocated:
      if (LineState* line = LineOf(budget, fact.allocated().line_id())) {
        line->set_allocated_pence(line->allocated_pence() + fact.allocated().amount().pence());
      }
      break;
    case BudgetFact::kContributed:
      if (LineState* line = LineOf(budget, fact.contributed().line_id())) {
        line->set_contributed_pence(line->contributed_pence() + fact.contributed().amount().pence());
      }
      break;
    case BudgetFact::kAdjusted:
      if (LineState* line = LineOf(budget, fact.adjusted().line_id())) {
        line->set_allocated_pence(line->allocated_pence() + fact.adjusted().change().pence());
      }
      break;
    case BudgetFact::kClosed:
      Apply(budget, fact.closed());
      break;
    case BudgetFact::kExceptionAllowed:
      Apply(budget, fact.exception_allowed());
      break;
    case BudgetFact::kHoldPlaced:
      Apply(budget, fact.hold_placed(), context.record_time);
      break;
    case BudgetFact::kHoldPosted:
      Apply(budget, fact.hold_posted(), context.record_time);
      break;
    case BudgetFact::kHoldVoided:
      Apply(budget, fact.hold_voided());
      break;
    case BudgetFact::kPostingRefunded:
      Apply(budget, fact.posting_refunded());
      break;
    case BudgetFact::kHoldDeclined:
    case BudgetFact::kPayoutDue:
    case BudgetFact::kSettlementRefused:
    case BudgetFact::FACT_NOT_SET:
      break;
  }
  ForgetOldPostings(budget, context.record_time);
}

}  // namespace regard::budgets
