#include "services/bookings/domain/council_part.h"

namespace regard::bookings {

bool CouncilHasPart(const v1::BookingRequested& requested) {
  return requested.asked_by_council() || requested.budget_id().empty();
}

bool CouncilHasPart(bool before, const v1::BookingFunded& funded) {
  // What is free is held nowhere.
  if (funded.hold_id().empty()) return before;
  return funded.holding() != base::v1::HOLDING_SELF_FUNDED;
}

absl::string_view CouncilWithPart(const internal::v1::BookingState& booking) {
  return booking.council_has_part() ? absl::string_view(booking.tenant()) : absl::string_view();
}

}  // namespace regard::bookings
