// What councils' figures are made of: providers and listings, bookings and needs, costs, and where places are. Every row
// depends on the facts of one stream; sums are made when somebody asks, so that a rebuild equals the live view.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/es/view.h"
#include "regard/bookings/v1/facts.pb.h"
#include "regard/budgets/v1/facts.pb.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::market {

// Keys are in keys.h, rows in rows.proto.
class MarketView : public es::View {
 public:
  static constexpr char kName[] = "market.evidence";

  absl::string_view name() const override { return kName; }
  uint32_t version() const override { return 2; }
  std::vector<std::string> topics() const override { return {"providers", "bookings", "budgets"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;
};

// By context. Facts that say nothing about the market leave no row.
void ApplyProvider(const es::FactEvent& event, const providers::v1::ProviderFact& fact, es::Rows& rows);
void ApplyPlace(const providers::v1::PlaceFact& fact, es::Rows& rows);
void ApplyBooking(const es::FactEvent& event, const bookings::v1::BookingFact& fact, es::Rows& rows);
void ApplyNeed(const es::FactEvent& event, const bookings::v1::NeedFact& fact, es::Rows& rows);
void ApplyBudget(const budgets::v1::BudgetFact& fact, es::Rows& rows);
void ApplyCouncil(const budgets::v1::CouncilFact& fact, es::Rows& rows);

}  // namespace regard::market
