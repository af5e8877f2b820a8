#include "services/market/views/figures.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/market/views/rules.h"
#include "services/market/views/week.h"

namespace regard::market {
namespace {

TEST(Figures, NothingHasNoFigures) {
  EXPECT_FALSE(MeanPence({}).has_value());
  EXPECT_FALSE(MedianPence({}).has_value());
  EXPECT_FALSE(QuartilesOf({}).has_value());
  EXPECT_FALSE(HerfindahlHirschman({}).has_value());
  EXPECT_FALSE(HerfindahlHirschman({0, 0}).has_value());
  EXPECT_FALSE(WeightedMeanPence({}).has_value());
}

TEST(Figures, MeanAndMedianRoundToThePenny) {
  EXPECT_EQ(MeanPence({1, 2}), 2);
  EXPECT_EQ(MeanPence({10, 20, 40}), 23);
  EXPECT_EQ(MedianPence({30, 10, 20}), 20);
  EXPECT_EQ(MedianPence({40, 10, 20, 31}), 26);
}

TEST(Figures, QuartilesAreInterpolated) {
  EXPECT_EQ(QuartilesOf({7}), (Quartiles{7, 7, 7}));
  EXPECT_EQ(QuartilesOf({50, 10, 30, 20, 40}), (Quartiles{20, 30, 40}));
  // Positions 0.75, 1.5 and 2.25 of 1, 2, 3, 4 hundred.
  EXPECT_EQ(QuartilesOf({100, 200, 300, 400}), (Quartiles{175, 250, 325}));
}

TEST(Figures, ConcentrationOfOneIsTheMost) {
  EXPECT_DOUBLE_EQ(*HerfindahlHirschman({3}), 10000);
  EXPECT_DOUBLE_EQ(*HerfindahlHirschman({1, 1, 1, 1}), 2500);
  EXPECT_DOUBLE_EQ(*HerfindahlHirschman({50, 30, 20}), 2500 + 900 + 400);
}

TEST(Figures, WeightsMoveTheMean) { EXPECT_EQ(WeightedMeanPence({{100, 1}, {200, 3}}), 175); }

TEST(Week, MinutesFallIntoTheirBands) {
  WeekMinutes week;
  providers::v1::WeeklyWindow window;
  window.set_weekday(5);
  window.set_start_minute_of_day(5 * 60);
  window.set_end_minute_of_day(13 * 60);
  week.Add(window);
  week.Add(window);
  window.set_weekday(6);
  window.set_start_minute_of_day(21 * 60);
  window.set_end_minute_of_day(24 * 60);
  week.Add(window);
  EXPECT_THAT(week.ByBand(), ::testing::ElementsAre(360, 60, 0, 60, 0, 0, 60, 120));
  EXPECT_EQ(Sum(week.ByBand()), 8 * 60 + 3 * 60);
}

TEST(Week, WhatIsNoWindowAddsNothing) {
  WeekMinutes week;
  providers::v1::WeeklyWindow window;
  window.set_weekday(8);
  window.set_end_minute_of_day(60);
  week.Add(window);
  window.set_weekday(1);
  window.set_start_minute_of_day(-10);
  window.set_end_minute_of_day(-5);
  week.Add(window);
  EXPECT_EQ(Sum(week.ByBand()), 0);
  EXPECT_EQ(BandOf("WEEKEND_NIGHT"), 7);
  EXPECT_FALSE(BandOf("").has_value());
}

TEST(Rules, SourcesAreKnownHoweverTheyAreSpelt) {
  EXPECT_TRUE(IsPublishedResearch("Demos 2008"));
  EXPECT_TRUE(IsPublishedResearch("DEMOS_2008"));
  EXPECT_FALSE(IsPublishedResearch("assessment"));
  EXPECT_TRUE(IsSynthetic("SYNTHETIC"));
  EXPECT_FALSE(IsSynthetic("Demos 2008"));
}

}  // namespace
}  // namespace regard::market
