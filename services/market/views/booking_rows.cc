// Rows of bookings and of needs that were not met.
#include "libs/base/time.h"
#include "libs/es/domain.h"
#include "regard/market/internal/v1/rows.pb.h"
#include "services/market/views/keys.h"
#include "services/market/views/market_view.h"

namespace regard::market {
namespace {

using bookings::v1::BookingFact;
using internal::v1::BookingPlace;
using internal::v1::BookingRow;

void ApplyRequested(const bookings::v1::BookingRequested& fact, es::Rows& rows) {
  const absl::Time start = FromProto(fact.when().start());
  const std::string key = BookingKey(fact.tenant(), LondonDay(start), fact.booking_id());
  rows.Mutable<BookingPlace>(BookingPlaceKey(fact.booking_id())).set_key(key);
  BookingRow& row = rows.Mutable<BookingRow>(key);
  row.set_booking_id(fact.booking_id());
  row.set_provider_id(fact.provider_id());
  row.set_listing_id(fact.listing_id());
  row.set_person_id(fact.person_id());
  row.set_tenant(fact.tenant());
  row.set_category(fact.category());
  row.set_area_code(fact.area_code());
  row.set_time_band(fact.time_band());
  *row.mutable_start() = fact.when().start();
  row.set_booked_minutes(static_cast<int32_t>(absl::ToInt64Minutes(FromProto(fact.when().end()) - start)));
  row.set_worker_id(fact.worker_id());
  row.set_personal_care(fact.personal_care());
  row.set_form(fact.form());
  row.set_phase(internal::v1::BOOKING_PHASE_REQUESTED);
  // Until the budget has said whose money it is, it may be the person's own.
  row.set_self_funded(!fact.budget_id().empty() && !fact.asked_by_council());
}

// A booking whose request was never seen has no row: every fact of a booking comes after it, so it cannot happen.
BookingRow* RowOf(const es::FactEvent& event, es::Rows& rows) {
  const BookingPlace* place = rows.Find<BookingPlace>(BookingPlaceKey(es::IdOf(event.logged.stream())));
  return place == nullptr ? nullptr : &rows.Mutable<BookingRow>(place->key());
}

}  // namespace

void ApplyBooking(const es::FactEvent& event, const BookingFact& fact, es::Rows& rows) {
  if (fact.has_requested()) return ApplyRequested(fact.requested(), rows);
  BookingRow* const row = RowOf(event, rows);
  if (row == nullptr) return;
  switch (fact.fact_case()) {
    case BookingFact::kFunded:
      row->set_self_funded(fact.funded().holding() == base::v1::HOLDING_SELF_FUNDED);
      break;
    case BookingFact::kDeclined:
      row->set_phase(internal::v1::BOOKING_PHASE_DECLINED);
      break;
    case BookingFact::kExpired:
      row->set_phase(internal::v1::BOOKING_PHASE_EXPIRED);
      break;
    case BookingFact::kAccepted:
      if (!fact.accepted().worker_id().empty()) row->set_worker_id(fact.accepted().worker_id());
      row->set_phase(internal::v1::BOOKING_PHASE_ACCEPTED);
      break;
    case BookingFact::kCancelled:
      row->set_phase(internal::v1::BOOKING_PHASE_CANCELLED);
      break;
    case BookingFact::kVisitRecorded:
      if (!fact.visit_recorded().worker_id().empty()) row->set_worker_id(fact.visit_recorded().worker_id());
      row->set_delivered_minutes(fact.visit_recorded().delivered_minutes());
      row->set_phase(internal::v1::BOOKING_PHASE_DELIVERED);
      break;
    case BookingFact::kConfirmed:
      row->set_confirmed_by_time(fact.confirmed().by_time());
      row->set_phase(internal::v1::BOOKING_PHASE_CONFIRMED);
      break;
    case BookingFact::kNoShow:
      row->set_phase(internal::v1::BOOKING_PHASE_NO_SHOW);
      break;
    case BookingFact::kRequested:
    case BookingFact::kDisputed:
    case BookingFact::kDisputeResolved:
    case BookingFact::kSettled:
    case BookingFact::kFundingCameTooLate:
    case BookingFact::kDecisionTaken:
    case BookingFact::kSettlementFailed:
    case BookingFact::FACT_NOT_SET:
      break;
  }
}

void ApplyNeed(const es::FactEvent& event, const bookings::v1::NeedFact& fact, es::Rows& rows) {
  if (!fact.has_noted()) return;
  const bookings::v1::UnmetNeedNoted& noted = fact.noted();
  const absl::CivilDay day = LondonDay(FromProto(event.append.record_time()));
  internal::v1::NeedRow& row =
      rows.Mutable<internal::v1::NeedRow>(NeedKey(noted.tenant(), day, es::IdOf(event.logged.stream())));
  row.set_person_id(noted.person_id());
  row.set_category(noted.category());
  row.set_area_code(noted.area_code());
  row.set_time_band(noted.time_band());
  row.set_reason(noted.reason());
  row.set_booking_id(noted.booking_id());
}

}  // namespace regard::market
