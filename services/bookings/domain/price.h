// What a booking costs, and what cancelling it costs. Whole pence; halves round up.
#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::bookings {

// 0 for meetings, free activities and free prices; per hour it is counted by the minute. nullopt for a price without a
// unit, below zero or above kMaxAmountPence in all.
absl::optional<int64_t> AmountPence(const providers::v1::Price& price, providers::v1::ListingForm form,
                                    absl::Duration length);

// Of cancelling when `notice` is left before the start.
int64_t CancellationFeePence(const providers::v1::CancellationPolicy& policy, int64_t amount_pence,
                             absl::Duration notice);

// Of not being there: as cancelling without notice.
int64_t NoShowFeePence(const providers::v1::CancellationPolicy& policy, int64_t amount_pence);

}  // namespace regard::bookings
