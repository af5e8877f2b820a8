// regard-standalone: all services in one process, on the embedded log with no other dependency, or on Kafka. Reads as a
// list of parts: the world outside, the inside, the doors.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/app/cluster.h"
#include "libs/app/data_folder.h"
#include "libs/app/embedded_engine.h"
#include "libs/app/flags.h"
#include "libs/app/process.h"
#include "libs/app/simulated_clock.h"
#include "libs/auth/key_file.h"
#include "libs/auth/verifier.h"
#include "libs/base/ids.h"
#include "libs/base/rejection.h"
#include "libs/kafka/address.h"
#include "libs/kafka/topics.h"
#include "libs/privacy/digester.h"
#include "libs/privacy/sealer.h"
#include "libs/rpc/server.h"
#include "libs/rpc/shell.h"
#include "libs/telemetry/exposer.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"
#include "services/standalone/inside.h"
#include "services/standalone/keys.h"
#include "services/standalone/move_log.h"
#include "services/standalone/operations_api.h"
#include "services/standalone/print.h"
#include "services/standalone/quarantine_command.h"
#include "services/standalone/services.h"
#include "services/standalone/verify_folder.h"

namespace regard::standalone {
namespace {

constexpr int kExitHalted = 70;
// Until the silence of a former owner is long enough, and the log was read.
constexpr absl::Duration kJoinPatience = absl::Minutes(2);

struct Settings {
  app::ServerFlags server;
  std::string simulated_clock;
  bool verify = false;
  QuarantineFlags quarantine;
  std::string log;
  std::string kafka_properties;
  bool make_log = false;
  std::string move_log;
  std::string keys;
  std::string advertise;
  std::string peer_ca;
  int standbys = 1;
  // From --log and --kafka-properties.
  absl::optional<kafka::Address> kafka;
};

// What is stored contradicts itself: say where, and end before anything is built on it.
[[noreturn]] void Halt(telemetry::Log& log, const std::string& data_path, const absl::Status& why) {
  log.Error("halted", {{"why", why.message()}});
  std::fprintf(stderr, "regard-standalone: halted: %s\n", std::string(why.message()).c_str());
  if (const absl::optional<es::Stop> stop = es::StoppedAtOf(why); stop.has_value()) {
    std::fprintf(stderr,
                 "regard-standalone: starting again halts again. To go on without this fact, an operator may say:\n"
                 "  regard log quarantine %s --reader %s --data %s --why \"...\"\n",
                 es::ToText(stop->place).c_str(), stop->reader.c_str(), data_path.c_str());
  }
  std::_Exit(kExitHalted);
}

// The reason that never changes goes first, where there is one.
std::string Explained(const absl::Status& status) {
  const Rejection rejection = FromStatus(status);
  const bool has_none = rejection.reason == absl::StatusCodeToString(status.code()) || rejection.reason == status.message();
  return has_none ? std::string(status.message()) : absl::StrCat(rejection.reason, ": ", status.message());
}

absl::Status Verify(const Settings& settings) {
  const absl::StatusOr<app::DataFolder> folder = app::DataFolder::OpenExisting(settings.server.data);
  if (!folder.ok()) return folder.status();
  const absl::StatusOr<FolderReport> report = VerifyFolder(folder->path());
  if (!report.ok()) return report.status();
  operations::v1::VerifyLogResponse response;
  FillReport(*report, response);
  const absl::Status printed = PrintJson(response);
  if (!printed.ok()) return printed;
  return report->ok() ? absl::OkStatus()
                      : absl::DataLossError(absl::StrCat(report->verification.problems.size(), " problems"));
}

// New at every start, so that what a former process wrote is never taken for this one's.
std::string NewInstanceId(const Clock& wall) {
  std::random_device entropy;
  const auto bits = [&entropy] { return (uint64_t{entropy()} << 32) | entropy(); };
  return Uuid::V7(wall.Now(), bits(), bits()).ToString();
}

app::ClusterOptions ClusterOptionsOf(const Settings& settings, const std::string& instance_id) {
  app::ClusterOptions options;
  options.log = *settings.kafka;
  options.instance_id = instance_id;
  options.standbys = settings.standbys;
  options.channel.ca_path = settings.peer_ca;
  if (!settings.peer_ca.empty()) {
    options.channel.client_cert_path = settings.server.tls_cert;
    options.channel.client_key_path = settings.server.tls_key;
  }
  return options;
}

absl::Status Run(const Settings& settings, const Clock& clock, app::SimulatedClock* simulated, telemetry::Log& log,
                 app::Process& process) {
  // The world outside. Only these lines know RocksDB, files and sockets.
  auto folder = app::DataFolder::Open(settings.server.data);
  if (!folder.ok()) return folder.status();
  SystemClock wall;
  telemetry::Metrics metrics;
  // What all instances of a deployment must have the same of.
  const std::string shared = settings.keys.empty() ? folder->path() : settings.keys;
  const auto keys = Keys::Open(*folder, shared + "/master.key", settings.kafka);
  if (!keys.ok()) return keys.status();
  privacy::Sealer sealer((*keys)->store());
  privacy::Opener opener((*keys)->store());
  const auto digester = privacy::Digester::FromFile(shared + "/digest.key");
  if (!digester.ok()) return digester.status();
  const auto key_pair = auth::LoadOrMakeKeyFile(shared + "/auth.key");
  if (!key_pair.ok()) return key_pair.status();
  auth::Verifier::Options trusted;
  trusted.public_keys_pem = {key_pair->public_pem};
  const auth::Verifier verifier(trusted, wall);

  // The inside: commands become facts, facts become views.
  std::vector<std::unique_ptr<es::View>> views = MakeViews();
  std::vector<es::View*> view_list;
  for (const auto& view : views) view_list.push_back(view.get());
  app::EngineOptions engine_options;
  engine_options.data_path = folder->path();
  engine_options.log_on_kafka = settings.kafka;
  const std::string instance_id = NewInstanceId(wall);
  engine_options.runtime.instance = {instance_id, settings.server.listen};
  // On Kafka there may be others.
  engine_options.runtime.owns_all = !settings.kafka.has_value();
  if (simulated != nullptr) engine_options.runtime.max_clock_drift = absl::InfiniteDuration();
  auto opened = app::EmbeddedEngine::Open(engine_options, Domains(), view_list, clock, sealer, metrics,
                                          [&](const absl::Status& why) { Halt(log, folder->path(), why); });
  if (!opened.ok()) return opened.status();
  const std::unique_ptr<app::EmbeddedEngine> engine = *std::move(opened);

  // The doors: services on a server.
  rpc::Shell shell(settings.server.shell_options(), wall, verifier, log, metrics);
  std::unique_ptr<app::Cluster> cluster;
  if (settings.kafka.has_value()) {
    cluster = std::make_unique<app::Cluster>(ClusterOptionsOf(settings, instance_id), *engine, shell, *key_pair, wall,
                                             metrics);
  }
  Services services(shell, *engine, view_list, *digester, opener, clock,
                    cluster != nullptr ? &cluster->forwarder() : nullptr);
  const absl::Status loaded = services.Load(*engine);
  if (!loaded.ok()) return loaded;
  OperationsApi operations(shell, *engine, clock, simulated, **keys, folder->path());
  std::vector<rpc::Service*> served = services.served();
  served.push_back(&operations);
  if (cluster != nullptr) served.push_back(&cluster->instances_api());

  std::unique_ptr<telemetry::Exposer> exposer;
  std::unique_ptr<rpc::Server> server;
  std::vector<app::Part> parts;
  parts.push_back({"engine", [&] { return engine->Start(); }, [&] { engine->Stop(); }});
  parts.push_back({"metrics",
                   [&] {
                     auto started = telemetry::Exposer::Start(settings.server.metrics_listen, metrics);
                     if (started.ok()) exposer = *std::move(started);
                     return started.status();
                   },
                   [&] { exposer.reset(); }});
  // Of the others it is told until no call is left here.
  parts.push_back({"cluster", nullptr, [&] {
                     if (cluster != nullptr) cluster->Leave();
                   }});
  parts.push_back({"server",
                   [&] {
                     auto started = rpc::Server::Start(settings.server.server_options(), shell, served);
                     if (started.ok()) server = *std::move(started);
                     return started.status();
                   },
                   [&] { server->Drain(settings.server.drain_patience); }});
  parts.push_back({"ownership",
                   [&] {
                     const std::string address =
                         settings.advertise.empty() ? server->local_address() : settings.advertise;
                     return cluster != nullptr ? cluster->Join(address, kJoinPatience) : absl::OkStatus();
                   },
                   [&] {
                     if (cluster != nullptr) cluster->Retire(settings.server.drain_patience);
                   }});
  parts.push_back({"ready",
                   [&] {
                     // For whoever started this and waits for it.
                     std::printf("ready %s\n", server->local_address().c_str());
                     std::fflush(stdout);
                     return absl::OkStatus();
                   },
                   nullptr});
  return process.Serve(std::move(parts));
}

absl::Status FindLog(Settings& settings, telemetry::Log& log) {
  if (settings.log.empty()) {
    if (!settings.make_log && settings.move_log.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError("--make-log and --move-log are for a log on Kafka; name it with --log");
  }
  if (!settings.move_log.empty() && settings.move_log != "there" && settings.move_log != "back") {
    return absl::InvalidArgumentError("--move-log is there or back");
  }
  absl::StatusOr<kafka::Address> address = kafka::ParseAddress(settings.log);
  if (!address.ok()) return absl::InvalidArgumentError(absl::StrCat("--log: ", address.status().message()));
  settings.kafka = *std::move(address);
  settings.kafka->cluster.log = [&log](int severity, absl::string_view line) {
    // syslog's: up to 3 are errors; 6 and 7 only fill the screen.
    if (severity <= 3) log.Error("kafka", {{"line", line}});
    if (severity == 4) log.Warning("kafka", {{"line", line}});
  };
  if (settings.kafka_properties.empty()) return absl::OkStatus();
  return kafka::ReadProperties(settings.kafka_properties, settings.kafka->cluster);
}

absl::Status MakeLog(const kafka::Address& address) {
  std::vector<std::string> topics;
  for (const es::Domain* domain : StoredDomains()) topics.push_back(std::string(domain->topic()));
  const auto identity =
      kafka::CreateTopics(address.cluster, address.deployment, topics, address.partition_count, address.rules);
  if (!identity.ok()) return identity.status();
  std::printf("%s is log %s with %u partitions\n", address.deployment.c_str(), identity->log_id().c_str(),
              identity->partition_count());
  return absl::OkStatus();
}

absl::Status MoveLog(const Settings& settings) {
  const absl::StatusOr<app::DataFolder> folder = app::DataFolder::Open(settings.server.data);
  if (!folder.ok()) return folder.status();
  const absl::StatusOr<app::CopyReport> report = settings.move_log == "there" ? MoveToKafka(*folder, *settings.kafka)
                                                                              : MoveFromKafka(*folder, *settings.kafka);
  if (!report.ok()) return report.status();
  std::printf("%lu appends are there, %lu of them already were\n", report->appends, report->found);
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  Settings settings;
  app::Flags flags("regard-standalone", "All of Regard in one process, on an embedded log or on Kafka.");
  settings.server.AddTo(flags);
  flags.Add("simulated-clock", &settings.simulated_clock,
            "start the clock at this time (RFC 3339) and let only operators move it");
  flags.Add("verify", &settings.verify, "check the stopped data folder, print a report, and end");
  settings.quarantine.AddTo(flags);
  flags.Add("log", &settings.log, "where the log is: empty for the data folder, or kafka://HOST:PORT,.../DEPLOYMENT");
  flags.Add("kafka-properties", &settings.kafka_properties, "a file with what the connection needs (TLS, SASL)");
  flags.Add("keys", &settings.keys,
            "folder of auth.key, digest.key and master.key, which all instances of a deployment have the same of; empty "
            "for the data folder");
  flags.Add("advertise", &settings.advertise, "host:port where other instances reach this one; empty for --listen");
  flags.Add("peer-ca", &settings.peer_ca, "authority of the other instances' certificates, PEM; empty for plain text");
  flags.Add("standbys", &settings.standbys, "instances that follow a partition beside its owner");
  flags.Add("make-log", &settings.make_log, "make the topics of --log where they are missing, check them, and end");
  flags.Add("move-log", &settings.move_log,
            "there: move the stopped data folder's log and keys to --log, and end; back: from there into the folder");
  if (const absl::optional<int> code = flags.Parse(argc, argv); code.has_value()) return *code;
  absl::Status status = settings.server.Check();
  std::unique_ptr<app::SimulatedClock> simulated;
  if (status.ok() && !settings.simulated_clock.empty()) {
    absl::Time start;
    std::string why;
    if (absl::ParseTime(absl::RFC3339_full, settings.simulated_clock, &start, &why)) {
      simulated = std::make_unique<app::SimulatedClock>(start);
    } else {
      status = absl::InvalidArgumentError(absl::StrCat("--simulated-clock: ", why));
    }
  }
  if (!status.ok()) {
    std::fprintf(stderr, "regard-standalone: %s\n", std::string(status.message()).c_str());
    return app::kExitUsage;
  }
  SystemClock wall;
  telemetry::Log log(wall, settings.server.least_level());
  status = FindLog(settings, log);
  if (!status.ok()) {
    std::fprintf(stderr, "regard-standalone: %s\n", std::string(status.message()).c_str());
    return app::kExitUsage;
  }
  if (settings.verify) {
    status = Verify(settings);
  } else if (settings.quarantine.asked()) {
    status = RunQuarantine(settings.quarantine, settings.server.data);
  } else if (settings.make_log) {
    status = MakeLog(*settings.kafka);
  } else if (!settings.move_log.empty()) {
    status = MoveLog(settings);
  } else {
    app::Process process(log);
    status = Run(settings, simulated != nullptr ? static_cast<const Clock&>(*simulated) : wall, simulated.get(), log,
                 process);
  }
  if (status.ok()) return app::kExitOk;
  // Damage that shows when files are opened is a halt as any other.
  if (absl::IsDataLoss(status) && !settings.verify) Halt(log, settings.server.data, status);
  std::fprintf(stderr, "regard-standalone: %s\n", Explained(status).c_str());
  const bool usage = absl::IsInvalidArgument(status) && FromStatus(status).field.empty();
  return usage ? app::kExitUsage : app::kExitFailed;
}

}  // namespace
}  // namespace regard::standalone

int main(int argc, char** argv) { return regard::standalone::Main(argc, argv); }
