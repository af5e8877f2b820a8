// regard backup, clock, erase, log tail, log stats, log verify: what whoever runs a deployment asks of it.
#include <CLI/CLI.hpp>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "regard/operations/v1/operations_service.grpc.pb.h"
#include "tools/cli/options.h"
#include "tools/cli/program.h"

namespace regard::cli {
namespace {

using operations::v1::OperationsService;
using Stub = OperationsService::Stub;

constexpr char kStandalone[] = "regard-standalone";

struct OperationsOptions {
  std::string path;
  std::string advance;
  std::string topic;
  // -1: all of them.
  int partition = -1;
  uint64_t from = 0;
  int count = 20;
  std::string data;
  std::string subject;
  std::string council;
};

absl::Status Backup(Program& program, const OperationsOptions& options) {
  operations::v1::BackupRequest request;
  request.set_path(options.path);
  operations::v1::BackupResponse response;
  const absl::Status status = program.Call<OperationsService>(&Stub::Backup, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    out << "written to " << response.path() << " on the server; regard log verify --data checks it\n";
  });
  return absl::OkStatus();
}

absl::Status ShowClock(Program& program, const OperationsOptions& options) {
  if (!options.advance.empty()) {
    absl::Duration by;
    if (!absl::ParseDuration(options.advance, &by) || by <= absl::ZeroDuration()) {
      return absl::InvalidArgumentError("--advance is a time such as 90m or 168h");
    }
    operations::v1::AdvanceClockRequest request;
    request.mutable_by()->set_seconds(absl::ToInt64Seconds(by));
    operations::v1::AdvanceClockResponse response;
    const absl::Status status = program.Call<OperationsService>(&Stub::AdvanceClock, request, response);
    if (!status.ok()) return status;
  }
  operations::v1::GetClockResponse response;
  const absl::Status status =
      program.Call<OperationsService>(&Stub::GetClock, operations::v1::GetClockRequest(), response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    out << ShowTime(response.now()) << (response.simulated() ? " (simulated)" : "") << '\n';
  });
  return absl::OkStatus();
}

absl::Status Erase(Program& program, const OperationsOptions& options) {
  operations::v1::EraseSubjectRequest request;
  request.set_subject(options.subject);
  request.set_tenant(options.council);
  operations::v1::EraseSubjectResponse response;
  const absl::Status status = program.Call<OperationsService>(&Stub::EraseSubject, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [](std::ostream& out) { out << "the key is gone; nothing sealed under it can be read\n"; });
  return absl::OkStatus();
}

// Of one partition.
absl::Status ReadLog(Program& program, const OperationsOptions& options, int partition,
                     operations::v1::ReadLogResponse& response) {
  operations::v1::ReadLogRequest request;
  request.set_topic(options.topic);
  request.set_partition(partition);
  request.set_from_position(options.from);
  request.set_page_size(options.count);
  operations::v1::ReadLogResponse page;
  const absl::Status status = program.Call<OperationsService>(&Stub::ReadLog, request, page);
  response.MergeFrom(page);
  return status;
}

// The last of all partitions by their record times, which is the nearest to an order that partitions have.
absl::Status ReadAllPartitions(Program& program, const OperationsOptions& options,
                               operations::v1::ReadLogResponse& response) {
  operations::v1::GetStatsResponse stats;
  absl::Status status = program.Call<OperationsService>(&Stub::GetStats, operations::v1::GetStatsRequest(), stats);
  int partitions = 1;
  for (const auto& topic : stats.topics()) {
    if (topic.topic() == options.topic) partitions = topic.partitions();
  }
  for (int partition = 0; status.ok() && partition < partitions; ++partition) {
    status = ReadLog(program, options, partition, response);
  }
  auto& entries = *response.mutable_entries();
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return FromProto(a.record_time()) < FromProto(b.record_time());
  });
  const int surplus = entries.size() - options.count;
  if (surplus > 0) entries.DeleteSubrange(0, surplus);
  return status;
}

absl::Status Tail(Program& program, const OperationsOptions& options) {
  operations::v1::ReadLogResponse response;
  const absl::Status status = options.partition < 0 ? ReadAllPartitions(program, options, response)
                                                    : ReadLog(program, options, options.partition, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    for (const auto& entry : response.entries()) {
      out << entry.position() << "  " << ShowTime(entry.record_time()) << "  " << entry.actor()
          << (entry.cause().empty() ? "" : "  because of ") << entry.cause() << '\n';
      for (const auto& fact : entry.facts()) {
        out << "    " << fact.stream() << " v" << fact.version() << "  " << Shortened(fact.fact(), 160)
            << (fact.sealed_parts() > 0 ? absl::StrCat("  [", fact.sealed_parts(), " sealed]") : "") << '\n';
      }
    }
  });
  return absl::OkStatus();
}

