#include "tools/cli/output.h"

#include <gtest/gtest.h>

#include <sstream>

#include "regard/base/v1/base.pb.h"

namespace regard::cli {
namespace {

TEST(Table, AlignsByWhatIsSeen) {
  std::ostringstream out;
  Table({"who", ">owed"}).Row({"Café", "£5"}).Row({"A longer name", "£1,200.00"}).Row({"nobody"}).Print(out, 2);
  EXPECT_EQ(out.str(),
            "  who                 owed\n"
            "  Café                  £5\n"
            "  A longer name  £1,200.00\n"
            "  nobody\n");
}

TEST(Json, HasProtoNamesAndEveryField) {
  base::v1::Receipt receipt;
  receipt.set_consistency_token("t");
  EXPECT_EQ(ToJson(receipt), R"({"consistency_token":"t","version":"0"})");
}

TEST(Shortened, CutsBetweenCodePoints) {
  EXPECT_EQ(Shortened("££££", 4), "££££");
  EXPECT_EQ(Shortened("£££££", 4), "£££…");
  EXPECT_EQ(Shortened("two\nlines", 20), "two lines");
}

}  // namespace
}  // namespace regard::cli
