#include "services/budgets/service.h"

#include "services/budgets/api/budgets_api.h"
#include "services/budgets/domain/budgets_domain.h"
#include "services/budgets/reactors/on_bookings.h"
#include "services/budgets/views/balances.h"
#include "services/budgets/views/package_costs.h"
#include "services/budgets/views/payouts_due.h"
#include "services/budgets/views/provider_standing.h"
#include "services/budgets/views/statements.h"

namespace regard::budgets {
namespace {

struct Service final : hosting::Hosted {
  explicit Service(const hosting::Surroundings& around)
      : queries(around.host.gate(), around.host.timer()),
        commands(around.host.runtime("budgets"), around.host.gate(), around.digester, around.clock, around.forwarder),
        rows{around.host.reader(BalancesView::kName), around.host.reader(StatementsView::kName),
             around.host.reader(PayoutsDueView::kName), around.host.reader(PackageCostsView::kName),
             around.host.reader(ProviderStandingView::kName)},
        door(around.shell, commands, queries, rows, around.host.runtime("budgets").partition_count(), around.clock),
        standings(rows.provider_standing),
        on_bookings(standings) {
    around.host.AddReactor(on_bookings, "budgets");
  }
  rpc::Service& api() override { return door; }

  rpc::QueryDoor queries;
  rpc::CommandDoor commands;
  ViewRows rows;
  BudgetsApi door;
  ProviderStandings standings;
  OnBookings on_bookings;
};

class Module final : public hosting::Module {
 public:
  absl::string_view name() const override { return "budgets"; }
  const es::Domain* domain() const override { return &BudgetsDomain(); }
  std::vector<hosting::ReactorLink> reactors() const override {
    return {{OnBookings::kName, "bookings", "budgets"}};
  }
  std::vector<std::unique_ptr<es::View>> MakeViews() const override {
    std::vector<std::unique_ptr<es::View>> views;
    views.push_back(std::make_unique<BalancesView>());
    views.push_back(std::make_unique<StatementsView>());
    views.push_back(std::make_unique<PayoutsDueView>());
    views.push_back(std::make_unique<PackageCostsView>());
    views.push_back(std::make_unique<ProviderStandingView>());
    return views;
  }
  std::unique_ptr<hosting::Hosted> Assemble(const hosting::Surroundings& around,
                                            const std::vector<std::unique_ptr<es::View>>&) const override {
    return std::make_unique<Service>(around);
  }
};

}  // namespace

const hosting::Module& BudgetsService() {
  static const Module kModule;
  return kModule;
}

}  // namespace regard::budgets
