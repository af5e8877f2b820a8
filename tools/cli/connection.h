// A client of one deployment: calls that are tried again, with the same bytes and so the same request id, while the server is
// away or does not know the outcome.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"
#include "libs/rpc/client.h"
#include "libs/rpc/endpoints.h"

namespace regard::cli {

struct CallOptions {
  // Of each attempt.
  absl::Duration timeout = absl::Seconds(10);
  // The first included. Only UNAVAILABLE and RESOURCE_EXHAUSTED are tried again.
  int attempts = 5;
  // Before the second attempt; twice as long before each further one. The server's own wish goes first.
  absl::Duration first_pause = absl::Milliseconds(100);
};

// Thread-safe.
class Connection {
 public:
  // `server` as in libs/rpc/endpoints.h.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& server, const rpc::ChannelOptions& channel,
                                                          CallOptions options = {});

  // To a generated service, where it is.
  template <class Service>
  std::unique_ptr<typename Service::Stub> To() const {
    return Service::NewStub(endpoints_.ChannelTo(Service::service_full_name()));
  }
  const rpc::Endpoints& endpoints() const { return endpoints_; }
  const CallOptions& options() const { return options_; }

  // Empty `token`: nobody in particular. The status carries a Rejection, see libs/base/rejection.h.
  template <class Stub, class Request, class Response>
  absl::Status Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    absl::string_view token, const Request& request, Response& response) const {
    return Retry(token, [&](grpc::ClientContext& context) { return (stub.*method)(&context, request, &response); });
  }

 private:
  Connection(rpc::Endpoints endpoints, CallOptions options) : endpoints_(std::move(endpoints)), options_(options) {}

  absl::Status Retry(absl::string_view token, const std::function<grpc::Status(grpc::ClientContext&)>& attempt) const;

  const rpc::Endpoints endpoints_;
  const CallOptions options_;
};

constexpr int kExitOk = 0;
// The server said no; nothing was stored.
constexpr int kExitRefused = 1;
constexpr int kExitUsage = 2;
// Not reached, overloaded, or nobody knows what became of it.
constexpr int kExitUnavailable = 3;

int ExitCodeOf(const absl::Status& status);
// For people: what was wrong, the reason that never changes, and the field.
std::string Explained(const absl::Status& status);

}  // namespace regard::cli
