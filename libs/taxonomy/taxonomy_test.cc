#include "libs/taxonomy/taxonomy.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regard::taxonomy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Taxonomy, HoldsWhatIsBuiltIn) {
  const Category* gardening = Taxonomy::Regard().Find("regard:gardening");
  ASSERT_NE(gardening, nullptr);
  EXPECT_EQ(gardening->label, "Gardening");
  ASSERT_NE(Taxonomy::Regard().Find("esdServiceType:242"), nullptr);
  EXPECT_EQ(Taxonomy::Regard().Find("esdServiceType:242")->label, "Care at home");
  EXPECT_EQ(Taxonomy::Regard().Find("regard:no-such-thing"), nullptr);
}

TEST(Taxonomy, ReadsSynonyms) {
  const absl::StatusOr<Taxonomy> taxonomy = Taxonomy::Parse("curie,label,synonyms\nx:a,Label,one;two words\nx:b,B,\n");
  ASSERT_TRUE(taxonomy.ok()) << taxonomy.status();
  ASSERT_EQ(taxonomy->categories().size(), 2u);
  EXPECT_THAT(taxonomy->Find("x:a")->synonyms, ElementsAre("one", "two words"));
  EXPECT_THAT(taxonomy->Find("x:b")->synonyms, ElementsAre());
}

TEST(Taxonomy, NamesTheBadLine) {
  const auto error = [](absl::string_view lines) {
    return std::string(Taxonomy::Parse(absl::StrCat("curie,label,synonyms\n", lines)).status().message());
  };
  EXPECT_THAT(error("x:a,A,\nx:a,B,\n"), HasSubstr("line 3: there twice"));
  EXPECT_THAT(error("gardening,A,\n"), HasSubstr("line 2: not a CURIE"));
  EXPECT_THAT(error("x:a,A\n"), HasSubstr("line 2: not three fields"));
  EXPECT_THAT(error("x:a,,\n"), HasSubstr("line 2: no label"));
  EXPECT_FALSE(Taxonomy::Parse("something else\n").ok());
}

TEST(Taxonomy, KnowsACurieFromOtherText) {
  EXPECT_TRUE(IsCurie("esdServiceType:242"));
  EXPECT_TRUE(IsCurie("regard:day-activity"));
  EXPECT_FALSE(IsCurie("242"));
  EXPECT_FALSE(IsCurie("a:b:c"));
  EXPECT_FALSE(IsCurie(":b"));
  EXPECT_FALSE(IsCurie("a:"));
  EXPECT_FALSE(IsCurie("a:b c"));
  EXPECT_FALSE(IsCurie(std::string("a:") + std::string(63, 'x')));
}

}  // namespace
}  // namespace regard::taxonomy
