#include "libs/geo/postcode.h"

#include "gtest/gtest.h"

namespace regard::geo {
namespace {

TEST(Postcode, IsWrittenInOneWay) {
  for (const char* text : {"M33 4GT", "m334gt", " m33  4Gt ", "M33\t4GT\n"}) {
    EXPECT_EQ(Postcode::Parse(text)->text(), "M33 4GT") << text;
  }
  // Each shape of outcode.
  EXPECT_EQ(Postcode::Parse("m11ae")->text(), "M1 1AE");
  EXPECT_EQ(Postcode::Parse("wa141aa")->text(), "WA14 1AA");
  EXPECT_EQ(Postcode::Parse("cr26xh")->text(), "CR2 6XH");
  EXPECT_EQ(Postcode::Parse("w1a0ax")->text(), "W1A 0AX");
  EXPECT_EQ(Postcode::Parse("ec1a1bb")->text(), "EC1A 1BB");
  EXPECT_EQ(Postcode::Parse("gir0aa")->text(), "GIR 0AA");
}

TEST(Postcode, KnowsItsParts) {
  const Postcode postcode = *Postcode::Parse("wa14 1aa");
  EXPECT_EQ(postcode.outcode(), "WA14");
  EXPECT_EQ(postcode.sector(), "WA14 1");
  EXPECT_EQ(postcode.unit(), "AA");
}

TEST(Postcode, RefusesWhatIsNone) {
  for (const char* text : {"", "M33", "M33 4", "M33 4G", "M33 4GTX", "M33 GT4", "333 4GT", "MMM3 4GT", "M333 4GT",
                           "M33 4CT", "M33 4G0", "M33-4GT", "M33 4G\xc3\x89", "GIT 0AA", "M33 GT",
                           "M3 34GT", "M33 4 GT", "M334 GT"}) {
    EXPECT_EQ(Postcode::Parse(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(NormaliseArea, TakesWhatAPersonTypes) {
  EXPECT_EQ(*NormaliseArea("m334gt"), "M33 4GT");
  EXPECT_EQ(*NormaliseArea(" m33 4 "), "M33 4");
  EXPECT_EQ(*NormaliseArea("m334"), "M33 4");
  EXPECT_EQ(*NormaliseArea("m33"), "M33");
  EXPECT_EQ(*NormaliseArea("m3 3"), "M3 3");
  EXPECT_EQ(*NormaliseArea("ec1a"), "EC1A");
  for (const char* text : {"", "M", "33", "Sale", "M33 4G", "M33 GT", "M 33"}) {
    EXPECT_EQ(NormaliseArea(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace regard::geo
