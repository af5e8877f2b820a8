// Given, confirmed, missed or disputed.
#include <algorithm>
#include <string>
#include <utility>

#include "libs/base/money.h"
#include "libs/base/time.h"
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

int32_t Minutes(const base::v1::Interval& interval) {
  return static_cast<int32_t>(absl::ToInt64Minutes(FromProto(interval.end()) - FromProto(interval.start())));
}

absl::optional<Rejection> CheckDelivered(const BookingState& booking, const base::v1::Interval& delivered,
                                         const Rules& rules, absl::Time now) {
  const absl::Time start = FromProto(delivered.start());
  const absl::Time end = FromProto(delivered.end());
  if (end <= start) return Invalid("delivered", "ENDS_BEFORE_IT_STARTS");
  if (end > now) return RuleRefuses("DELIVERED_IN_THE_FUTURE");
  if (start < FromProto(booking.when().start()) - rules.delivered_within ||
      end > FromProto(booking.when().end()) + rules.delivered_within) {
    return RuleRefuses("DELIVERED_AT_ANOTHER_TIME");
  }
  return absl::nullopt;
}

// Somebody else came: the provider must have them, and never in place of the person's own assistant.
absl::optional<Rejection> CheckWorker(const BookingState& booking, const internal::v1::RecordVisit& visit,
                                      const std::string& worker_id) {
  if (worker_id == booking.worker_id()) return absl::nullopt;
  if (booking.own_assistant()) return RuleRefuses("NO_SUBSTITUTE_FOR_OWN_ASSISTANT");
  const auto& workers = visit.provider().worker_ids();
  if (std::find(workers.begin(), workers.end(), worker_id) == workers.end()) {
    return RuleRefuses("WORKER_NOT_OF_PROVIDER");
  }
  return absl::nullopt;
}

// Why time alone never confirms this visit; empty when it may.
absl::string_view NeedsPersonReason(const BookingState& booking, const DiaryState& diary, const std::string& worker_id,
                                    const Rules& rules, absl::Time now) {
  if (booking.booked_by() != v1::BOOKED_BY_PERSON && booking.booked_by() != v1::BOOKED_BY_HELPER) {
    return "NOT_BOOKED_BY_PERSON";
  }
  if (worker_id != booking.worker_id()) return "OTHER_WORKER";
  if (IsNewProvider(diary, rules, now)) return "NEW_PROVIDER";
  if (IsNewPairing(diary, booking.person_id())) return "NEW_PAIRING";
  return "";
}

v1::BookingFact ConfirmedFact(const BookingState& booking, absl::string_view confirmed_by) {
  v1::BookingFact fact;
  v1::VisitConfirmed& confirmed = *fact.mutable_confirmed();
  confirmed.set_by_time(confirmed_by.empty());
  confirmed.set_confirmed_by(std::string(confirmed_by));
  *confirmed.mutable_amount() = Pounds(booking.amount_pence());
  *confirmed.mutable_effective() = ToProto(LondonDay(FromProto(booking.when().start())));
  confirmed.set_worker_id(booking.worker_id());
  StampMoney(booking, confirmed);
  return fact;
}

}  // namespace

es::Decision RecordVisit(const BookingState& booking, const DiaryState& diary, const BookingsCommand& command,
                         const es::CommandContext& context) {
  if (IsAbsent(booking, command) || PartyOf(booking, command, context) != Party::kProvider) return NoSuchBooking();
  if (booking.phase() != v1::BOOKING_PHASE_ACCEPTED) return RefusedInPhase(booking);
  const internal::v1::RecordVisit& visit = command.record_visit();
  const Rules& rules = RulesAt(context.now);
  if (auto refused = CheckDelivered(booking, visit.delivered(), rules, context.now); refused.has_value()) {
    return es::Decision::Refused(*std::move(refused));
  }
  const std::string worker_id = visit.worker_id().empty() ? booking.worker_id() : visit.worker_id();
  if (auto refused = CheckWorker(booking, visit, worker_id); refused.has_value()) {
    return es::Decision::Refused(*std::move(refused));
  }
  v1::BookingFact fact;
  v1::VisitRecorded& recorded = *fact.mutable_visit_recorded();
  recorded.set_worker_id(worker_id);
  *recorded.mutable_delivered() = visit.delivered();
  recorded.set_delivered_minutes(Minutes(visit.delivered()));
  recorded.set_booked_minutes(Minutes(booking.when()));
  recorded.set_rule_version(std::string(rules.version));
  const absl::string_view needs_person = NeedsPersonReason(booking, diary, worker_id, rules, context.now);
  if (needs_person.empty()) {
    *recorded.mutable_confirms_by_time_at() = ToProto(context.now + rules.confirmed_by_time_after);
  } else {
    recorded.set_needs_person_reason(std::string(needs_person));
  }
  return es::Decision::Of(BookingStream(booking.booking_id()), std::move(fact));
}

