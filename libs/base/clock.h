// The clock port. Nothing in Regard reads the time any other way, so that a test or a simulation decides it.
#pragma once

#include "absl/time/time.h"

namespace regard {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time; may jump.
  virtual absl::Time Now() const = 0;
  // Never goes back; the origin means nothing.
  virtual absl::Duration Monotonic() const = 0;
};

// The machine's clocks.
class SystemClock : public Clock {
 public:
  absl::Time Now() const override;
  absl::Duration Monotonic() const override;
};

}  // namespace regard
