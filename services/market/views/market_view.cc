#include "services/market/views/market_view.h"

#include "libs/es/domain.h"

namespace regard::market {

absl::Status MarketView::Apply(const es::FactEvent& event, es::Rows& rows) {
  const absl::string_view kind = es::KindOf(event.logged.stream());
  if (kind == "provider") ApplyProvider(event, event.As<providers::v1::ProviderFact>(), rows);
  if (kind == "place") ApplyPlace(event.As<providers::v1::PlaceFact>(), rows);
  if (kind == "booking") ApplyBooking(event, event.As<bookings::v1::BookingFact>(), rows);
  if (kind == "need") ApplyNeed(event, event.As<bookings::v1::NeedFact>(), rows);
  if (kind == "budget") ApplyBudget(event.As<budgets::v1::BudgetFact>(), rows);
  if (kind == "council") ApplyCouncil(event.As<budgets::v1::CouncilFact>(), rows);
  return absl::OkStatus();
}

}  // namespace regard::market
