// What did packages of support cost a council? One row per record.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/es/view.h"
#include "regard/budgets/v1/facts.pb.h"

namespace regard::budgets {

class PackageCostsView : public es::View {
 public:
  static constexpr char kName[] = "budgets.package_costs";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 1; }
  std::vector<std::string> topics() const override { return {"budgets"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

// Thread-safe. Says nothing about who may ask.
class PackageCosts {
 public:
  explicit PackageCosts(const es::ViewReader& rows) : rows_(rows) {}

  struct Page {
    std::vector<v1::PackageCostRecorded> costs;
    // Where the next page starts; empty when there is none.
    std::string next;
  };
  // By record id. INVALID_ARGUMENT for an `after` of another list.
  absl::StatusOr<Page> OfCouncil(absl::string_view tenant, absl::string_view after, int limit) const;

 private:
  const es::ViewReader& rows_;
};

}  // namespace regard::budgets
