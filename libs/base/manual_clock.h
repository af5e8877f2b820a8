// A clock that stands still until it is told to move: for tests, simulations and simulated weeks.
#pragma once

#include <atomic>

#include "absl/time/time.h"
#include "libs/base/clock.h"

namespace regard {

// Thread-safe.
class ManualClock : public Clock {
 public:
  explicit ManualClock(absl::Time start) : nanos_(absl::ToUnixNanos(start)) {}

  absl::Time Now() const override { return absl::FromUnixNanos(nanos_.load()); }
  absl::Duration Monotonic() const override { return absl::Nanoseconds(nanos_.load() + drift_.load()); }

  void Advance(absl::Duration by) { nanos_.fetch_add(absl::ToInt64Nanoseconds(by)); }
  void Set(absl::Time to) { nanos_.store(absl::ToUnixNanos(to)); }
  // Moves wall time alone, as a wrong NTP server does.
  void JumpWall(absl::Duration by) {
    drift_.fetch_sub(absl::ToInt64Nanoseconds(by));
    Advance(by);
  }

 private:
  std::atomic<int64_t> nanos_;
  std::atomic<int64_t> drift_{0};
};

}  // namespace regard
