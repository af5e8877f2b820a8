// The arithmetic of the market's figures. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/optional.h"

namespace regard::market {

// All of nothing are nullopt. Values need not be sorted. Pence are rounded half up.
absl::optional<int64_t> MeanPence(const std::vector<int64_t>& values);
absl::optional<int64_t> MedianPence(std::vector<int64_t> values);

struct Quartiles {
  int64_t lower = 0;
  int64_t median = 0;
  int64_t upper = 0;

  friend bool operator==(const Quartiles&, const Quartiles&) = default;
};

// Interpolated between the neighbours of (n - 1) / 4, 2 (n - 1) / 4 and 3 (n - 1) / 4.
absl::optional<Quartiles> QuartilesOf(std::vector<int64_t> values);

// Sum of squared percentage shares: 10,000 for one alone, near 0 for many small ones. Sizes are not negative.
absl::optional<double> HerfindahlHirschman(const std::vector<double>& sizes);

// One group's packages in one arrangement and people in another.
struct MixGroup {
  double mean_pence = 0;
  int64_t weight = 0;
};

// The mean of the groups' means, weighted.
absl::optional<int64_t> WeightedMeanPence(const std::vector<MixGroup>& groups);

}  // namespace regard::market
