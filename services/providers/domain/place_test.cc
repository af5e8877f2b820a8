#include "services/providers/domain/place.h"

#include "gtest/gtest.h"
#include "services/providers/domain/testing/providers_scenario.h"

namespace regard::providers::testing {
namespace {

TEST(Place, PostcodesOfASectorAreImportedOnce) {
  constexpr char kImport[] = R"pb(
    place_key: "postcodes:M33 4"
    import_postcodes {
      sector: "M33 4"
      tenant: "E08000009"
      row_digest: "a"
      postcodes { postcode: "M33 4GT" }
    })pb";
  ProvidersScenario s;
  s.By(kOperator);
  s.When(kImport).Then("place/postcodes:M33 4",
                       R"pb(postcodes_imported {
                              sector: "M33 4"
                              tenant: "E08000009"
                              row_digest: "a"
                              postcodes { postcode: "M33 4GT" }
                            })pb");
  s.When(kImport).ThenNothing();
}

TEST(Place, ChangedPostcodesReplace) {
  ProvidersScenario s;
  s.By(kOperator).Given("place/postcodes:M33 4", R"pb(postcodes_imported { sector: "M33 4" row_digest: "a" })pb");
  s.When(R"pb(place_key: "postcodes:M33 4"
              import_postcodes { sector: "M33 4" row_digest: "b" })pb")
      .Then("place/postcodes:M33 4", R"pb(postcodes_imported { row_digest: "b" })pb");
}

TEST(Place, AreasOfACouncilAreImportedOnce) {
  constexpr char kImport[] = R"pb(
    place_key: "areas:E08000009"
    import_areas {
      tenant: "E08000009"
      row_digest: "a"
      areas { area_code: "E01006109" residents: 1150 }
    })pb";
  ProvidersScenario s;
  s.By(kOperator);
  s.When(kImport).Then("place/areas:E08000009",
                       R"pb(areas_imported { tenant: "E08000009" areas { area_code: "E01006109" residents: 1150 } })pb");
  s.When(kImport).ThenNothing();
  s.When(R"pb(place_key: "areas:E08000009"
              import_areas { tenant: "E08000009" row_digest: "b" })pb")
      .Then("place/areas:E08000009", R"pb(areas_imported { row_digest: "b" })pb");
}

TEST(Place, OnlyAnOperatorImports) {
  for (const char* actor : {kOwner, kPractitioner, kCommissioner, kPersonOfThatName}) {
    ProvidersScenario s;
    s.By(actor);
    s.When(R"pb(place_key: "postcodes:M33 4"
                import_postcodes { row_digest: "a" })pb")
        .ThenRefused("PLACE_NOT_FOUND");
    s.When(R"pb(place_key: "areas:E08000009"
                import_areas { row_digest: "a" })pb")
        .ThenRefused("PLACE_NOT_FOUND");
  }
}

TEST(Place, AnEmptyFactFolds) {
  internal::v1::PlaceState place;
  EvolvePlace(place, v1::PlaceFact(), {});
  EXPECT_EQ(place.row_digest(), "");
}

}  // namespace
}  // namespace regard::providers::testing