absl::Status Stats(Program& program) {
  operations::v1::GetStatsResponse response;
  const absl::Status status =
      program.Call<OperationsService>(&Stub::GetStats, operations::v1::GetStatsRequest(), response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    out << "log " << response.log_id() << '\n';
    Table topics({"topic", ">partitions", ">appends", ">records", ">waiting commands"});
    for (const auto& topic : response.topics()) {
      topics.Row({topic.topic(), absl::StrCat(topic.partitions()), absl::StrCat(topic.positions()),
                  absl::StrCat(topic.records()), absl::StrCat(topic.pending_commands())});
    }
    topics.Print(out);
    Table views({"view", ">version", ">partitions behind"});
    for (const auto& view : response.views()) {
      views.Row({view.view(), absl::StrCat(view.version()), absl::StrCat(view.partitions_behind())});
    }
    views.Print(out);
    Table reactors({"reactor", ">handled", ">of"});
    for (const auto& reactor : response.reactors()) {
      reactors.Row({reactor.reactor(), absl::StrCat(reactor.handled()), absl::StrCat(reactor.positions())});
    }
    reactors.Print(out);
  });
  return absl::OkStatus();
}

// The server's program reads its own folders: the one beside this program, or the one on the path.
absl::Status VerifyFolder(const std::string& data) {
  std::error_code none;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", none);
  const std::string beside = (self.parent_path() / kStandalone).string();
  execl(beside.c_str(), kStandalone, "--verify", "--data", data.c_str(), nullptr);
  execlp(kStandalone, kStandalone, "--verify", "--data", data.c_str(), nullptr);
  return absl::FailedPreconditionError(absl::StrCat(kStandalone, " is neither beside regard nor on the PATH"));
}

absl::Status Verify(Program& program, const OperationsOptions& options) {
  if (!options.data.empty()) return VerifyFolder(options.data);
  operations::v1::VerifyLogResponse response;
  const absl::Status status =
      program.Call<OperationsService>(&Stub::VerifyLog, operations::v1::VerifyLogRequest(), response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    out << response.appends() << " appends, " << response.facts() << " facts, " << response.streams()
        << " streams: versions contiguous, every fact folds\n"
        << "views equal a rebuild: " << absl::StrJoin(response.views_equal(), ", ") << '\n'
        << response.budgets() << " budgets: allocated " << FormatPence(response.allocated_pence()) << " + contributed "
        << FormatPence(response.contributed_pence()) << " = spent " << FormatPence(response.spent_pence()) << " + held "
        << FormatPence(response.held_pence()) << " + free " << FormatPence(response.free_pence()) << " + returned "
        << FormatPence(response.returned_pence()) << '\n';
    for (const std::string& problem : response.problems()) out << "PROBLEM: " << problem << '\n';
  });
  return response.ok() ? absl::OkStatus() : absl::FailedPreconditionError("the log does not verify");
}

void AddLogCommands(Program& program, const std::shared_ptr<OperationsOptions>& options) {
  CLI::App& log = program.Add(program.app(), "log", "Look into the log, as an operator",
                              "  regard log stats\n  regard log tail bookings --partition 3", nullptr);
  CLI::App& tail = program.Add(log, "tail", "The last appends; sealed parts stay sealed",
                               "  regard log tail budgets\n  regard log tail bookings --partition 3 --from 120 --count 5",
                               [&program, options] { return Tail(program, *options); });
  tail.add_option("topic", options->topic, "providers, bookings, budgets or feedback")->required();
  CLI::Option* const partition = tail.add_option("--partition", options->partition, "From 0; otherwise all of them")
                                     ->check(CLI::NonNegativeNumber);
  tail.add_option("--from", options->from, "First position; otherwise the last ones")->needs(partition);
  tail.add_option("--count", options->count, "At most 1000")->check(CLI::Range(1, 1000))->capture_default_str();
  program.Add(log, "stats", "What is stored, and whether views and reactors keep up", "  regard log stats --json",
              [&program] { return Stats(program); });
  CLI::App& verify = program.Add(
      log, "verify", "Read everything and check it: versions, folds, money, views",
      "  regard log verify --timeout 5m\n  regard log verify --data regard-data   (of a stopped server, or a backup)",
      [&program, options] { return Verify(program, *options); });
  verify.add_option("--data", options->data, "Folder of a stopped server or a backup; otherwise the running server");
}

}  // namespace

void AddOperationsCommands(Program& program) {
  auto options = std::make_shared<OperationsOptions>();
  CLI::App& backup = program.Add(program.app(), "backup", "Copy the data folder while the server runs, as an operator",
                                 "  regard backup /var/backups/regard-2026-04-07",
                                 [&program, options] { return Backup(program, *options); });
  backup.add_option("path", options->path, "Folder on the server that does not exist yet")->required();

  CLI::App& clock = program.Add(program.app(), "clock", "The server's time",
                                "  regard clock\n  regard clock --advance 24h   (a simulated one, as an operator)",
                                [&program, options] { return ShowClock(program, *options); });
  clock.add_option("--advance", options->advance, "Move a simulated clock, and wait for what fell due");

  CLI::App& erase = program.Add(program.app(), "erase", "Delete a person's key: what it sealed can never be read again",
                                "  regard erase --subject p1 --council E08000009",
                                [&program, options] { return Erase(program, *options); });
  erase.add_option("--subject", options->subject, "Whose")->required();
  erase.add_option("--council", options->council, "ONS code")->required();

  AddLogCommands(program, options);
}

}  // namespace regard::cli
