#include "services/standalone/inside.h"

#include <string>

#include "libs/acting/grants_view.h"
#include "libs/es/quarantine_domain.h"
#include "services/bookings/domain/bookings_domain.h"
#include "services/bookings/reactors/on_budgets.h"
#include "services/bookings/reactors/on_providers.h"
#include "services/bookings/views/bookings_view.h"
#include "services/bookings/views/continuity_view.h"
#include "services/bookings/views/diary_view.h"
#include "services/bookings/views/needs_view.h"
#include "services/bookings/views/terms_view.h"
#include "services/budgets/domain/budgets_domain.h"
#include "services/budgets/reactors/on_bookings.h"
#include "services/budgets/views/balances.h"
#include "services/budgets/views/package_costs.h"
#include "services/budgets/views/payouts_due.h"
#include "services/budgets/views/provider_standing.h"
#include "services/budgets/views/statements.h"
#include "services/directory/views/listings_view.h"
#include "services/feedback/domain/feedback_domain.h"
#include "services/feedback/views/concerns_view.h"
#include "services/feedback/views/conversations_view.h"
#include "services/feedback/views/relations_view.h"
#include "services/market/views/market_view.h"
#include "services/providers/domain/providers_domain.h"
#include "services/providers/views/providers_view.h"

namespace regard::standalone {

std::vector<const es::Domain*> Domains() {
  return {&providers::ProvidersDomain(), &bookings::BookingsDomain(), &budgets::BudgetsDomain(),
          &feedback::FeedbackDomain()};
}

std::vector<const es::Domain*> StoredDomains() {
  std::vector<const es::Domain*> domains = Domains();
  domains.push_back(&es::QuarantineDomain());
  return domains;
}

std::vector<ReactorLink> Reactors() {
  return {{budgets::OnBookings::kName, "bookings", "budgets"},
          {std::string(bookings::OnBudgets().name()), "budgets", "bookings"},
          {std::string(bookings::OnProviders().name()), "providers", "bookings"}};
}

std::vector<std::unique_ptr<es::View>> MakeViews() {
  std::vector<std::unique_ptr<es::View>> views;
  views.push_back(std::make_unique<providers::ProvidersView>());
  views.push_back(std::make_unique<bookings::TermsView>());
  views.push_back(std::make_unique<bookings::BookingsView>());
  views.push_back(std::make_unique<bookings::DiaryView>());
  views.push_back(std::make_unique<bookings::NeedsView>());
  views.push_back(std::make_unique<bookings::ContinuityView>());
  views.push_back(std::make_unique<acting::GrantsView>("bookings.acting"));
  views.push_back(std::make_unique<budgets::BalancesView>());
  views.push_back(std::make_unique<budgets::StatementsView>());
  views.push_back(std::make_unique<budgets::PayoutsDueView>());
  views.push_back(std::make_unique<budgets::PackageCostsView>());
  views.push_back(std::make_unique<budgets::ProviderStandingView>());
  views.push_back(std::make_unique<feedback::ConversationsView>());
  views.push_back(std::make_unique<feedback::ConcernsView>());
  views.push_back(std::make_unique<feedback::RelationsView>());
  views.push_back(std::make_unique<acting::GrantsView>("feedback.acting"));
  views.push_back(std::make_unique<directory::ListingsView>());
  views.push_back(std::make_unique<market::MarketView>());
  return views;
}

}  // namespace regard::standalone
