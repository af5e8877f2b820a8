#include "tools/cli/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace regard::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<CsvRow> ReadAll(absl::string_view text) {
  CsvReader reader(text);
  std::vector<CsvRow> rows;
  for (CsvRow row; reader.Next(row);) rows.push_back(row);
  return rows;
}

TEST(Csv, FieldsWithAndWithoutQuotes) {
  const auto rows = ReadAll("a,\"b,c\",\"say \"\"hello\"\"\"\r\n,,\nlast,\"\",x");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[0].fields, ElementsAre("a", "b,c", "say \"hello\""));
  EXPECT_THAT(rows[1].fields, ElementsAre("", "", ""));
  EXPECT_THAT(rows[2].fields, ElementsAre("last", "", "x"));
}

TEST(Csv, LinesAreCountedThroughLineBreaksInsideQuotes) {
  const auto rows = ReadAll("\"one\ntwo\",x\ny,z\n");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].line, 1);
  EXPECT_THAT(rows[0].fields, ElementsAre("one\ntwo", "x"));
  EXPECT_EQ(rows[1].line, 3);
}

TEST(Csv, ByteOrderMarkAndEmptyLinesAreSkipped) {
  const auto rows = ReadAll("\xEF\xBB\xBF" "a\n\r\n\nb");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_THAT(rows[0].fields, ElementsAre("a"));
  EXPECT_EQ(rows[1].line, 4);
}

TEST(Csv, AnOpenQuoteCostsOneLineOnly) {
  const auto rows = ReadAll("a,b\nx,\"open\ny,z\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[1].problem, HasSubstr("not closed"));
  EXPECT_EQ(rows[1].line, 2);
  EXPECT_THAT(rows[2].fields, ElementsAre("y", "z"));
  EXPECT_EQ(rows[2].line, 3);
}

TEST(Csv, StrayQuotesAreAProblemOfTheirRow) {
  const auto rows = ReadAll("a\"b,c\n\"a\"b,c\nfine,row\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_NE(rows[0].problem, "");
  EXPECT_NE(rows[1].problem, "");
  EXPECT_EQ(rows[2].problem, "");
  EXPECT_EQ(rows[2].line, 3);
}

TEST(CsvTable, ColumnsAreFoundByName) {
  CsvTable table;
  ASSERT_TRUE(CsvTable::Open("name, extra ,cost\n x ,y,3\nshort,row\n", {"cost", "name"}, table).ok());
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table["name"], "x");
  EXPECT_EQ(table["cost"], "3");
  ASSERT_TRUE(table.Next());
  EXPECT_EQ(table.line(), 3);
  EXPECT_EQ(table.problem(), "2 fields instead of 3");
  EXPECT_FALSE(table.Next());
}

TEST(CsvTable, AMissingColumnIsAnError) {
  CsvTable table;
  EXPECT_THAT(std::string(CsvTable::Open("a,b\n", {"c"}, table).message()), HasSubstr("column c"));
  EXPECT_FALSE(CsvTable::Open("", {}, table).ok());
}

}  // namespace
}  // namespace regard::cli
