#include "tools/demo_market/cast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace regard::demo {
namespace {

std::string ReadData(const std::string& name) {
  std::ifstream file(REGARD_DATA + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const Places& Trafford() {
  static const Places places = *Places::Of(ReadData("trafford/postcodes.csv"), ReadData("trafford/areas_2021.csv"));
  return places;
}

TEST(Dice, DependOnSeedAndNameAlone) {
  Dice a(1, "x");
  Dice same(1, "x");
  Dice other_name(1, "y");
  Dice other_seed(2, "x");
  const uint64_t first = a.Next();
  EXPECT_EQ(same.Next(), first);
  EXPECT_NE(other_name.Next(), first);
  EXPECT_NE(other_seed.Next(), first);
}

TEST(Dice, FollowWeights) {
  Dice dice(1, "weights");
  int counts[3] = {};
  for (int i = 0; i < 3000; ++i) ++counts[dice.Weighted({1, 0, 2})];
  EXPECT_EQ(counts[1], 0);
  EXPECT_NEAR(counts[2], 2000, 150);
}

TEST(Places, FollowResidents) {
  Dice dice(1, "places");
  std::set<std::string> areas;
  for (int i = 0; i < 5000; ++i) areas.insert(Trafford().AreaOf(Trafford().PickByResidents(dice)));
  // All areas have people, so in the long run all are picked.
  EXPECT_GT(areas.size(), 130u);
  EXPECT_EQ(areas.count(""), 0u);
}

TEST(Cast, IsTheSameForTheSameSeed) {
  const auto once = MakeProviders(Trafford(), 7, 20, 13);
  const auto again = MakeProviders(Trafford(), 7, 20, 13);
  const auto fewer = MakeProviders(Trafford(), 7, 10, 13);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(once[i].name, again[i].name);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(once[i].listings.size(), fewer[i].listings.size());
  EXPECT_NE(MakeProviders(Trafford(), 8, 1, 13)[0].postcode, once[0].postcode);
}

// What the market would refuse is never drawn.
TEST(Cast, ProvidersMayOfferWhatTheyOffer) {
  for (const ProviderPlan& provider : MakeProviders(Trafford(), 1, 300, 13)) {
    EXPECT_GE(provider.listings.size(), 1u);
    EXPECT_LE(provider.listings.size(), 4u);
    EXPECT_LE(provider.worker_names.size(), 8u);
    EXPECT_NE(Trafford().AreaOf(provider.postcode), "");
    for (const auto& listing : provider.listings) {
      EXPECT_GT(listing.terms.windows_size(), 0);
      EXPECT_GT(listing.price.amount().pence(), 0);
      EXPECT_TRUE(!listing.terms.personal_care() || provider.has_cqc || provider.worker_names.size() == 1);
    }
  }
}

TEST(Cast, PeopleHaveRealAmounts) {
  const std::vector<int64_t> amounts{29300, 1434300};
  for (const PersonPlan& person : MakePeople(Trafford(), amounts, 1, 300, 13)) {
    EXPECT_THAT(amounts, ::testing::Contains(person.annual_pence));
    EXPECT_GE(person.wants.size(), 1u);
    EXPECT_EQ(person.funder == budgets::v1::FUNDER_SELF, person.holding == base::v1::HOLDING_SELF_FUNDED);
    EXPECT_TRUE(person.funder != budgets::v1::FUNDER_SELF || person.books_by == BooksBy::kSelf);
  }
}

}  // namespace
}  // namespace regard::demo
