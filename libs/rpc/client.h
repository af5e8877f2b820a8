// The caller's side: channels and tokens. A server's error comes back as the Rejection it was: see error.h.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"
#include "libs/rpc/error.h"

namespace regard::rpc {

struct ChannelOptions {
  // The server's authority as a PEM file. Without one the channel is plain text, which a server only accepts on
  // loopback or when told to.
  std::string ca_path;
  // For mutual TLS, both or none.
  std::string client_cert_path;
  std::string client_key_path;
  // Channels with the same target share a connection unless this differs.
  int connection = 0;
  int max_response_bytes = 4 << 20;
  // Of several addresses behind a name each call takes the next, instead of all the first that answers.
  bool in_turn = false;
  // The longest wait before a lost connection is tried again; gRPC's own when infinite.
  absl::Duration longest_backoff = absl::InfiniteDuration();
  // The first one; each further one is longer. gRPC's own, a second, when infinite.
  absl::Duration first_backoff = absl::InfiniteDuration();
};

// Connects lazily. Fails only when a file cannot be read.
absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(const std::string& address,
                                                           const ChannelOptions& options = {});

// Metadata that marks a call as sent on by another instance.
constexpr char kForwardedKey[] = "regard-forwarded";

// Before the call is made. An empty token adds nothing.
void AttachToken(grpc::ClientContext& context, absl::string_view token);
void SetTimeout(grpc::ClientContext& context, absl::Duration timeout);

// As base/rejection.h makes it on the server; OK for OK.
absl::Status ToAbslStatus(const grpc::Status& status);

}  // namespace regard::rpc
