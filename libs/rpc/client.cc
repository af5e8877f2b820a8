#include "libs/rpc/client.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace regard::rpc {
namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream contents;
  if (!file || !(contents << file.rdbuf())) {
    return absl::FailedPreconditionError(absl::StrCat(path, " cannot be read"));
  }
  return contents.str();
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(const ChannelOptions& options) {
  if (options.ca_path.empty()) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions tls;
  const auto authority = ReadFile(options.ca_path);
  if (!authority.ok()) return authority.status();
  tls.pem_root_certs = *authority;
  if (!options.client_cert_path.empty()) {
    const auto cert = ReadFile(options.client_cert_path);
    if (!cert.ok()) return cert.status();
    const auto key = ReadFile(options.client_key_path);
    if (!key.ok()) return key.status();
    tls.pem_cert_chain = *cert;
    tls.pem_private_key = *key;
  }
  return grpc::SslCredentials(tls);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(const std::string& address, const ChannelOptions& options) {
  const auto credentials = CredentialsOf(options);
  if (!credentials.ok()) return credentials.status();
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(options.max_response_bytes);
  // gRPC shares a connection between channels whose arguments are equal, also ones it does not know.
  arguments.SetInt("regard.connection", options.connection);
  if (options.longest_backoff < absl::InfiniteDuration()) {
    const int longest = static_cast<int>(absl::ToInt64Milliseconds(options.longest_backoff));
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, longest);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, longest);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, longest);
  }
  if (options.first_backoff < absl::InfiniteDuration()) {
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS,
                     static_cast<int>(absl::ToInt64Milliseconds(options.first_backoff)));
  }
  if (options.in_turn) arguments.SetLoadBalancingPolicyName("round_robin");
  return grpc::CreateCustomChannel(address, *credentials, arguments);
}

void AttachToken(grpc::ClientContext& context, absl::string_view token) {
  if (!token.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
}

void SetTimeout(grpc::ClientContext& context, absl::Duration timeout) {
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMicroseconds(timeout));
}

absl::Status ToAbslStatus(const grpc::Status& status) {
  const absl::optional<Rejection> rejection = RejectionOf(status);
  return rejection.has_value() ? ToStatus(*rejection) : absl::OkStatus();
}

}  // namespace regard::rpc
