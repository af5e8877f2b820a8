#include "tools/cli/connection.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/rejection.h"
#include "libs/rpc/error.h"

namespace regard::cli {
namespace {

bool MayTryAgain(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& server,
                                                             const rpc::ChannelOptions& channel, CallOptions options) {
  // Else what is tried again meets a connection that is not made again before a second has passed.
  rpc::ChannelOptions eager = channel;
  eager.first_backoff = options.first_pause;
  absl::StatusOr<rpc::Endpoints> opened = rpc::Endpoints::Open(server, eager);
  if (!opened.ok()) return opened.status();
  return std::unique_ptr<Connection>(new Connection(*std::move(opened), options));
}

absl::Status Connection::Retry(absl::string_view token,
                               const std::function<grpc::Status(grpc::ClientContext&)>& attempt) const {
  absl::Duration pause = options_.first_pause;
  for (int tried = 1;; ++tried) {
    grpc::ClientContext context;
    rpc::AttachToken(context, token);
    rpc::SetTimeout(context, options_.timeout);
    const grpc::Status status = attempt(context);
    if (!MayTryAgain(status) || tried >= options_.attempts) return rpc::ToAbslStatus(status);
    absl::SleepFor(std::min(rpc::RetryDelayOf(status).value_or(pause), options_.timeout));
    pause *= 2;
  }
}

int ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return kExitOk;
  // What the server refuses carries its reason; without one it was found wrong here.
  bool from_server = false;
  status.ForEachPayload([&](absl::string_view, const absl::Cord&) { from_server = true; });
  if (absl::IsInvalidArgument(status) && !from_server) return kExitUsage;
  switch (FromStatus(status).kind) {
    case Rejection::Kind::kInvalid:
    case Rejection::Kind::kRule:
    case Rejection::Kind::kNotFound:
    case Rejection::Kind::kConflict:
    case Rejection::Kind::kDenied:
    case Rejection::Kind::kUnauthenticated:
      return kExitRefused;
    case Rejection::Kind::kTooMuch:
    case Rejection::Kind::kUnavailable:
    case Rejection::Kind::kDeadline:
    case Rejection::Kind::kInternal:
      return kExitUnavailable;
  }
  return kExitUnavailable;
}

std::string Explained(const absl::Status& status) {
  const Rejection rejection = FromStatus(status);
  std::string text = rejection.reason;
  if (!rejection.field.empty()) absl::StrAppend(&text, " (", rejection.field, ")");
  if (!rejection.message.empty() && rejection.message != rejection.reason) absl::StrAppend(&text, ": ", rejection.message);
  return text;
}

}  // namespace regard::cli
