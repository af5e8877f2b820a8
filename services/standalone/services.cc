#include "services/standalone/services.h"

#include <cstdlib>

#include "libs/rpc/doors.h"
#include "services/bookings/api/bookings_api.h"
#include "services/bookings/reactors/on_budgets.h"
#include "services/bookings/reactors/on_providers.h"
#include "services/bookings/views/bookings_view.h"
#include "services/bookings/views/continuity_view.h"
#include "services/bookings/views/diary_view.h"
#include "services/bookings/views/needs_view.h"
#include "services/bookings/views/terms_view.h"
#include "services/budgets/api/budgets_api.h"
#include "services/budgets/reactors/on_bookings.h"
#include "services/budgets/views/balances.h"
#include "services/budgets/views/package_costs.h"
#include "services/budgets/views/payouts_due.h"
#include "services/budgets/views/provider_standing.h"
#include "services/budgets/views/statements.h"
#include "services/directory/api/directory_api.h"
#include "services/directory/views/listings_view.h"
#include "services/feedback/api/feedback_api.h"
#include "services/feedback/views/concerns_view.h"
#include "services/feedback/views/conversations_view.h"
#include "services/feedback/views/relations_view.h"
#include "services/market/api/market_api.h"
#include "services/market/views/market_view.h"
#include "services/providers/api/providers_api.h"
#include "services/providers/views/providers_view.h"

namespace regard::standalone {
namespace {

// The directory's view, which keeps an index in memory beside its rows.
directory::ListingsView& ListingsOf(const std::vector<es::View*>& views) {
  for (es::View* view : views) {
    if (view->name() == directory::ListingsView::kName) return static_cast<directory::ListingsView&>(*view);
  }
  std::abort();
}

}  // namespace

struct Services::Parts {
  Parts(rpc::Shell& shell, app::EmbeddedEngine& engine, const std::vector<es::View*>& views,
        const privacy::Digester& digester, const privacy::Opener& opener, const Clock& clock, rpc::Forwarder* forwarder)
      : queries(engine.gate(), engine.timer()),
        to_providers(engine.runtime("providers"), engine.gate(), digester, clock, forwarder),
        to_bookings(engine.runtime("bookings"), engine.gate(), digester, clock, forwarder),
        to_budgets(engine.runtime("budgets"), engine.gate(), digester, clock, forwarder),
        to_feedback(engine.runtime("feedback"), engine.gate(), digester, clock, forwarder),
        booking_rows{engine.reader(bookings::TermsView::kName),    engine.reader(bookings::kGrantsView),
                     engine.reader(bookings::BookingsView::kName), engine.reader(bookings::DiaryView::kName),
                     engine.reader(bookings::NeedsView::kName),    engine.reader(bookings::ContinuityView::kName)},
        budget_rows{engine.reader(budgets::BalancesView::kName), engine.reader(budgets::StatementsView::kName),
                    engine.reader(budgets::PayoutsDueView::kName), engine.reader(budgets::PackageCostsView::kName),
                    engine.reader(budgets::ProviderStandingView::kName)},
        feedback_rows{engine.reader(feedback::ConversationsView::kName), engine.reader(feedback::ConcernsView::kName),
                      engine.reader(feedback::RelationsView::kName), engine.reader(feedback::kGrantsViewName)},
        listings(ListingsOf(views)),
        providers(shell, to_providers, queries, engine.reader(providers::ProvidersView::kName), opener),
        bookings(shell, to_bookings, queries, booking_rows, opener),
        budgets(shell, to_budgets, queries, budget_rows, engine.runtime("budgets").partition_count(), clock),
        feedback(shell, to_feedback, queries, feedback_rows, opener, clock),
        directory(shell, queries, listings, engine.reader(directory::ListingsView::kName).store()),
        market(shell, queries, engine.reader(market::MarketView::kName), clock),
        standings(budget_rows.provider_standing),
        budgets_on_bookings(standings) {}

  rpc::QueryDoor queries;
  rpc::CommandDoor to_providers;
  rpc::CommandDoor to_bookings;
  rpc::CommandDoor to_budgets;
  rpc::CommandDoor to_feedback;
  bookings::BookingsApi::Rows booking_rows;
  budgets::ViewRows budget_rows;
  feedback::FeedbackApi::Views feedback_rows;
  directory::ListingsView& listings;

  providers::ProvidersApi providers;
  bookings::BookingsApi bookings;
  budgets::BudgetsApi budgets;
  feedback::FeedbackApi feedback;
  directory::DirectoryApi directory;
  market::MarketApi market;

  budgets::ProviderStandings standings;
  budgets::OnBookings budgets_on_bookings;
  bookings::OnBudgets bookings_on_budgets;
  bookings::OnProviders bookings_on_providers;
};

Services::Services(rpc::Shell& shell, app::EmbeddedEngine& engine, const std::vector<es::View*>& views,
                   const privacy::Digester& digester, const privacy::Opener& opener, const Clock& clock, rpc::Forwarder* forwarder)
    : parts_(std::make_unique<Parts>(shell, engine, views, digester, opener, clock, forwarder)) {
  engine.AddReactor(parts_->budgets_on_bookings, "budgets");
  engine.AddReactor(parts_->bookings_on_budgets, "bookings");
  engine.AddReactor(parts_->bookings_on_providers, "bookings");
}

Services::~Services() = default;

absl::Status Services::Load(app::EmbeddedEngine& engine) {
  return parts_->listings.Load(engine.reader(directory::ListingsView::kName).store());
}

std::vector<rpc::Service*> Services::served() {
  return {&parts_->providers, &parts_->bookings,  &parts_->budgets,
          &parts_->feedback,  &parts_->directory, &parts_->market};
}

}  // namespace regard::standalone
