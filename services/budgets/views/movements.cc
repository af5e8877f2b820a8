#include "services/budgets/views/movements.h"

#include "absl/strings/strip.h"

namespace regard::budgets {
namespace {

using Movements = absl::InlinedVector<Movement, 2>;

absl::string_view Code(v1::SettlementReason reason) {
  return absl::StripPrefix(v1::SettlementReason_Name(reason), "SETTLEMENT_REASON_");
}

Movements Of(const v1::BudgetOpened& opened) {
  Movements movements;
  for (const v1::Line& line : opened.lines()) {
    movements.push_back({.kind = v1::STATEMENT_KIND_ALLOCATED,
                         .line_id = line.line_id(),
                         .allocated = line.allocation().pence(),
                         .effective = &opened.period_start(),
                         .reason = "OPENED"});
  }
  return movements;
}

Movements Of(const v1::BudgetClosed& closed) {
  Movements movements;
  for (const v1::LineAmount& returned : closed.returned()) {
    movements.push_back({.kind = v1::STATEMENT_KIND_CLOSED,
                         .line_id = returned.line_id(),
                         .returned = returned.amount().pence(),
                         .effective = &closed.effective(),
                         .reason = closed.reason()});
  }
  return movements;
}

Movement Of(const v1::HoldPlaced& placed) {
  return {.kind = v1::STATEMENT_KIND_HELD,
          .line_id = placed.line_id(),
          .held = placed.amount().pence(),
          .effective = &placed.effective(),
          .held_effective = &placed.effective(),
          .hold_id = placed.hold_id(),
          .booking_id = placed.booking_id(),
          .provider_id = placed.provider_id(),
          .category = placed.category()};
}

Movement Of(const v1::HoldPosted& posted) {
  return {.kind = v1::STATEMENT_KIND_POSTED,
          .line_id = posted.line_id(),
          .held = -posted.amount().pence() - posted.released().pence(),
          .spent = posted.amount().pence(),
          .effective = &posted.effective(),
          .held_effective = &posted.hold_effective(),
          .hold_id = posted.hold_id(),
          .booking_id = posted.booking_id(),
          .provider_id = posted.provider_id(),
          .category = posted.category(),
          .reason = Code(posted.reason())};
}

Movement Of(const v1::HoldVoided& voided) {
  return {.kind = v1::STATEMENT_KIND_VOIDED,
          .line_id = voided.line_id(),
          .held = -voided.released().pence(),
          .effective = &voided.hold_effective(),
          .held_effective = &voided.hold_effective(),
          .hold_id = voided.hold_id(),
          .booking_id = voided.booking_id(),
          .provider_id = voided.provider_id(),
          .reason = Code(voided.reason())};
}

Movement Of(const v1::PostingRefunded& refunded) {
  return {.kind = v1::STATEMENT_KIND_REFUNDED,
          .line_id = refunded.line_id(),
          .spent = -refunded.amount().pence(),
          .returned = refunded.returned() ? refunded.amount().pence() : 0,
          .effective = &refunded.effective(),
          .hold_id = refunded.hold_id(),
          .booking_id = refunded.booking_id(),
          .provider_id = refunded.provider_id(),
          .reason = refunded.reason()};
}

}  // namespace

Movements MovementsOf(const v1::BudgetFact& fact) {
  switch (fact.fact_case()) {
    case v1::BudgetFact::kOpened:
      return Of(fact.opened());
    case v1::BudgetFact::kAllocated:
      return {{.kind = v1::STATEMENT_KIND_ALLOCATED,
               .line_id = fact.allocated().line_id(),
               .allocated = fact.allocated().amount().pence(),
               .effective = &fact.allocated().effective(),
               .reason = fact.allocated().reason()}};
    case v1::BudgetFact::kContributed:
      return {{.kind = v1::STATEMENT_KIND_CONTRIBUTED,
               .line_id = fact.contributed().line_id(),
               .contributed = fact.contributed().amount().pence(),
               .effective = &fact.contributed().effective()}};
    case v1::BudgetFact::kAdjusted:
      return {{.kind = v1::STATEMENT_KIND_ADJUSTED,
               .line_id = fact.adjusted().line_id(),
               .allocated = fact.adjusted().change().pence(),
               .effective = &fact.adjusted().effective(),
               .reason = fact.adjusted().reason()}};
    case v1::BudgetFact::kClosed:
      return Of(fact.closed());
    case v1::BudgetFact::kHoldPlaced:
      return {Of(fact.hold_placed())};
    case v1::BudgetFact::kHoldPosted:
      return {Of(fact.hold_posted())};
    case v1::BudgetFact::kHoldVoided:
      return {Of(fact.hold_voided())};
    case v1::BudgetFact::kPostingRefunded:
      return {Of(fact.posting_refunded())};
    case v1::BudgetFact::kExceptionAllowed:
    case v1::BudgetFact::kHoldDeclined:
    case v1::BudgetFact::kPayoutDue:
    case v1::BudgetFact::kSettlementRefused:
    case v1::BudgetFact::FACT_NOT_SET:
      break;
  }
  return {};
}

void Add(const Movement& movement, v1::LineBalance& line) {
  line.set_allocated_pence(line.allocated_pence() + movement.allocated);
  line.set_contributed_pence(line.contributed_pence() + movement.contributed);
  line.set_held_pence(line.held_pence() + movement.held);
  line.set_spent_pence(line.spent_pence() + movement.spent);
  line.set_returned_pence(line.returned_pence() + movement.returned);
  line.set_free_pence(line.allocated_pence() + line.contributed_pence() - line.held_pence() - line.spent_pence() -
                      line.returned_pence());
}

}  // namespace regard::budgets
