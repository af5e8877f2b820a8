#include "tools/cli/import/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "tools/cli/import/councils.h"

namespace regard::cli {
namespace {

using ::testing::HasSubstr;

constexpr char kTrafford[] = "E08000009";

std::string ReadData(const std::string& name) {
  std::ifstream file(REGARD_DATA + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(PlanPostcodes, OneRequestForEachSectorWithoutTheBadRows) {
  const auto plan = PlanPostcodes(
      "postcode,ward_code,ward_name,lsoa_code,lon,lat\n"
      "M33 4GT,W1,Sale,A1,-2.3,53.4\n"
      "m334gu,W1,Sale,A1,-2.3,53.4\n"
      "nonsense,W1,Sale,A1,-2.3,53.4\n"
      "M33 4GX,W1,Sale,A1,-2.3,north\n"
      "M33 4GT,W1,Sale,A1,-2.3,53.4\n"
      "M33 5AA,W1,Sale\n"
      "M33 6AA,W1,Sale,A2,-2.3,53.4\n",
      kTrafford);
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan->items.size(), 2u);
  EXPECT_EQ(plan->items[0].request.sector(), "M33 4");
  EXPECT_EQ(plan->items[0].request.tenant(), kTrafford);
  ASSERT_EQ(plan->items[0].request.postcodes_size(), 2);
  EXPECT_EQ(plan->items[0].request.postcodes(1).postcode(), "M33 4GU");
  EXPECT_EQ(plan->items[1].request.sector(), "M33 6");
  EXPECT_EQ(plan->items[1].line, 8);
  ASSERT_EQ(plan->problems.size(), 4u);
  EXPECT_EQ(plan->problems[0].line, 4);
  EXPECT_THAT(plan->problems[0].reason, HasSubstr("postcode"));
  EXPECT_THAT(plan->problems[1].reason, HasSubstr("lat"));
  EXPECT_THAT(plan->problems[2].reason, HasSubstr("line 2"));
  EXPECT_THAT(plan->problems[3].reason, HasSubstr("fields"));
}

TEST(PlanAreas, ChecksThatPeopleAddUp) {
  const auto plan = PlanAreas(
      "lsoa_code,lsoa_name,residents,limited_a_lot,limited_a_little\n"
      "A1,Sale 1,100,10,20\nA2,Sale 2,100,60,50\nA3,Sale 3,many,1,1\nA1,again,100,1,1\n",
      kTrafford);
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan->items.size(), 1u);
  ASSERT_EQ(plan->items[0].request.areas_size(), 1);
  EXPECT_EQ(plan->items[0].request.areas(0).limited_a_lot(), 10);
  EXPECT_EQ(plan->problems.size(), 3u);
}

TEST(PlanOrganisations, AnEntryIsKnownByItsNumberOrItsName) {
  const auto plan = PlanOrganisations(
      "kind,charity_number,name,activities,postcode\n"
      "charity,219177,One,Does things,M33 4GT\n"
      "library,,Sale Library,Local authority run library,M33 7ZF\n"
      "sports_club,,Sale Library,Tennis,M33 4GT\n"
      "circus,,Big Top,Tricks,M33 4GT\n"
      "charity,219177,One again,Does things,M33 4GT\n",
      kTrafford);
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan->items.size(), 3u);
  EXPECT_EQ(plan->items[0].request.source(), "charity-commission:219177");
  EXPECT_EQ(plan->items[1].request.kind(), base::v1::PROVIDER_KIND_COUNCIL_SERVICE);
  EXPECT_THAT(plan->items[1].request.source(), HasSubstr("council-list:sale-library-"));
  EXPECT_NE(plan->items[1].request.source(), plan->items[2].request.source());
  EXPECT_EQ(plan->problems.size(), 2u);
}

TEST(PlanCareHomes, HasItsTypes) {
  const auto plan = PlanCareHomes(
      "name,cqc_location_id,type,provider,postcode,lon,lat\n"
      "A Home,1-123,Nursing homes|Residential homes,A Company,M33 4GT,-2.3,53.4\n"
      "Another,123,Nursing homes,A Company,M33 4GT,-2.3,53.4\n",
      kTrafford);
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan->items.size(), 1u);
  EXPECT_EQ(plan->items[0].request.register_types_size(), 2);
  EXPECT_EQ(plan->items[0].request.source(), "cqc:1-123");
  EXPECT_EQ(plan->problems.size(), 1u);
}

