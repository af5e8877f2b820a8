// Chance that is the same everywhere: a stream of numbers for each name under one seed, whatever else was drawn and in
// whatever order.
#pragma once

#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace regard::demo {

// Not thread-safe; cheap to make.
class Dice {
 public:
  Dice(uint64_t seed, absl::string_view name);

  uint64_t Next();
  // From 0 to count - 1; `count` is positive.
  int Below(int count);
  // Both included.
  int Between(int low, int high) { return low + Below(high - low + 1); }
  // In [0, 1).
  double Unit();
  bool Chance(double probability) { return Unit() < probability; }
  // An index in proportion to weights, of which at least one is positive.
  size_t Weighted(const std::vector<double>& weights);
  template <class Items>
  const auto& Pick(const Items& items) {
    return items[Below(static_cast<int>(std::size(items)))];
  }
  template <class Items>
  void Shuffle(Items& items) {
    for (int i = static_cast<int>(items.size()) - 1; i > 0; --i) std::swap(items[i], items[Below(i + 1)]);
  }

 private:
  uint64_t state_;
};

}  // namespace regard::demo
