// A read past the end and a signed overflow on purpose. They pass only when AddressSanitizer and
// UndefinedBehaviorSanitizer, with the options of this very run, report them.
#include <limits>
#include <memory>

#include "gtest/gtest.h"

namespace {

TEST(SeededMemoryFaultDeathTest, AddressSanitizerReportsAReadPastTheEnd) {
  auto four = std::make_unique<char[]>(4);
  volatile int past_the_end = 4;
  EXPECT_DEATH(static_cast<void>(static_cast<volatile char*>(four.get())[past_the_end]), "heap-buffer-overflow");
}

TEST(SeededMemoryFaultDeathTest, UndefinedBehaviorSanitizerReportsAnOverflow) {
  volatile int largest = std::numeric_limits<int>::max();
  [[maybe_unused]] volatile int sum = 0;
  EXPECT_DEATH(sum = largest + 1, "signed integer overflow");
}

}  // namespace
