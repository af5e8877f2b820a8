#include "libs/geo/cells.h"

#include <random>

#include "gtest/gtest.h"

namespace regard::geo {
namespace {

constexpr Point kSale{53.417245, -2.355164};

bool Covers(const std::vector<CellRange>& ranges, uint64_t cell_id) {
  for (const CellRange& range : ranges) {
    if (range.first <= cell_id && cell_id <= range.last) return true;
  }
  return false;
}

// Rows are stored under these ids: they must never change.
TEST(Cells, IdsAreGolden) {
  EXPECT_EQ(CellIdOf(kSale), 0x487bac7b98e0b555u);
  EXPECT_EQ(CellIdOf(kSale, kDefaultCellLevel), 0x487bac7bc0000000u);
}

TEST(Cells, ACoveringHoldsEveryPointOfTheCircleAndNotTheWorld) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> offset_deg(-0.2, 0.2);
  for (const double radius_m : {0.0, 50.0, 500.0, 3000.0, 10000.0}) {
    for (const int level : {12, kDefaultCellLevel, 20}) {
      const std::vector<CellRange> ranges = CoverCircle(kSale, radius_m, level);
      EXPECT_TRUE(Covers(ranges, CellIdOf(kSale, level)));
      int inside = 0;
      int outside_but_covered = 0;
      for (int i = 0; i < 5000; ++i) {
        const Point point{kSale.latitude_deg + offset_deg(random), kSale.longitude_deg + offset_deg(random)};
        const bool covered = Covers(ranges, CellIdOf(point, level));
        // The finest id is in the same ranges.
        EXPECT_EQ(Covers(ranges, CellIdOf(point)), covered);
        if (DistanceM(kSale, point) <= radius_m) {
          ++inside;
          EXPECT_TRUE(covered) << radius_m << " " << level;
        } else if (covered) {
          ++outside_but_covered;
          EXPECT_LT(DistanceM(kSale, point), 2 * radius_m + 8000) << radius_m << " " << level;
        }
      }
      if (radius_m == 10000 && level == kDefaultCellLevel) {
        EXPECT_GT(inside, 500);
        EXPECT_LT(outside_but_covered, inside);
      }
    }
  }
}

TEST(Cells, RangesAreFewAscendingAndApart) {
  const std::vector<CellRange> ranges = CoverCircle(kSale, 3000);
  EXPECT_LE(ranges.size(), 12u);
  for (size_t i = 0; i < ranges.size(); ++i) {
    EXPECT_LE(ranges[i].first, ranges[i].last);
  }
  for (size_t i = 1; i < ranges.size(); ++i) EXPECT_GT(ranges[i].first, ranges[i - 1].last + 2);
}

}  // namespace
}  // namespace regard::geo
