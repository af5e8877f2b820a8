#include "libs/geo/gazetteer.h"

#include "gtest/gtest.h"

namespace regard::geo {
namespace {

// Real rows of Trafford (ONS Postcode Directory; OGL v3).
std::vector<PostcodeRow> Sale4() {
  return {{"M33 4GT", {53.417245, -2.355164}, "E05015252", "Manor", "E01006167"},
          {"M33 4GF", {53.411378, -2.338913}, "E05015243", "Brooklands", "E01006100"},
          {"M33 4RZ", {53.416537, -2.335899}, "E05015252", "Manor", "E01006151"}};
}

std::vector<PostcodeRow> Sale6() {
  return {{"M33 6RX", {53.422427, -2.334908}, "E05015240", "Ashton upon Mersey", "E01006148"}};
}

std::shared_ptr<const Gazetteer> Sale() {
  Gazetteer::Builder builder;
  EXPECT_EQ(builder.ReplaceSector("M33 4", Sale4()), absl::OkStatus());
  EXPECT_EQ(builder.ReplaceSector("M33 6", Sale6()), absl::OkStatus());
  return builder.Build();
}

absl::optional<Place> Find(const Gazetteer& gazetteer, const char* postcode) {
  return gazetteer.Find(*Postcode::Parse(postcode));
}

void ExpectNear(const absl::optional<Point>& point, const Point& expected) {
  ASSERT_TRUE(point.has_value());
  EXPECT_LT(DistanceM(*point, expected), 0.02);
}

TEST(Gazetteer, FindsWhatWasImported) {
  const std::shared_ptr<const Gazetteer> sale = Sale();
  EXPECT_EQ(sale->size(), 4u);
  const absl::optional<Place> place = Find(*sale, "m334gf");
  ASSERT_TRUE(place.has_value());
  ExpectNear(place->point, {53.411378, -2.338913});
  EXPECT_EQ(place->ward_code, "E05015243");
  EXPECT_EQ(place->ward_name, "Brooklands");
  EXPECT_EQ(place->area_code, "E01006100");
  EXPECT_EQ(Find(*sale, "M33 6RX")->ward_name, "Ashton upon Mersey");
  EXPECT_FALSE(Find(*sale, "M33 4AA").has_value());
  EXPECT_FALSE(Find(*sale, "M33 4ZZ").has_value());
  EXPECT_FALSE(Find(*sale, "M33 5GT").has_value());
  EXPECT_FALSE(Find(Gazetteer(), "M33 4GT").has_value());
}

TEST(Gazetteer, KnowsWhereAboutsASectorAndAnOutcodeAre) {
  const std::shared_ptr<const Gazetteer> sale = Sale();
  ExpectNear(sale->CentreOf("M33 6"), {53.422427, -2.334908});
  ExpectNear(sale->CentreOf("M33 4"), {(53.417245 + 53.411378 + 53.416537) / 3, (-2.355164 - 2.338913 - 2.335899) / 3});
  // Every postcode counts the same.
  ExpectNear(sale->CentreOf("M33"), {(53.417245 + 53.411378 + 53.416537 + 53.422427) / 4,
                                     (-2.355164 - 2.338913 - 2.335899 - 2.334908) / 4});
  EXPECT_FALSE(sale->CentreOf("M3").has_value());
  EXPECT_FALSE(sale->CentreOf("M33 4GT").has_value());
}

TEST(Gazetteer, LocatesWhatAPersonTypes) {
  const std::shared_ptr<const Gazetteer> sale = Sale();
  ExpectNear(sale->Locate(" m334gt"), {53.417245, -2.355164});
  EXPECT_EQ(sale->Locate("m33 4"), sale->CentreOf("M33 4"));
  EXPECT_EQ(sale->Locate("m33"), sale->CentreOf("M33"));
  EXPECT_FALSE(sale->Locate("M33 4AA").has_value());
  EXPECT_FALSE(sale->Locate("Sale").has_value());
}

TEST(Gazetteer, AnImportReplacesItsSectorAndLeavesOldSnapshots) {
  const std::shared_ptr<const Gazetteer> before = Sale();
  Gazetteer::Builder builder(*before);
  ASSERT_EQ(builder.ReplaceSector("M33 4", {Sale4()[0]}), absl::OkStatus());
  const std::shared_ptr<const Gazetteer> after = builder.Build();
  EXPECT_EQ(after->size(), 2u);
  EXPECT_FALSE(Find(*after, "M33 4RZ").has_value());
  EXPECT_TRUE(Find(*before, "M33 4RZ").has_value());

  ASSERT_EQ(builder.ReplaceSector("M33 4", {}), absl::OkStatus());
  ASSERT_EQ(builder.ReplaceSector("M33 6", {}), absl::OkStatus());
  EXPECT_EQ(builder.Build()->size(), 0u);
  EXPECT_FALSE(builder.Build()->CentreOf("M33").has_value());
}

TEST(Gazetteer, BadRowsChangeNothing) {
  Gazetteer::Builder builder(*Sale());
  const auto refused = [&builder](PostcodeRow row) {
    std::vector<PostcodeRow> rows = {Sale4()[0], std::move(row)};
    return builder.ReplaceSector("M33 4", rows).code() == absl::StatusCode::kInvalidArgument;
  };
  EXPECT_TRUE(refused({"M33", {53, -2}, "w", "W", "a"}));
  EXPECT_TRUE(refused({"M33 6RX", {53, -2}, "w", "W", "a"}));
  EXPECT_TRUE(refused({"M33 4RZ", {95, -2}, "w", "W", "a"}));
  EXPECT_TRUE(refused({"m334gt", {53, -2}, "w", "W", "a"}));
  EXPECT_EQ(builder.Build()->size(), 4u);
}

}  // namespace
}  // namespace regard::geo
