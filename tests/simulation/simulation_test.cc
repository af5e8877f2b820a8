// The simulation itself: that a seed is a run, that each known defect is found, and every place to die is tried.
#include <cstdlib>

#include "gtest/gtest.h"
#include "tests/simulation/world.h"

namespace regard::simulation {
namespace {

RunResult RunSeed(uint64_t seed, Control control = Control::kNone) {
  RunOptions options;
  options.seed = seed;
  options.control = control;
  return World(options).Run();
}

std::string FirstViolation(const RunResult& result) {
  if (!result.verdict.failed()) return "";
  return result.verdict.violations()[0].checker + ": " + result.verdict.violations()[0].what;
}

// Between two processes it is checked by simulation_reproduces.
TEST(Simulation, ASeedReproducesARunToTheByte) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const RunResult first = RunSeed(seed);
    const RunResult second = RunSeed(seed);
    EXPECT_EQ(first.digest, second.digest) << "seed " << seed;
    EXPECT_EQ(first.events, second.events) << "seed " << seed;
  }
  EXPECT_NE(RunSeed(1).digest, RunSeed(2).digest);
}

class ControlTest : public ::testing::TestWithParam<ControlInfo> {};

TEST_P(ControlTest, IsCaught) {
  const ControlInfo& info = GetParam();
  for (uint64_t seed = 1; seed <= static_cast<uint64_t>(info.within_seeds); ++seed) {
    if (!RunSeed(seed, info.control).verdict.failed()) continue;
    // It was the defect, not the seed.
    EXPECT_EQ(FirstViolation(RunSeed(seed)), "");
    return;
  }
  FAIL() << info.name << " was not caught within " << info.within_seeds << " seeds";
}

INSTANTIATE_TEST_SUITE_P(Controls, ControlTest, ::testing::ValuesIn(AllControls()),
                         [](const ::testing::TestParamInfo<ControlInfo>& info) {
                           std::string name(info.param.name);
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

// Every so many awaits; the long form tries each.
int Stride() {
  const char* stride = std::getenv("REGARD_AWAIT_STRIDE");
  return stride == nullptr ? 23 : std::atoi(stride);
}

TEST(Crash, AtEveryAwaitLosesNothing) {
  uint64_t tried = 0;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    RunOptions options;
    options.seed = seed;
    options.calm = true;
    options.operations = 60;
    const RunResult whole = World(options).Run();
    ASSERT_EQ(FirstViolation(whole), "");
    ASSERT_GT(whole.awaits, 1000u);
    for (int64_t await = static_cast<int64_t>(seed); await < static_cast<int64_t>(whole.awaits); await += Stride()) {
      options.die_at_await = await;
      EXPECT_EQ(FirstViolation(World(options).Run()), "") << "seed " << seed << ", await " << await;
      ++tried;
    }
  }
  EXPECT_GT(tried, 100u);
}

}  // namespace
}  // namespace regard::simulation
