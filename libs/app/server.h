// A process that serves: some services on an engine, behind gRPC, alone on an embedded log or as one of several on Kafka.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "libs/app/flags.h"
#include "libs/app/operations_api.h"
#include "libs/app/process.h"
#include "libs/app/simulated_clock.h"
#include "libs/base/clock.h"
#include "libs/es/domain.h"
#include "libs/hosting/module.h"
#include "libs/kafka/address.h"
#include "libs/telemetry/log.h"

namespace regard::app {

struct ServerSettings {
  ServerFlags server;
  std::string simulated_clock;
  std::string log;
  std::string kafka_properties;
  std::string keys;
  std::string advertise;
  std::string peer_ca;
  int standbys = 1;

  void AddTo(Flags& flags);
  // INVALID_ARGUMENT for settings that do not go together or mean nothing; after it the two below are set where asked
  // for. `log` outlives them.
  absl::Status Check(telemetry::Log& log);

  absl::optional<kafka::Address> kafka;
  std::unique_ptr<SimulatedClock> simulated;
};

struct Contents {
  // What is hosted; they outlive the process's serving.
  std::vector<const hosting::Module*> modules;
  // All domains of the deployment, whose facts are in the log.
  std::vector<const es::Domain*> stored;
  OperationsApi::Verify verify;
};

// Serves until it is asked to drain. `program` is for messages.
absl::Status Serve(const std::string& program, const ServerSettings& settings, const Contents& contents,
                   telemetry::Log& log, Process& process);

// For a status that ends the program: says it, with its reason, and the exit code. A contradiction in what is stored
// (DATA_LOSS) is a halt.
int ExitWith(const std::string& program, const std::string& data_path, telemetry::Log& log, const absl::Status& status);

// What is stored contradicts itself: says where, and ends before anything is built on it.
[[noreturn]] void Halt(const std::string& program, const std::string& data_path, telemetry::Log& log,
                       const absl::Status& why);

// main() of a program that hosts one service on a shared log.
int ServiceMain(int argc, char** argv, const Contents& contents);

}  // namespace regard::app
