#include "services/market/views/shape.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/market/views/rules.h"
#include "services/market/views/testing/town.h"

namespace regard::market {
namespace {

using testing::Town;

constexpr char kGarden[] = "regard:gardening";
constexpr char kCook[] = "regard:cooking";

v1::GetShapeResponse Shape(const Town& town, int suppress_below = 1) {
  return ShapeOf(town.Evidence(false), {5, suppress_below});
}
double FreeHours(const v1::GetShapeResponse& shape, absl::string_view category, absl::string_view band) {
  for (const v1::FreeHours& row : shape.free_hours()) {
    if (row.category() == category && row.time_band() == band) return row.hours_a_week();
  }
  return -1;
}
const v1::CategoryUse* UseOf(const v1::GetShapeResponse& shape, absl::string_view category) {
  for (const v1::CategoryUse& row : shape.use()) {
    if (row.category() == category) return &row;
  }
  return nullptr;
}
std::string Counted(const google::protobuf::RepeatedPtrField<v1::UnmetCount>& rows) {
  std::string text;
  for (const v1::UnmetCount& row : rows) {
    const std::string count = row.requests().suppressed() ? "*" : absl::StrCat(row.requests().value());
    absl::StrAppend(&text, row.key(), "=", count, " ");
  }
  return text;
}

TEST(Shape, SupplyIsWhoIsHereAndWhoIsOnlyKnown) {
  Town town;
  town.Provider("p1");
  town.Provider("p2");
  town.AddProvider("p2", "closed {}");
  town.Known("o1");
  town.Known("o2");
  town.AddProvider("o2", "claimed {}");
  town.Known("h1", "PROVIDER_KIND_CARE_HOME");
  town.AddProvider("elsewhere", R"pb(registered { provider_id: "elsewhere" tenant: "E2" })pb");
  const v1::GetShapeResponse shape = Shape(town);
  ASSERT_EQ(shape.supply_size(), 3);
  EXPECT_EQ(shape.supply(0).kind(), base::v1::PROVIDER_KIND_MICRO_ENTERPRISE);
  EXPECT_EQ(shape.supply(0).here(), 1);
  EXPECT_EQ(shape.supply(0).closed(), 1);
  EXPECT_EQ(shape.supply(1).here(), 1);
  EXPECT_EQ(shape.supply(1).known(), 1);
  EXPECT_EQ(shape.known_unclaimed(), 1);
  EXPECT_EQ(shape.care_homes(), 1);
}

TEST(Shape, OnlyPublishedListingsCount) {
  Town town;
  town.Provider("p1");
  town.Listing("p1", "l1", kGarden, 1, 1000);
  town.Listing("p1", "l2", kGarden, 1, 2000);
  town.Listing("p1", "l3", kGarden, 1, 4000);
  town.Listing("p1", "l4", kGarden, 1, 9000);
  town.AddProvider("p1", R"pb(listing_paused { listing_id: "l4" })pb");
  const v1::GetShapeResponse shape = Shape(town);
  ASSERT_EQ(shape.listings_size(), 1);
  EXPECT_EQ(shape.listings(0).published(), 3);
  EXPECT_EQ(shape.listings(0).form(), providers::v1::LISTING_FORM_VISIT);
  ASSERT_EQ(shape.prices_size(), 1);
  EXPECT_EQ(shape.prices(0).listings(), 3);
  EXPECT_EQ(shape.prices(0).lower().pence(), 1500);
  EXPECT_EQ(shape.prices(0).median().pence(), 2000);
  EXPECT_EQ(shape.prices(0).upper().pence(), 3000);
}

TEST(Shape, AWorkersHourIsFreeOnceAndTakenForEverything) {
  Town town;
  town.Area(1, 50);
  town.AreasDone();
  town.Provider("p1");
  town.Listing("p1", "l1", kGarden, 1);
  town.Listing("p1", "l2", kCook, 1);
  for (int week = 0; week < 4; ++week) town.Booking(absl::StrCat("b", week), "p1", "ann", kGarden, 1, week);
  town.Booking("c", "p1", "ann", kGarden, 1, 1);
  town.AddBooking("c", "p1", "cancelled {}");
  const v1::GetShapeResponse shape = Shape(town);
  EXPECT_DOUBLE_EQ(FreeHours(shape, "", ""), 2);
  EXPECT_DOUBLE_EQ(FreeHours(shape, "", "WEEKDAY_MORNING"), 2);
  EXPECT_DOUBLE_EQ(FreeHours(shape, "", "WEEKEND_MORNING"), 0);
  EXPECT_DOUBLE_EQ(FreeHours(shape, kGarden, "WEEKDAY_MORNING"), 2);
  EXPECT_DOUBLE_EQ(FreeHours(shape, kCook, "WEEKDAY_MORNING"), 2);
  EXPECT_DOUBLE_EQ(shape.free_hours(0).per_100_limited_a_lot(), 4);
  EXPECT_EQ(shape.residents_limited_a_lot(), 50);
}

TEST(Shape, AGroupHasItsPlaces) {
  Town town;
  town.Provider("p1");
  town.AddProvider("p1", R"pb(listing_drafted {
                                listing_id: "l-p1"
                                terms { categories: "regard:arts" form: LISTING_FORM_GROUP_SESSION capacity: 6 place: PLACE_KIND_VENUE
                                        windows { weekday: 1 start_minute_of_day: 540 end_minute_of_day: 660 } }
                                price { unit: PRICE_UNIT_PLACE amount { pence: 500 } } })pb");
  town.AddProvider("p1", R"pb(listing_published { listing_id: "l-p1" })pb");
  town.Booking("b", "p1", "ann", "regard:arts", 1);
  // Twelve place-hours a week, of which two in four weeks are taken.
  EXPECT_DOUBLE_EQ(FreeHours(Shape(town), "regard:arts", ""), 11.5);
}

TEST(Shape, NeighboursBookingsTakeTimeAndAreNotShown) {
  Town town;
  town.Provider("p1");
  town.Listing("p1", "l1", kGarden, 1);
  town.AddBooking("b", "p1", R"pb(requested { booking_id: "b" provider_id: "p1" person_id: "bob" category: "regard:gardening"
                                              tenant: "E2" worker_id: "w" time_band: "WEEKDAY_MORNING" form: LISTING_FORM_VISIT
                                              when { start { seconds: 1772442000 } end { seconds: 1772449200 } } })pb");
  const v1::GetShapeResponse shape = Shape(town);
  EXPECT_DOUBLE_EQ(FreeHours(shape, "", ""), 3.5);
  EXPECT_EQ(UseOf(shape, kGarden), nullptr);
}

