#include "services/market/views/suppression.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regard::market {
namespace {

using ::testing::ElementsAre;

// Different people in each cell.
std::vector<People> Cells(const std::vector<int>& sizes) {
  std::vector<People> cells;
  int next = 0;
  for (const int size : sizes) {
    People people;
    for (int i = 0; i < size; ++i) people.insert(absl::StrCat("p", next++));
    cells.push_back(std::move(people));
  }
  return cells;
}

TEST(Suppression, WhatIsLargeEnoughIsShown) {
  const Suppressed result = Suppress(Cells({5, 9, 0}), 5);
  EXPECT_THAT(result.cells, ElementsAre(false, false, false));
  EXPECT_FALSE(result.total);
}

TEST(Suppression, ASmallCellTakesTheNextSmallestWithIt) {
  const Suppressed result = Suppress(Cells({20, 4, 8, 0}), 5);
  EXPECT_THAT(result.cells, ElementsAre(false, true, true, false));
  EXPECT_FALSE(result.total);
}

TEST(Suppression, TwoSmallCellsThatAreFewTogetherTakeAThird) {
  EXPECT_THAT(Suppress(Cells({1, 2, 9, 20}), 5).cells, ElementsAre(true, true, true, false));
  EXPECT_THAT(Suppress(Cells({3, 2, 9, 20}), 5).cells, ElementsAre(true, true, false, false));
}

TEST(Suppression, TheSamePersonInTwoCellsIsOne) {
  const std::vector<People> cells = {{"a", "b", "c"}, {"a", "b", "c"}, {"d", "e", "f", "g", "h"}};
  EXPECT_THAT(Suppress(cells, 5).cells, ElementsAre(true, true, true));
}

TEST(Suppression, WithNothingToHideBehindTheTotalGoes) {
  const Suppressed alone = Suppress(Cells({4, 0}), 5);
  EXPECT_THAT(alone.cells, ElementsAre(true, false));
  EXPECT_TRUE(alone.total);
  EXPECT_TRUE(Suppress(Cells({1, 2}), 5).total);
}

TEST(Suppression, PublishedCellsAreShown) {
  const Suppressed result = Suppress(Cells({2, 3, 9, 1}), 5, {true, true, false, false});
  EXPECT_THAT(result.cells, ElementsAre(false, false, true, true));
  EXPECT_FALSE(result.total);
  EXPECT_FALSE(Suppress(Cells({2}), 5, {true}).total);
}

TEST(Suppression, ALimitOfOneHidesNothing) {
  const Suppressed result = Suppress(Cells({1, 2}), 1);
  EXPECT_THAT(result.cells, ElementsAre(false, false));
  EXPECT_FALSE(result.total);
}

// Whatever the table: what is hidden is nobody's alone, and cannot be had from the total.
TEST(Suppression, NothingCanBeDerived) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<int> sizes(1 + random() % 6);
    for (int& size : sizes) size = static_cast<int>(random() % 9);
    const Suppressed result = Suppress(Cells(sizes), 5);
    int hidden_cells = 0;
    int hidden_people = 0;
    for (size_t i = 0; i < sizes.size(); ++i) {
      EXPECT_TRUE(result.cells[i] || sizes[i] == 0 || sizes[i] >= 5);
      EXPECT_FALSE(result.cells[i] && sizes[i] == 0);
      hidden_cells += result.cells[i];
      hidden_people += result.cells[i] ? sizes[i] : 0;
    }
    if (hidden_cells > 0 && !result.total) {
      EXPECT_GE(hidden_cells, 2);
      EXPECT_GE(hidden_people, 5);
    }
  }
}

}  // namespace
}  // namespace regard::market
