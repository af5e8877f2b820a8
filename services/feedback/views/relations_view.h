// Who had to do with whom? Feedback's own copy of the two sides of each booking, and of who runs each provider.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "libs/es/view.h"
#include "regard/feedback/internal/v1/rows.pb.h"

namespace regard::feedback {

class RelationsView final : public es::View {
 public:
  static constexpr absl::string_view kName = "feedback.relations";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"bookings", "providers"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

struct Relation {
  std::string person_id;
  std::string provider_id;
  std::string provider_owner_id;
  // The council of the person.
  std::string tenant;
};

// Of a booking; nullopt when it, or who runs its provider, is not known. Thread-safe. `rows` reads a RelationsView.
absl::StatusOr<absl::optional<Relation>> RelationOf(const es::ViewReader& rows, absl::string_view booking_id);

}  // namespace regard::feedback
