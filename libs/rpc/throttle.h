// Lets a few through each second and counts the rest, so that a flood of failures does not become a flood of log lines.
#pragma once

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"

namespace regard::rpc {

// Thread-safe; at the turn of a second a few too many may pass.
class Throttle {
 public:
  explicit Throttle(int per_second) : per_second_(per_second) {}

  // `now` is monotonic.
  bool Allow(absl::Duration now) {
    const int64_t second = absl::ToInt64Seconds(now);
    if (second_.exchange(second, std::memory_order_relaxed) != second) passed_.store(0, std::memory_order_relaxed);
    if (passed_.fetch_add(1, std::memory_order_relaxed) < per_second_) return true;
    held_back_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }

  // How many were not let through since this was last asked.
  uint64_t TakeHeldBack() { return held_back_.exchange(0, std::memory_order_relaxed); }

 private:
  const int per_second_;
  std::atomic<int64_t> second_{-1};
  std::atomic<int> passed_{0};
  std::atomic<uint64_t> held_back_{0};
};

}  // namespace regard::rpc
