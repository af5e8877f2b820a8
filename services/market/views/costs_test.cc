#include "services/market/views/costs.h"

#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/substitute.h"
#include "gtest/gtest.h"
#include "libs/base/money.h"
#include "libs/es/testing/view_feed.h"
#include "services/market/views/market_view.h"
#include "services/market/views/rules.h"

namespace regard::market {
namespace {

using budgets::v1::BudgetFact;
using budgets::v1::CouncilFact;

class CostsTest : public ::testing::Test {
 protected:
  void Package(absl::string_view council, absl::string_view id, int64_t pence, absl::string_view source,
               int year = 2008) {
    feed_.Add<CouncilFact>(absl::StrCat("council/", council),
                           absl::Substitute(R"pb(package_cost_recorded {
                                                   record_id: "$1" tenant: "$0" arrangement: ARRANGEMENT_TRADITIONAL
                                                   annual_cost { pence: $2 currency: "GBP" } source: "$3" price_year: $4 })pb",
                                            council, id, pence, source, year));
  }
  void Budget(absl::string_view council, absl::string_view id, int64_t pence, absl::string_view source, int year = 2008,
              absl::string_view funder = "FUNDER_COUNCIL") {
    feed_.Add<BudgetFact>(absl::StrCat("budget/", id),
                          absl::Substitute(R"pb(opened { budget_id: "$1" tenant: "$0" person_id: "p-$1" funder: $5
                                                         lines { line_id: "a" allocation { pence: 100 } }
                                                         lines { line_id: "b" allocation { pence: $2 } }
                                                         source: "$3" price_year: $4 })pb",
                                           council, id, pence - 100, source, year, funder));
  }
  v1::GetCostsResponse Ask(CostsQuestion question = {}) {
    if (question.suppress_below == 0) question.suppress_below = kSuppressBelow;
    absl::StatusOr<v1::GetCostsResponse> response = CostsOf(es::ViewReader(feed_.store()), question);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? *response : v1::GetCostsResponse();
  }
  void LoadPublished() {
    std::ifstream file(REGARD_DATA_DIR "/care_costs_2008.csv");
    ASSERT_TRUE(file.is_open());
    std::string line;
    std::getline(file, line);
    int number = 0;
    while (std::getline(file, line)) {
      const std::vector<std::string> fields = absl::StrSplit(absl::StripAsciiWhitespace(line), ',');
      ASSERT_EQ(fields.size(), 3u) << line;
      ASSERT_TRUE(ParsePounds(fields[2]).has_value()) << line;
      const int64_t pence = *ParsePounds(fields[2]);
      const std::string id = absl::StrCat("row-", ++number);
      if (fields[1] == "traditional") {
        Package(fields[0], id, pence, "Demos 2008");
      } else {
        Budget(fields[0], id, pence, "Demos 2008");
      }
    }
    ASSERT_EQ(number, 313);
  }
  static int64_t Pounds(const base::v1::Money& money) { return (money.pence() + 50) / 100; }

  MarketView view_;
  es::testing::ViewFeed feed_{view_};
};

TEST_F(CostsTest, TheNineCouncilsOf2008ComeOutAsPublished) {
  LoadPublished();
  const v1::GetCostsResponse response = Ask();
  ASSERT_EQ(response.years_size(), 1);
  const v1::YearCosts& year = response.years(0);
  EXPECT_EQ(year.price_year(), 2008);
  EXPECT_EQ(year.councils_size(), 9);
  EXPECT_EQ(year.traditional().n().value(), 126);
  EXPECT_EQ(Pounds(year.traditional().mean()), 15887);
  EXPECT_EQ(Pounds(year.traditional().median()), 8461);
  EXPECT_EQ(year.personal_budget().n().value(), 187);
  EXPECT_EQ(Pounds(year.personal_budget().mean()), 14343);
  EXPECT_EQ(Pounds(year.personal_budget().median()), 8611);
  EXPECT_EQ(Pounds(year.traditional_mix_standardised()), 15562);
  EXPECT_EQ(year.standardised_over(), 187);
  ASSERT_GE(year.notes_size(), 1);
  EXPECT_EQ(year.notes(0), "These are different people: the difference between the arrangements is not a saving.");
}

