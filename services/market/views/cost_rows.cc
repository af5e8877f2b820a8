// Rows of what a year of support costs.
#include "regard/market/internal/v1/rows.pb.h"
#include "services/market/views/keys.h"
#include "services/market/views/market_view.h"

namespace regard::market {
namespace {

using internal::v1::CostRow;

}  // namespace

// Only budgets whose amounts say the prices they are in can be compared; and only a council's own money is its cost.
void ApplyBudget(const budgets::v1::BudgetFact& fact, es::Rows& rows) {
  if (!fact.has_opened()) return;
  const budgets::v1::BudgetOpened& opened = fact.opened();
  if (opened.price_year() == 0 || opened.funder() != budgets::v1::FUNDER_COUNCIL) return;
  CostRow& row = rows.Mutable<CostRow>(BudgetCostKey(opened.tenant(), opened.budget_id()));
  row.set_tenant(opened.tenant());
  row.set_arrangement(budgets::v1::ARRANGEMENT_PERSONAL_BUDGET);
  row.set_annual_pence(0);
  for (const budgets::v1::Line& line : opened.lines()) {
    row.set_annual_pence(row.annual_pence() + line.allocation().pence());
  }
  row.set_price_year(opened.price_year());
  row.set_source(opened.source());
}

void ApplyCouncil(const budgets::v1::CouncilFact& fact, es::Rows& rows) {
  if (!fact.has_package_cost_recorded()) return;
  const budgets::v1::PackageCostRecorded& recorded = fact.package_cost_recorded();
  CostRow& row = rows.Mutable<CostRow>(PackageCostKey(recorded.tenant(), recorded.record_id()));
  row.set_tenant(recorded.tenant());
  row.set_arrangement(recorded.arrangement());
  row.set_annual_pence(recorded.annual_cost().pence());
  row.set_price_year(recorded.price_year());
  row.set_source(recorded.source());
}

}  // namespace regard::market
