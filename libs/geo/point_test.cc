#include "libs/geo/point.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace regard::geo {
namespace {

constexpr Point kSale{53.417245, -2.355164};        // M33 4GT
constexpr Point kAltrincham{53.384533, -2.346923};  // WA14 1AA

TEST(Point, DistancesAreMetres) {
  // A degree of a great circle on a sphere of radius 6,371,010 m.
  const double degree_m = 6371010 * M_PI / 180;
  EXPECT_NEAR(DistanceM(Point{0, 0}, Point{1, 0}), degree_m, 0.01);
  EXPECT_NEAR(DistanceM(Point{0, 0}, Point{0, 1}), degree_m, 0.01);
  EXPECT_NEAR(DistanceM(Point{0, 179.5}, Point{0, -179.5}), degree_m, 0.01);
  EXPECT_NEAR(DistanceM(Point{0, 0}, Point{0, 180}), 180 * degree_m, 1);
  EXPECT_EQ(DistanceM(kSale, kSale), 0);
  // Haversine by hand.
  EXPECT_NEAR(DistanceM(kSale, kAltrincham), 3678, 1);
}

TEST(Point, DirectionsMeasureTheSame) {
  for (const Point& other : {kAltrincham, Point{53.4173, -2.3552}, Point{51.5, -0.12}, Point{-53, 177.6}}) {
    const double expected = DistanceM(kSale, other);
    EXPECT_NEAR(DistanceM(ToDirection(kSale), ToDirection(other)), expected, 1e-6 * expected);
  }
  EXPECT_EQ(DistanceM(ToDirection(kSale), ToDirection(kSale)), 0);
  const Point back = ToPoint(ToDirection(kSale));
  EXPECT_NEAR(back.latitude_deg, kSale.latitude_deg, 1e-12);
  EXPECT_NEAR(back.longitude_deg, kSale.longitude_deg, 1e-12);
}

TEST(Point, KnowsWhatIsOnEarth) {
  EXPECT_TRUE(IsValid({90, -180}));
  EXPECT_FALSE(IsValid({90.1, 0}));
  EXPECT_FALSE(IsValid({0, 180.1}));
  EXPECT_FALSE(IsValid({std::nan(""), 0}));
  EXPECT_FALSE(IsValid({0, std::numeric_limits<double>::infinity()}));
}

}  // namespace
}  // namespace regard::geo
