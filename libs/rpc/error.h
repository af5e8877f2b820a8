// Between a Rejection and what goes over the wire: a gRPC status whose details are a google.rpc.Status with ErrorInfo
// (domain "regard" and the reason), and BadRequest or RetryInfo where they help the caller.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "grpcpp/support/status.h"
#include "libs/base/rejection.h"

namespace regard::rpc {

constexpr char kErrorDomain[] = "regard";

grpc::StatusCode CodeOf(Rejection::Kind kind);

// `status` is not OK. One without a Rejection of ours may say more than a caller should read: an internal one is sent
// without its message.
grpc::Status ToGrpc(const absl::Status& status);

// For a call of an RPC that is not served here.
grpc::Status UnknownMethod();

// None for an OK status. A status without our ErrorInfo (from gRPC itself: refused, deadline) gets its kind from the
// code and the code's name as reason.
absl::optional<Rejection> RejectionOf(const grpc::Status& status);

// How long the server asks to wait before trying again, if it says so.
absl::optional<absl::Duration> RetryDelayOf(const grpc::Status& status);

}  // namespace regard::rpc
