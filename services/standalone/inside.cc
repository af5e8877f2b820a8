#include "services/standalone/inside.h"

#include "services/bookings/domain/bookings_domain.h"
#include "services/budgets/domain/budgets_domain.h"
#include "services/budgets/views/balances.h"
#include "services/budgets/views/package_costs.h"
#include "services/budgets/views/payouts_due.h"
#include "services/budgets/views/provider_standing.h"
#include "services/budgets/views/statements.h"
#include "services/directory/views/listings_view.h"
#include "services/providers/domain/providers_domain.h"
#include "services/providers/views/providers_view.h"

namespace regard::standalone {

std::vector<const es::Domain*> Domains() {
  return {&providers::ProvidersDomain(), &bookings::BookingsDomain(), &budgets::BudgetsDomain()};
}

std::vector<std::unique_ptr<es::View>> MakeViews() {
  std::vector<std::unique_ptr<es::View>> views;
  views.push_back(std::make_unique<providers::ProvidersView>());
  views.push_back(std::make_unique<budgets::BalancesView>());
  views.push_back(std::make_unique<budgets::StatementsView>());
  views.push_back(std::make_unique<budgets::PayoutsDueView>());
  views.push_back(std::make_unique<budgets::PackageCostsView>());
  views.push_back(std::make_unique<budgets::ProviderStandingView>());
  views.push_back(std::make_unique<directory::ListingsView>());
  return views;
}

}  // namespace regard::standalone
