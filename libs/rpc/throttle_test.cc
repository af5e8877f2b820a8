// A second lets so many through, the next as many again, and the others are counted once.
#include "libs/rpc/throttle.h"

#include "gtest/gtest.h"

namespace regard::rpc {
namespace {

TEST(Throttle, LetsSoManyThroughEachSecond) {
  Throttle throttle(2);
  EXPECT_TRUE(throttle.Allow(absl::Seconds(5)));
  EXPECT_TRUE(throttle.Allow(absl::Seconds(5)));
  EXPECT_FALSE(throttle.Allow(absl::Milliseconds(5999)));
  EXPECT_FALSE(throttle.Allow(absl::Milliseconds(5999)));
  EXPECT_TRUE(throttle.Allow(absl::Seconds(6)));
  EXPECT_EQ(throttle.TakeHeldBack(), 2u);
  EXPECT_EQ(throttle.TakeHeldBack(), 0u);
}

}  // namespace
}  // namespace regard::rpc
