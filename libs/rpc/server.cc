#include "libs/rpc/server.h"

#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/service_type.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/rpc/connections.h"
#include "libs/rpc/error.h"
#include "libs/rpc/reflection.h"

namespace regard::rpc {
namespace {

// For answers to leave, and for callers to hear that this server stops rather than that the connection broke.
constexpr absl::Duration kGoodbye = absl::Milliseconds(100);
// Whether the process lives, whatever it can do; for whoever would restart it.
constexpr char kLive[] = "live";
constexpr int kMaxMetadataBytes = 16 << 10;
constexpr int kWallOverLimit = 4;
constexpr int kMaxStreamsPerConnection = 4096;
// A client may ask whether we live every 10 s, and we ask it after a minute of silence.
constexpr int kLeastPingIntervalMs = 10'000;
constexpr int kMaxPingStrikes = 3;
constexpr int kKeepaliveIntervalMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream contents;
  if (!file || !(contents << file.rdbuf())) {
    return absl::FailedPreconditionError(absl::StrCat(path, " cannot be read"));
  }
  return contents.str();
}

bool IsLoopback(absl::string_view address) {
  const size_t colon = address.rfind(':');
  const absl::string_view host = colon == absl::string_view::npos ? address : address.substr(0, colon);
  return absl::StartsWith(address, "unix:") || host == "localhost" || host == "[::1]" ||
         (absl::StartsWith(host, "127.") && host.find_first_not_of("0123456789.") == absl::string_view::npos);
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CredentialsOf(const ServerOptions& options) {
  if (!options.tls.has_value()) {
    if (IsLoopback(options.address) || options.insecure) return grpc::InsecureServerCredentials();
    return absl::FailedPreconditionError(
        absl::StrCat(options.address, " is open to others: give it a certificate and key, or say that it is to be "
                                      "insecure"));
  }
  const auto cert = ReadFile(options.tls->cert_path);
  if (!cert.ok()) return cert.status();
  const auto key = ReadFile(options.tls->key_path);
  if (!key.ok()) return key.status();
  grpc::SslServerCredentialsOptions tls;
  tls.pem_key_cert_pairs.push_back({*key, *cert});
  if (!options.tls->client_ca_path.empty()) {
    const auto authority = ReadFile(options.tls->client_ca_path);
    if (!authority.ok()) return authority.status();
    tls.pem_root_certs = *authority;
    tls.client_certificate_request = GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  return grpc::SslServerCredentials(tls);
}

void SetLimits(const ServerOptions& options, grpc::ServerBuilder& builder) {
  // The last wall. gRPC ends a call that runs into it without our words, so the shell's limit is well below.
  builder.SetMaxReceiveMessageSize(options.max_request_bytes * kWallOverLimit);
  builder.SetMaxSendMessageSize(options.max_response_bytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kLeastPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, kMaxPingStrikes);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  // Two servers on one port would each get half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

// Whatever is called that no service has.
class Stranger final : public grpc::ServerGenericBidiReactor {
 public:
  Stranger() { Finish(UnknownMethod()); }
  void OnDone() override { delete this; }
};

class Strangers final : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override { return new Stranger(); }
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, Shell& shell,
                                                      const std::vector<Service*>& services) {
  if (!shell.registration_status().ok()) return shell.registration_status();
  auto credentials = CredentialsOf(options);
  if (!credentials.ok()) return credentials.status();

  // Debian builds Abseil with its search for deadlocks on, which makes every lock that gRPC takes dear.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options.address, *credentials, &port);
  SetLimits(options, builder);
  std::vector<std::string> names = {"grpc.health.v1.Health"};
  for (Service* service : services) {
    builder.RegisterService(service->grpc_service());
    names.emplace_back(service->service_full_name());
  }
  std::vector<std::unique_ptr<grpc::Service>> owned;
  owned.push_back(MakeReflection(names));
  builder.RegisterService(owned.back().get());
  auto strangers = std::make_unique<Strangers>();
  builder.RegisterCallbackGenericService(strangers.get());

  shell.LimitMessages(static_cast<size_t>(options.max_request_bytes), static_cast<size_t>(options.max_response_bytes));
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || (port == 0 && !absl::StartsWith(options.address, "unix:"))) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", options.address));
  }
  names.emplace_back();
  std::unique_ptr<Server> started(
      new Server(shell, std::move(names), std::move(server), std::move(owned), std::move(strangers), port));
  started->server_->GetHealthCheckService()->SetServingStatus(kLive, true);
  started->SetReady(false);
  return started;
}

Server::Server(Shell& shell, std::vector<std::string> names, std::unique_ptr<grpc::Server> server,
               std::vector<std::unique_ptr<grpc::Service>> owned,
               std::unique_ptr<grpc::CallbackGenericService> strangers, int port)
    : shell_(shell),
      names_(std::move(names)),
      owned_(std::move(owned)),
      strangers_(std::move(strangers)),
      server_(std::move(server)),
      port_(port) {}

Server::~Server() { Drain(absl::ZeroDuration()); }

std::string Server::local_address() const { return absl::StrCat("127.0.0.1:", port_); }

void Server::SetReady(bool ready) {
  for (const std::string& name : names_) server_->GetHealthCheckService()->SetServingStatus(name, ready);
}

void Server::Drain(absl::Duration patience) {
  if (drained_.exchange(true)) return;
  server_->GetHealthCheckService()->SetServingStatus(false);
  shell_.Drain(patience);
  absl::SleepFor(std::min(patience, kGoodbye));
  // Before gRPC's own end, which would be CANCELLED to what comes meanwhile. Nobody connects anew in between.
  StopListening(port_);
  CutConnections(port_);
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
}

}  // namespace regard::rpc
