#include "libs/rpc/error.h"

#include <string>

#include "absl/status/status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace regard::rpc {
namespace {

using Kind = Rejection::Kind;

// Trailers share 8 KiB with everything else.
constexpr size_t kMaxMessageBytes = 1024;
// A partition that is being taken over answers again within moments; who asked too much waits longer.
constexpr absl::Duration kUnavailableRetry = absl::Milliseconds(200);
constexpr absl::Duration kTooMuchRetry = absl::Seconds(1);

void AddRetry(absl::Duration delay, google::rpc::Status& details) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(delay));
  retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>((delay - absl::Floor(delay, absl::Seconds(1))) /
                                                              absl::Nanoseconds(1)));
  details.add_details()->PackFrom(retry);
}

google::rpc::Status DetailsOf(const Rejection& rejection, grpc::StatusCode code, const std::string& message) {
  google::rpc::Status details;
  details.set_code(code);
  details.set_message(message);
  google::rpc::ErrorInfo info;
  info.set_domain(kErrorDomain);
  info.set_reason(rejection.reason);
  details.add_details()->PackFrom(info);
  if (rejection.kind == Kind::kInvalid && !rejection.field.empty()) {
    google::rpc::BadRequest bad;
    google::rpc::BadRequest::FieldViolation& violation = *bad.add_field_violations();
    violation.set_field(rejection.field);
    violation.set_description(message);
    details.add_details()->PackFrom(bad);
  }
  if (rejection.kind == Kind::kUnavailable) AddRetry(kUnavailableRetry, details);
  if (rejection.kind == Kind::kTooMuch) AddRetry(kTooMuchRetry, details);
  return details;
}

absl::optional<google::rpc::Status> DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  if (status.error_details().empty() || !details.ParseFromString(status.error_details())) return absl::nullopt;
  return details;
}

template <typename Detail>
absl::optional<Detail> Find(const google::rpc::Status& details) {
  Detail detail;
  for (const google::protobuf::Any& any : details.details()) {
    if (any.UnpackTo(&detail)) return detail;
  }
  return absl::nullopt;
}

}  // namespace

grpc::StatusCode CodeOf(Kind kind) {
  switch (kind) {
    case Kind::kInvalid: return grpc::StatusCode::INVALID_ARGUMENT;
    case Kind::kRule: return grpc::StatusCode::FAILED_PRECONDITION;
    case Kind::kNotFound: return grpc::StatusCode::NOT_FOUND;
    case Kind::kConflict: return grpc::StatusCode::ABORTED;
    case Kind::kTooMuch: return grpc::StatusCode::RESOURCE_EXHAUSTED;
    case Kind::kUnavailable: return grpc::StatusCode::UNAVAILABLE;
    case Kind::kDenied: return grpc::StatusCode::PERMISSION_DENIED;
    case Kind::kUnauthenticated: return grpc::StatusCode::UNAUTHENTICATED;
    case Kind::kDeadline: return grpc::StatusCode::DEADLINE_EXCEEDED;
    case Kind::kInternal: return grpc::StatusCode::INTERNAL;
  }
  return grpc::StatusCode::INTERNAL;
}

grpc::Status ToGrpc(const absl::Status& status) {
  Rejection rejection = FromStatus(status);
  if (rejection.kind == Kind::kInternal) rejection.message = "something went wrong on the server";
  const grpc::StatusCode code = CodeOf(rejection.kind);
  const std::string message = rejection.message.substr(0, kMaxMessageBytes);
  return grpc::Status(code, message, DetailsOf(rejection, code, message).SerializeAsString());
}

grpc::Status UnknownMethod() {
  const Rejection rejection{Kind::kInternal, "METHOD_UNKNOWN", "", ""};
  const std::string message = "there is no such call";
  const grpc::StatusCode code = grpc::StatusCode::UNIMPLEMENTED;
  return grpc::Status(code, message, DetailsOf(rejection, code, message).SerializeAsString());
}

absl::optional<Rejection> RejectionOf(const grpc::Status& status) {
  if (status.ok()) return absl::nullopt;
  // gRPC's codes are Abseil's.
  Rejection rejection =
      FromStatus(absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message()));
  const auto details = DetailsOf(status);
  if (!details.has_value()) return rejection;
  const auto info = Find<google::rpc::ErrorInfo>(*details);
  if (info.has_value() && info->domain() == kErrorDomain) rejection.reason = info->reason();
  const auto bad = Find<google::rpc::BadRequest>(*details);
  if (bad.has_value() && bad->field_violations_size() > 0) rejection.field = bad->field_violations(0).field();
  return rejection;
}

absl::optional<absl::Duration> RetryDelayOf(const grpc::Status& status) {
  const auto details = DetailsOf(status);
  if (!details.has_value()) return absl::nullopt;
  const auto retry = Find<google::rpc::RetryInfo>(*details);
  if (!retry.has_value()) return absl::nullopt;
  return absl::Seconds(retry->retry_delay().seconds()) + absl::Nanoseconds(retry->retry_delay().nanos());
}

}  // namespace regard::rpc
