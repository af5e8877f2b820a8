#include "libs/base/ids.h"

#include "gtest/gtest.h"

namespace regard {
namespace {

TEST(Uuid, Version7KeepsItsTimeAndSortsByIt) {
  const absl::Time early = absl::FromUnixMillis(1'700'000'000'123);
  const Uuid a = Uuid::V7(early, ~0ull, ~0ull);
  const Uuid b = Uuid::V7(early + absl::Milliseconds(1), 0, 0);
  EXPECT_EQ(a.version(), 7);
  EXPECT_EQ(a.time(), early);
  EXPECT_LT(a, b);
  EXPECT_EQ(Uuid::Parse(a.ToString()).value(), a);
  EXPECT_EQ(Uuid::FromBytes(a.bytes()).value(), a);
}

TEST(Uuid, DerivedIsAFunctionOfItsParts) {
  EXPECT_EQ(Uuid::Derived("budget", "s", "n"), Uuid::Derived("budget", "s", "n"));
  EXPECT_NE(Uuid::Derived("budget", "ab", "c"), Uuid::Derived("budget", "a", "bc"));
  EXPECT_EQ(Uuid::Derived("budget", "s", "n").version(), 5);
  // Ids are stored: this value must never change.
  EXPECT_EQ(Uuid::Derived("budget", "subject", "name").ToString(), "832235d7-42d0-53b2-9868-fced04e00c47");
}

TEST(Uuid, ParseRefusesWhatIsNone) {
  for (const char* bad : {"", "0", "00000000-0000-0000-0000-00000000000", "00000000-0000-0000-0000-00000000000g",
                          "000000000000-0000-0000-0000-00000000"}) {
    EXPECT_FALSE(Uuid::Parse(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace regard
