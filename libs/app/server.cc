#include "libs/app/server.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/app/cluster.h"
#include "libs/app/data_folder.h"
#include "libs/app/embedded_engine.h"
#include "libs/app/keys.h"
#include "libs/auth/key_file.h"
#include "libs/auth/verifier.h"
#include "libs/base/ids.h"
#include "libs/base/rejection.h"
#include "libs/es/quarantine.h"
#include "libs/privacy/digester.h"
#include "libs/privacy/sealer.h"
#include "libs/rpc/server.h"
#include "libs/rpc/shell.h"
#include "libs/telemetry/exposer.h"
#include "libs/telemetry/metrics.h"

namespace regard::app {
namespace {

constexpr int kExitHalted = 70;
// Until the silence of a former owner is long enough, and the log was read.
constexpr absl::Duration kJoinPatience = absl::Minutes(2);

// The reason that never changes goes first, where there is one.
std::string Explained(const absl::Status& status) {
  const Rejection rejection = FromStatus(status);
  const bool has_none = rejection.reason == absl::StatusCodeToString(status.code()) || rejection.reason == status.message();
  return has_none ? std::string(status.message()) : absl::StrCat(rejection.reason, ": ", status.message());
}

// New at every start, so that what a former process wrote is never taken for this one's.
std::string NewInstanceId(const Clock& wall) {
  std::random_device entropy;
  const auto bits = [&entropy] { return (uint64_t{entropy()} << 32) | entropy(); };
  return Uuid::V7(wall.Now(), bits(), bits()).ToString();
}

ClusterOptions ClusterOptionsOf(const ServerSettings& settings, const Contents& contents,
                                const std::string& instance_id) {
  ClusterOptions options;
  for (const hosting::Module* module : contents.modules) options.services.emplace_back(module->name());
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

EngineOptions EngineOptionsOf(const ServerSettings& settings, const DataFolder& folder,
                              const std::string& instance_id) {
  EngineOptions options;
  options.data_path = folder.path();
  options.log_on_kafka = settings.kafka;
  options.runtime.instance = {instance_id, settings.advertise.empty() ? settings.server.listen : settings.advertise};
  // On Kafka there may be others.
  options.runtime.owns_all = !settings.kafka.has_value();
  // Brokers take about as long for a small record as for a large one, and one more of a partition waits for the first.
  if (settings.kafka.has_value()) options.runtime.max_records_in_flight = 1;
  if (settings.simulated != nullptr) options.runtime.max_clock_drift = absl::InfiniteDuration();
  return options;
}

// The services of a process, put together.
struct Assembled {
  std::vector<std::vector<std::unique_ptr<es::View>>> views;
  std::vector<std::unique_ptr<hosting::Hosted>> services;
};

}  // namespace

void ServerSettings::AddTo(Flags& flags) {
  server.AddTo(flags);
  flags.Add("simulated-clock", &simulated_clock,
            "start the clock at this time (RFC 3339) and let only operators move it");
  flags.Add("log", &log, "where the log is: empty for the data folder, or kafka://HOST:PORT,.../DEPLOYMENT");
  flags.Add("kafka-properties", &kafka_properties, "a file with what the connection needs (TLS, SASL)");
  flags.Add("keys", &keys,
            "folder of auth.key, digest.key and master.key, which all instances of a deployment have the same of; empty "
            "for the data folder");
  flags.Add("advertise", &advertise, "host:port where other instances reach this one; empty for --listen");
  flags.Add("peer-ca", &peer_ca, "authority of the other instances' certificates, PEM; empty for plain text");
  flags.Add("standbys", &standbys, "instances that follow a partition beside its owner");
}

absl::Status ServerSettings::Check(telemetry::Log& lines) {
  const absl::Status checked = server.Check();
  if (!checked.ok()) return checked;
  if (!simulated_clock.empty()) {
    absl::Time start;
    std::string why;
    if (!absl::ParseTime(absl::RFC3339_full, simulated_clock, &start, &why)) {
      return absl::InvalidArgumentError(absl::StrCat("--simulated-clock: ", why));
    }
    simulated = std::make_unique<SimulatedClock>(start);
  }
  if (standbys < 0) return absl::InvalidArgumentError("--standbys: 0 or more");
  if (log.empty()) return absl::OkStatus();
  absl::StatusOr<kafka::Address> address = kafka::ParseAddress(log);
  if (!address.ok()) return absl::InvalidArgumentError(absl::StrCat("--log: ", address.status().message()));
  kafka = *std::move(address);
  kafka->cluster.log = [&lines](int severity, absl::string_view line) {
    // syslog's: up to 3 are errors; 6 and 7 only fill the screen.
    if (severity <= 3) lines.Error("kafka", {{"line", line}});
    if (severity == 4) lines.Warning("kafka", {{"line", line}});
  };
  if (kafka_properties.empty()) return absl::OkStatus();
  return kafka::ReadProperties(kafka_properties, kafka->cluster);
}

void Halt(const std::string& program, const std::string& data_path, telemetry::Log& log, const absl::Status& why) {
  log.Error("halted", {{"why", why.message()}});
  std::fprintf(stderr, "%s: halted: %s\n", program.c_str(), std::string(why.message()).c_str());
  if (const absl::optional<es::Stop> stop = es::StoppedAtOf(why); stop.has_value()) {
    std::fprintf(stderr,
                 "%s: starting again halts again. To go on without this fact, an operator may say:\n"
                 "  regard log quarantine %s --reader %s --data %s --why \"...\"\n",
                 program.c_str(), es::ToText(stop->place).c_str(), stop->reader.c_str(), data_path.c_str());
  }
  std::_Exit(kExitHalted);
}

absl::Status Serve(const std::string& program, const ServerSettings& settings, const Contents& contents,
                   telemetry::Log& log, Process& process) {
  // The world outside. Only these lines know RocksDB, files and sockets.
  auto folder = DataFolder::Open(settings.server.data);
  if (!folder.ok()) return folder.status();
  SystemClock wall;
  SimulatedClock* const simulated = settings.simulated.get();
  const Clock& clock = simulated != nullptr ? static_cast<const Clock&>(*simulated) : wall;
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
  Assembled assembled;
  std::vector<const es::Domain*> domains;
  std::vector<es::View*> views;
  for (const hosting::Module* module : contents.modules) {
    if (module->domain() != nullptr) domains.push_back(module->domain());
    for (const auto& view : assembled.views.emplace_back(module->MakeViews())) views.push_back(view.get());
  }
  const std::string instance_id = NewInstanceId(wall);
  if (settings.kafka.has_value()) {
    const absl::Status fetched =
        FetchSnapshot(ClusterOptionsOf(settings, contents, instance_id), *folder, *key_pair, wall, log);
    if (!fetched.ok()) return fetched;
  }
  auto opened = EmbeddedEngine::Open(
      EngineOptionsOf(settings, *folder, instance_id), std::move(domains), contents.stored, std::move(views), clock,
      sealer, metrics, [&](const absl::Status& why) { Halt(program, folder->path(), log, why); });
  if (!opened.ok()) return opened.status();
  const std::unique_ptr<EmbeddedEngine> engine = *std::move(opened);

  // The doors: services on a server.
  rpc::Shell shell(settings.server.shell_options(), wall, verifier, log, metrics);
  std::unique_ptr<Cluster> cluster;
  if (settings.kafka.has_value()) {
    cluster = std::make_unique<Cluster>(ClusterOptionsOf(settings, contents, instance_id), *folder, *engine, shell,
                                        *key_pair, wall, metrics);
  }
  const hosting::Surroundings around{shell,  *engine, *digester,
                                     opener, clock,   cluster != nullptr ? &cluster->forwarder() : nullptr};
  std::vector<rpc::Service*> served;
  for (size_t i = 0; i < contents.modules.size(); ++i) {
    assembled.services.push_back(contents.modules[i]->Assemble(around, assembled.views[i]));
    const absl::Status loaded = assembled.services.back()->Load();
    if (!loaded.ok()) return loaded;
    served.push_back(&assembled.services.back()->api());
  }
  std::atomic<bool> ready{false};
  const OperationsApi::Self self{instance_id, cluster != nullptr ? &cluster->node() : nullptr, [&ready] {
                                   return ready.load();
                                 }};
  OperationsApi operations(shell, *engine, clock, simulated, **keys, folder->path(), contents.verify, self);
  served.push_back(&operations);
  if (cluster != nullptr) served.push_back(&cluster->instances_api());

  std::unique_ptr<telemetry::Exposer> exposer;
  std::unique_ptr<rpc::Server> server;
  std::vector<Part> parts;
  parts.push_back({"engine", [&] { return engine->Start(); }, [&] { engine->Stop(); }});
  parts.push_back({"metrics",
                   [&] {
                     if (settings.server.metrics_listen.empty()) return absl::OkStatus();
                     auto started = telemetry::Exposer::Start(settings.server.metrics_listen, metrics);
                     if (started.ok()) exposer = *std::move(started);
                     return started.status();
                   },
                   [&] { exposer.reset(); }});
  // Of the others it is told until no call is left here.
  if (cluster != nullptr) parts.push_back({"cluster", nullptr, [&] { cluster->Leave(); }});
  parts.push_back({"server",
                   [&] {
                     auto started = rpc::Server::Start(settings.server.server_options(), shell, served);
                     if (started.ok()) server = *std::move(started);
                     return started.status();
                   },
                   [&] { server->Drain(settings.server.drain_patience); }});
  if (cluster != nullptr) {
    parts.push_back({"ownership",
                     [&] {
                       return cluster->Join(
                           settings.advertise.empty() ? server->local_address() : settings.advertise, kJoinPatience);
                     },
                     [&] { cluster->Retire(settings.server.drain_patience); }});
  }
  parts.push_back({"ready",
                   [&] {
                     ready = true;
                     server->SetReady(true);
                     // For whoever started this and waits for it.
                     std::printf("ready %s\n", server->local_address().c_str());
                     std::fflush(stdout);
                     return absl::OkStatus();
                   },
                   // Before anything is given away: whoever sends calls here should look elsewhere.
                   [&] {
                     ready = false;
                     server->SetReady(false);
                   }});
  return process.Serve(std::move(parts));
}

int ExitWith(const std::string& program, const std::string& data_path, telemetry::Log& log,
             const absl::Status& status) {
  if (status.ok()) return kExitOk;
  // Damage that shows when files are opened is a halt as any other.
  if (absl::IsDataLoss(status)) Halt(program, data_path, log, status);
  std::fprintf(stderr, "%s: %s\n", program.c_str(), Explained(status).c_str());
  const bool usage = absl::IsInvalidArgument(status) && FromStatus(status).field.empty();
  return usage ? kExitUsage : kExitFailed;
}

int ServiceMain(int argc, char** argv, const Contents& contents) {
  const absl::string_view service = contents.modules.front()->name();
  const std::string program = absl::StrCat("regard-", service);
  ServerSettings settings;
  settings.server.data = absl::StrCat(program, "-data");
  Flags flags(program, absl::StrCat("The ", service, " service of Regard, one of several processes on a log on Kafka."));
  settings.AddTo(flags);
  if (const absl::optional<int> code = flags.Parse(argc, argv); code.has_value()) return *code;
  SystemClock wall;
  telemetry::Log log(wall, settings.server.least_level());
  absl::Status status = settings.Check(log);
  if (status.ok() && !settings.kafka.has_value()) {
    status = absl::InvalidArgumentError("--log: name the log on Kafka; all services on one machine are regard-standalone");
  }
  if (status.ok()) {
    Process process(log);
    status = Serve(program, settings, contents, log, process);
  }
  return ExitWith(program, settings.server.data, log, status);
}

}  // namespace regard::app