TEST(Shape, HoursReachAreasNearbyInProportion) {
  Town town;
  town.Area(1, 10);
  town.Area(2, 30);
  town.Area(3, 5);
  town.Area(5, 20);
  town.AreasDone();
  town.Provider("p1");
  town.Listing("p1", "l1", kGarden, 1);  // reaches areas 1 and 2, within 3 km
  town.Provider("p2");
  town.Listing("p2", "l1", kGarden, 5);  // reaches area 5 only: area 4 is not there
  const v1::GetShapeResponse shape = Shape(town);
  ASSERT_EQ(shape.worst_areas_size(), 4);
  EXPECT_EQ(shape.worst_areas(0).area_code(), "A3");
  EXPECT_DOUBLE_EQ(shape.worst_areas(0).per_100_limited_a_lot(), 0);
  EXPECT_EQ(shape.worst_areas(1).area_code(), "A1");
  EXPECT_DOUBLE_EQ(shape.worst_areas(1).hours_a_week(), 1);
  EXPECT_DOUBLE_EQ(shape.worst_areas(1).per_100_limited_a_lot(), 10);
  EXPECT_EQ(shape.worst_areas(2).area_code(), "A2");
  EXPECT_DOUBLE_EQ(shape.worst_areas(2).hours_a_week(), 3);
  EXPECT_EQ(shape.worst_areas(3).area_code(), "A5");
  EXPECT_DOUBLE_EQ(shape.worst_areas(3).per_100_limited_a_lot(), 20);
}

TEST(Shape, UnmetIsDeclinedExpiredOrSaidOnce) {
  Town town;
  town.Area(1, 50);
  town.AreasDone();
  town.Booking("b1", "p1", "ann", kGarden, 1);
  town.AddBooking("b1", "p1", "declined {}");
  town.Booking("b2", "p1", "bob", kGarden, 2);
  town.AddBooking("b2", "p1", "expired {}");
  town.Booking("b3", "p1", "cat", kGarden, 2);
  town.Need("n1", "dan", kCook, 1);
  town.Need("n2", "ann", kGarden, 1, "booking_id: 'b1'");
  const v1::GetShapeResponse shape = Shape(town);
  EXPECT_EQ(shape.unmet().requests().value(), 3);
  EXPECT_EQ(Counted(shape.unmet().by_outcome()), "DECLINED=1 EXPIRED=1 SAID=1 ");
  EXPECT_EQ(Counted(shape.unmet().by_category()), "regard:cooking=1 regard:gardening=2 ");
  EXPECT_EQ(Counted(shape.unmet().by_area()), "A1=2 A2=1 ");
  EXPECT_EQ(shape.unmet().by_area(0).name(), "Area 1");
  EXPECT_EQ(shape.unmet().by_area(1).name(), "");
  EXPECT_EQ(Counted(shape.unmet().by_time_band()), "WEEKDAY_MORNING=3 ");
}

TEST(Shape, UnmetNeedsOfFewPeopleAreSuppressed) {
  Town town;
  for (int i = 0; i < 7; ++i) town.Need(absl::StrCat("n", i), absl::StrCat("person", i), kGarden, 1);
  for (int i = 0; i < 6; ++i) town.Need(absl::StrCat("m", i), absl::StrCat("other", i), kCook, 2);
  // Nine requests, but of one person.
  for (int i = 0; i < 9; ++i) town.Need(absl::StrCat("o", i), "ann", "regard:pets", 3);
  const v1::UnmetNeed unmet = Shape(town, kSuppressBelow).unmet();
  EXPECT_EQ(unmet.requests().value(), 22);
  EXPECT_EQ(Counted(unmet.by_category()), "regard:cooking=* regard:gardening=7 regard:pets=* ");
  EXPECT_EQ(Counted(unmet.by_outcome()), "SAID=22 ");
}

