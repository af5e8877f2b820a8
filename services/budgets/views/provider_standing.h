// May this provider be paid for something new, and who runs it? Budgets' own small copy of providers' facts.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/es/view.h"
#include "regard/budgets/internal/v1/rows.pb.h"

namespace regard::budgets {

class ProviderStandingView : public es::View {
 public:
  static constexpr char kName[] = "budgets.provider_standing";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"providers"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

// Thread-safe.
class ProviderStandings {
 public:
  explicit ProviderStandings(const es::ViewReader& rows) : rows_(rows) {}

  // PROVIDER_STANDING_UNKNOWN for one that this copy does not have (yet).
  absl::StatusOr<internal::v1::ProviderStandingRow> Of(absl::string_view provider_id) const;

 private:
  const es::ViewReader& rows_;
};

}  // namespace regard::budgets
