#include "libs/telemetry/exposer.h"

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <exception>
#include <limits>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace regard::telemetry {
namespace {

prometheus::ClientMetric::Histogram Snapshot(const Histogram& histogram) {
  prometheus::ClientMetric::Histogram snapshot;
  uint64_t cumulative = 0;
  for (size_t i = 0; i <= histogram.bounds().size(); ++i) {
    cumulative += histogram.bucket(i);
    const double bound =
        i < histogram.bounds().size() ? histogram.bounds()[i] : std::numeric_limits<double>::infinity();
    snapshot.bucket.push_back({cumulative, bound});
  }
  snapshot.sample_count = cumulative;
  snapshot.sample_sum = histogram.sum();
  return snapshot;
}

prometheus::MetricFamily Snapshot(const std::string& name, const Metrics::Family& family) {
  prometheus::MetricFamily snapshot;
  snapshot.name = name;
  snapshot.help = family.help;
  for (const Metrics::Series& series : family.series) {
    prometheus::ClientMetric metric;
    for (const auto& [label, value] : series.labels) metric.label.push_back({label, value});
    if (series.counter != nullptr) {
      snapshot.type = prometheus::MetricType::Counter;
      metric.counter.value = static_cast<double>(series.counter->value());
    } else if (series.histogram != nullptr) {
      snapshot.type = prometheus::MetricType::Histogram;
      metric.histogram = Snapshot(*series.histogram);
    } else if (series.gauge == nullptr && absl::EndsWith(name, "_total")) {
      snapshot.type = prometheus::MetricType::Counter;
      metric.counter.value = series.read();
    } else {
      snapshot.type = prometheus::MetricType::Gauge;
      metric.gauge.value = series.gauge != nullptr ? static_cast<double>(series.gauge->value()) : series.read();
    }
    snapshot.metric.push_back(std::move(metric));
  }
  return snapshot;
}

std::vector<prometheus::MetricFamily> SnapshotAll(const Metrics& metrics) {
  std::vector<prometheus::MetricFamily> families;
  metrics.Visit([&](const std::string& name, const Metrics::Family& family) {
    families.push_back(Snapshot(name, family));
  });
  return families;
}

class Collected : public prometheus::Collectable {
 public:
  explicit Collected(const Metrics& metrics) : metrics_(metrics) {}
  std::vector<prometheus::MetricFamily> Collect() const override { return SnapshotAll(metrics_); }

 private:
  const Metrics& metrics_;
};

}  // namespace

struct Exposer::Parts {
  // The HTTP server holds it weakly.
  std::shared_ptr<Collected> collected;
  std::unique_ptr<prometheus::Exposer> server;
};

Exposer::Exposer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Exposer::~Exposer() = default;

absl::StatusOr<std::unique_ptr<Exposer>> Exposer::Start(const std::string& address, const Metrics& metrics) {
  auto parts = std::make_unique<Parts>();
  parts->collected = std::make_shared<Collected>(metrics);
  try {
    parts->server = std::make_unique<prometheus::Exposer>(address, 1);
    parts->server->RegisterCollectable(parts->collected);
  } catch (const std::exception& error) {
    return absl::UnavailableError(absl::StrCat("metrics on ", address, ": ", error.what()));
  }
  return std::unique_ptr<Exposer>(new Exposer(std::move(parts)));
}

std::string Exposer::Text(const Metrics& metrics) {
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, SnapshotAll(metrics));
  return text.str();
}

int Exposer::port() const {
  const std::vector<int> ports = parts_->server->GetListeningPorts();
  return ports.empty() ? 0 : ports.front();
}

}  // namespace regard::telemetry
