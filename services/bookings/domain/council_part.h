// Whether the person's council has a part in a booking: in what is free, in what it asked for itself, and in what its
// money pays. What people ask for with money of their own is theirs: their council neither sees it nor decides about
// it. Until the budget has answered nobody knows whose money it is, so until then it is theirs, too.
#pragma once

#include "absl/strings/string_view.h"
#include "regard/bookings/internal/v1/state.pb.h"
#include "regard/bookings/v1/facts.pb.h"

namespace regard::bookings {

// How the part changes with a fact; facts that are not here leave it as it was.
bool CouncilHasPart(const v1::BookingRequested& requested);
bool CouncilHasPart(bool before, const v1::BookingFunded& funded);

// The council that is a party to the booking; empty when none is.
absl::string_view CouncilWithPart(const internal::v1::BookingState& booking);

}  // namespace regard::bookings
