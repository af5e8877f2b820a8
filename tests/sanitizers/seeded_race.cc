// A data race on purpose. It passes only when ThreadSanitizer, with the options of this very run, reports the race.
#include <thread>

#include "gtest/gtest.h"

namespace {

int shared_count = 0;

void RaceOnce() {
  std::thread other([] { ++shared_count; });
  ++shared_count;
  other.join();
}

TEST(SeededRaceDeathTest, ThreadSanitizerReportsIt) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  // The exit code is ThreadSanitizer's own: a program that raced ends with 66 even when it asks for 0.
  EXPECT_EXIT(
      {
        RaceOnce();
        std::exit(0);
      },
      testing::ExitedWithCode(66), "data race");
}

}  // namespace
