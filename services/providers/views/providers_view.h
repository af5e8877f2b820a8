// Who is this provider, what papers have they, what do they offer? One row for each provider and each of its listings,
// and beside them which providers an owner runs and a council has. Workers' names, claims and payout details are kept
// as they were sealed.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "libs/es/view.h"
#include "regard/providers/internal/v1/rows.pb.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::providers {

class ProvidersView final : public es::View {
 public:
  static constexpr absl::string_view kName = "providers.providers";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"providers"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

// Reads what the view wrote. Thread-safe. Rows that are absent are nullopt; a row that does not parse is DATA_LOSS.
class ProvidersQuery {
 public:
  // `rows` outlives the query.
  explicit ProvidersQuery(const es::ViewReader& rows) : rows_(rows) {}

  absl::StatusOr<absl::optional<internal::v1::ProviderRow>> Find(absl::string_view provider_id) const;
  absl::StatusOr<absl::optional<v1::Listing>> FindListing(absl::string_view provider_id,
                                                          absl::string_view listing_id) const;
  // In the order of their ids.
  absl::StatusOr<std::vector<v1::Listing>> ListingsOf(absl::string_view provider_id) const;

  // Providers in the order of their ids from after `after_provider_id` on (empty: all), until `visit` returns false.
  using Visit = absl::FunctionRef<bool(const internal::v1::ProviderRow& row)>;
  absl::Status OfOwner(absl::string_view owner_id, absl::string_view after_provider_id, Visit visit) const;
  absl::Status OfCouncil(absl::string_view tenant, absl::string_view after_provider_id, Visit visit) const;

 private:
  absl::Status Each(const std::string& prefix, absl::string_view after_provider_id, Visit visit) const;

  const es::ViewReader& rows_;
};

}  // namespace regard::providers
