// Serves the metrics over HTTP at /metrics, on a port of their own: what watches a process is not who uses it.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/telemetry/metrics.h"

namespace regard::telemetry {

class Exposer {
 public:
  // `address` is host:port. `metrics` outlives the exposer. UNAVAILABLE when the address cannot be bound.
  static absl::StatusOr<std::unique_ptr<Exposer>> Start(const std::string& address, const Metrics& metrics);
  ~Exposer();

  // What /metrics answers, for tests and the command line.
  static std::string Text(const Metrics& metrics);
  int port() const;

 private:
  struct Parts;
  explicit Exposer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace regard::telemetry
