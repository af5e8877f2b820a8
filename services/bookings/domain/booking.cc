#include "services/bookings/domain/booking.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/time.h"
#include "services/bookings/domain/council_part.h"

namespace regard::bookings {

using internal::v1::BookingState;

std::string BookingStream(absl::string_view booking_id) { return absl::StrCat("booking/", booking_id); }

bool IsAbsent(const BookingState& booking, const internal::v1::BookingsCommand& command) {
  return booking.phase() == v1::BOOKING_PHASE_UNSPECIFIED || booking.provider_id() != command.provider_id();
}

es::Decision RefusedInPhase(const BookingState& booking) {
  const absl::string_view phase = v1::BookingPhase_Name(booking.phase());
  return es::Decision::Refused(RuleRefuses(absl::StrCat("BOOKING_IS_", absl::StripPrefix(phase, "BOOKING_PHASE_"))));
}

es::Decision NoSuchBooking() { return es::Decision::Refused(NotFound("BOOKING_NOT_FOUND")); }

namespace {

void OnRequested(BookingState& booking, const v1::BookingRequested& requested) {
  booking.set_phase(v1::BOOKING_PHASE_REQUESTED);
  booking.set_booking_id(requested.booking_id());
  booking.set_provider_id(requested.provider_id());
  booking.set_listing_id(requested.listing_id());
  booking.set_person_id(requested.person_id());
  booking.set_tenant(requested.tenant());
  booking.set_budget_id(requested.budget_id());
  *booking.mutable_when() = requested.when();
  booking.set_form(requested.form());
  booking.set_amount_pence(requested.amount().pence());
  *booking.mutable_cancellation() = requested.cancellation();
  booking.set_capacity(requested.capacity());
  booking.set_booked_by(requested.booked_by());
  booking.set_own_assistant(requested.has_exemption());
  booking.set_asked_worker_id(requested.worker_id());
  *booking.mutable_expires() = requested.expires();
  booking.set_category(requested.category());
  booking.set_area_code(requested.area_code());
  booking.set_time_band(requested.time_band());
  booking.set_council_has_part(CouncilHasPart(requested));
}

void End(BookingState& booking, v1::BookingPhase phase, int64_t due_pence) {
  booking.set_phase(phase);
  booking.set_due_pence(due_pence);
  booking.clear_confirms_by_time_at();
}

}  // namespace

void EvolveBooking(BookingState& booking, const v1::BookingFact& fact, const es::FactContext& context) {
  switch (fact.fact_case()) {
    case v1::BookingFact::kRequested:
      OnRequested(booking, fact.requested());
      break;
    case v1::BookingFact::kFunded:
      booking.set_phase(v1::BOOKING_PHASE_FUNDED);
      booking.set_held(!fact.funded().hold_id().empty());
      booking.set_council_has_part(CouncilHasPart(booking.council_has_part(), fact.funded()));
      break;
    case v1::BookingFact::kDeclined:
      End(booking, v1::BOOKING_PHASE_DECLINED, 0);
      break;
    case v1::BookingFact::kExpired:
      End(booking, v1::BOOKING_PHASE_EXPIRED, 0);
      break;
    case v1::BookingFact::kAccepted:
      booking.set_phase(v1::BOOKING_PHASE_ACCEPTED);
      booking.set_worker_id(fact.accepted().worker_id());
      break;
    case v1::BookingFact::kCancelled:
      End(booking, v1::BOOKING_PHASE_CANCELLED, fact.cancelled().fee().pence());
      break;
    case v1::BookingFact::kVisitRecorded:
      booking.set_phase(v1::BOOKING_PHASE_DELIVERED);
      booking.set_worker_id(fact.visit_recorded().worker_id());
      if (fact.visit_recorded().has_confirms_by_time_at()) {
        *booking.mutable_confirms_by_time_at() = fact.visit_recorded().confirms_by_time_at();
      }
      break;
    case v1::BookingFact::kConfirmed:
      End(booking, v1::BOOKING_PHASE_CONFIRMED, fact.confirmed().amount().pence());
      break;
    case v1::BookingFact::kNoShow:
      End(booking, v1::BOOKING_PHASE_NO_SHOW, fact.no_show().fee().pence());
      break;
    case v1::BookingFact::kDisputed:
      End(booking, v1::BOOKING_PHASE_DISPUTED, 0);
      break;
    case v1::BookingFact::kDisputeResolved:
      End(booking, v1::BOOKING_PHASE_RESOLVED, fact.dispute_resolved().pay().pence());
      break;
    case v1::BookingFact::kSettled:
      booking.set_settled(true);
      booking.set_held(false);
      break;
    case v1::BookingFact::kFundingCameTooLate:
    case v1::BookingFact::kDecisionTaken:
    case v1::BookingFact::kSettlementFailed:
    case v1::BookingFact::FACT_NOT_SET:
      break;
  }
}

absl::optional<absl::Time> NextDue(const BookingState& booking) {
  switch (booking.phase()) {
    case v1::BOOKING_PHASE_REQUESTED:
    case v1::BOOKING_PHASE_FUNDED:
      return FromProto(booking.expires());
    case v1::BOOKING_PHASE_DELIVERED:
      if (booking.has_confirms_by_time_at()) return FromProto(booking.confirms_by_time_at());
      return absl::nullopt;
    case v1::BOOKING_PHASE_UNSPECIFIED:
    case v1::BOOKING_PHASE_DECLINED:
    case v1::BOOKING_PHASE_EXPIRED:
    case v1::BOOKING_PHASE_ACCEPTED:
    case v1::BOOKING_PHASE_CANCELLED:
    case v1::BOOKING_PHASE_CONFIRMED:
    case v1::BOOKING_PHASE_NO_SHOW:
    case v1::BOOKING_PHASE_DISPUTED:
    case v1::BOOKING_PHASE_RESOLVED:
    case v1::BookingPhase_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::BookingPhase_INT_MAX_SENTINEL_DO_NOT_USE_:
      return absl::nullopt;
  }
  return absl::nullopt;
}

}  // namespace regard::bookings
