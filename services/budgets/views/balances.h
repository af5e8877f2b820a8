// How much is there, and who may ask? One row per budget with its counters now, and beside it one row per person with
// the grants of those who act for them, so that a balance is read and authorised with one or two Gets.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/es/view.h"
#include "regard/budgets/v1/budgets_service.pb.h"
#include "regard/options/v1/options.pb.h"

namespace regard::budgets {

// Who asks, as their token says.
struct Asker {
  absl::string_view subject;
  options::v1::Role role = options::v1::ROLE_UNSPECIFIED;
  absl::string_view tenant;
};

class BalancesView : public es::View {
 public:
  static constexpr char kName[] = "budgets.balances";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"budgets"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

// Thread-safe.
class Balances {
 public:
  // `rows` is the store of a BalancesView over a log with so many partitions; it outlives this.
  Balances(const es::ViewReader& rows, int partition_count) : rows_(rows), partition_count_(partition_count) {}

  // NOT_FOUND, BUDGET_NOT_FOUND for a budget that does not exist or that the asker may not see: it is for the person, a
  // helper or app with the scope SEE, and a practitioner of the council whose money it is.
  absl::StatusOr<v1::Balance> Get(absl::string_view person_id, absl::string_view budget_id,
                                  const Asker& asker, absl::Time now) const;

  // One page. `after` is the key that the page before ended with, empty for the first; `next` is set when there is
  // more.
  struct Page {
    std::vector<v1::Balance> balances;
    std::string next;
  };
  // Those that the asker may see.
  absl::StatusOr<Page> OfPerson(absl::string_view person_id, const Asker& asker, absl::Time now,
                                absl::string_view after, int limit) const;
  // A council's, without wallets of people's own money.
  absl::StatusOr<Page> OfCouncil(absl::string_view tenant, absl::string_view after, int limit) const;

  absl::StatusOr<std::vector<v1::ActingGranted>> GrantsOf(absl::string_view person_id) const;

 private:
  absl::StatusOr<bool> MaySee(const v1::Balance& balance, const Asker& asker, absl::Time now) const;
  absl::StatusOr<absl::optional<v1::Balance>> Find(absl::string_view person_id, absl::string_view budget_id) const;
  absl::StatusOr<Page> Listed(absl::string_view prefix, absl::string_view after, int limit,
                              const std::function<absl::StatusOr<bool>(const v1::Balance&)>& shown) const;

  const es::ViewReader& rows_;
  const int partition_count_;
};

}  // namespace regard::budgets
