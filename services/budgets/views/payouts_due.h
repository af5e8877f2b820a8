// What is owed to whom? One row per provider, day and debtor account, kept under the provider and under the account.
// Rows are sums over people of any partition, so that the order of facts does not matter.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/types/optional.h"
#include "libs/es/view.h"
#include "regard/budgets/v1/budgets_service.pb.h"

namespace regard::budgets {

class PayoutsDueView : public es::View {
 public:
  static constexpr char kName[] = "budgets.payouts_due";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"budgets"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

// Thread-safe. Says nothing about who may ask.
class PayoutsDue {
 public:
  explicit PayoutsDue(const es::ViewReader& rows) : rows_(rows) {}

  // Both included; unset means without limit.
  struct Days {
    absl::optional<absl::CivilDay> first;
    absl::optional<absl::CivilDay> last;
  };
  struct Page {
    std::vector<v1::PayoutTotal> payouts;
    // Where the next page starts; empty when there is none.
    std::string next;
  };
  // By day. INVALID_ARGUMENT for an `after` of another list.
  absl::StatusOr<Page> ToProvider(absl::string_view provider_id, const Days& days, absl::string_view after,
                                  int limit) const;
  // By day; of one provider unless `provider_id` is empty.
  absl::StatusOr<Page> FromAccount(absl::string_view debtor_account, absl::string_view provider_id, const Days& days,
                                   absl::string_view after, int limit) const;

 private:
  absl::StatusOr<Page> Listed(const std::string& prefix, absl::string_view provider_id, const Days& days,
                              absl::string_view after, int limit) const;

  const es::ViewReader& rows_;
};

}  // namespace regard::budgets
