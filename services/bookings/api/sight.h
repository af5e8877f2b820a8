// What of a booking a caller may see. The person, who acts for them with the scope to see, and their council where it
// has a part see all of it; the provider sees what concerns it, and where and whom to call only from acceptance until
// it ended.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "libs/privacy/sealer.h"
#include "regard/base/v1/base.pb.h"
#include "regard/bookings/internal/v1/commands.pb.h"
#include "regard/bookings/internal/v1/rows.pb.h"
#include "regard/bookings/v1/booking.pb.h"

namespace regard::bookings {

struct Sight {
  // The provider does not see whose money it is.
  bool money = false;
  bool details = false;
};

// nullopt: the booking is not there for them. `standing` is about the booking's person and provider.
absl::optional<Sight> SightOf(const internal::v1::BookingRow& row, const internal::v1::Standing& standing,
                              const base::v1::Actor& actor);

// Whether any booking of the person, or of the provider when that is empty, could be the caller's to see.
bool MaySeeAny(const std::string& person_id, const internal::v1::Standing& standing, const base::v1::Actor& actor);

// The booking without what is not theirs to see, and without details.
v1::Booking Seen(const v1::Booking& booking, const Sight& sight);

// Nothing when they were erased. Errors of the opener.
absl::StatusOr<absl::optional<v1::BookingDetails>> OpenDetails(const internal::v1::BookingRow& row,
                                                               const privacy::Opener& opener);

}  // namespace regard::bookings
