// Counters, gauges and histograms for Prometheus, cheap enough for every call: a handle is found once, by name and
// labels, and counting is one relaxed atomic addition.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace regard::telemetry {

// Only goes up. Thread-safe.
class alignas(64) Counter {
 public:
  void Add(uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// Goes up and down. Thread-safe.
class alignas(64) Gauge {
 public:
  void Set(int64_t value) { value_.store(value, std::memory_order_relaxed); }
  // The value after it.
  int64_t Add(int64_t by) { return value_.fetch_add(by, std::memory_order_relaxed) + by; }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

// Counts values by size. Thread-safe; a scrape may see an observation in its bucket and not yet in the sum.
class alignas(64) Histogram {
 public:
  // Upper bounds, ascending; what is larger counts as infinite.
  explicit Histogram(std::vector<double> bounds);

  void Observe(double value);
  void Observe(absl::Duration value) { Observe(absl::ToDoubleSeconds(value)); }

  const std::vector<double>& bounds() const { return bounds_; }
  // Not cumulative; one more than there are bounds.
  uint64_t bucket(size_t index) const { return buckets_[index].load(std::memory_order_relaxed); }
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  const std::vector<double> bounds_;
  const std::unique_ptr<std::atomic<uint64_t>[]> buckets_;
  std::atomic<double> sum_{0};
};

// From 50 us to 10 s, in seconds: calls, fsyncs, waits.
std::vector<double> LatencyBounds();
// Powers of four from 64 bytes to 16 MiB.
std::vector<double> SizeBounds();

using Labels = std::map<std::string, std::string>;

// Owns every handle; a handle lives as long as this. Thread-safe; asking again for the same name and labels gives the
// same handle. Names follow Prometheus: regard_<what>_<unit>, counters end in _total. Label values come from small fixed
// sets, never from ids.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  Counter& CounterOf(absl::string_view name, absl::string_view help, const Labels& labels = {});
  Gauge& GaugeOf(absl::string_view name, absl::string_view help, const Labels& labels = {});
  Histogram& HistogramOf(absl::string_view name, absl::string_view help, const std::vector<double>& bounds,
                         const Labels& labels = {});
  // A gauge, or a counter if its name says so, that is read when somebody asks: `read` is thread-safe and outlives this.
  void Watch(absl::string_view name, absl::string_view help, const Labels& labels, std::function<double()> read);

  struct Series {
    Labels labels;
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Gauge> gauge;
    std::unique_ptr<Histogram> histogram;
    std::function<double()> read;
  };
  struct Family {
    std::string help;
    std::vector<Series> series;
  };
  // For the exposer; under a lock that only making a handle takes too.
  void Visit(const std::function<void(const std::string& name, const Family& family)>& visitor) const;

 private:
  Series& SeriesOf(absl::string_view name, absl::string_view help, const Labels& labels);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace regard::telemetry
