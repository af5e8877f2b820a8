// Which concerns went to this team, and what became of each? One row for each concern under the body that takes it.
// What was said stays sealed.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "libs/es/view.h"
#include "regard/feedback/internal/v1/rows.pb.h"

namespace regard::feedback {

class ConcernsView final : public es::View {
 public:
  static constexpr absl::string_view kName = "feedback.concerns";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"feedback"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

// Reads what the view wrote. Thread-safe.
class ConcernsQuery {
 public:
  // `rows` outlives the query.
  explicit ConcernsQuery(const es::ViewReader& rows) : rows_(rows) {}

  // In the order of their ids from after `after_id` on (empty: all), until `visit` returns false.
  absl::Status TakenTo(absl::string_view body, absl::string_view after_id,
                       absl::FunctionRef<bool(const internal::v1::ConcernRow& row)> visit) const;

 private:
  const es::ViewReader& rows_;
};

}  // namespace regard::feedback
