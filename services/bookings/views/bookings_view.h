// How does this booking stand, and which bookings has this person or this provider? One row per booking with its sealed
// parts as they are in the log, and an index by person and by provider in the order of starts.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/es/view.h"
#include "regard/bookings/internal/v1/rows.pb.h"

namespace regard::bookings {

class BookingsView final : public es::View {
 public:
  static constexpr absl::string_view kName = "bookings.bookings";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 2; }
  std::vector<std::string> topics() const override { return {"bookings"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

// Reads what the view wrote. Thread-safe.
class BookingsQuery {
 public:
  // `rows` outlives the query.
  explicit BookingsQuery(const es::ViewReader& rows) : rows_(rows) {}

  // nullopt also when it is another provider's.
  absl::StatusOr<absl::optional<internal::v1::BookingRow>> Find(absl::string_view provider_id,
                                                                absl::string_view booking_id) const;

  struct Span {
    absl::Time from = absl::InfinitePast();
    // Exclusive.
    absl::Time until = absl::InfiniteFuture();
    // Where the last page ended; empty for the first.
    std::string after;
  };
  // In the order of their starts, until `visit` returns false; `place` is what `after` takes.
  using Visit = absl::FunctionRef<bool(const std::string& place, const internal::v1::BookingRow& row)>;
  absl::Status OfPerson(absl::string_view person_id, const Span& span, Visit visit) const;
  absl::Status OfProvider(absl::string_view provider_id, const Span& span, Visit visit) const;

 private:
  absl::Status Each(const std::string& prefix, const Span& span, Visit visit) const;

  const es::ViewReader& rows_;
};

}  // namespace regard::bookings
