// How many different workers does a person meet at this provider? One row per pair, from confirmed visits.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "libs/es/view.h"
#include "regard/bookings/internal/v1/rows.pb.h"

namespace regard::bookings {

class ContinuityView final : public es::View {
 public:
  static constexpr absl::string_view kName = "bookings.continuity";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"bookings"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

// Reads what the view wrote. Thread-safe.
class ContinuityQuery {
 public:
  // `rows` outlives the query.
  explicit ContinuityQuery(const es::ViewReader& rows) : rows_(rows) {}

  struct Summary {
    int64_t people = 0;
    // Over all of them.
    int64_t workers_met = 0;
    int64_t visits = 0;
  };
  absl::StatusOr<Summary> Of(absl::string_view provider_id) const;
  // nullopt when they have no confirmed visit there.
  absl::StatusOr<absl::optional<internal::v1::WorkersMetRow>> Of(absl::string_view provider_id,
                                                                 absl::string_view person_id) const;

 private:
  const es::ViewReader& rows_;
};

}  // namespace regard::bookings
