#include "services/market/views/market_view.h"

#include <algorithm>
#include <map>
#include <random>

#include "gtest/gtest.h"
#include "services/market/views/shape.h"
#include "services/market/views/testing/town.h"

namespace regard::market {
namespace {

using testing::kTown;
using testing::Town;
using testing::TownFact;

Town BusyTown() {
  Town town;
  for (int area = 1; area <= 4; ++area) town.Area(area, area * 7);
  // Imported again: replaces.
  town.Area(2, 15);
  town.AreasDone();
  town.Known("o1");
  town.AddProvider("o1", "claimed {}");
  for (int i = 0; i < 12; ++i) {
    const std::string id = absl::StrCat("p", i);
    town.Provider(id);
    town.Listing(id, "l-" + id, i % 3 == 0 ? "regard:gardening" : "regard:cooking", 1 + i % 4, 1000 + 100 * i);
    if (i == 5) town.AddProvider(id, R"pb(listing_price_set { listing_id: "l-p5" price { amount { pence: 7 } } })pb");
    if (i == 6) town.AddProvider(id, "closed {}");
    for (int week = 0; week < 4; ++week) {
      const std::string booking = absl::StrCat("b", i, "-", week);
      town.Booking(booking, id, absl::StrCat("x", i % 5), "regard:gardening", 1 + i % 4, week);
      town.AddBooking(booking, id, "funded { holding: HOLDING_DIRECT_PAYMENT }");
      town.AddBooking(booking, id, week == 2 ? "declined {}" : "accepted { worker_id: 'w2' }");
      if (week == 0) town.AddBooking(booking, id, "visit_recorded { delivered_minutes: 100 }");
      if (week == 0) town.AddBooking(booking, id, "confirmed { by_time: true }");
    }
    town.Need(absl::StrCat("n", i), absl::StrCat("x", i), "regard:pets", 1 + i % 4);
    town.Add<budgets::v1::BudgetFact>(i % 7, "budgets", absl::StrCat("budget/u", i),
                                      absl::Substitute(R"pb(opened { budget_id: "u$0" tenant: "E1" funder: FUNDER_COUNCIL
                                                                     price_year: 2008 lines { allocation { pence: $0 } } })pb",
                                                       i));
  }
  return town;
}

// Partitions in any order, each in its own.
std::vector<TownFact> Interleaved(const std::vector<TownFact>& facts, unsigned seed) {
  std::map<std::pair<std::string, int>, std::vector<TownFact>> partitions;
  for (const TownFact& fact : facts) partitions[{fact.topic, fact.partition}].push_back(fact);
  std::vector<std::vector<TownFact>> queues;
  for (auto& [key, queue] : partitions) {
    std::reverse(queue.begin(), queue.end());
    queues.push_back(std::move(queue));
  }
  std::mt19937 random(seed);
  std::vector<TownFact> result;
  while (!queues.empty()) {
    auto& queue = queues[random() % queues.size()];
    result.push_back(std::move(queue.back()));
    queue.pop_back();
    if (queue.empty()) queues.erase(queues.begin() + (&queue - queues.data()));
  }
  return result;
}

std::map<std::string, std::string> RowsOf(const std::vector<TownFact>& facts) {
  MarketView view;
  es::testing::ViewFeed feed(view);
  Town::Feed(facts, feed);
  return feed.store().Contents();
}

TEST(MarketView, ARebuildInAnyOrderOfPartitionsIsTheSameBytes) {
  const Town town = BusyTown();
  const std::map<std::string, std::string> live = RowsOf(town.facts());
  EXPECT_GT(live.size(), 100u);
  for (unsigned seed = 1; seed <= 20; ++seed) EXPECT_EQ(RowsOf(Interleaved(town.facts(), seed)), live) << seed;
}

TEST(MarketView, AnswersAreTheSameBytesToo) {
  const Town town = BusyTown();
  const Evidence evidence = town.Evidence();
  EXPECT_EQ(ShapeOf(evidence, {5, 5}).SerializeAsString(), ShapeOf(town.Evidence(), {5, 5}).SerializeAsString());
}

TEST(MarketView, ASectorImportedAgainReplacesItsPostcodes) {
  Town town;
  town.Area(1, 10);
  town.Add<providers::v1::PlaceFact>(101, "providers", "place/postcodes:M33 1",
                                     R"pb(postcodes_imported { sector: "M33 1" tenant: "E08000009"
                                            postcodes { postcode: "M33 1ZZ" area_code: "A9" point { latitude_deg: 53 } } })pb");
  int postcodes = 0;
  for (const auto& [key, value] : RowsOf(town.facts())) {
    postcodes += key.rfind("z/", 0) == 0;
    EXPECT_NE(key, "z/M33 1AA/E08000009");
  }
  EXPECT_EQ(postcodes, 1);
}

TEST(MarketView, ABookingFoldsThroughItsPhases) {
  Town town;
  town.Booking("b", "p", "ann", "regard:pets", 1);
  town.AddBooking("b", "p", "accepted { worker_id: 'other' }");
  town.AddBooking("b", "p", "no_show {}");
  town.AddBooking("orphan", "p", "accepted {}");
  const Evidence evidence = town.Evidence();
  ASSERT_EQ(evidence.bookings.size(), 1u);
  EXPECT_EQ(evidence.bookings[0].worker_id(), "other");
  EXPECT_EQ(evidence.bookings[0].booked_minutes(), 120);
  EXPECT_EQ(evidence.bookings[0].phase(), internal::v1::BOOKING_PHASE_NO_SHOW);
}

}  // namespace
}  // namespace regard::market
