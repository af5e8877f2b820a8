// What was sought and not found, how often? Counts per council and month, which only grow, so their order does not
// matter.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "libs/es/view.h"
#include "regard/bookings/internal/v1/rows.pb.h"

namespace regard::bookings {

class NeedsView final : public es::View {
 public:
  static constexpr absl::string_view kName = "bookings.needs";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"bookings"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

// Reads what the view wrote. Thread-safe.
class NeedsQuery {
 public:
  // `rows` outlives the query.
  explicit NeedsQuery(const es::ViewReader& rows) : rows_(rows) {}

  // Months from `first` to `last`, both included, after the place where the last page ended (empty: from the first),
  // until `visit` returns false; `place` is what `after` takes.
  using Visit = absl::FunctionRef<bool(const std::string& place, const internal::v1::NeedCountRow& row)>;
  absl::Status Counts(absl::string_view tenant, absl::CivilMonth first, absl::CivilMonth last, const std::string& after,
                      Visit visit) const;

 private:
  const es::ViewReader& rows_;
};

}  // namespace regard::bookings
