// The person's side asks, the budget answers.
#include <algorithm>
#include <string>
#include <utility>

#include "libs/base/time.h"
#include "services/bookings/domain/bookable.h"
#include "services/bookings/domain/booking.h"
#include "services/bookings/domain/booking_facts.h"
#include "services/bookings/domain/diary.h"
#include "services/bookings/domain/party.h"
#include "services/bookings/domain/price.h"
#include "services/bookings/domain/rules.h"
#include "services/bookings/domain/time_band.h"

namespace regard::bookings {
namespace {

using internal::v1::BookingsCommand;
using internal::v1::BookingState;
using internal::v1::DiaryState;

// Whatever an app enters is not the person's own doing, so time alone never confirms it.
v1::BookedBy BookedByOf(Party party, const base::v1::Actor& actor) {
  if (party == Party::kPerson) return v1::BOOKED_BY_PERSON;
  if (party == Party::kHelper && actor.role() == options::v1::ROLE_ACTING_FOR) return v1::BOOKED_BY_HELPER;
  return v1::BOOKED_BY_ASSISTED;
}

// An early refusal; the diary decides when the provider accepts.
absl::optional<absl::string_view> NoRoom(const DiaryState& diary, const internal::v1::RequestBooking& request,
                                         absl::string_view worker_id) {
  internal::v1::DiaryEntry wanted;
  wanted.set_listing_id(request.listing().listing_id());
  *wanted.mutable_when() = request.when();
  wanted.set_capacity(request.listing().terms().capacity());
  wanted.set_form(request.listing().terms().form());
  if (!worker_id.empty()) {
    wanted.set_worker_id(std::string(worker_id));
    return ConflictOf(diary, wanted);
  }
  absl::optional<absl::string_view> conflict = ConflictOf(diary, wanted);
  if (conflict.has_value()) return conflict;
  for (const std::string& candidate : WorkersOf(request.listing(), request.provider())) {
    wanted.set_worker_id(candidate);
    conflict = ConflictOf(diary, wanted);
    if (!conflict.has_value()) return absl::nullopt;
  }
  return conflict;
}

v1::BookingRequested RequestedFact(const BookingsCommand& command, const Offer& offer, v1::BookedBy booked_by,
                                   const es::CommandContext& context) {
  const internal::v1::RequestBooking& request = command.request();
  const Rules& rules = RulesAt(context.now);
  v1::BookingRequested fact;
  fact.set_booking_id(command.booking_id());
  fact.set_provider_id(command.provider_id());
  fact.set_listing_id(request.listing().listing_id());
  fact.set_person_id(request.person_id());
  fact.set_tenant(std::string(CouncilOfPerson(command.standing(), context.actor)));
  fact.set_asked_by_council(context.actor.role() == options::v1::ROLE_PRACTITIONER);
  *fact.mutable_when() = request.when();
  fact.set_time_zone(request.listing().terms().time_zone());
  fact.set_form(request.listing().terms().form());
  fact.set_category(offer.category);
  *fact.mutable_price() = request.listing().price();
  *fact.mutable_amount() = Pounds(offer.amount_pence);
  if (offer.amount_pence > 0) {
    fact.set_budget_id(request.budget_id());
    fact.set_line_id(request.line_id());
  }
  *fact.mutable_cancellation() = request.listing().terms().cancellation();
  fact.set_capacity(request.listing().terms().capacity());
  fact.set_booked_by(booked_by);
  if (offer.own_assistant) {
    fact.mutable_exemption()->set_statement(request.exemption_statement());
    *fact.mutable_exemption()->mutable_made() = ToProto(context.now);
    fact.mutable_exemption()->set_made_by(context.actor.subject());
  }
  fact.set_relative_in_household(request.relative_in_household());
  fact.set_provider_kind(request.provider().kind());
  // Elsewhere only the small area is anybody's business.
  if (request.listing().terms().place() == providers::v1::PLACE_KIND_PERSONS_HOME) {
    fact.set_home_postcode(request.home_postcode());
  }
  fact.set_area_code(request.area_code());
  fact.set_note(request.note());
  if (request.has_back_up()) *fact.mutable_back_up() = request.back_up();
  *fact.mutable_expires() = ToProto(std::min(context.now + rules.request_lives, FromProto(request.when().start())));
  fact.set_terms_token(request.listing().terms_token());
  fact.set_worker_id(offer.worker_id);
  fact.set_personal_care(request.listing().terms().personal_care());
  fact.set_time_band(std::string(TimeBandOf(request.local_when())));
  fact.set_rule_version(std::string(rules.version));
  return fact;
}

// No budget stands behind it that could still answer.
bool IsEndedWithoutMoney(const BookingState& booking) {
  switch (booking.phase()) {
    case v1::BOOKING_PHASE_DECLINED:
    case v1::BOOKING_PHASE_EXPIRED:
    case v1::BOOKING_PHASE_CANCELLED:
      return !booking.held() && booking.due_pence() == 0;
    case v1::BOOKING_PHASE_UNSPECIFIED:
    case v1::BOOKING_PHASE_REQUESTED:
    case v1::BOOKING_PHASE_FUNDED:
    case v1::BOOKING_PHASE_ACCEPTED:
    case v1::BOOKING_PHASE_DELIVERED:
    case v1::BOOKING_PHASE_CONFIRMED:
    case v1::BOOKING_PHASE_NO_SHOW:
    case v1::BOOKING_PHASE_DISPUTED:
    case v1::BOOKING_PHASE_RESOLVED:
    case v1::BookingPhase_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::BookingPhase_INT_MAX_SENTINEL_DO_NOT_USE_:
      return false;
  }
  return false;
}

bool HasEnded(const BookingState& booking) {
  switch (booking.phase()) {
    case v1::BOOKING_PHASE_DECLINED:
    case v1::BOOKING_PHASE_EXPIRED:
    case v1::BOOKING_PHASE_CANCELLED:
    case v1::BOOKING_PHASE_CONFIRMED:
    case v1::BOOKING_PHASE_NO_SHOW:
    case v1::BOOKING_PHASE_RESOLVED:
      return true;
    case v1::BOOKING_PHASE_UNSPECIFIED:
    case v1::BOOKING_PHASE_REQUESTED:
    case v1::BOOKING_PHASE_FUNDED:
    case v1::BOOKING_PHASE_ACCEPTED:
    case v1::BOOKING_PHASE_DELIVERED:
    case v1::BOOKING_PHASE_DISPUTED:
    case v1::BookingPhase_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::BookingPhase_INT_MAX_SENTINEL_DO_NOT_USE_:
      return false;
  }
  return false;
}

es::Decision SettlementFailed(const BookingsCommand& command, absl::string_view reason) {
  v1::BookingFact fact;
  fact.mutable_settlement_failed()->set_reason(std::string(reason));
  return es::Decision::Of(BookingStream(command.booking_id()), std::move(fact));
}

es::Decision Settled(const BookingsCommand& command, int64_t paid_pence) {
  v1::BookingFact fact;
  *fact.mutable_settled()->mutable_paid() = Pounds(paid_pence);
  return es::Decision::Of(BookingStream(command.booking_id()), std::move(fact));
}

}  // namespace

es::Decision Request(const BookingState& booking, const DiaryState& diary, const BookingsCommand& command,
                     const es::CommandContext& context) {
  const internal::v1::RequestBooking& request = command.request();
  // A practitioner serves people of their own council.
  const absl::string_view council = CouncilOfPerson(command.standing(), context.actor);
  const Party party = PartyTo(request.person_id(), council, command.standing(), context.actor);
  if (party != Party::kCouncil && !IsPersonsSide(party, command.standing(), budgets::v1::SCOPE_BOOK, council)) {
    return es::Decision::Refused(NotFound("PERSON_NOT_FOUND"));
  }
  if (booking.phase() != v1::BOOKING_PHASE_UNSPECIFIED) {
    return es::Decision::Refused(RuleRefuses("BOOKING_EXISTS"));
  }
  const v1::BookedBy booked_by = BookedByOf(party, context.actor);
  Offer offer;
  if (absl::optional<Rejection> refused = CheckBookable(command, booked_by, context.now, offer); refused.has_value()) {
    return es::Decision::Refused(*std::move(refused));
  }
  if (const auto reason = NoRoom(diary, request, offer.worker_id); reason.has_value()) {
    return es::Decision::Refused(RuleRefuses(*reason));
  }
  v1::BookingFact fact;
  *fact.mutable_requested() = RequestedFact(command, offer, booked_by, context);
  es::Decision decision = es::Decision::Of(BookingStream(command.booking_id()), std::move(fact));
  if (offer.amount_pence == 0) {
    v1::BookingFact funded;
    funded.mutable_funded();
    decision.Add(BookingStream(command.booking_id()), std::move(funded));
  }
  return decision;
}

es::Decision Fund(const BookingState& booking, const BookingsCommand& command) {
  v1::BookingFact fact;
  if (IsAbsent(booking, command) || HasEnded(booking)) {
    fact.mutable_funding_came_too_late()->set_hold_id(command.fund().hold_id());
    return es::Decision::Of(BookingStream(command.booking_id()), std::move(fact));
  }
  if (booking.phase() != v1::BOOKING_PHASE_REQUESTED) return es::Decision::Nothing();
  fact.mutable_funded()->set_hold_id(command.fund().hold_id());
  fact.mutable_funded()->set_line_id(command.fund().line_id());
  fact.mutable_funded()->set_holding(command.fund().holding());
  return es::Decision::Of(BookingStream(command.booking_id()), std::move(fact));
}

es::Decision DeclineByBudget(const BookingState& booking, const BookingsCommand& command) {
  if (IsAbsent(booking, command) || booking.phase() != v1::BOOKING_PHASE_REQUESTED) {
    return es::Decision::Nothing();
  }
  v1::BookingFact fact;
  v1::BookingDeclined& declined = *fact.mutable_declined();
  declined.set_reason(command.decline_by_budget().reason());
  declined.set_by_budget(true);
  StampMoney(booking, declined);
  StampNeed(booking, declined);
  es::Decision decision = es::Decision::Of(BookingStream(command.booking_id()), std::move(fact));
  // Nothing is held, so no settlement will come.
  v1::BookingFact settled;
  *settled.mutable_settled()->mutable_paid() = Pounds(0);
  decision.Add(BookingStream(command.booking_id()), std::move(settled));
  return decision;
}

es::Decision Settle(const BookingState& booking, const BookingsCommand& command) {
  if (booking.settled()) return es::Decision::Nothing();
  if (IsAbsent(booking, command) || !HasEnded(booking)) return SettlementFailed(command, "SETTLED_BEFORE_ITS_END");
  return Settled(command, command.settle().paid().pence());
}

es::Decision ReportSettlementFailure(const BookingState& booking, const BookingsCommand& command) {
  if (booking.settled()) return es::Decision::Nothing();
  // It ended before the budget answered, and the budget had said no: there was nothing to give back.
  if (!IsAbsent(booking, command) && IsEndedWithoutMoney(booking)) return Settled(command, 0);
  return SettlementFailed(command, command.report_settlement_failure().reason());
}

}  // namespace regard::bookings
