// The numbers of bookings' rules, with where they come from. A decision stores the version that it used, so a number
// never changes in place: a new version is added, valid from its day on.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace regard::bookings {

struct Rules {
  absl::string_view version;
  absl::Time valid_from;
  absl::string_view source;

  // A recorded visit that nobody disputes is confirmed by time after this, where time may confirm at all.
  absl::Duration confirmed_by_time_after;
  // A request that is not accepted by then expires; never later than the start of the visit.
  absl::Duration request_lives;
  // A provider is new until people confirmed this many visits, and until this long after the first of them.
  int new_provider_visits;
  absl::Duration new_provider_age;
  // Reasons for which a late cancellation costs nothing.
  absl::Span<const absl::string_view> waived_reasons;

  absl::Duration longest_booking;
  absl::Duration furthest_ahead;
  // How far from the booked time a visit may have been given and still be that visit.
  absl::Duration delivered_within;
};

// Those in force at `time`; before the first version, the first.
const Rules& RulesAt(absl::Time time);

bool IsWaived(const Rules& rules, absl::string_view reason);

}  // namespace regard::bookings
