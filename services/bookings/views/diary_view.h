// When is who of this provider where? The provider's accepted bookings, also those that are over, in the order of
// starts.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/es/view.h"
#include "regard/bookings/internal/v1/rows.pb.h"

namespace regard::bookings {

class DiaryView final : public es::View {
 public:
  static constexpr absl::string_view kName = "bookings.diary";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"bookings"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

// Reads what the view wrote. Thread-safe.
class DiaryQuery {
 public:
  // `rows` outlives the query.
  explicit DiaryQuery(const es::ViewReader& rows) : rows_(rows) {}

  // Entries that start in [from, until), after the place where the last page ended (empty: from the first), until
  // `visit` returns false; `place` is what `after` takes.
  using Visit = absl::FunctionRef<bool(const std::string& place, const internal::v1::DiaryRow& row)>;
  absl::Status Entries(absl::string_view provider_id, absl::Time from, absl::Time until, const std::string& after,
                       Visit visit) const;

 private:
  const es::ViewReader& rows_;
};

}  // namespace regard::bookings
