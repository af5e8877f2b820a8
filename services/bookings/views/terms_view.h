// What may be booked, from whom, on which terms, and in which small area a postcode is: bookings' own copies of
// providers' facts, so that a decision rests on nothing that is asked of another service.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "libs/es/view.h"
#include "regard/bookings/internal/v1/rows.pb.h"

namespace regard::bookings {

class TermsView final : public es::View {
 public:
  static constexpr absl::string_view kName = "bookings.terms";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 2; }
  std::vector<std::string> topics() const override { return {"providers"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

// Reads what the view wrote. Thread-safe. What is not known is nullopt.
class TermsQuery {
 public:
  // `rows` outlives the query.
  explicit TermsQuery(const es::ViewReader& rows) : rows_(rows) {}

  absl::StatusOr<absl::optional<internal::v1::ProviderCopy>> FindProvider(absl::string_view provider_id) const;
  absl::StatusOr<absl::optional<internal::v1::ListingCopy>> FindListing(absl::string_view provider_id,
                                                                        absl::string_view listing_id) const;
  // The small area of "M33 4GT", as Royal Mail writes it; empty when it is not known.
  absl::StatusOr<std::string> AreaOf(absl::string_view sector, absl::string_view unit) const;

 private:
  const es::ViewReader& rows_;
};

}  // namespace regard::bookings
