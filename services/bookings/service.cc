#include "services/bookings/service.h"

#include "libs/acting/grants_view.h"
#include "services/bookings/api/bookings_api.h"
#include "services/bookings/domain/bookings_domain.h"
#include "services/bookings/reactors/on_budgets.h"
#include "services/bookings/reactors/on_providers.h"
#include "services/bookings/views/bookings_view.h"
#include "services/bookings/views/continuity_view.h"
#include "services/bookings/views/diary_view.h"
#include "services/bookings/views/needs_view.h"
#include "services/bookings/views/terms_view.h"

namespace regard::bookings {
namespace {

struct Service final : hosting::Hosted {
  explicit Service(const hosting::Surroundings& around)
      : queries(around.host.gate(), around.host.timer()),
        commands(around.host.runtime("bookings"), around.host.gate(), around.digester, around.clock,
                 around.forwarder),
        rows{around.host.reader(TermsView::kName),    around.host.reader(kGrantsView),
             around.host.reader(BookingsView::kName), around.host.reader(DiaryView::kName),
             around.host.reader(NeedsView::kName),    around.host.reader(ContinuityView::kName)},
        door(around.shell, commands, queries, rows, around.opener) {
    around.host.AddReactor(on_budgets, "bookings");
    around.host.AddReactor(on_providers, "bookings");
  }
  rpc::Service& api() override { return door; }

  rpc::QueryDoor queries;
  rpc::CommandDoor commands;
  BookingsApi::Rows rows;
  BookingsApi door;
  OnBudgets on_budgets;
  OnProviders on_providers;
};

class Module final : public hosting::Module {
 public:
  absl::string_view name() const override { return "bookings"; }
  const es::Domain* domain() const override { return &BookingsDomain(); }
  std::vector<hosting::ReactorLink> reactors() const override {
    return {{std::string(OnBudgets().name()), "budgets", "bookings"},
            {std::string(OnProviders().name()), "providers", "bookings"}};
  }
  std::vector<std::unique_ptr<es::View>> MakeViews() const override {
    std::vector<std::unique_ptr<es::View>> views;
    views.push_back(std::make_unique<TermsView>());
    views.push_back(std::make_unique<BookingsView>());
    views.push_back(std::make_unique<DiaryView>());
    views.push_back(std::make_unique<NeedsView>());
    views.push_back(std::make_unique<ContinuityView>());
    views.push_back(std::make_unique<acting::GrantsView>(std::string(kGrantsView)));
    return views;
  }
  std::unique_ptr<hosting::Hosted> Assemble(const hosting::Surroundings& around,
                                            const std::vector<std::unique_ptr<es::View>>&) const override {
    return std::make_unique<Service>(around);
  }
};

}  // namespace

const hosting::Module& BookingsService() {
  static const Module kModule;
  return kModule;
}

}  // namespace regard::bookings
