#include "services/standalone/services.h"

#include "libs/rpc/doors.h"
#include "services/budgets/api/budgets_api.h"
#include "services/budgets/reactors/on_bookings.h"
#include "services/budgets/views/balances.h"
#include "services/budgets/views/package_costs.h"
#include "services/budgets/views/payouts_due.h"
#include "services/budgets/views/provider_standing.h"
#include "services/budgets/views/statements.h"
#include "services/directory/api/directory_api.h"
#include "services/directory/views/listings_view.h"
#include "services/providers/api/providers_api.h"
#include "services/providers/views/providers_view.h"

namespace regard::standalone {
namespace {

// The view of that type among those that the engine was opened with.
template <class View>
View& Find(const std::vector<es::View*>& views, absl::string_view name) {
  for (es::View* view : views) {
    if (view->name() == name) return static_cast<View&>(*view);
  }
  std::abort();
}

}  // namespace

struct Services::Parts {
  Parts(rpc::Shell& shell, app::EmbeddedEngine& engine, const std::vector<es::View*>& views,
        const privacy::Digester& digester, const privacy::Opener& opener, const Clock& clock)
      : queries(engine.gate(), engine.timer()),
        to_providers(engine.runtime("providers"), engine.gate(), digester, clock),
        to_bookings(engine.runtime("bookings"), engine.gate(), digester, clock),
        to_budgets(engine.runtime("budgets"), engine.gate(), digester, clock),
        providers(shell, to_providers, queries, engine.reader(providers::ProvidersView::kName), opener),
        directory(shell, queries, Find<directory::ListingsView>(views, directory::ListingsView::kName),
                  engine.reader(directory::ListingsView::kName).store()),
        budget_rows{engine.reader(budgets::BalancesView::kName), engine.reader(budgets::StatementsView::kName),
                    engine.reader(budgets::PayoutsDueView::kName), engine.reader(budgets::PackageCostsView::kName),
                    engine.reader(budgets::ProviderStandingView::kName)},
        budgets(shell, to_budgets, queries, budget_rows, static_cast<int>(engine.runtime("budgets").partition_count()),
                clock),
        standings(engine.reader(budgets::ProviderStandingView::kName)),
        budgets_on_bookings(standings) {}

  rpc::QueryDoor queries;
  rpc::CommandDoor to_providers;
  rpc::CommandDoor to_bookings;
  rpc::CommandDoor to_budgets;
  providers::ProvidersApi providers;
  directory::DirectoryApi directory;
  budgets::ViewRows budget_rows;
  budgets::BudgetsApi budgets;
  budgets::ProviderStandings standings;
  budgets::OnBookings budgets_on_bookings;
};

Services::Services(rpc::Shell& shell, app::EmbeddedEngine& engine, const std::vector<es::View*>& views,
                   const privacy::Digester& digester, const privacy::Opener& opener, const Clock& clock)
    : parts_(std::make_unique<Parts>(shell, engine, views, digester, opener, clock)) {
  engine.AddReactor(parts_->budgets_on_bookings, "budgets");
}

Services::~Services() = default;

std::vector<rpc::Service*> Services::served() { return {&parts_->providers, &parts_->budgets, &parts_->directory}; }

}  // namespace regard::standalone
