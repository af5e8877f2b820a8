#include "services/standalone/inside.h"

#include <algorithm>
#include <iterator>

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

std::vector<std::unique_ptr<es::View>> MakeViews() {
  std::vector<std::unique_ptr<es::View>> all;
  for (const hosting::Module* module : Modules()) {
    std::vector<std::unique_ptr<es::View>> views = module->MakeViews();
    std::move(views.begin(), views.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace regard::standalone
