// A small town made of facts: providers with one worker each, bookings, areas a known distance apart.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "libs/base/time.h"
#include "libs/es/testing/view_feed.h"
#include "services/market/views/evidence.h"
#include "services/market/views/market_view.h"

namespace regard::market::testing {

constexpr char kTown[] = "E08000009";
// Four weeks from Monday 2 March 2026.
const DayWindow kWindow = {absl::CivilDay(2026, 3, 2), absl::CivilDay(2026, 3, 29)};

// One fact, kept so that it can be fed again in another order.
struct TownFact {
  int partition = 0;
  std::string topic;
  std::string stream;
  std::shared_ptr<const google::protobuf::Message> fact;
};

class Town {
 public:
  // 2 km north to south between neighbours: area 1 at 53.40, area 2 at 53.418, ... with one sector ("M33 <n>") each.
  void Area(int number, int limited_a_lot) {
    const double latitude_deg = 53.40 + 0.018 * (number - 1);
    Add<providers::v1::PlaceFact>(100 + number, "providers", absl::StrCat("place/postcodes:M33 ", number),
                                  absl::Substitute(R"pb(postcodes_imported {
                                                          sector: "M33 $0" tenant: "$1"
                                                          postcodes { postcode: "M33 $0AA" area_code: "A$0"
                                                                      point { latitude_deg: $2 longitude_deg: -2.3 } } })pb",
                                                   number, kTown, latitude_deg));
    areas_ += absl::Substitute(R"pb(areas { area_code: "A$0" name: "Area $0" residents: 1000 limited_a_lot: $1 } )pb",
                               number, limited_a_lot);
  }
  void AreasDone() {
    Add<providers::v1::PlaceFact>(99, "providers", absl::StrCat("place/areas:", kTown),
                                  absl::Substitute("areas_imported { tenant: '$0' $1 }", kTown, areas_));
  }
  void Provider(absl::string_view id, absl::string_view more = "kind: PROVIDER_KIND_MICRO_ENTERPRISE") {
    AddProvider(id, absl::Substitute(R"pb(registered { provider_id: "$0" name: "$0 Ltd" tenant: "$1" $2 })pb", id, kTown,
                                     more));
  }
  void Known(absl::string_view id, absl::string_view kind = "PROVIDER_KIND_COMMUNITY_GROUP") {
    AddProvider(id, absl::Substitute(R"pb(known { provider_id: "$0" tenant: "$1" kind: $2 })pb", id, kTown, kind));
  }
  // Published; Monday mornings from 8:00 to 12:00 for the worker w, in the sector, within 3 km.
  void Listing(absl::string_view provider, absl::string_view id, absl::string_view category, int sector,
               int64_t pence_an_hour = 1500, absl::string_view more = "") {
    AddProvider(provider,
                absl::Substitute(R"pb(listing_drafted {
                                        listing_id: "$0"
                                        terms { categories: "$1" form: LISTING_FORM_VISIT capacity: 1 radius_m: 3000
                                                place: PLACE_KIND_PERSONS_HOME postcode: "M33 $2" worker_ids: "w"
                                                windows { weekday: 1 start_minute_of_day: 480 end_minute_of_day: 720 } $4 }
                                        price { amount { pence: $3 currency: "GBP" } unit: PRICE_UNIT_HOUR } })pb",
                                 id, category, sector, pence_an_hour, more));
    AddProvider(provider, absl::Substitute(R"pb(listing_published { listing_id: "$0" })pb", id));
  }
  // Two hours on the Monday of the window's week `week` (0 is the first), with the worker w.
  void Booking(absl::string_view id, absl::string_view provider, absl::string_view person, absl::string_view category,
               int area, int week = 0, absl::string_view more = "") {
    const absl::Time start = absl::FromCivil(absl::CivilHour(2026, 3, 2, 9), absl::UTCTimeZone()) + week * absl::Hours(168);
    AddBooking(id, provider,
               absl::Substitute(R"pb(requested { booking_id: "$0" provider_id: "$1" person_id: "$2" category: "$3"
                                                 area_code: "A$4" tenant: "$5" worker_id: "w" listing_id: "l-$1"
                                                 when { start { seconds: $6 } end { seconds: $7 } }
                                                 form: LISTING_FORM_VISIT time_band: "WEEKDAY_MORNING" $8 })pb",
                                id, provider, person, category, area, kTown, absl::ToUnixSeconds(start),
                                absl::ToUnixSeconds(start + absl::Hours(2)), more));
  }
  void AddBooking(absl::string_view id, absl::string_view provider, absl::string_view fact) {
    Add<bookings::v1::BookingFact>(PartitionOf(provider), "bookings", absl::StrCat("booking/", id), fact);
  }
  void AddProvider(absl::string_view id, absl::string_view fact) {
    Add<providers::v1::ProviderFact>(PartitionOf(id), "providers", absl::StrCat("provider/", id), fact);
  }
  void Need(absl::string_view id, absl::string_view person, absl::string_view category, int area,
            absl::string_view more = "time_band: 'WEEKDAY_MORNING'") {
    Add<bookings::v1::NeedFact>(PartitionOf(id), "bookings", absl::StrCat("need/", id),
                                absl::Substitute(R"pb(noted { need_id: "$0" tenant: "$1" person_id: "$2" category: "$3"
                                                              area_code: "A$4" $5 })pb",
                                                 id, kTown, person, category, area, more));
  }
  template <class Fact>
  void Add(int partition, std::string topic, std::string stream, absl::string_view textproto) {
    facts_.push_back({partition, std::move(topic), std::move(stream),
                      std::make_shared<Fact>(es::testing::FromText<Fact>(textproto))});
  }

  const std::vector<TownFact>& facts() const { return facts_; }

  static void Feed(const std::vector<TownFact>& facts, es::testing::ViewFeed& feed) {
    // Needs are said on the second day of the window.
    feed.At(absl::FromCivil(absl::CivilHour(2026, 3, 3, 12), absl::UTCTimeZone()));
    for (const TownFact& fact : facts) feed.Topic(fact.topic).Partition(fact.partition).Add(fact.stream, *fact.fact);
  }
  market::Evidence Evidence(bool later_bookings = true) const {
    MarketView view;
    es::testing::ViewFeed feed(view);
    Feed(facts_, feed);
    absl::StatusOr<market::Evidence> evidence =
        ReadEvidence(es::ViewReader(feed.store()), kTown, kWindow, later_bookings);
    EXPECT_TRUE(evidence.ok()) << evidence.status();
    return evidence.ok() ? *std::move(evidence) : market::Evidence();
  }

 private:
  static int PartitionOf(absl::string_view key) {
    int sum = 0;
    for (const char c : key) sum = (sum * 31 + c) % 7;
    return sum;
  }

  std::vector<TownFact> facts_;
  std::string areas_;
};

}  // namespace regard::market::testing
