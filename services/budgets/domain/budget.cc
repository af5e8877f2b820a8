#include "services/budgets/domain/budget.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/money.h"
#include "libs/base/rejection.h"
#include "libs/base/time.h"
#include "services/budgets/domain/ledger.h"
#include "services/budgets/domain/purchase_checks.h"
#include "services/budgets/domain/rules.h"
#include "services/budgets/domain/who_may.h"

namespace regard::budgets {

using es::CommandContext;
using es::Decision;
using internal::v1::BudgetsCommand;
using internal::v1::BudgetState;
using internal::v1::HoldState;
using internal::v1::LineState;
using v1::BudgetFact;

std::string BudgetStream(absl::string_view budget_id) { return absl::StrCat("budget/", budget_id); }

namespace {

// What the decisions on one budget share.
struct Case {
  const BudgetState& budget;
  const acting::Grants* grants;
  const BudgetsCommand& command;
  const CommandContext& context;

  Decision Of(BudgetFact fact) const {
    return Decision::Of(BudgetStream(command.budget_id()), std::move(fact));
  }
  // Another person's budget may have the same id in this partition: it is not this one.
  bool Exists() const {
    return budget.phase() != BudgetState::PHASE_UNSPECIFIED && budget.person_id() == command.person_id();
  }
  base::v1::Date TodayUnless(bool given, const base::v1::Date& date) const {
    return given ? date : ToProto(LondonDay(context.now));
  }
};

// Refuses what is not the caller's to change, then what is not open. The line, unless it is refused.
absl::optional<Rejection> AgainstChangingLine(const Case& c, absl::string_view line_id, const LineState** line) {
  if (!c.Exists()) return NotFound("BUDGET_NOT_FOUND");
  if (auto refused = AgainstChanging(c.budget, c.context)) return refused;
  if (c.budget.phase() != BudgetState::PHASE_OPEN) return RuleRefuses("BUDGET_NOT_OPEN");
  const int found = FindLine(c.budget, line_id);
  if (found == kNoLine) return RuleRefuses("LINE_NOT_FOUND");
  *line = &c.budget.lines(found);
  return absl::nullopt;
}

bool TooMuchWith(const LineState& line, int64_t more_pence) {
  return line.allocated_pence() + line.contributed_pence() + more_pence > kMaxLinePence;
}

// ---- Opening, changing, closing

Decision On(const Case& c, const internal::v1::OpenBudget& command) {
  if (auto refused = AgainstOpening(c.command.person_id(), command, c.context)) {
    return Decision::Refused(*std::move(refused));
  }
  if (c.budget.phase() != BudgetState::PHASE_UNSPECIFIED) {
    const bool same = c.Exists() && c.budget.tenant() == command.tenant() && c.budget.funder() == command.funder() &&
                      c.budget.period_start_day() == DayNumber(command.period_start()) &&
                      c.budget.period_end_day() == DayNumber(command.period_end());
    return same ? Decision::Nothing() : Decision::Refused(Conflict("BUDGET_EXISTS"));
  }
  BudgetFact fact;
  v1::BudgetOpened& opened = *fact.mutable_opened();
  opened.set_budget_id(c.command.budget_id());
  opened.set_person_id(c.command.person_id());
  opened.set_tenant(command.tenant());
  opened.set_funder(command.funder());
  *opened.mutable_lines() = command.lines();
  *opened.mutable_period_start() = command.period_start();
  *opened.mutable_period_end() = command.period_end();
  if (command.has_replaces_annual_cost()) *opened.mutable_replaces_annual_cost() = command.replaces_annual_cost();
  opened.set_price_year(command.price_year());
  opened.set_source(command.source());
  return c.Of(std::move(fact));
}

Decision On(const Case& c, const internal::v1::AllocateMoney& command) {
  const LineState* line = nullptr;
  if (auto refused = AgainstChangingLine(c, command.line_id(), &line)) return Decision::Refused(*std::move(refused));
  if (TooMuchWith(*line, command.amount().pence())) return Decision::Refused(RuleRefuses("TOO_MUCH_MONEY"));
  BudgetFact fact;
  v1::MoneyAllocated& allocated = *fact.mutable_allocated();
  allocated.set_line_id(command.line_id());
  *allocated.mutable_amount() = Pounds(command.amount().pence());
  allocated.set_reason(command.reason());
  *allocated.mutable_effective() = c.TodayUnless(command.has_effective(), command.effective());
  return c.Of(std::move(fact));
}

Decision On(const Case& c, const internal::v1::RecordContribution& command) {
  const LineState* line = nullptr;
  if (auto refused = AgainstChangingLine(c, command.line_id(), &line)) return Decision::Refused(*std::move(refused));
  if (c.budget.funder() == v1::FUNDER_NHS && !RulesAt(LondonDay(c.context.now)).nhs_takes_contributions) {
    return Decision::Refused(RuleRefuses("NHS_TAKES_NO_CONTRIBUTION"));
  }
  if (TooMuchWith(*line, command.amount().pence())) return Decision::Refused(RuleRefuses("TOO_MUCH_MONEY"));
  BudgetFact fact;
  v1::ContributionReceived& contributed = *fact.mutable_contributed();
  contributed.set_line_id(command.line_id());
  *contributed.mutable_amount() = Pounds(command.amount().pence());
  *contributed.mutable_effective() = c.TodayUnless(command.has_effective(), command.effective());
  return c.Of(std::move(fact));
}

Decision On(const Case& c, const internal::v1::AdjustBudget& command) {
  const LineState* line = nullptr;
  if (auto refused = AgainstChangingLine(c, command.line_id(), &line)) return Decision::Refused(*std::move(refused));
  const int64_t change_pence = command.change().pence();
  if (FreePence(*line) + change_pence < 0) return Decision::Refused(RuleRefuses("BELOW_HELD_AND_SPENT"));
  // What is free beyond that is the person's own contribution.
  if (line->allocated_pence() + change_pence < 0) return Decision::Refused(RuleRefuses("BELOW_ZERO"));
  if (TooMuchWith(*line, change_pence)) return Decision::Refused(RuleRefuses("TOO_MUCH_MONEY"));
  BudgetFact fact;
  v1::BudgetAdjusted& adjusted = *fact.mutable_adjusted();
  adjusted.set_line_id(command.line_id());
  *adjusted.mutable_change() = Pounds(change_pence);
  adjusted.set_reason(command.reason());
  *adjusted.mutable_effective() = c.TodayUnless(command.has_effective(), command.effective());
  return c.Of(std::move(fact));
}

Decision On(const Case& c, const internal::v1::CloseBudget& command) {
  if (!c.Exists()) return Decision::Refused(NotFound("BUDGET_NOT_FOUND"));
  if (auto refused = AgainstChanging(c.budget, c.context)) return Decision::Refused(*std::move(refused));
  if (c.budget.phase() != BudgetState::PHASE_OPEN) return Decision::Refused(RuleRefuses("BUDGET_NOT_OPEN"));
  BudgetFact fact;
  v1::BudgetClosed& closed = *fact.mutable_closed();
  for (const LineState& line : c.budget.lines()) {
    if (line.held_pence() > 0) return Decision::Refused(RuleRefuses("HOLDS_LIVE", "post or void what is held first"));
    if (FreePence(line) == 0) continue;
    v1::LineAmount& returned = *closed.add_returned();
    returned.set_line_id(line.line_id());
    *returned.mutable_amount() = Pounds(FreePence(line));
  }
  closed.set_reason(command.reason());
  *closed.mutable_effective() = c.TodayUnless(command.has_effective(), command.effective());
  return c.Of(std::move(fact));
}

Decision On(const Case& c, const internal::v1::AllowException& command) {
  if (!c.Exists()) return Decision::Refused(NotFound("BUDGET_NOT_FOUND"));
  if (auto refused = AgainstChanging(c.budget, c.context)) return Decision::Refused(*std::move(refused));
  if (c.budget.phase() != BudgetState::PHASE_OPEN) return Decision::Refused(RuleRefuses("BUDGET_NOT_OPEN"));
  if (c.budget.exceptions_size() >= kMaxExceptions) {
    return Decision::Refused({Rejection::Kind::kTooMuch, "TOO_MANY_EXCEPTIONS", "", ""});
  }
  BudgetFact fact;
  v1::ExceptionAllowed& allowed = *fact.mutable_exception_allowed();
  allowed.set_kind(command.kind());
  allowed.set_provider_id(command.provider_id());
  allowed.set_decision_reference(command.decision_reference());
  *allowed.mutable_until() = command.until();
  return c.Of(std::move(fact));
}

// ---- Holds

Decision Declined(const Case& c, const internal::v1::PlaceHold& command, absl::string_view reason,
                  const Rules& rules) {
  if (!command.from_booking()) {
    if (reason == "BUDGET_NOT_FOUND") return Decision::Refused(NotFound(reason));
    if (reason == "TOO_MANY_HOLDS") return Decision::Refused({Rejection::Kind::kTooMuch, "TOO_MANY_HOLDS", "", ""});
    return Decision::Refused(RuleRefuses(reason));
  }
  BudgetFact fact;
  v1::HoldDeclined& declined = *fact.mutable_hold_declined();
  declined.set_hold_id(command.hold_id());
  declined.set_booking_id(command.booking_id());
  declined.set_provider_id(command.provider_id());
  declined.set_reason(std::string(reason));
  *declined.mutable_amount() = Pounds(command.amount().pence());
  declined.set_rule_version(std::string(rules.version));
  declined.set_provider_standing(std::string(StandingName(command.standing())));
  return c.Of(std::move(fact));
}

Decision On(const Case& c, const internal::v1::PlaceHold& command) {
  const Rules& rules = RulesAt(FromProto(command.effective()));
  if (!c.Exists()) return Declined(c, command, "BUDGET_NOT_FOUND", rules);
  if (auto refused = AgainstSpending(c.budget, c.grants, c.context)) return Decision::Refused(*std::move(refused));
  // Whoever asked for the booking may spend through it only what they may spend by themselves.
  if (command.from_booking() && AgainstBooking(c.budget, c.grants, command.asked_by(), c.context.now).has_value()) {
    return Declined(c, command, "BUDGET_NOT_FOUND", rules);
  }
  if (FindHold(c.budget, command.hold_id()) != nullptr) {
    return command.from_booking() ? Decision::Nothing() : Decision::Refused(Conflict("HOLD_EXISTS"));
  }
  const Verdict verdict = MayBuy(c.budget, command, rules);
  if (!verdict.objection.empty()) return Declined(c, command, verdict.objection, rules);
  if (c.budget.holds_size() >= kMaxHolds) return Declined(c, command, "TOO_MANY_HOLDS", rules);

  const LineState& line = c.budget.lines(verdict.line);
  BudgetFact fact;
  v1::HoldPlaced& placed = *fact.mutable_hold_placed();
  placed.set_hold_id(command.hold_id());
  placed.set_line_id(line.line_id());
  *placed.mutable_amount() = Pounds(command.amount().pence());
  placed.set_booking_id(command.booking_id());
  placed.set_provider_id(command.provider_id());
  placed.set_category(command.category());
  *placed.mutable_effective() = command.effective();
  placed.set_rule_version(std::string(rules.version));
  placed.set_holding(line.holding());
  placed.set_provider_standing(std::string(StandingName(command.standing())));
  placed.set_care_home_nights(CareHomeNights(command));
  return c.Of(std::move(fact));
}

// A booking's settlement that cannot be done is a fact; a caller's is an answer.
template <class Settlement>
Decision SettlementRefused(const Case& c, const Settlement& command, Rejection rejection) {
  if (!command.from_booking()) return Decision::Refused(std::move(rejection));
  BudgetFact fact;
  v1::SettlementRefused& refused = *fact.mutable_settlement_refused();
  refused.set_hold_id(command.hold_id());
  refused.set_booking_id(command.booking_id());
  refused.set_provider_id(command.provider_id());
  refused.set_reason(rejection.reason);
  return c.Of(std::move(fact));
}

// The living hold that the command settles, or why not. A booking's hold is settled by what happens to the booking.
template <class Settlement>
absl::optional<Rejection> AgainstSettling(const Case& c, const Settlement& command, const HoldState** hold) {
  if (!c.Exists()) return NotFound("BUDGET_NOT_FOUND");
  if (auto refused = AgainstSpending(c.budget, c.grants, c.context)) return refused;
  *hold = FindHold(c.budget, command.hold_id());
  if (*hold == nullptr) return NotFound("HOLD_NOT_FOUND");
  if (!command.from_booking() && !(*hold)->booking_id().empty()) return RuleRefuses("HOLD_OF_A_BOOKING");
  if (IsPosted(**hold)) return RuleRefuses("HOLD_ALREADY_POSTED");
  return absl::nullopt;
}

Decision On(const Case& c, const internal::v1::PostHold& command) {
  const HoldState* hold = nullptr;
  if (auto refused = AgainstSettling(c, command, &hold)) return SettlementRefused(c, command, *std::move(refused));
  const int64_t pence = command.amount().pence();
  if (pence > hold->pence()) return SettlementRefused(c, command, RuleRefuses("MORE_THAN_HELD"));
  if (pence < 1) return SettlementRefused(c, command, RuleRefuses("NOTHING_TO_POST"));

  const LineState& line = c.budget.lines(hold->line());
  BudgetFact fact;
  v1::HoldPosted& posted = *fact.mutable_hold_posted();
  posted.set_hold_id(hold->hold_id());
  posted.set_booking_id(hold->booking_id());
  posted.set_provider_id(hold->provider_id());
  posted.set_line_id(line.line_id());
  *posted.mutable_amount() = Pounds(pence);
  *posted.mutable_released() = Pounds(hold->pence() - pence);
  posted.set_category(hold->category());
  *posted.mutable_hold_effective() = ToProto(DayOf(hold->effective_day()));
  *posted.mutable_effective() = command.has_effective() ? command.effective() : posted.hold_effective();
  posted.set_reason(command.reason());

  BudgetFact owed;
  v1::PayoutDue& due = *owed.mutable_payout_due();
  // A hold is posted once, so that its id names what is owed for it.
  due.set_payout_item_id(hold->hold_id());
  due.set_hold_id(hold->hold_id());
  due.set_booking_id(hold->booking_id());
  due.set_provider_id(hold->provider_id());
  due.set_debtor_account(DebtorAccount(c.budget, line));
  *due.mutable_amount() = Pounds(pence);
  *due.mutable_due() = ToProto(LondonDay(c.context.now));

  Decision decision = c.Of(std::move(fact));
  decision.Add(BudgetStream(c.command.budget_id()), std::move(owed));
  return decision;
}

Decision On(const Case& c, const internal::v1::VoidHold& command) {
  const HoldState* hold = nullptr;
  if (auto refused = AgainstSettling(c, command, &hold)) return SettlementRefused(c, command, *std::move(refused));
  BudgetFact fact;
  v1::HoldVoided& voided = *fact.mutable_hold_voided();
  voided.set_hold_id(hold->hold_id());
  voided.set_booking_id(hold->booking_id());
  voided.set_provider_id(hold->provider_id());
  voided.set_line_id(c.budget.lines(hold->line()).line_id());
  *voided.mutable_released() = Pounds(hold->pence());
  voided.set_reason(command.reason());
  *voided.mutable_hold_effective() = ToProto(DayOf(hold->effective_day()));
  return c.Of(std::move(fact));
}

Decision On(const Case& c, const internal::v1::RefundPosting& command) {
  if (!c.Exists()) return Decision::Refused(NotFound("BUDGET_NOT_FOUND"));
  if (auto refused = AgainstChanging(c.budget, c.context)) return Decision::Refused(*std::move(refused));
  const HoldState* hold = FindHold(c.budget, command.hold_id());
  if (hold != nullptr && !IsPosted(*hold)) return Decision::Refused(RuleRefuses("HOLD_NOT_POSTED"));
  // The state may still have one that is too old, until the next fact.
  if (hold == nullptr || c.context.now - absl::FromUnixSeconds(hold->posted_s()) >= kRefundable) {
    return Decision::Refused(NotFound("POSTING_NOT_FOUND"));
  }
  if (command.amount().pence() > hold->pence()) return Decision::Refused(RuleRefuses("MORE_THAN_POSTED"));
  const LineState& line = c.budget.lines(hold->line());
  BudgetFact fact;
  v1::PostingRefunded& refunded = *fact.mutable_posting_refunded();
  refunded.set_hold_id(hold->hold_id());
  refunded.set_booking_id(hold->booking_id());
  refunded.set_provider_id(hold->provider_id());
  refunded.set_line_id(line.line_id());
  *refunded.mutable_amount() = Pounds(command.amount().pence());
  refunded.set_reason(command.reason());
  refunded.set_debtor_account(DebtorAccount(c.budget, line));
  refunded.set_returned(c.budget.phase() == BudgetState::PHASE_CLOSED);
  *refunded.mutable_effective() = ToProto(LondonDay(c.context.now));
  return c.Of(std::move(fact));
}

}  // namespace

Decision Decide(const BudgetState& budget, const acting::Grants* grants, const BudgetsCommand& command,
                const CommandContext& context) {
  const Case c{budget, grants, command, context};
  switch (command.command_case()) {
    case BudgetsCommand::kOpen:
      return On(c, command.open());
    case BudgetsCommand::kAllocate:
      return On(c, command.allocate());
    case BudgetsCommand::kContribute:
      return On(c, command.contribute());
    case BudgetsCommand::kAdjust:
      return On(c, command.adjust());
    case BudgetsCommand::kClose:
      return On(c, command.close());
    case BudgetsCommand::kAllowException:
      return On(c, command.allow_exception());
    case BudgetsCommand::kPlaceHold:
      return On(c, command.place_hold());
    case BudgetsCommand::kPostHold:
      return On(c, command.post_hold());
    case BudgetsCommand::kVoidHold:
      return On(c, command.void_hold());
    case BudgetsCommand::kRefund:
      return On(c, command.refund());
    case BudgetsCommand::kGrantActing:
    case BudgetsCommand::kRevokeActing:
    case BudgetsCommand::kRecordPackageCost:
    case BudgetsCommand::COMMAND_NOT_SET:
      break;
  }
  return Decision::Nothing();
}

}  // namespace regard::budgets
