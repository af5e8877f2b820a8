// The frame of every server's main(): parts that start left to right and stop right to left, and a signal that asks for a
// drain. Between them it waits and does nothing.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "libs/telemetry/log.h"

namespace regard::app {

// Something that runs while the process serves. Either function may be empty.
struct Part {
  // Constant, snake_case; for the log.
  std::string name;
  // Returns when the part works, or says why it cannot.
  absl::AnyInvocable<absl::Status()> start;
  // Returns when the part has finished what it accepted. Called once, and only after `start` succeeded.
  absl::AnyInvocable<void()> stop;
};

// One in a process, made before any thread: SIGTERM and SIGINT are blocked from here on, in every thread made later, so
// that only Serve sees them. SIGPIPE is ignored.
class Process {
 public:
  // `log` outlives it.
  explicit Process(telemetry::Log& log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Starts the parts in their order, waits for a drain request, stops them in the reverse order. A part that cannot
  // start: those before it are stopped, and its status is the answer. Call once, in the thread that made this.
  absl::Status Serve(std::vector<Part> parts);

  // Starts the parts, runs `work` instead of waiting, stops them. For a demonstration or a one-off task.
  absl::Status RunWith(std::vector<Part> parts, absl::AnyInvocable<absl::Status() &&> work);

  // Returns when SIGTERM or SIGINT came or RequestDrain was called, at once when that was before. After the first request
  // a second signal ends the process on the spot, for whoever cannot wait.
  void AwaitDrainRequest();

  // As the signal does. Thread-safe.
  void RequestDrain();
  // Thread-safe; for long work that should end early.
  bool drain_requested() const;

 private:
  telemetry::Log& log_;
  int signal_fd_ = -1;
  int request_fd_ = -1;
};

}  // namespace regard::app
