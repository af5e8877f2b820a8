// A gRPC server with its doors: services, health, reflection, limits, TLS, and a way to stop that finishes what was
// accepted. Loopback needs nothing; any other address needs TLS or a decision to do without.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/rpc/shell.h"

namespace grpc {
class CallbackGenericService;
class Server;
}  // namespace grpc

namespace regard::rpc {

struct TlsFiles {
  // PEM files.
  std::string cert_path;
  std::string key_path;
  // When set, a client must show a certificate of this authority (mutual TLS).
  std::string client_ca_path;
};

struct ServerOptions {
  // host:port; port 0 takes a free one.
  std::string address = "127.0.0.1:7300";
  absl::optional<TlsFiles> tls;
  // Plain text on an address that is not loopback.
  bool insecure = false;
  // Larger ones are INVALID_ARGUMENT with REQUEST_TOO_LARGE or RESPONSE_TOO_LARGE. A request of more than four times as
  // much ends in gRPC, with RESOURCE_EXHAUSTED and no ErrorInfo.
  int max_request_bytes = 1 << 20;
  int max_response_bytes = 4 << 20;
};

// Thread-safe.
class Server {
 public:
  // Listens when it returns. `services` and the shell outlive the server.
  // FAILED_PRECONDITION when a service was refused by the shell, or for an open address without TLS; UNAVAILABLE when
  // the address cannot be bound.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options, Shell& shell,
                                                       const std::vector<Service*>& services);
  // Drains with no patience when nobody has drained.
  ~Server();

  // The port it listens on.
  int port() const { return port_; }
  // host:port that a client on this machine can dial.
  std::string local_address() const;

  // What the standard health service answers for the server ("") and each of its services: not serving until it is said
  // to be ready. Under the name "live" it serves from Start to Drain.
  void SetReady(bool ready);

  // Answers new calls with STOPPING, waits until those accepted are answered, at most `patience`; then ends all
  // connections, which is UNAVAILABLE to whoever still waits. Returns when every call is over. Whatever answers the calls
  // must still be running.
  void Drain(absl::Duration patience);

 private:
  Server(Shell& shell, std::vector<std::string> names, std::unique_ptr<grpc::Server> server,
         std::vector<std::unique_ptr<grpc::Service>> owned,
         std::unique_ptr<grpc::CallbackGenericService> strangers, int port);

  Shell& shell_;
  // Of what the health service tells.
  const std::vector<std::string> names_;
  std::vector<std::unique_ptr<grpc::Service>> owned_;
  std::unique_ptr<grpc::CallbackGenericService> strangers_;
  std::unique_ptr<grpc::Server> server_;
  int port_;
  std::atomic<bool> drained_{false};
};

}  // namespace regard::rpc
