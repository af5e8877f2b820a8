#include "services/bookings/views/bookings_view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/base/time.h"
#include "libs/es/domain.h"
#include "regard/bookings/v1/facts.pb.h"
#include "services/bookings/domain/council_part.h"
#include "services/bookings/views/keys.h"

namespace regard::bookings {
namespace {

using internal::v1::BookingRow;

std::string BookingKey(absl::string_view booking_id) { return absl::StrCat("b/", booking_id); }
std::string PersonPrefix(absl::string_view person_id) { return absl::StrCat("p/", person_id, "/"); }
std::string ProviderPrefix(absl::string_view provider_id) { return absl::StrCat("v/", provider_id, "/"); }

void KeepSealed(const es::FactEvent& event, BookingRow& row) {
  if (event.logged.sealed().empty()) return;
  internal::v1::SealedFact& sealed = *row.add_sealed();
  sealed.set_stream(event.logged.stream());
  sealed.set_version(event.logged.version());
  *sealed.mutable_parts() = event.logged.sealed();
}

void OnRequested(const v1::BookingRequested& requested, v1::Booking& booking, es::Rows& rows) {
  booking.set_phase(v1::BOOKING_PHASE_REQUESTED);
  booking.set_booking_id(requested.booking_id());
  booking.set_provider_id(requested.provider_id());
  booking.set_listing_id(requested.listing_id());
  booking.set_person_id(requested.person_id());
  booking.set_tenant(requested.tenant());
  booking.set_budget_id(requested.budget_id());
  booking.set_line_id(requested.line_id());
  *booking.mutable_when() = requested.when();
  booking.set_time_zone(requested.time_zone());
  booking.set_form(requested.form());
  booking.set_category(requested.category());
  *booking.mutable_price() = requested.price();
  *booking.mutable_amount() = requested.amount();
  *booking.mutable_cancellation() = requested.cancellation();
  booking.set_booked_by(requested.booked_by());
  booking.set_personal_care(requested.personal_care());
  booking.set_own_assistant(requested.has_exemption());
  *booking.mutable_expires() = requested.expires();
  *booking.mutable_requested_at() = booking.changed_at();
  booking.set_worker_id(requested.worker_id());
  const std::string place = absl::StrCat(TimeKey(FromProto(requested.when().start())), "/", requested.booking_id());
  rows.Put(PersonPrefix(requested.person_id()) + place, "");
  rows.Put(ProviderPrefix(requested.provider_id()) + place, "");
}

void End(v1::Booking& booking, v1::BookingPhase phase, const base::v1::Money& due) {
  booking.set_phase(phase);
  *booking.mutable_due() = due;
  booking.clear_confirms_by_time_at();
}

void OnBookingFact(const v1::BookingFact& fact, v1::Booking& booking, es::Rows& rows) {
  switch (fact.fact_case()) {
    case v1::BookingFact::kRequested:
      OnRequested(fact.requested(), booking, rows);
      break;
    case v1::BookingFact::kFunded:
      booking.set_phase(v1::BOOKING_PHASE_FUNDED);
      if (!fact.funded().line_id().empty()) booking.set_line_id(fact.funded().line_id());
      break;
    case v1::BookingFact::kDeclined:
      booking.set_phase(v1::BOOKING_PHASE_DECLINED);
      booking.set_reason(fact.declined().reason());
      booking.set_declined_by_budget(fact.declined().by_budget());
      break;
    case v1::BookingFact::kExpired:
      booking.set_phase(v1::BOOKING_PHASE_EXPIRED);
      break;
    case v1::BookingFact::kAccepted:
      booking.set_phase(v1::BOOKING_PHASE_ACCEPTED);
      booking.set_worker_id(fact.accepted().worker_id());
      break;
    case v1::BookingFact::kCancelled:
      End(booking, v1::BOOKING_PHASE_CANCELLED, fact.cancelled().fee());
      booking.set_reason(fact.cancelled().reason());
      booking.set_cancelled_by(fact.cancelled().by());
      booking.set_fee_waived(fact.cancelled().fee_waived());
      break;
    case v1::BookingFact::kVisitRecorded:
      booking.set_phase(v1::BOOKING_PHASE_DELIVERED);
      booking.set_worker_id(fact.visit_recorded().worker_id());
      *booking.mutable_delivered() = fact.visit_recorded().delivered();
      if (fact.visit_recorded().has_confirms_by_time_at()) {
        *booking.mutable_confirms_by_time_at() = fact.visit_recorded().confirms_by_time_at();
      }
      booking.set_needs_person_reason(fact.visit_recorded().needs_person_reason());
      break;
    case v1::BookingFact::kConfirmed:
      End(booking, v1::BOOKING_PHASE_CONFIRMED, fact.confirmed().amount());
      booking.set_confirmed_by_time(fact.confirmed().by_time());
      break;
    case v1::BookingFact::kNoShow:
      End(booking, v1::BOOKING_PHASE_NO_SHOW, fact.no_show().fee());
      booking.set_absent(fact.no_show().absent());
      break;
    case v1::BookingFact::kDisputed:
      booking.set_phase(v1::BOOKING_PHASE_DISPUTED);
      booking.set_reason(fact.disputed().reason());
      booking.clear_confirms_by_time_at();
      break;
    case v1::BookingFact::kDisputeResolved:
      End(booking, v1::BOOKING_PHASE_RESOLVED, fact.dispute_resolved().pay());
      booking.set_reason(fact.dispute_resolved().reason());
      break;
    case v1::BookingFact::kSettled:
      booking.set_settled(true);
      *booking.mutable_paid() = fact.settled().paid();
      booking.clear_settlement_failure();
      break;
    case v1::BookingFact::kDecisionTaken:
      booking.set_decision(fact.decision_taken().decision());
      break;
    case v1::BookingFact::kSettlementFailed:
      booking.set_settlement_failure(fact.settlement_failed().reason());
      break;
    case v1::BookingFact::kFundingCameTooLate:
    case v1::BookingFact::FACT_NOT_SET:
      break;
  }
}

}  // namespace

absl::Status BookingsView::Apply(const es::FactEvent& event, es::Rows& rows) {
  const absl::string_view kind = es::KindOf(event.logged.stream());
  if (kind == "booking") {
    BookingRow& row = rows.Mutable<BookingRow>(BookingKey(es::IdOf(event.logged.stream())));
    *row.mutable_booking()->mutable_changed_at() = event.append.record_time();
    row.mutable_booking()->set_version(event.logged.version());
    const auto& fact = event.As<v1::BookingFact>();
    OnBookingFact(fact, *row.mutable_booking(), rows);
    if (fact.has_requested()) row.set_council_has_part(CouncilHasPart(fact.requested()));
    if (fact.has_funded()) row.set_council_has_part(CouncilHasPart(row.council_has_part(), fact.funded()));
    KeepSealed(event, row);
  }
  if (kind == "diary" && event.As<v1::DiaryFact>().has_decision_asked()) {
    const v1::DecisionAsked& asked = event.As<v1::DiaryFact>().decision_asked();
    v1::Booking& booking = *rows.Mutable<BookingRow>(BookingKey(asked.booking_id())).mutable_booking();
    booking.set_decision_reason(asked.reason());
    booking.clear_decision();
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::optional<BookingRow>> BookingsQuery::Find(absl::string_view provider_id,
                                                               absl::string_view booking_id) const {
  absl::StatusOr<absl::optional<BookingRow>> row = rows_.Get<BookingRow>(BookingKey(booking_id));
  if (row.ok() && row->has_value() && (*row)->booking().provider_id() != provider_id)
    return absl::optional<BookingRow>();
  return row;
}

absl::Status BookingsQuery::OfPerson(absl::string_view person_id, const Span& span, Visit visit) const {
  return Each(PersonPrefix(person_id), span, visit);
}

absl::Status BookingsQuery::OfProvider(absl::string_view provider_id, const Span& span, Visit visit) const {
  return Each(ProviderPrefix(provider_id), span, visit);
}

absl::Status BookingsQuery::Each(const std::string& prefix, const Span& span, Visit visit) const {
  const std::string from = span.from == absl::InfinitePast() ? "" : TimeKey(span.from);
  const std::string until = span.until == absl::InfiniteFuture() ? "" : TimeKey(span.until);
  const std::string after = std::max(span.after, from);
  absl::Status status;
  // The rows of the index are empty: what they say is in their key.
  const absl::Status scanned = rows_.Scan<BookingRow>(
      prefix, after.empty() ? "" : prefix + after, [&](absl::string_view key, const BookingRow&) {
        const std::string place(key.substr(prefix.size()));
        if (!until.empty() && place >= until) return false;
        absl::StatusOr<absl::optional<BookingRow>> row = rows_.Get<BookingRow>(BookingKey(LastPart(place)));
        if (!row.ok()) {
          status = row.status();
          return false;
        }
        return !row->has_value() || visit(place, **row);
      });
  return scanned.ok() ? status : scanned;
}

}  // namespace regard::bookings
