// The traps of real registers: names in capitals, sentences run together, two organisations at one postcode, and some
// that are no support at all. Reads data/trafford.
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/geo/postcode.h"
#include "services/directory/views/testing/feed.h"

namespace regard::directory {
namespace {

using ::testing::Contains;
using testing::Feed;
using testing::FedFact;
using testing::ForWords;
using testing::OfPlace;
using testing::OfProvider;

// Rows of a CSV file by column name. Fields may be quoted and hold commas, line ends and doubled quotes.
std::vector<std::map<std::string, std::string>> ReadCsv(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::stringstream text;
  text << file.rdbuf();
  std::vector<std::vector<std::string>> lines(1, std::vector<std::string>(1));
  bool quoted = false;
  const std::string all = text.str();
  for (size_t i = 0; i < all.size(); ++i) {
    if (quoted && all[i] == '"' && i + 1 < all.size() && all[i + 1] == '"') {
      lines.back().back() += all[++i];
    } else if (all[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && all[i] == ',') {
      lines.back().emplace_back();
    } else if (!quoted && all[i] == '\n') {
      lines.emplace_back(1);
    } else if (all[i] != '\r' || quoted) {
      lines.back().back() += all[i];
    }
  }
  std::vector<std::map<std::string, std::string>> rows;
  for (size_t line = 1; line < lines.size(); ++line) {
    if (lines[line].size() != lines[0].size()) continue;
    std::map<std::string, std::string>& row = rows.emplace_back();
    for (size_t column = 0; column < lines[0].size(); ++column) row[lines[0][column]] = lines[line][column];
  }
  return rows;
}

class Trafford : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    feed_ = new Feed;
    std::vector<FedFact> facts;
    std::map<std::string, providers::v1::PlaceFact> sectors;
    for (auto& row : ReadCsv(REGARD_DATA "/trafford/postcodes.csv")) {
      const absl::StatusOr<geo::Postcode> postcode = geo::Postcode::Parse(row["postcode"]);
      ASSERT_TRUE(postcode.ok()) << row["postcode"];
      auto& imported = *sectors[std::string(postcode->sector())].mutable_postcodes_imported();
      imported.set_sector(std::string(postcode->sector()));
      providers::v1::Postcode& to = *imported.add_postcodes();
      to.set_postcode(postcode->text());
      double degrees = 0;
      ASSERT_TRUE(absl::SimpleAtod(row["lat"], &degrees));
      to.mutable_point()->set_latitude_deg(degrees);
      ASSERT_TRUE(absl::SimpleAtod(row["lon"], &degrees));
      to.mutable_point()->set_longitude_deg(degrees);
    }
    for (const auto& [sector, fact] : sectors) facts.push_back(OfPlace(sector, fact));
    int number = 0;
    for (auto& row : ReadCsv(REGARD_DATA "/trafford/community_organisations.csv")) {
      providers::v1::ProviderFact fact;
      fact.mutable_known()->set_name(row["name"]);
      fact.mutable_known()->set_activities(row["activities"]);
      fact.mutable_known()->set_postcode(row["postcode"]);
      fact.mutable_known()->set_kind(base::v1::PROVIDER_KIND_VOLUNTARY_ORGANISATION);
      const std::string id = absl::StrCat("o", ++number);
      names_[absl::StrCat("provider/", id)] = row["name"];
      facts.push_back(OfProvider(id, fact));
    }
    feed_->Apply(facts);
  }
  static void TearDownTestSuite() { delete feed_; }

  static std::vector<std::string> Names(const Query& query) {
    std::vector<std::string> names;
    for (const std::string& id : feed_->Ids(query)) names.push_back(names_[id]);
    return names;
  }
  static internal::v1::Tier TierOf(absl::string_view name) {
    Query query;
    query.limit = 1000;
    for (const Hit& hit : feed_->Search(query).hits) {
      if (names_[hit.rank.id] == name) return hit.rank.tier;
    }
    ADD_FAILURE() << name << " is not found";
    return internal::v1::TIER_UNSPECIFIED;
  }

