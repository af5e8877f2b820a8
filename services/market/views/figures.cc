#include "services/market/views/figures.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace regard::market {
namespace {

// Of sorted values, `quarter` quarters of the way; twice a half is rounded up.
int64_t AtQuarter(const std::vector<int64_t>& sorted, size_t quarter) {
  const size_t steps = quarter * (sorted.size() - 1);
  const size_t below = steps / 4;
  const int64_t rest = static_cast<int64_t>(steps % 4);
  if (rest == 0) return sorted[below];
  const int64_t gap = sorted[below + 1] - sorted[below];
  return sorted[below] + (gap * rest + 2) / 4;
}

}  // namespace

absl::optional<int64_t> MeanPence(const std::vector<int64_t>& values) {
  if (values.empty()) return absl::nullopt;
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return std::llround(sum / static_cast<double>(values.size()));
}

absl::optional<int64_t> MedianPence(std::vector<int64_t> values) {
  const absl::optional<Quartiles> quartiles = QuartilesOf(std::move(values));
  if (!quartiles.has_value()) return absl::nullopt;
  return quartiles->median;
}

absl::optional<Quartiles> QuartilesOf(std::vector<int64_t> values) {
  if (values.empty()) return absl::nullopt;
  std::sort(values.begin(), values.end());
  return Quartiles{AtQuarter(values, 1), AtQuarter(values, 2), AtQuarter(values, 3)};
}

absl::optional<double> HerfindahlHirschman(const std::vector<double>& sizes) {
  const double total = std::accumulate(sizes.begin(), sizes.end(), 0.0);
  if (total <= 0) return absl::nullopt;
  double index = 0;
  for (const double size : sizes) index += (100 * size / total) * (100 * size / total);
  return index;
}

absl::optional<int64_t> WeightedMeanPence(const std::vector<MixGroup>& groups) {
  double sum = 0;
  int64_t weight = 0;
  for (const MixGroup& group : groups) {
    sum += group.mean_pence * static_cast<double>(group.weight);
    weight += group.weight;
  }
  if (weight == 0) return absl::nullopt;
  return std::llround(sum / static_cast<double>(weight));
}

}  // namespace regard::market