TEST(Shape, WhereTheTotalGoesNoTableGivesItBack) {
  Town town;
  for (int i = 0; i < 7; ++i) town.Need(absl::StrCat("n", i), "ann", kGarden, 1);
  for (int i = 0; i < 7; ++i) town.Need(absl::StrCat("m", i), absl::StrCat("p", i % 2), kCook, 1);
  const v1::UnmetNeed few = Shape(town, kSuppressBelow).unmet();
  EXPECT_TRUE(few.requests().suppressed());
  EXPECT_FALSE(few.requests().has_value());
  EXPECT_EQ(Counted(few.by_outcome()), "SAID=* ");
  EXPECT_EQ(Counted(few.by_category()), "regard:cooking=* regard:gardening=* ");
}

TEST(Shape, UseSaysHowConcentratedAndHowItWent) {
  Town town;
  town.Provider("p1");
  town.Provider("p2", "kind: PROVIDER_KIND_AGENCY community_owned: true");
  town.Listing("p1", "l-p1", kGarden, 1);
  town.Listing("p2", "l-p2", kGarden, 1);
  // p1: three visits, p2: one; 2 hours each, in four weeks.
  for (int i = 0; i < 3; ++i) town.Booking(absl::StrCat("b", i), "p1", absl::StrCat("x", i), kGarden, 1, i);
  town.Booking("b3", "p2", "x3", kGarden, 1);
  town.AddBooking("b0", "p1", "visit_recorded { delivered_minutes: 108 }");
  town.AddBooking("b0", "p1", "confirmed { by_time: true }");
  town.AddBooking("b1", "p1", "visit_recorded { delivered_minutes: 107 }");
  town.AddBooking("b1", "p1", "confirmed {}");
  town.AddBooking("b2", "p1", "visit_recorded { delivered_minutes: 120 }");
  const v1::GetShapeResponse shape = Shape(town);
  const v1::CategoryUse& use = *UseOf(shape, kGarden);
  EXPECT_DOUBLE_EQ(use.booked_hours_a_week(), 2);
  EXPECT_DOUBLE_EQ(use.capacity_used(), 0.25);
  EXPECT_EQ(use.providers(), 2);
  EXPECT_EQ(use.largest_provider_id(), "p1");
  EXPECT_DOUBLE_EQ(use.largest_share(), 0.75);
  EXPECT_DOUBLE_EQ(use.hhi(), 75 * 75 + 25 * 25);
  EXPECT_EQ(use.visits_recorded(), 3);
  EXPECT_DOUBLE_EQ(use.short_visit_rate(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(use.confirmed_by_time_share(), 0.5);
  ASSERT_EQ(shape.shares_size(), 3);
  EXPECT_EQ(shape.shares(0).kind(), "MICRO_ENTERPRISE");
  EXPECT_DOUBLE_EQ(shape.shares(0).of_providers(), 0.5);
  EXPECT_DOUBLE_EQ(shape.shares(0).of_hours(), 0.75);
  EXPECT_EQ(shape.shares(1).providers(), 1);
  EXPECT_DOUBLE_EQ(shape.shares(1).of_hours(), 0.25);
  EXPECT_EQ(shape.shares(2).providers(), 0);
}

TEST(Shape, UseOfFewPeopleIsSuppressedWithItsNeighbour) {
  Town town;
  for (int i = 0; i < 4; ++i) town.Booking(absl::StrCat("a", i), "p1", absl::StrCat("x", i), kGarden, 1);
  for (int i = 0; i < 6; ++i) town.Booking(absl::StrCat("b", i), "p1", absl::StrCat("y", i), kCook, 1);
  for (int i = 0; i < 9; ++i) town.Booking(absl::StrCat("c", i), "p1", absl::StrCat("z", i), "regard:pets", 1);
  const v1::GetShapeResponse shape = Shape(town, kSuppressBelow);
  EXPECT_FALSE(UseOf(shape, "")->suppressed());
  EXPECT_FALSE(UseOf(shape, "regard:pets")->suppressed());
  for (const char* hidden : {kGarden, kCook}) {
    const v1::CategoryUse& use = *UseOf(shape, hidden);
    EXPECT_TRUE(use.suppressed());
    EXPECT_FALSE(use.has_booked_hours_a_week() || use.has_hhi() || use.has_largest_share() || use.has_capacity_used() ||
                 use.has_short_visit_rate() || use.visits_recorded() > 0 || use.providers() > 0);
  }
}

TEST(Shape, OnlyTheWindowCounts) {
  Town town;
  town.Booking("before", "p1", "ann", kGarden, 1, -1);
  town.Booking("last", "p1", "ann", kGarden, 1, 3);
  town.Booking("after", "p1", "ann", kGarden, 1, 4);
  EXPECT_DOUBLE_EQ(UseOf(Shape(town), "")->booked_hours_a_week(), 0.5);
}

}  // namespace
}  // namespace regard::market
