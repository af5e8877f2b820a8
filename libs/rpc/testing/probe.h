// A service behind the shell whose answers a test decides, and a server around it on a free port of the loopback.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "libs/auth/key_file.h"
#include "libs/auth/signer.h"
#include "libs/auth/verifier.h"
#include "libs/base/manual_clock.h"
#include "libs/rpc/client.h"
#include "libs/rpc/server.h"
#include "libs/rpc/shell.h"
#include "libs/rpc/testing/probe.grpc.pb.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"

namespace regard::rpc::testing {

class Probe final : public Api<ProbeService> {
 public:
  using PlaceHandler = std::function<void(const Call&, const PlaceRequest&, PlaceResponse&, Done)>;

  explicit Probe(Shell& shell) : Api(shell) {}

  REGARD_RPC(testing, Place)
  REGARD_RPC(testing, Look)

  // Before any call.
  PlaceHandler on_place = [](const Call&, const PlaceRequest&, PlaceResponse&, Done done) { done(absl::OkStatus()); };

 private:
  void Place(const Call& call, const PlaceRequest& request, PlaceResponse& response, Done done) {
    on_place(call, request, response, std::move(done));
  }
  void Look(const Call& call, const LookRequest&, LookResponse& response, Done done) {
    response.set_has_caller(call.has_caller());
    done(absl::OkStatus());
  }
};

// Everything a shell needs, with a clock that stands still.
class World {
 public:
  explicit World(Shell::Options options = {}) : shell(options, clock, verifier, log, metrics), probe(shell) {}

  std::unique_ptr<Server> Serve(ServerOptions server_options = {}) {
    if (server_options.address == ServerOptions().address) server_options.address = "127.0.0.1:0";
    auto server = Server::Start(server_options, shell, {&probe});
    return server.ok() ? *std::move(server) : nullptr;
  }

  std::string Token(options::v1::Role role = options::v1::ROLE_PERSON, absl::Duration life = absl::Hours(1)) const {
    return *auth::Signer(key.private_pem, clock).Sign({"person-1", role, "E08000009", clock.Now() + life});
  }

  std::vector<std::string> TakeLines() {
    const std::lock_guard lock(lines_mutex);
    return std::exchange(lines, {});
  }

  ManualClock clock{absl::FromUnixSeconds(1'780'000'000)};
  const auth::KeyPair key = *auth::MakeKeyPair();
  const auth::Verifier verifier{{.public_keys_pem = {key.public_pem}}, clock};
  std::mutex lines_mutex;
  std::vector<std::string> lines;
  telemetry::Log log{clock, telemetry::Level::kInfo, [this](absl::string_view line) {
                       const std::lock_guard lock(lines_mutex);
                       lines.emplace_back(line);
                     }};
  telemetry::Metrics metrics;
  Shell shell;
  Probe probe;
};

}  // namespace regard::rpc::testing
