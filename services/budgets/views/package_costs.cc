#include "services/budgets/views/package_costs.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/rejection.h"
#include "libs/es/domain.h"

namespace regard::budgets {
namespace {

std::string CouncilPrefix(absl::string_view tenant) { return absl::StrCat(tenant, "/"); }

}  // namespace

absl::Status PackageCostsView::Apply(const es::FactEvent& event, es::Rows& rows) {
  if (es::KindOf(event.logged.stream()) != "council") return absl::OkStatus();
  const auto& fact = event.As<v1::CouncilFact>();
  if (!fact.has_package_cost_recorded()) return absl::OkStatus();
  const v1::PackageCostRecorded& recorded = fact.package_cost_recorded();
  rows.Put(absl::StrCat(CouncilPrefix(recorded.tenant()), recorded.record_id()), recorded.SerializeAsString());
  return absl::OkStatus();
}

absl::StatusOr<PackageCosts::Page> PackageCosts::OfCouncil(absl::string_view tenant, absl::string_view after,
                                                           int limit) const {
  const std::string prefix = CouncilPrefix(tenant);
  if (!after.empty() && !absl::StartsWith(after, prefix)) {
    return ToStatus(Invalid("page_token", "PAGE_TOKEN_OF_ANOTHER_LIST"));
  }
  Page page;
  const absl::Status scanned = rows_.Scan<v1::PackageCostRecorded>(
      prefix, after, [&](absl::string_view, const v1::PackageCostRecorded& cost) {
        if (static_cast<int>(page.costs.size()) == limit) {
          page.next = absl::StrCat(prefix, page.costs.back().record_id());
          return false;
        }
        page.costs.push_back(cost);
        return true;
      });
  if (!scanned.ok()) return scanned;
  return page;
}

}  // namespace regard::budgets
