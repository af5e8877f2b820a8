// What becomes of what is booked when its provider lost a credential or closes: nobody is left alone tomorrow, so each
// booking that is still to come stands, and the person and their council are asked.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/es/reactor.h"

namespace regard::bookings {

class OnProviders final : public es::ReactorRules {
 public:
  absl::string_view name() const override { return "bookings.on-providers"; }
  absl::string_view source_topic() const override { return "providers"; }
  absl::StatusOr<std::vector<es::Reaction>> React(const es::FactEvent& event) override;
};

}  // namespace regard::bookings
