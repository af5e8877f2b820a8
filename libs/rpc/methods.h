// What is known of an RPC before any call comes, read from its descriptor once.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "libs/telemetry/metrics.h"
#include "regard/options/v1/options.pb.h"

namespace regard::rpc {

struct Method {
  // gRPC's codes run from OK (0) to UNAUTHENTICATED (16).
  static constexpr int kCodes = 17;

  // "regard.budgets.v1.BudgetsService/PlaceHold".
  std::string name;
  // "/regard.budgets.v1.BudgetsService/PlaceHold", as gRPC has it.
  std::string path;
  // Anybody, also without a token.
  bool open = false;
  // One bit per role's number.
  uint32_t roles = 0;
  // The request's `request_id`, or null.
  const google::protobuf::FieldDescriptor* request_id = nullptr;
  telemetry::Histogram* seconds = nullptr;
  std::array<telemetry::Counter*, kCodes> outcomes{};

  bool Allows(options::v1::Role role) const { return (roles >> role & 1) != 0; }
};

struct ServiceMethods {
  // The default instances of the request types, beside each other so that finding one stays in a cache line or two.
  std::vector<const google::protobuf::Message*> prototypes;
  std::vector<Method> methods;

  const Method* Find(const google::protobuf::Message* prototype) const {
    for (size_t i = 0; i < prototypes.size(); ++i) {
      if (prototypes[i] == prototype) return &methods[i];
    }
    return nullptr;
  }
};

// FAILED_PRECONDITION for a service with an RPC that does not say who may call it, that streams, or whose request type
// is another's too. NOT_FOUND for one that is not linked in. `metrics` outlives the result.
absl::StatusOr<ServiceMethods> ReadMethods(absl::string_view service_full_name, telemetry::Metrics& metrics);

}  // namespace regard::rpc
