// Who takes part in the demonstration: synthetic providers and people, a pure function of the seed. Real are only the
// postcodes and the amounts of their budgets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "regard/budgets/v1/facts.pb.h"
#include "regard/providers/v1/facts.pb.h"
#include "tools/demo_market/offers.h"
#include "tools/demo_market/places.h"

namespace regard::demo {

struct ProviderPlan {
  // Token subject of its owner.
  std::string owner_id;
  std::string name;
  base::v1::ProviderKind kind = base::v1::PROVIDER_KIND_MICRO_ENTERPRISE;
  providers::v1::Ownership ownership = providers::v1::OWNERSHIP_SOLE_TRADER;
  bool community_owned = false;
  std::string postcode;
  std::vector<std::string> worker_names;
  // Registered for care at home.
  bool has_cqc = false;
  // The week in which its insurance runs out and is renewed late; -1 for none.
  int lapses_in_week = -1;
  // 1 to 4. Worker ids are not in the terms: they come from registering.
  struct Listing {
    providers::v1::ListingTerms terms;
    providers::v1::Price price;
  };
  std::vector<Listing> listings;
};

// `weeks`: how long the demonstration runs.
std::vector<ProviderPlan> MakeProviders(const Places& places, uint64_t seed, int count, int weeks);

enum class BooksBy { kSelf, kHelper, kPractitioner };

struct PersonPlan {
  // Also the token's subject.
  std::string person_id;
  std::string postcode;
  budgets::v1::Funder funder = budgets::v1::FUNDER_COUNCIL;
  base::v1::Holding holding = base::v1::HOLDING_DIRECT_PAYMENT;
  // One of the real ones, in pounds of 2008.
  int64_t annual_pence = 0;
  // 0 for none.
  int64_t hourly_price_limit_pence = 0;
  // What the budget's one line may buy; empty for anything.
  std::vector<std::string> allowed_categories;
  BooksBy books_by = BooksBy::kSelf;
  // Categories, most wanted first.
  std::vector<std::string> wants;
  // The council pays the year's amount in quarters.
  bool paid_quarterly = false;
  // What they pay towards it every four weeks; 0 for nothing.
  int64_t contribution_pence = 0;
  // The week before which they move to another council and the budget is closed; -1 for none.
  int moves_in_week = -1;
  // Of the budget's weekly share: how much they try to spend.
  double pace = 1;
  bool likes_free_activities = false;
  // What they do once they have to confirm: at once, or leave it to time where time may.
  double confirms_at_once = 0.6;
};

// `annual_pence`: the real amounts to draw from, at least one.
std::vector<PersonPlan> MakePeople(const Places& places, const std::vector<int64_t>& annual_pence, uint64_t seed, int count,
                                   int weeks);

}  // namespace regard::demo
