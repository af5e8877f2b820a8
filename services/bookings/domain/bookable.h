// May this listing be booked like this? The first thing that stands against it is the reason.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/base/rejection.h"
#include "regard/bookings/internal/v1/commands.pb.h"
#include "regard/bookings/v1/facts.pb.h"

namespace regard::bookings {

// What follows from the terms for one request.
struct Offer {
  std::string category;
  // Empty when the provider chooses.
  std::string worker_id;
  int64_t amount_pence = 0;
  // Personal care that rests on the exemption for somebody's own assistant.
  bool own_assistant = false;
};

// Those that the listing names, or else all of the provider's.
std::vector<std::string> WorkersOf(const internal::v1::ListingCopy& listing,
                                   const internal::v1::ProviderCopy& provider);

// Fills `offer` when it may.
absl::optional<Rejection> CheckBookable(const internal::v1::BookingsCommand& command, v1::BookedBy booked_by,
                                        absl::Time now, Offer& offer);

}  // namespace regard::bookings
