#include "libs/base/money.h"

#include <limits>

#include "gtest/gtest.h"

namespace regard {
namespace {

TEST(Money, Formats) {
  EXPECT_EQ(FormatPence(123456789), "£1,234,567.89");
  EXPECT_EQ(FormatPence(-5), "-£0.05");
  EXPECT_EQ(FormatPence(100000), "£1,000.00");
}

TEST(Money, Parses) {
  EXPECT_EQ(ParsePounds("12"), 1200);
  EXPECT_EQ(ParsePounds("£1,200.5"), 120050);
  for (const char* bad : {"", ".", "1.234", "-1", "+1", "1e3", "1.-1", "99999999999999999999"}) {
    EXPECT_EQ(ParsePounds(bad), absl::nullopt) << bad;
  }
}

TEST(Money, OverflowIsNoSum) {
  EXPECT_EQ(AddPence(std::numeric_limits<int64_t>::max(), 1), absl::nullopt);
  EXPECT_EQ(AddPence(2, -3), -1);
}

}  // namespace
}  // namespace regard