TEST_F(CostsTest, PublishedSmallNumbersAreShown) {
  LoadPublished();
  const v1::YearCosts year = Ask().years(0);
  int found = 0;
  for (const v1::CouncilCosts& council : year.councils()) {
    if (council.tenant() != "Newham") continue;
    ++found;
    EXPECT_EQ(council.traditional().n().value(), 2);
    EXPECT_EQ(Pounds(council.traditional().mean()), 42081);
    EXPECT_EQ(council.personal_budget().n().value(), 2);
  }
  EXPECT_EQ(found, 1);
}

TEST_F(CostsTest, SmallNumbersOfLivingPeopleAreNot) {
  for (int i = 0; i < 4; ++i) Package("E1", absl::StrCat("a", i), 100000, "assessment");
  for (int i = 0; i < 6; ++i) Package("E2", absl::StrCat("b", i), 200000, "assessment");
  for (int i = 0; i < 9; ++i) Package("E3", absl::StrCat("c", i), 300000, "assessment");
  const v1::YearCosts year = Ask().years(0);
  ASSERT_EQ(year.councils_size(), 3);
  // E2 goes too: else E1 could be had from the total.
  for (const int hidden : {0, 1}) {
    const v1::ArrangementCosts& costs = year.councils(hidden).traditional();
    EXPECT_TRUE(costs.n().suppressed());
    EXPECT_FALSE(costs.n().has_value());
    EXPECT_FALSE(costs.has_mean());
    EXPECT_FALSE(costs.has_median());
  }
  EXPECT_EQ(year.councils(2).traditional().n().value(), 9);
  EXPECT_EQ(year.traditional().n().value(), 19);
  EXPECT_FALSE(year.has_traditional_mix_standardised());
}

TEST_F(CostsTest, ACouncilSeesItsOwnBesideWhatWasPublished) {
  Package("E1", "a", 100, "Demos 2008");
  for (int i = 0; i < 5; ++i) Package("E2", absl::StrCat("b", i), 200, "assessment");
  for (int i = 0; i < 5; ++i) Package("E3", absl::StrCat("c", i), 300, "assessment");
  CostsQuestion question;
  question.visible_tenant = "E2";
  const v1::YearCosts year = Ask(question).years(0);
  ASSERT_EQ(year.councils_size(), 2);
  EXPECT_EQ(year.councils(0).tenant(), "E1");
  EXPECT_EQ(year.councils(1).tenant(), "E2");
  question.tenant = "E3";
  EXPECT_EQ(Ask(question).years_size(), 0);
}

TEST_F(CostsTest, YearsAndMadeUpBudgetsAreNotMixedIn) {
  for (int i = 0; i < 5; ++i) Budget("E1", absl::StrCat("a", i), 1000, "assessment", 2025);
  for (int i = 0; i < 5; ++i) Budget("E1", absl::StrCat("b", i), 2000, "assessment", 2024);
  for (int i = 0; i < 5; ++i) Budget("E1", absl::StrCat("c", i), 4000, "synthetic", 2025);
  v1::GetCostsResponse response = Ask();
  ASSERT_EQ(response.years_size(), 2);
  EXPECT_EQ(response.years(0).price_year(), 2024);
  EXPECT_EQ(response.years(1).personal_budget().mean().pence(), 1000);
  CostsQuestion question;
  question.price_year = 2025;
  question.include_synthetic = true;
  response = Ask(question);
  ASSERT_EQ(response.years_size(), 1);
  EXPECT_EQ(response.years(0).personal_budget().mean().pence(), 2500);
}

TEST_F(CostsTest, OnlyComparableBudgetsOfCouncilsCount) {
  Budget("E1", "own", 1000, "Demos 2008", 2008, "FUNDER_SELF");
  Budget("E1", "now", 1000, "Demos 2008", 0);
  EXPECT_EQ(Ask().years_size(), 0);
}

}  // namespace
}  // namespace regard::market
