// All chance of a run: from one seed, the same on every machine.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace regard::simulation {

// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15u;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  // In [0, bound); bound is above 0.
  uint64_t Below(uint64_t bound) { return Next() % bound; }
  // In [from, to].
  int64_t Between(int64_t from, int64_t to) { return from + static_cast<int64_t>(Below(to - from + 1)); }
  absl::Duration Between(absl::Duration from, absl::Duration to) {
    return absl::Nanoseconds(Between(absl::ToInt64Nanoseconds(from), absl::ToInt64Nanoseconds(to)));
  }
  bool PerMille(int chance) { return static_cast<int>(Below(1000)) < chance; }
  template <class T>
  T& Pick(std::vector<T>& from) {
    return from[Below(from.size())];
  }
  template <class T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }
  // A source of its own, so that what one part draws does not shift what another draws.
  Random Fork() { return Random(Next()); }

 private:
  uint64_t state_;
};

}  // namespace regard::simulation
