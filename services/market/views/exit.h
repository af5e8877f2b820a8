// The provider closes tomorrow: who is affected, how many hours a week, who nearby has that much free time, who has nobody?
#pragma once

#include <string>

#include "absl/types/optional.h"
#include "regard/market/v1/market_service.pb.h"
#include "services/market/views/evidence.h"

namespace regard::market {

struct ExitQuestion {
  // Empty: the largest by booked hours.
  std::string provider_id;
  int within_m = 0;
  int suppress_below = 0;
  // Names the people by their ids; only for practitioners of the council.
  bool with_people = false;
};

// Pure; `evidence` has the later bookings. nullopt when there is no such provider, or nobody booked any.
absl::optional<v1::GetProviderExitResponse> ExitOf(const Evidence& evidence, const ExitQuestion& question);

}  // namespace regard::market
