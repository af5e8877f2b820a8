// What budgets does because of bookings: a request that costs money reserves it, and whatever becomes of the booking
// spends or frees it. Every reaction is total: what budgets cannot do is a fact of its own (HoldDeclined,
// SettlementRefused), also for a budget that does not exist.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/es/reactor.h"
#include "services/budgets/views/provider_standing.h"

namespace regard::budgets {

// The hold of a booking, known to whoever knows the booking.
std::string HoldIdOfBooking(absl::string_view booking_id);

class OnBookings : public es::ReactorRules {
 public:
  static constexpr char kName[] = "budgets.on-bookings";

  // `providers` outlives the rules. What it says of a provider is recorded with the hold; being behind, it may say
  // less.
  explicit OnBookings(const ProviderStandings& providers) : providers_(providers) {}

  absl::string_view name() const override { return kName; }
  absl::string_view source_topic() const override { return "bookings"; }
  absl::StatusOr<std::vector<es::Reaction>> React(const es::FactEvent& event) override;

 private:
  const ProviderStandings& providers_;
};

}  // namespace regard::budgets
