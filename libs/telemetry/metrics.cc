#include "libs/telemetry/metrics.h"

#include <algorithm>

namespace regard::telemetry {

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), buckets_(std::make_unique<std::atomic<uint64_t>[]>(bounds_.size() + 1)) {}

void Histogram::Observe(double value) {
  const size_t index = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  buckets_[index].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<double> LatencyBounds() {
  return {0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10};
}

std::vector<double> SizeBounds() {
  std::vector<double> bounds;
  for (double bytes = 64; bytes <= 16 << 20; bytes *= 4) bounds.push_back(bytes);
  return bounds;
}

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

Metrics::Series& Metrics::SeriesOf(absl::string_view name, absl::string_view help, const Labels& labels) {
  auto it = families_.find(name);
  if (it == families_.end()) it = families_.emplace(std::string(name), Family{std::string(help), {}}).first;
  for (Series& series : it->second.series) {
    if (series.labels == labels) return series;
  }
  return it->second.series.emplace_back(Series{.labels = labels});
}

Counter& Metrics::CounterOf(absl::string_view name, absl::string_view help, const Labels& labels) {
  const std::lock_guard lock(mutex_);
  Series& series = SeriesOf(name, help, labels);
  if (series.counter == nullptr) series.counter = std::make_unique<Counter>();
  return *series.counter;
}

Gauge& Metrics::GaugeOf(absl::string_view name, absl::string_view help, const Labels& labels) {
  const std::lock_guard lock(mutex_);
  Series& series = SeriesOf(name, help, labels);
  if (series.gauge == nullptr) series.gauge = std::make_unique<Gauge>();
  return *series.gauge;
}

Histogram& Metrics::HistogramOf(absl::string_view name, absl::string_view help, const std::vector<double>& bounds,
                                const Labels& labels) {
  const std::lock_guard lock(mutex_);
  Series& series = SeriesOf(name, help, labels);
  if (series.histogram == nullptr) series.histogram = std::make_unique<Histogram>(bounds);
  return *series.histogram;
}

void Metrics::Watch(absl::string_view name, absl::string_view help, const Labels& labels,
                    std::function<double()> read) {
  const std::lock_guard lock(mutex_);
  SeriesOf(name, help, labels).read = std::move(read);
}

void Metrics::Visit(const std::function<void(const std::string&, const Family&)>& visitor) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, family] : families_) visitor(name, family);
}

}  // namespace regard::telemetry