es::Decision Confirm(const BookingState& booking, const DiaryState& diary, const BookingsCommand& command,
                     const es::CommandContext& context) {
  if (IsAbsent(booking, command)) return NoSuchBooking();
  const Party party = PartyOf(booking, command, context);
  if (!IsPersonsSide(party, command, booking, budgets::v1::SCOPE_CONFIRM)) return NoSuchBooking();
  // Somebody says that they were there, or heard it from the person; an app cannot.
  if (context.actor.role() == options::v1::ROLE_PARTNER) return NoSuchBooking();
  if (booking.phase() == v1::BOOKING_PHASE_CONFIRMED) return es::Decision::Nothing();
  if (booking.phase() != v1::BOOKING_PHASE_DELIVERED) return RefusedInPhase(booking);
  es::Decision decision = Ended(booking, ConfirmedFact(booking, context.actor.subject()));
  if (diary.confirmed_visits() < RulesAt(context.now).new_provider_visits) {
    v1::DiaryFact counted;
    counted.mutable_visit_counted()->set_booking_id(booking.booking_id());
    counted.mutable_visit_counted()->set_person_id(booking.person_id());
    decision.Add(DiaryStream(booking.provider_id()), std::move(counted));
  }
  if (IsNewPairing(diary, booking.person_id())) {
    v1::DiaryFact first;
    first.mutable_first_visit_confirmed()->set_person_id(booking.person_id());
    *first.mutable_first_visit_confirmed()->mutable_at() = ToProto(context.now);
    decision.Add(DiaryStream(booking.provider_id()), std::move(first));
  }
  return decision;
}

es::Decision RecordNoShow(const BookingState& booking, const BookingsCommand& command,
                          const es::CommandContext& context) {
  if (IsAbsent(booking, command)) return NoSuchBooking();
  const Party party = PartyOf(booking, command, context);
  const bool persons_side = IsPersonsSide(party, command, booking, budgets::v1::SCOPE_CONFIRM);
  if (!persons_side && party != Party::kProvider && party != Party::kCouncil) return NoSuchBooking();
  // Each side says that the other was not there; the council speaks for the person.
  const v1::NoShowParty absent = command.record_no_show().absent();
  const bool provider_speaks = party == Party::kProvider;
  if (absent != (provider_speaks ? v1::NO_SHOW_PARTY_PERSON : v1::NO_SHOW_PARTY_PROVIDER)) {
    return es::Decision::Refused(RuleRefuses("NOT_YOURS_TO_SAY"));
  }
  if (booking.phase() != v1::BOOKING_PHASE_ACCEPTED) return RefusedInPhase(booking);
  if (context.now < FromProto(booking.when().start())) return es::Decision::Refused(RuleRefuses("VISIT_NOT_STARTED"));
  v1::BookingFact fact;
  v1::NoShowRecorded& no_show = *fact.mutable_no_show();
  no_show.set_absent(absent);
  const int64_t fee_pence = provider_speaks ? NoShowFeePence(booking.cancellation(), booking.amount_pence()) : 0;
  *no_show.mutable_fee() = Pounds(fee_pence);
  no_show.set_recorded_by(context.actor.subject());
  no_show.set_rule_version(std::string(RulesAt(context.now).version));
  StampMoney(booking, no_show);
  return Ended(booking, std::move(fact));
}

es::Decision Dispute(const BookingState& booking, const BookingsCommand& command, const es::CommandContext& context) {
  if (IsAbsent(booking, command)) return NoSuchBooking();
  const Party party = PartyOf(booking, command, context);
  const bool persons_side = IsPersonsSide(party, command, booking, budgets::v1::SCOPE_CONFIRM);
  if (!persons_side && party != Party::kCouncil) return NoSuchBooking();
  if (booking.phase() != v1::BOOKING_PHASE_DELIVERED) return RefusedInPhase(booking);
  v1::BookingFact fact;
  v1::VisitDisputed& disputed = *fact.mutable_disputed();
  disputed.set_raised_by(context.actor.subject());
  disputed.set_reason(command.dispute().reason());
  disputed.set_note(command.dispute().note());
  disputed.set_person_id(booking.person_id());
  return es::Decision::Of(BookingStream(booking.booking_id()), std::move(fact));
}

es::Decision ResolveDispute(const BookingState& booking, const BookingsCommand& command,
                            const es::CommandContext& context) {
  if (IsAbsent(booking, command)) return NoSuchBooking();
  const Party party = PartyOf(booking, command, context);
  const bool payers_side = IsPersonsSide(party, command, booking, budgets::v1::SCOPE_PAY);
  if (!payers_side && party != Party::kCouncil) return NoSuchBooking();
  // Whose money it is decides; a council is a party only where it is not the person's own.
  if (payers_side && booking.council_has_part()) return es::Decision::Refused(RuleRefuses("ONLY_THE_COUNCIL"));
  if (booking.phase() != v1::BOOKING_PHASE_DISPUTED) return RefusedInPhase(booking);
  const int64_t pay_pence = command.resolve_dispute().pay().pence();
  if (pay_pence < 0 || pay_pence > booking.amount_pence()) {
    return es::Decision::Refused(RuleRefuses("PAYS_MORE_THAN_THE_BOOKING"));
  }
  v1::BookingFact fact;
  v1::DisputeResolved& resolved = *fact.mutable_dispute_resolved();
  *resolved.mutable_pay() = Pounds(pay_pence);
  resolved.set_resolved_by(context.actor.subject());
  resolved.set_reason(command.resolve_dispute().reason());
  StampMoney(booking, resolved);
  return Ended(booking, std::move(fact));
}

es::Decision DecideDue(const BookingState& booking, const es::CommandContext& context) {
  const absl::optional<absl::Time> due = NextDue(booking);
  if (!due.has_value() || context.now < *due) return es::Decision::Nothing();
  if (booking.phase() == v1::BOOKING_PHASE_DELIVERED) return Ended(booking, ConfirmedFact(booking, ""));
  v1::BookingFact fact;
  v1::BookingExpired& expired = *fact.mutable_expired();
  StampMoney(booking, expired);
  StampNeed(booking, expired);
  return Ended(booking, std::move(fact));
}

}  // namespace regard::bookings
