// What becomes of a booking when its budget answers: a hold funds it, a refusal declines it, a posting or a voiding
// settles it.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/es/reactor.h"

namespace regard::bookings {

class OnBudgets final : public es::ReactorRules {
 public:
  absl::string_view name() const override { return "bookings.on-budgets"; }
  absl::string_view source_topic() const override { return "budgets"; }
  absl::StatusOr<std::vector<es::Reaction>> React(const es::FactEvent& event) override;
};

}  // namespace regard::bookings
