// regard-standalone: all services in one process, on the embedded log with no other dependency, or on Kafka; and what can
// be done to a stopped folder or to topics.
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/app/data_folder.h"
#include "libs/app/flags.h"
#include "libs/app/server.h"
#include "libs/kafka/topics.h"
#include "services/deployment/contents.h"
#include "services/deployment/domains.h"
#include "services/deployment/report.h"
#include "services/deployment/verify_folder.h"
#include "services/standalone/inside.h"
#include "services/standalone/move_log.h"
#include "services/standalone/print.h"
#include "services/standalone/quarantine_command.h"

namespace regard::standalone {
namespace {

constexpr char kProgram[] = "regard-standalone";

struct Settings {
  app::ServerSettings server;
  bool verify = false;
  QuarantineFlags quarantine;
  bool make_log = false;
  std::string move_log;

  const std::string& data() const { return server.server.data; }
};

absl::Status Verify(const Settings& settings) {
  const absl::StatusOr<app::DataFolder> folder = app::DataFolder::OpenExisting(settings.data());
  if (!folder.ok()) return folder.status();
  const absl::StatusOr<deployment::FolderReport> report = deployment::VerifyFolder(folder->path(), Modules());
  // Looked at and told: no halt.
  if (absl::IsDataLoss(report.status())) return absl::FailedPreconditionError(report.status().message());
  if (!report.ok()) return report.status();
  const absl::Status printed = PrintJson(deployment::AsResponse(*report));
  if (!printed.ok()) return printed;
  return report->ok() ? absl::OkStatus()
                      : absl::FailedPreconditionError(absl::StrCat(report->verification.problems.size(), " problems"));
}

absl::Status MakeLog(const kafka::Address& address) {
  std::vector<std::string> topics;
  for (const es::Domain* domain : deployment::StoredDomains()) topics.push_back(std::string(domain->topic()));
  const auto identity =
      kafka::CreateTopics(address.cluster, address.deployment, topics, address.partition_count, address.rules);
  if (!identity.ok()) return identity.status();
  std::printf("%s is log %s with %u partitions\n", address.deployment.c_str(), identity->log_id().c_str(),
              identity->partition_count());
  return absl::OkStatus();
}

absl::Status MoveLog(const Settings& settings) {
  const absl::StatusOr<app::DataFolder> folder = app::DataFolder::Open(settings.data());
  if (!folder.ok()) return folder.status();
  const kafka::Address& kafka = *settings.server.kafka;
  const absl::StatusOr<app::CopyReport> report =
      settings.move_log == "there" ? MoveToKafka(*folder, kafka) : MoveFromKafka(*folder, kafka);
  if (!report.ok()) return report.status();
  operations::v1::MovedLog moved;
  moved.set_appends(report->appends);
  moved.set_already_there(report->found);
  return PrintJson(moved);
}

absl::Status CheckTogether(const Settings& settings) {
  if (!settings.server.kafka.has_value() && (settings.make_log || !settings.move_log.empty())) {
    return absl::InvalidArgumentError("--make-log and --move-log are for a log on Kafka; name it with --log");
  }
  if (!settings.move_log.empty() && settings.move_log != "there" && settings.move_log != "back") {
    return absl::InvalidArgumentError("--move-log is there or back");
  }
  return absl::OkStatus();
}

absl::Status Do(const Settings& settings, telemetry::Log& log) {
  if (settings.verify) return Verify(settings);
  if (settings.quarantine.asked()) return RunQuarantine(settings.quarantine, settings.data());
  if (settings.make_log) return MakeLog(*settings.server.kafka);
  if (!settings.move_log.empty()) return MoveLog(settings);
  app::Process process(log);
  return app::Serve(kProgram, settings.server, deployment::ContentsOf(Modules()), log, process);
}

int Main(int argc, char** argv) {
  Settings settings;
  app::Flags flags(kProgram, "All of Regard in one process, on an embedded log or on Kafka.");
  settings.server.AddTo(flags);
  flags.Add("verify", &settings.verify, "check the stopped data folder, print a report, and end");
  settings.quarantine.AddTo(flags);
  flags.Add("make-log", &settings.make_log, "make the topics of --log where they are missing, check them, and end");
  flags.Add("move-log", &settings.move_log,
            "there: move the stopped data folder's log and keys to --log, and end; back: from there into the folder");
  if (const absl::optional<int> code = flags.Parse(argc, argv); code.has_value()) return *code;
  SystemClock wall;
  telemetry::Log log(wall, settings.server.server.least_level());
  absl::Status status = settings.server.Check(log);
  if (status.ok()) status = CheckTogether(settings);
  if (status.ok()) status = Do(settings, log);
  return app::ExitWith(kProgram, settings.data(), log, status);
}

}  // namespace
}  // namespace regard::standalone

int main(int argc, char** argv) { return regard::standalone::Main(argc, argv); }
