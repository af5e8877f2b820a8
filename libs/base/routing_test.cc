#include "libs/base/routing.h"

#include "gtest/gtest.h"

namespace regard {
namespace {

// Logs are partitioned by these values: they must never change.
TEST(Routing, HashIsGolden) {
  EXPECT_EQ(RoutingHash(""), 0xcbf29ce4u ^ 0x84222325u);
  // FNV-1a 64 of "a" is 0xaf63dc4c8601ec8c, as published with the algorithm.
  EXPECT_EQ(RoutingHash("a"), 0xaf63dc4cu ^ 0x8601ec8cu);
  EXPECT_EQ(RoutingHash("foobar"), 0x85944171u ^ 0xf73967e8u);
}

TEST(Routing, SpreadsSmallFamiliesOfKeys) {
  int counts[64] = {};
  for (int i = 0; i < 64000; ++i) ++counts[PartitionOf("person-" + std::to_string(i), 64)];
  for (int count : counts) {
    EXPECT_GT(count, 700);
    EXPECT_LT(count, 1300);
  }
}

}  // namespace
}  // namespace regard
