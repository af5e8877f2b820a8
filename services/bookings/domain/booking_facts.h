// What several decisions about a booking write alike. For the domain's own files.
#pragma once

#include <utility>

#include "libs/base/money.h"
#include "regard/bookings/internal/v1/state.pb.h"
#include "regard/bookings/v1/facts.pb.h"
#include "services/bookings/domain/booking.h"

namespace regard::bookings {

// Whose money, and where the answer goes back to: budgets settles from the fact alone.
template <typename Fact>
void StampMoney(const internal::v1::BookingState& booking, Fact& fact) {
  fact.set_person_id(booking.person_id());
  fact.set_budget_id(booking.budget_id());
  fact.set_provider_id(booking.provider_id());
}

// What was not met, countable from the fact alone.
template <typename Fact>
void StampNeed(const internal::v1::BookingState& booking, Fact& fact) {
  fact.set_tenant(booking.tenant());
  fact.set_category(booking.category());
  fact.set_area_code(booking.area_code());
  fact.set_time_band(booking.time_band());
}

// The fact that ends a booking. Where no budget will answer, it is settled with it.
inline es::Decision Ended(const internal::v1::BookingState& booking, v1::BookingFact fact) {
  es::Decision decision = es::Decision::Of(BookingStream(booking.booking_id()), std::move(fact));
  if (booking.budget_id().empty()) {
    v1::BookingFact settled;
    *settled.mutable_settled()->mutable_paid() = Pounds(0);
    decision.Add(BookingStream(booking.booking_id()), std::move(settled));
  }
  return decision;
}

}  // namespace regard::bookings
