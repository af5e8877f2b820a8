// Parts start left to right and stop right to left, whatever happens between, and a signal is all it takes to stop.
#include "libs/app/process.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/base/manual_clock.h"

namespace regard::app {
namespace {

using testing::ElementsAre;

class ProcessTest : public testing::Test {
 protected:
  Part Note(const std::string& name, absl::Status started = absl::OkStatus()) {
    return {name,
            [this, name, started] {
              steps_.push_back("start " + name);
              return started;
            },
            [this, name] { steps_.push_back("stop " + name); }};
  }
  std::vector<Part> Parts(Part a, Part b, Part c) {
    std::vector<Part> parts;
    parts.push_back(std::move(a));
    parts.push_back(std::move(b));
    parts.push_back(std::move(c));
    return parts;
  }

  ManualClock clock_{absl::UnixEpoch()};
  telemetry::Log log_{clock_, telemetry::Level::kError, [](absl::string_view) {}};
  std::vector<std::string> steps_;
};

TEST_F(ProcessTest, StartsLeftToRightAndStopsRightToLeft) {
  Process process(log_);
  process.RequestDrain();
  EXPECT_TRUE(process.Serve(Parts(Note("a"), Note("b"), Note("c"))).ok());
  EXPECT_THAT(steps_, ElementsAre("start a", "start b", "start c", "stop c", "stop b", "stop a"));
}

TEST_F(ProcessTest, PartThatCannotStartStopsThoseBeforeIt) {
  Process process(log_);
  const absl::Status status =
      process.Serve(Parts(Note("a"), Note("b", absl::UnavailableError("port taken")), Note("c")));
  EXPECT_EQ(status, absl::UnavailableError("b: port taken"));
  EXPECT_THAT(steps_, ElementsAre("start a", "start b", "stop a"));
}

TEST_F(ProcessTest, WorkRunsBetween) {
  Process process(log_);
  const absl::Status status = process.RunWith(Parts(Note("a"), Note("b"), Part{"empty", {}, {}}), [&] {
    steps_.push_back("work");
    return absl::AbortedError("no");
  });
  EXPECT_EQ(status, absl::AbortedError("no"));
  EXPECT_THAT(steps_, ElementsAre("start a", "start b", "work", "stop b", "stop a"));
}

TEST_F(ProcessTest, EitherSignalAsksForDrain) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Process process(log_);
    EXPECT_FALSE(process.drain_requested());
    kill(getpid(), signal);
    process.AwaitDrainRequest();
    EXPECT_TRUE(process.drain_requested());
    process.AwaitDrainRequest();  // at once: it was asked before
  }
}

TEST_F(ProcessTest, AnotherThreadMayAsk) {
  Process process(log_);
  std::thread other([&] { process.RequestDrain(); });
  EXPECT_TRUE(process.Serve({}).ok());
  other.join();
}

TEST_F(ProcessTest, SecondSignalEndsItOnTheSpot) {
  const pid_t child = fork();
  if (child == 0) {
    Process process(log_);
    kill(getpid(), SIGTERM);
    process.AwaitDrainRequest();
    kill(getpid(), SIGTERM);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
}

}  // namespace
}  // namespace regard::app