  static Feed* feed_;
  static std::map<std::string, std::string> names_;
};
Feed* Trafford::feed_ = nullptr;
std::map<std::string, std::string> Trafford::names_;

TEST_F(Trafford, EveryOrganisationIsFoundAndPlaced) {
  Query query;
  query.at = geo::Point{53.42, -2.32};
  query.within_m = 100000;
  query.limit = 1000;
  EXPECT_EQ(feed_->view().index().snapshot()->size(), 445u);
  // A few are at postcodes just outside the council.
  EXPECT_GT(feed_->Search(query).total, 420);
}

TEST_F(Trafford, WhatIsNoSupportIsNotPushedUp) {
  for (const char* const name :
       {"CHESHIRE FREEMASONS' CHARITY", "HEYES LANE PRIMARY SCHOOL PTA", "NAVIGATION PRIMARY SCHOOL P.T.A., ALTRINCHAM",
        "HALE WELLGREEN COUNTY PRIMARY SCHOOL PARENT TEACHER ASSOCIATION", "NEW WELLINGTON SCHOOL PSA",
        "Manchester Round Table", "RINGWAY ROUND TABLE NUMBER 857 CHARITY ACCOUNT", "TRAFFORD HEART/STROKE GROUP",
        "THE MAYOR'S LAND CHARITY", "FRIENDS OF TEMPLEMOOR", "THE FRANCES DEL PANNO TRUST FUND",
        "ST VINCENTS CATHOLIC PRIMARY PTA", "FRIENDS OF ST TERESA'S", "TIMPERLEY EDUCATIONAL FOUNDATION"}) {
    EXPECT_EQ(TierOf(name), internal::v1::TIER_NOT_DIRECT_SUPPORT) << name;
  }
  for (const char* const name :
       {"TRAFFORD MENCAP", "AGE UK TRAFFORD", "TRAFFORD CARERS CENTRE", "SALE CHORAL SOCIETY", "STRETFORD FOODBANK",
        "HOME-START TRAFFORD SALFORD AND WIGAN", "SELF HELP SERVICES", "1ST TIMPERLEY SCOUT GROUP", "FUTURE VISIONS",
        "TRAFFORD TALKING NEWS FOR THE BLIND", "TRAFFORD DOMESTIC ABUSE SERVICES", "BOWDON COMMUNITY ASSOCIATION",
        "LEISURE FOR AUTISM", "Sale Library", "Being There", "DUNHAM MASSEY VILLAGE HALL", "Trafford Sword Club"}) {
    EXPECT_EQ(TierOf(name), internal::v1::TIER_KNOWN) << name;
  }
}

TEST_F(Trafford, TheyStandBehindEverythingElseOnEveryPage) {
  for (const char* const words : {"school", "children", "support", "relief", "sport", "garden", "education"}) {
    bool behind = false;
    for (const Hit& hit : feed_->Search(ForWords(words)).hits) {
      const bool no_support = hit.rank.tier == internal::v1::TIER_NOT_DIRECT_SUPPORT;
      EXPECT_FALSE(behind && !no_support) << words << ": " << names_[hit.rank.id];
      behind |= no_support;
    }
  }
}

TEST_F(Trafford, NamesInCapitalsAndSentencesRunTogetherAreFound) {
  EXPECT_THAT(Names(ForWords("mencap")), Contains("TRAFFORD MENCAP"));
  EXPECT_THAT(Names(ForWords("their dependents")), Contains("CHESHIRE FREEMASONS' CHARITY"));
  EXPECT_THAT(Names(ForWords("macmillan")), Contains("MacMillan Wellbeing Centre"));
  EXPECT_THAT(Names(ForWords("pta altrincham")), Contains("NAVIGATION PRIMARY SCHOOL P.T.A., ALTRINCHAM"));
  EXPECT_THAT(Names(ForWords("children's chinese teaching")),
              Contains("THE MANCHESTER BUDDHA'S LIGHT SUNDAY CHINESE SCHOOL"));
  EXPECT_THAT(Names(ForWords("ywca")), Contains("Y W C A PLAYGROUP"));
  EXPECT_THAT(Names(ForWords("dementia cafe")), Contains("Larkhill Demetia Cafe (Later Life Living)"));
}

TEST_F(Trafford, TwoAtOnePostcodeAreBothFound) {
  Query query = ForWords("bowling");
  query.at = feed_->view().index().snapshot()->gazetteer->Locate("WA15 9EL");
  ASSERT_TRUE(query.at.has_value());
  query.within_m = 1;
  EXPECT_THAT(Names(query), ::testing::ElementsAre("Hale Ladies Bowling Club", "Hale Moss Bowling Club"));
}

TEST_F(Trafford, TheirOwnWordsNameTheirCategories) {
  Query exercise;
  exercise.filters = {{v1::FACET_CATEGORY, {"regard:exercise"}}};
  exercise.limit = 1000;
  const std::vector<std::string> names = Names(exercise);
  EXPECT_GT(names.size(), 130u);
  EXPECT_THAT(names, Contains("Sale RUFC"));
  EXPECT_THAT(names, ::testing::Not(Contains("ST VINCENTS CATHOLIC PRIMARY PTA")));
}

TEST_F(Trafford, OneOfferStandsBeforeAllOfThem) {
  Feed feed(feed_->store().Contents());
  feed.Apply({OfProvider("s", R"pb(registered { name: "A synthetic gardener" })pb"),
              OfProvider("s", R"pb(listing_drafted { listing_id: "l" terms { title: "Tidying" description: "and gardens"
                                                      place: PLACE_KIND_PERSONS_HOME postcode: "M31 4" } })pb"),
              OfProvider("s", R"pb(listing_published { listing_id: "l" })pb")});
  const std::vector<std::string> ids = feed.Ids(ForWords("gardening"));
  ASSERT_GT(ids.size(), 2u);
  EXPECT_EQ(ids[0], "listing/l");
}

}  // namespace
}  // namespace regard::directory
