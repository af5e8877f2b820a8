#include "services/directory/views/text.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regard::directory {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;

TEST(Text, LowersAndFolds) {
  EXPECT_THAT(Words("CHESHIRE FREEMASONS' CHARITY"), ElementsAre("cheshire", "freemasons", "charity"));
  EXPECT_THAT(Words("children's Caf\xC3\xA9, Stra\xC3\x9F" "e"), ElementsAre("children", "cafe", "strase"));
  EXPECT_THAT(Words("don\xE2\x80\x99t"), ElementsAre("dont"));
  EXPECT_THAT(Words(""), ElementsAre());
}

TEST(Text, SplitsSentencesRunTogether) {
  EXPECT_THAT(Words("dependentsTo make"), ElementsAre("dependentsto", "dependents", "to", "make"));
  EXPECT_THAT(Words("children2.Teaching"), ElementsAre("children2", "children", "2", "teaching"));
  EXPECT_THAT(Words("over 50s"), ElementsAre("over", "50s"));
}

TEST(Text, JoinsAbbreviations) {
  EXPECT_THAT(Words("SCHOOL P.T.A., ALTRINCHAM"), ElementsAre("school", "p", "t", "a", "altrincham", "pta"));
  EXPECT_THAT(Words("Y W C A"), ElementsAre("y", "w", "c", "a", "ywca"));
}

TEST(Text, KeepsOtherScriptsAndSurvivesBrokenBytes) {
  EXPECT_THAT(Words("\xCE\x95\xCE\xBB \xF0\x9F"), ElementsAre("\xCE\x95\xCE\xBB"));
  EXPECT_THAT(Words("cr+\xC2\xBF" "ches\xFF" "a"), ElementsAre("cr", "ches", "a"));
  EXPECT_THAT(Words(std::string(41, 'x')), ElementsAre());
}

TEST(Text, Stems) {
  EXPECT_EQ(Stem("gardener"), Stem("gardener"));
  EXPECT_EQ(Stem("gardening"), "garden");
  EXPECT_THAT(StemsOf("The gardens and the gardening"), ElementsAre("garden"));
}

TEST(Text, ASearchLeavesOutWhatPeopleSayAroundIt) {
  EXPECT_THAT(SearchStems("I need somebody to help with my gardening", 16), ElementsAre("garden"));
  EXPECT_THAT(SearchStems("help", 16), ElementsAre("help"));
  EXPECT_THAT(SearchStems("the of and", 16), ElementsAre());
  EXPECT_THAT(SearchStems("dog walking dogs", 16), ElementsAre("dog", "walk"));
  EXPECT_THAT(SearchStems("one two three", 2), ElementsAre("one", "two"));
}

TEST(Text, ASearchIsNotTakenApart) {
  EXPECT_THAT(SearchStems("MacMillan U3A P.T.A.", 16), ElementsAre("macmillan", "u3a", "pta"));
  EXPECT_THAT(StemsOf("MacMillan U3A P.T.A."), IsSupersetOf({"macmillan", "u3a", "pta"}));
}

TEST(Text, FindsPhrases) {
  const std::vector<std::string> text = StemsInOrder("HEYES LANE PRIMARY SCHOOL PARENT/TEACHERS ASSOCIATION");
  EXPECT_TRUE(directory::Contains(text, ToPhrase("parent teacher association")));
  EXPECT_FALSE(directory::Contains(text, ToPhrase("teacher parent")));
  EXPECT_FALSE(directory::Contains(text, ToPhrase("")));
}

}  // namespace
}  // namespace regard::directory
