// Accepted or not, given up, and what is decided when something changes underneath.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/money.h"
#include "libs/base/time.h"
#include "services/bookings/domain/bookable.h"
#include "services/bookings/domain/booking.h"
#include "services/bookings/domain/booking_facts.h"
#include "services/bookings/domain/council_part.h"
#include "services/bookings/domain/diary.h"
#include "services/bookings/domain/party.h"
#include "services/bookings/domain/price.h"
#include "services/bookings/domain/rules.h"

namespace regard::bookings {
namespace {

using internal::v1::BookingsCommand;
using internal::v1::BookingState;
using internal::v1::DiaryState;

Party PartyOf(const BookingState& booking, const BookingsCommand& command, const es::CommandContext& context) {
  return PartyTo(booking.person_id(), CouncilWithPart(booking), command.standing(), context.actor);
}

bool IsPersonsSide(Party party, const BookingsCommand& command, const BookingState& booking,
                   budgets::v1::Scope scope) {
  return bookings::IsPersonsSide(party, command.standing(), scope, CouncilWithPart(booking));
}

// The worker that was asked for, or that the provider names, or the only one. A group may do without a name.
absl::optional<Rejection> ChooseWorker(const BookingState& booking, const internal::v1::AcceptBooking& accept,
                                       std::string& worker_id) {
  const std::vector<std::string> workers = WorkersOf(accept.listing(), accept.provider());
  worker_id = accept.worker_id();
  if (!booking.asked_worker_id().empty()) {
    if (!worker_id.empty() && worker_id != booking.asked_worker_id()) return RuleRefuses("WORKER_NOT_AS_ASKED");
    worker_id = booking.asked_worker_id();
  }
  if (worker_id.empty() && workers.size() == 1) worker_id = workers[0];
  if (worker_id.empty()) {
    if (IsGroup(booking.form())) return absl::nullopt;
    return RuleRefuses("WORKER_NEEDED");
  }
  if (std::find(workers.begin(), workers.end(), worker_id) == workers.end()) {
    return RuleRefuses("WORKER_NOT_OF_LISTING");
  }
  return absl::nullopt;
}

// A credential that lapsed after the request suspends what is not accepted yet, too.
absl::optional<Rejection> CheckStillStands(const internal::v1::AcceptBooking& accept) {
  if (accept.provider().phase() == internal::v1::ProviderCopy::PHASE_CLOSED) return RuleRefuses("PROVIDER_CLOSED");
  if (accept.listing().phase() == internal::v1::ListingCopy::PHASE_SUSPENDED) return RuleRefuses("LISTING_SUSPENDED");
  return absl::nullopt;
}

es::Decision& AddDiary(es::Decision& decision, const BookingState& booking, v1::DiaryFact fact) {
  return decision.Add(DiaryStream(booking.provider_id()), std::move(fact));
}

void FreeTheTime(es::Decision& decision, const BookingState& booking, const DiaryState& diary) {
  if (FindEntry(diary, booking.booking_id()) == nullptr) return;
  v1::DiaryFact removed;
  removed.mutable_removed()->set_booking_id(booking.booking_id());
  AddDiary(decision, booking, std::move(removed));
}

v1::BookingFact CancelledFact(const BookingState& booking, v1::CancelledBy by, absl::string_view reason,
                              int64_t fee_pence, bool waived, const Rules& rules) {
  v1::BookingFact fact;
  v1::BookingCancelled& cancelled = *fact.mutable_cancelled();
  cancelled.set_by(by);
  cancelled.set_reason(std::string(reason));
  *cancelled.mutable_fee() = Pounds(fee_pence);
  cancelled.set_fee_waived(waived);
  cancelled.set_rule_version(std::string(rules.version));
  StampMoney(booking, cancelled);
  return fact;
}

// Phases in which nobody came yet.
bool CanBeCancelled(const BookingState& booking) {
  return booking.phase() == v1::BOOKING_PHASE_REQUESTED || booking.phase() == v1::BOOKING_PHASE_FUNDED ||
         booking.phase() == v1::BOOKING_PHASE_ACCEPTED;
}

}  // namespace

es::Decision Accept(const BookingState& booking, const DiaryState& diary, const BookingsCommand& command,
                    const es::CommandContext& context) {
  if (IsAbsent(booking, command) || PartyOf(booking, command, context) != Party::kProvider) return NoSuchBooking();
  std::string worker_id;
  const absl::optional<Rejection> no_worker = ChooseWorker(booking, command.accept(), worker_id);
  if (booking.phase() == v1::BOOKING_PHASE_ACCEPTED && !no_worker.has_value() && worker_id == booking.worker_id()) {
    return es::Decision::Nothing();
  }
  if (booking.phase() != v1::BOOKING_PHASE_FUNDED) return RefusedInPhase(booking);
  // The timer may come a moment late.
  if (FromProto(booking.expires()) <= context.now) return es::Decision::Refused(RuleRefuses("BOOKING_IS_EXPIRED"));
  if (const auto refused = CheckStillStands(command.accept()); refused.has_value())
    return es::Decision::Refused(*refused);
  if (no_worker.has_value()) return es::Decision::Refused(*no_worker);

  internal::v1::DiaryEntry entry;
  entry.set_listing_id(booking.listing_id());
  entry.set_worker_id(worker_id);
  *entry.mutable_when() = booking.when();
  entry.set_capacity(booking.capacity());
  entry.set_form(booking.form());
  if (const auto conflict = ConflictOf(diary, entry); conflict.has_value()) {
    return es::Decision::Refused(RuleRefuses(*conflict));
  }
  v1::BookingFact accepted;
  accepted.mutable_accepted()->set_worker_id(worker_id);
  es::Decision decision = es::Decision::Of(BookingStream(booking.booking_id()), std::move(accepted));
  v1::DiaryFact fact;
  v1::DiaryEntryAdded& added = *fact.mutable_added();
  added.set_booking_id(booking.booking_id());
  added.set_listing_id(booking.listing_id());
  added.set_person_id(booking.person_id());
  added.set_worker_id(worker_id);
  *added.mutable_when() = booking.when();
  added.set_capacity(booking.capacity());
  added.set_form(booking.form());
  AddDiary(decision, booking, std::move(fact));
  return decision;
}

es::Decision Decline(const BookingState& booking, const BookingsCommand& command, const es::CommandContext& context) {
  if (IsAbsent(booking, command) || PartyOf(booking, command, context) != Party::kProvider) return NoSuchBooking();
  if (booking.phase() != v1::BOOKING_PHASE_REQUESTED && booking.phase() != v1::BOOKING_PHASE_FUNDED) {
    return RefusedInPhase(booking);
  }
  v1::BookingFact fact;
  v1::BookingDeclined& declined = *fact.mutable_declined();
  declined.set_reason(command.decline().reason());
  declined.set_note(command.decline().note());
  StampMoney(booking, declined);
  StampNeed(booking, declined);
  return Ended(booking, std::move(fact));
}

es::Decision Cancel(const BookingState& booking, const DiaryState& diary, const BookingsCommand& command,
                    const es::CommandContext& context) {
  if (IsAbsent(booking, command)) return NoSuchBooking();
  const Party party = PartyOf(booking, command, context);
  const bool persons_side = IsPersonsSide(party, command, booking, budgets::v1::SCOPE_BOOK);
  if (!persons_side && party != Party::kProvider && party != Party::kCouncil) return NoSuchBooking();
  if (booking.phase() == v1::BOOKING_PHASE_CANCELLED) return es::Decision::Nothing();
  if (!CanBeCancelled(booking)) return RefusedInPhase(booking);
  const absl::Duration notice = FromProto(booking.when().start()) - context.now;
  const bool accepted = booking.phase() == v1::BOOKING_PHASE_ACCEPTED;
  // Once it should have begun, the person says whether somebody came; the others may still call it off.
  if (persons_side && accepted && notice <= absl::ZeroDuration()) {
    return es::Decision::Refused(RuleRefuses("TOO_LATE_TO_CANCEL"));
  }
  const Rules& rules = RulesAt(context.now);
  int64_t fee_pence = 0;
  if (accepted && party != Party::kProvider) {
    fee_pence = CancellationFeePence(booking.cancellation(), booking.amount_pence(), notice);
  }
  const internal::v1::DiaryEntry* entry = FindEntry(diary, booking.booking_id());
  // Nobody pays for leaving what changed under them.
  const bool asked = entry != nullptr && !entry->decision_asked().empty();
  const bool waived = fee_pence > 0 && (asked || IsWaived(rules, command.cancel().reason()));
  const v1::CancelledBy by = persons_side                ? v1::CANCELLED_BY_PERSON
                             : party == Party::kProvider ? v1::CANCELLED_BY_PROVIDER
                                                         : v1::CANCELLED_BY_COUNCIL;
  es::Decision decision =
      Ended(booking, CancelledFact(booking, by, command.cancel().reason(), waived ? 0 : fee_pence, waived, rules));
  FreeTheTime(decision, booking, diary);
  return decision;
}

es::Decision TakeDecision(const BookingState& booking, const DiaryState& diary, const BookingsCommand& command,
                          const es::CommandContext& context) {
  if (IsAbsent(booking, command)) return NoSuchBooking();
  const Party party = PartyOf(booking, command, context);
  const bool persons_side = IsPersonsSide(party, command, booking, budgets::v1::SCOPE_BOOK);
  if (!persons_side && party != Party::kCouncil) return NoSuchBooking();
  const internal::v1::DiaryEntry* entry = FindEntry(diary, booking.booking_id());
  if (booking.phase() != v1::BOOKING_PHASE_ACCEPTED || entry == nullptr || entry->decision_asked().empty()) {
    return es::Decision::Refused(RuleRefuses("NO_DECISION_ASKED"));
  }
  const std::string& choice = command.take_decision().decision();
  v1::BookingFact fact;
  fact.mutable_decision_taken()->set_decision(choice);
  fact.mutable_decision_taken()->set_taken_by(context.actor.subject());
  fact.mutable_decision_taken()->set_reason(entry->decision_asked());
  es::Decision decision = es::Decision::Of(BookingStream(booking.booking_id()), std::move(fact));
  if (choice == "REPLACE") return decision;
  if (choice == "GO_ON") {
    v1::DiaryFact closed;
    closed.mutable_decision_closed()->set_booking_id(booking.booking_id());
    AddDiary(decision, booking, std::move(closed));
    return decision;
  }
  if (choice != "CANCEL") return es::Decision::Refused(Invalid("decision", "UNKNOWN_DECISION"));
  es::Decision cancelled =
      Ended(booking, CancelledFact(booking, persons_side ? v1::CANCELLED_BY_PERSON : v1::CANCELLED_BY_COUNCIL,
                                   entry->decision_asked(), 0, false, RulesAt(context.now)));
  for (es::StreamFact& added : cancelled.facts()) decision.facts().push_back(std::move(added));
  FreeTheTime(decision, booking, diary);
  return decision;
}

}  // namespace regard::bookings