TEST(PlanCosts, TheSameFigureTwiceIsTwoPackages) {
  const auto plan = PlanCosts(
      "authority,arrangement,annual_cost_gbp\n"
      "Norfolk,traditional,4500\nNorfolk,traditional,4500\nWest Sussex,traditional,4500\n"
      "Norfolk,personal_budget,4500\nAtlantis,traditional,1\nNorfolk,gift,1\nNorfolk,traditional,0\n",
      2008, "DEMOS_2008");
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan->items.size(), 4u);
  EXPECT_EQ(plan->items[0].request.record_id(), "demos-2008:traditional:450000:1");
  EXPECT_EQ(plan->items[1].request.record_id(), "demos-2008:traditional:450000:2");
  EXPECT_EQ(plan->items[2].request.record_id(), "demos-2008:traditional:450000:1");
  EXPECT_EQ(plan->items[2].request.tenant(), "E10000032");
  EXPECT_EQ(plan->items[3].request.arrangement(), budgets::v1::ARRANGEMENT_PERSONAL_BUDGET);
  EXPECT_EQ(plan->problems.size(), 3u);
}

// What ships is free of bad rows, and no two entries of it are taken for one.
TEST(Plan, TheShippedFilesAreTakenWhole) {
  const auto postcodes = PlanPostcodes(ReadData("trafford/postcodes.csv"), kTrafford);
  ASSERT_TRUE(postcodes.ok());
  int rows = 0;
  for (const auto& item : postcodes->items) rows += item.rows;
  EXPECT_EQ(rows, 11264);
  EXPECT_TRUE(postcodes->problems.empty());

  const auto areas = PlanAreas(ReadData("trafford/areas_2021.csv"), kTrafford);
  ASSERT_TRUE(areas.ok());
  EXPECT_EQ(areas->items[0].rows, 139);
  EXPECT_TRUE(areas->problems.empty());

  const auto organisations = PlanOrganisations(ReadData("trafford/community_organisations.csv"), kTrafford);
  ASSERT_TRUE(organisations.ok());
  EXPECT_EQ(organisations->items.size(), 445u);
  const auto homes = PlanCareHomes(ReadData("trafford/care_homes.csv"), kTrafford);
  ASSERT_TRUE(homes.ok());
  EXPECT_EQ(homes->items.size(), 56u);
  std::set<std::string> sources;
  for (const auto& item : organisations->items) {
    sources.insert(item.request.source());
    EXPECT_LE(item.request.source().size(), 64u);
  }
  for (const auto& item : homes->items) sources.insert(item.request.source());
  EXPECT_EQ(sources.size(), 501u);

  const auto costs = PlanCosts(ReadData("care_costs_2008.csv"), 2008, "DEMOS_2008");
  ASSERT_TRUE(costs.ok());
  EXPECT_EQ(costs->items.size(), 313u);
  std::set<std::string> records;
  for (const auto& item : costs->items) records.insert(item.request.tenant() + item.request.record_id());
  EXPECT_EQ(records.size(), 313u);
}

TEST(Councils, NamesAndCodes) {
  EXPECT_EQ(CouncilCode("Trafford"), kTrafford);
  EXPECT_EQ(CouncilCode(kTrafford), kTrafford);
  EXPECT_EQ(CouncilCode("Atlantis"), absl::nullopt);
  EXPECT_EQ(CouncilName(kTrafford), "Trafford");
  EXPECT_EQ(CouncilName("E06000001"), "E06000001");
}

}  // namespace
}  // namespace regard::cli
