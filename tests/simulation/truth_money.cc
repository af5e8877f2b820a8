// The money at every position: each line adds up, a hold ends once, and every amount is what the other service's fact
// says, found through the cause that the append carries.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "regard/bookings/v1/facts.pb.h"
#include "tests/simulation/truth.h"

namespace regard::simulation {
namespace {

using bookings::v1::BookingFact;
using budgets::v1::BudgetFact;

std::string IdOf(const std::string& stream) { return stream.substr(stream.find('/') + 1); }

// What a booking's fact makes of its hold; -1 for a fact that settles nothing.
int64_t SettlesAt(const BookingFact& fact) {
  switch (fact.fact_case()) {
    case BookingFact::kDeclined:
    case BookingFact::kExpired:
      return 0;
    case BookingFact::kCancelled:
      return fact.cancelled().fee().pence();
    case BookingFact::kConfirmed:
      return fact.confirmed().amount().pence();
    case BookingFact::kNoShow:
      return fact.no_show().fee().pence();
    case BookingFact::kDisputeResolved:
      return fact.dispute_resolved().pay().pence();
    default:
      return -1;
  }
}

}  // namespace

template <class Fact>
bool Truth::SourceOf(const FactAt& at, int topic, Fact& fact, std::string& stream) {
  const log::v1::Cause& cause = at.append.cause();
  const Append* source = Find(topic, static_cast<int>(cause.source_partition()), cause.source_position());
  if (source == nullptr || static_cast<int>(cause.fact_index()) >= source->append->facts_size()) return false;
  const log::v1::Fact& logged = source->append->facts(static_cast<int>(cause.fact_index()));
  stream = logged.stream();
  return fact.ParseFromString(logged.body());
}

void Truth::CheckLines(const FactAt& at, const BudgetAt& budget) {
  for (const auto& [id, line] : budget.lines) {
    int64_t held = 0;
    int64_t posted = 0;
    for (const auto& [hold_id, hold] : budget.holds) {
      if (hold.line != id) continue;
      if (hold.phase == HoldAt::Phase::kHeld) held += hold.pence;
      if (hold.phase == HoldAt::Phase::kPosted) posted += hold.pence;
    }
    if (line.free() < 0) verdict_.Fail("money", absl::StrCat(at.Where(), ": line ", id, " is at ", line.free()));
    if (line.held != held) verdict_.Fail("money", at.Where() + ": what is held is not the living holds");
    if (line.spent != posted) verdict_.Fail("money", at.Where() + ": what is spent is not the postings");
    if (line.allocated < 0 || line.returned < 0) verdict_.Fail("money", at.Where() + ": a sum is below nothing");
  }
}

void Truth::OnHoldEnd(const FactAt& at, BudgetAt& budget, const std::string& hold_id, const std::string& line_id,
                      int64_t posted, int64_t released, bool post) {
  const auto found = budget.holds.find(hold_id);
  if (found == budget.holds.end() || found->second.phase != HoldAt::Phase::kHeld) {
    return verdict_.Fail("money", at.Where() + ": a hold ends that does not live");
  }
  HoldAt& hold = found->second;
  if (hold.line != line_id || posted + released != hold.pence || posted < 0 || released < 0) {
    verdict_.Fail("money", at.Where() + ": what is posted and released is not what was held");
  }
  LineAt& line = budget.lines[hold.line];
  line.held -= hold.pence;
  line.spent += posted;
  hold.pence = posted;
  hold.phase = post ? HoldAt::Phase::kPosted : HoldAt::Phase::kVoided;
}

void Truth::OnBudget(const FactAt& at, const BudgetFact& fact) {
  BudgetAt& budget = budgets_[IdOf(at.fact.stream())].Change(at.position);
  switch (fact.fact_case()) {
    case BudgetFact::kOpened:
      if (budget.exists) verdict_.Fail("money", at.Where() + " is opened twice");
      budget.exists = true;
      budget.person = fact.opened().person_id();
      budget.tenant = fact.opened().tenant();
      for (const auto& line : fact.opened().lines()) budget.lines[line.line_id()].allocated = line.allocation().pence();
      break;
    case BudgetFact::kAllocated:
      budget.lines[fact.allocated().line_id()].allocated += fact.allocated().amount().pence();
      break;
    case BudgetFact::kContributed:
      budget.lines[fact.contributed().line_id()].contributed += fact.contributed().amount().pence();
      break;
    case BudgetFact::kAdjusted:
      budget.lines[fact.adjusted().line_id()].allocated += fact.adjusted().change().pence();
      break;
    case BudgetFact::kClosed:
      budget.closed = true;
      for (const auto& line : fact.closed().returned()) budget.lines[line.line_id()].returned += line.amount().pence();
      break;
    case BudgetFact::kHoldPlaced: {
      const auto& placed = fact.hold_placed();
      if (budget.closed) verdict_.Fail("money", at.Where() + ": a hold of a closed budget");
      const auto known = budget.holds.find(placed.hold_id());
      // A caller's id is free again after its hold was voided; a booking's never comes again.
      if (known != budget.holds.end() &&
          (known->second.phase != HoldAt::Phase::kVoided || !placed.booking_id().empty())) {
        verdict_.Fail("money", at.Where() + ": a hold is placed twice");
      }
      budget.holds[placed.hold_id()] = {HoldAt::Phase::kHeld, placed.line_id(), placed.booking_id(),
                                        placed.amount().pence()};
      budget.lines[placed.line_id()].held += placed.amount().pence();
      break;
    }
    case BudgetFact::kHoldPosted:
      OnHoldEnd(at, budget, fact.hold_posted().hold_id(), fact.hold_posted().line_id(),
                fact.hold_posted().amount().pence(), fact.hold_posted().released().pence(), true);
      break;
    case BudgetFact::kHoldVoided:
      OnHoldEnd(at, budget, fact.hold_voided().hold_id(), fact.hold_voided().line_id(), 0,
                fact.hold_voided().released().pence(), false);
      break;
    case BudgetFact::kPostingRefunded: {
      const auto& refund = fact.posting_refunded();
      HoldAt& hold = budget.holds[refund.hold_id()];
      hold.pence -= refund.amount().pence();
      if (hold.phase != HoldAt::Phase::kPosted || hold.pence < 0) {
        verdict_.Fail("money", at.Where() + ": more came back than was posted");
      }
      budget.lines[refund.line_id()].spent -= refund.amount().pence();
      if (refund.returned()) budget.lines[refund.line_id()].returned += refund.amount().pence();
      break;
    }
    case BudgetFact::kHoldDeclined:
      coverage_.Hit(Reached::kHoldDeclined);
      break;
    case BudgetFact::kSettlementRefused:
      coverage_.Hit(Reached::kSettlementRefused);
      break;
    case BudgetFact::kPayoutDue:
    case BudgetFact::kExceptionAllowed:
    case BudgetFact::FACT_NOT_SET:
      break;
  }
  CheckLines(at, budget);
}

void Truth::CheckOrigin(const FactAt& at, const BudgetFact& fact) {
  if (fact.has_hold_posted() || fact.has_payout_due()) {
    // What is owed is written with the posting.
    const int beside = at.index + (fact.has_hold_posted() ? 1 : -1);
    BudgetFact other;
    const bool there = beside >= 0 && beside < at.append.facts_size() &&
                       other.ParseFromString(at.append.facts(beside).body());
    const BudgetFact& posting = fact.has_hold_posted() ? fact : other;
    const BudgetFact& owed = fact.has_hold_posted() ? other : fact;
    if (!there || posting.hold_posted().hold_id() != owed.payout_due().hold_id() ||
        posting.hold_posted().amount().pence() != owed.payout_due().amount().pence()) {
      verdict_.Fail("money", at.Where() + ": a payout is not its posting");
    }
  }
  std::string booking;
  if (fact.has_hold_placed()) booking = fact.hold_placed().booking_id();
  if (fact.has_hold_declined()) booking = fact.hold_declined().booking_id();
  if (fact.has_hold_posted()) booking = fact.hold_posted().booking_id();
  if (fact.has_hold_voided()) booking = fact.hold_voided().booking_id();
  if (fact.has_settlement_refused()) booking = fact.settlement_refused().booking_id();
  if (booking.empty()) return;
  BookingFact source;
  std::string stream;
  if (!SourceOf(at, kBookings, source, stream) || stream != "booking/" + booking) {
    return verdict_.Fail("money", at.Where() + " is for a booking and was not caused by it");
  }
  bool right = true;
  if (fact.has_hold_placed()) right = source.requested().amount().pence() == fact.hold_placed().amount().pence();
  if (fact.has_hold_declined()) right = source.has_requested();
  if (fact.has_hold_posted()) right = SettlesAt(source) == fact.hold_posted().amount().pence();
  if (fact.has_hold_voided()) right = SettlesAt(source) == 0;
  if (fact.has_settlement_refused()) right = SettlesAt(source) >= 0;
  if (!right) verdict_.Fail("money", at.Where() + " is not what the booking says");
}

void Truth::CheckSettled(const FactAt& at, const BookingFact& fact) {
  if (!at.append.has_cause() || at.append.cause().reactor() != "bookings.on-budgets") {
    const bool free = simulation::Find(bookings_, IdOf(at.fact.stream())).Latest().budget.empty();
    if ((fact.has_funded() || fact.has_settled()) && !free) {
      verdict_.Fail("money", at.Where() + " is funded or settled without its budget");
    }
    return;
  }
  BudgetFact source;
  std::string stream;
  if (!SourceOf(at, kBudgets, source, stream)) return verdict_.Fail("reactors", at.Where() + " has no such cause");
  bool right = true;
  if (fact.has_funded()) right = "booking/" + source.hold_placed().booking_id() == at.fact.stream();
  if (fact.has_declined()) right = "booking/" + source.hold_declined().booking_id() == at.fact.stream();
  if (fact.has_settled()) {
    right = source.has_hold_posted() ? source.hold_posted().amount().pence() == fact.settled().paid().pence()
                                     : fact.settled().paid().pence() == 0;
  }
  if (!right) verdict_.Fail("money", at.Where() + " is not what the budget says");
}

}  // namespace regard::simulation
