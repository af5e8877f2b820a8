#include "libs/rpc/methods.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace regard::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

constexpr absl::string_view kCodeNames[Method::kCodes] = {
    "OK",           "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",  "DEADLINE_EXCEEDED",
    "NOT_FOUND",    "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",      "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS",    "UNAUTHENTICATED"};

const FieldDescriptor* RequestIdOf(const Descriptor& request) {
  const FieldDescriptor* const field = request.FindFieldByName("request_id");
  const bool is_text = field != nullptr && field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field->is_repeated();
  return is_text ? field : nullptr;
}

absl::StatusOr<Method> ReadMethod(const MethodDescriptor& descriptor, telemetry::Metrics& metrics) {
  Method method;
  method.name = absl::StrCat(descriptor.service()->full_name(), "/", descriptor.name());
  method.path = absl::StrCat("/", method.name);
  const auto refuse = [&](absl::string_view what) {
    return absl::FailedPreconditionError(absl::StrCat(method.name, " ", what));
  };
  if (descriptor.client_streaming() || descriptor.server_streaming()) return refuse("streams, which nothing guards");
  if (!descriptor.options().HasExtension(options::v1::access)) return refuse("does not say who may call it");
  const options::v1::Access& access = descriptor.options().GetExtension(options::v1::access);
  method.open = access.open();
  for (const int role : access.roles()) {
    if (role <= options::v1::ROLE_UNSPECIFIED || !options::v1::Role_IsValid(role)) return refuse("names no real role");
    method.roles |= 1u << role;
  }
  if (!method.open && method.roles == 0) return refuse("lets nobody call it");
  method.request_id = RequestIdOf(*descriptor.input_type());
  method.seconds = &metrics.HistogramOf("regard_rpc_seconds", "Time from admitting a call to answering it.",
                                        telemetry::LatencyBounds(), {{"method", method.name}});
  for (int code = 0; code < Method::kCodes; ++code) {
    method.outcomes[code] = &metrics.CounterOf("regard_rpc_total", "Calls by their outcome.",
                                               {{"method", method.name}, {"code", std::string(kCodeNames[code])}});
  }
  return method;
}

}  // namespace

absl::StatusOr<ServiceMethods> ReadMethods(absl::string_view service_full_name, telemetry::Metrics& metrics) {
  const auto* const service =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(std::string(service_full_name));
  if (service == nullptr) return absl::NotFoundError(absl::StrCat("no service ", service_full_name));
  ServiceMethods result;
  for (int i = 0; i < service->method_count(); ++i) {
    const MethodDescriptor& descriptor = *service->method(i);
    const google::protobuf::Message* const prototype =
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor.input_type());
    if (std::find(result.prototypes.begin(), result.prototypes.end(), prototype) != result.prototypes.end()) {
      return absl::FailedPreconditionError(
          absl::StrCat(descriptor.full_name(), " shares ", descriptor.input_type()->full_name(), " with another RPC"));
    }
    absl::StatusOr<Method> method = ReadMethod(descriptor, metrics);
    if (!method.ok()) return method.status();
    result.prototypes.push_back(prototype);
    result.methods.push_back(*std::move(method));
  }
  return result;
}

}  // namespace regard::rpc
