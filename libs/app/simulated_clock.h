// A wall clock that an operator moves, for simulated weeks; waiting and deadlines still take real time.
#pragma once

#include "libs/base/clock.h"
#include "libs/base/manual_clock.h"

namespace regard::app {

// Thread-safe.
class SimulatedClock : public ManualClock {
 public:
  explicit SimulatedClock(absl::Time start) : ManualClock(start) {}
  absl::Duration Monotonic() const override { return real_.Monotonic(); }

 private:
  SystemClock real_;
};

}  // namespace regard::app
