#include "services/standalone/inside.h"

#include "services/bookings/service.h"
#include "services/budgets/service.h"
#include "services/directory/service.h"
#include "services/feedback/service.h"
#include "services/market/service.h"
#include "services/providers/service.h"

namespace regard::standalone {

std::vector<const hosting::Module*> Modules() {
  return {&providers::ProvidersService(), &bookings::BookingsService(),   &budgets::BudgetsService(),
          &feedback::FeedbackService(),   &directory::DirectoryService(), &market::MarketService()};
}

std::vector<hosting::ReactorLink> Reactors() {
  std::vector<hosting::ReactorLink> all;
  for (const hosting::Module* module : Modules()) {
    for (const hosting::ReactorLink& link : module->reactors()) all.push_back(link);
  }
  return all;
}

std::vector<std::unique_ptr<es::View>> MakeViews() { return hosting::MakeViewsOf(Modules()); }

}  // namespace regard::standalone
