// Holds under load, over real gRPC: opens budgets, then places holds with a fixed number of calls in flight, and keeps
// what was answered, so that a test can ask for the same again and a benchmark can count.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "regard/budgets/v1/budgets_service.grpc.pb.h"

namespace regard::load {

struct Target {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  // Of a practitioner of `tenant`, who may open budgets and place holds.
  std::string token;
  std::string tenant = "E08000009";
  // Whom the money is held for.
  std::string provider_id;
};

// Four connections to an address.
Target TargetAt(const std::string& address, std::string token, std::string provider_id = "");

// Registers the provider that holds are for, with the token of a provider's owner; its id. Dies when it is refused.
std::string RegisterProvider(const std::string& address, const std::string& owner_token);

// Person and budget number `n`.
std::string PersonId(uint64_t n);
std::string BudgetId(uint64_t n);
std::string NewRequestId(std::mt19937_64& chance, absl::Time now);

// Opens budgets [from, to) with `in_flight` calls at once; the number that failed.
uint64_t OpenBudgets(const Target& target, uint64_t from, uint64_t to, int in_flight);

struct HoldCall {
  budgets::v1::PlaceHoldRequest request;
  budgets::v1::PlaceHoldResponse response;
  grpc::Status status;
  absl::Duration took;
};

struct LoadOptions {
  uint64_t budgets = 10'000;
  int in_flight = 64;
  // Whichever comes first.
  absl::Duration duration = absl::Seconds(5);
  uint64_t max_calls = ~0ull;
  uint64_t seed = 1;
  // Every call is kept, else only counts and latencies.
  bool keep_calls = false;
  int64_t pence = 1;
  const std::atomic<bool>* stop = nullptr;
};

struct LoadResult {
  uint64_t ok = 0;
  uint64_t failed = 0;
  absl::Duration elapsed;
  std::vector<absl::Duration> latencies;
  std::vector<HoldCall> calls;
  std::string first_error;

  double per_second() const { return static_cast<double>(ok) / absl::ToDoubleSeconds(elapsed); }
  absl::Duration Percentile(double share);
};

LoadResult PlaceHolds(const Target& target, const LoadOptions& options);
LoadResult GetBalances(const Target& target, const LoadOptions& options);

// One call again, alone.
HoldCall PlaceHoldAgain(const Target& target, const budgets::v1::PlaceHoldRequest& request);

}  // namespace regard::load
