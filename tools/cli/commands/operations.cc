// regard backup, clock, erase, status, log tail, stats, verify, raise-level and quarantine: what whoever runs a deployment
// asks of it.
#include <CLI/CLI.hpp>

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/json_util.h"
#include "libs/base/money.h"
#include "libs/base/rejection.h"
#include "libs/base/time.h"
#include "regard/operations/v1/operations_service.grpc.pb.h"
#include "tools/cli/beside.h"
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
  // 0: the highest that is known.
  uint32_t level = 0;
  std::string data;
  std::string place;
  std::vector<std::string> readers;
  bool all_readers = false;
  bool take_back = false;
  bool list = false;
  std::string by;
  std::string why;
  std::string subject;
  std::string council;
  std::string to;
  std::string off;
  std::string kafka_properties;
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
  absl::Status status = program.CallAll(&Stub::GetStats, operations::v1::GetStatsRequest(), stats);
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
      if (entry.facts().empty() && entry.feature_level() > 1) {
        out << "    from here on feature level " << entry.feature_level() << '\n';
      }
      for (const auto& fact : entry.facts()) {
        out << "    " << fact.stream() << " v" << fact.version() << "  " << Shortened(fact.fact(), 160)
            << (fact.sealed_parts() > 0 ? absl::StrCat("  [", fact.sealed_parts(), " sealed]") : "") << '\n';
      }
    }
  });
  return absl::OkStatus();
}

// Who does not answer is part of it.
absl::Status ShowStatus(Program& program) {
  const auto asked = program.CallEverywhere(&Stub::GetStatus, operations::v1::GetStatusRequest());
  if (!asked.ok()) return asked.status();
  const operations::v1::DeploymentStatus status = Together(*asked);
  program.Answer(status, [&](std::ostream& out) { Show(status, out); });
  for (const auto& one : *asked) {
    if (!one.status.ok()) return one.status;
  }
  return absl::OkStatus();
}

absl::Status Stats(Program& program) {
  operations::v1::GetStatsResponse response;
  const absl::Status status = program.CallAll(&Stub::GetStats, operations::v1::GetStatsRequest(), response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    out << "log " << response.log_id() << '\n';
    Table topics({"topic", ">partitions", ">appends", ">records", ">waiting commands"});
    for (const auto& topic : response.topics()) {
      topics.Row({topic.topic(), absl::StrCat(topic.partitions()), absl::StrCat(topic.positions()),
                  absl::StrCat(topic.records()), absl::StrCat(topic.pending_commands())});
    }
    topics.Print(out);
    Table views({"view", ">version", ">partitions behind", ">passed over"});
    for (const auto& view : response.views()) {
      views.Row({view.view(), absl::StrCat(view.version()), absl::StrCat(view.partitions_behind()),
                 absl::StrCat(view.quarantined())});
    }
    views.Print(out);
    Table reactors({"reactor", ">handled", ">of", ">passed over"});
    for (const auto& reactor : response.reactors()) {
      reactors.Row({reactor.reactor(), absl::StrCat(reactor.handled()), absl::StrCat(reactor.positions()),
                    absl::StrCat(reactor.quarantined())});
    }
    reactors.Print(out);
  });
  return absl::OkStatus();
}

// The level to raise to: the one asked for, or the highest that an instance knows. Owners refuse what an instance does not
// know as far as they hear of it; an older one has no such call, so all are asked before.
absl::StatusOr<uint32_t> LevelForAll(Program& program, uint32_t wanted) {
  const auto asked = program.CallEverywhere(&Stub::GetStatus, operations::v1::GetStatusRequest());
  if (!asked.ok()) return asked.status();
  uint32_t level = std::max(wanted, 1u);
  for (const auto& one : *asked) {
    if (!one.status.ok()) {
      return absl::Status(one.status.code(), absl::StrCat("the instance at ", one.address, ": ", Explained(one.status)));
    }
    if (wanted == 0) level = std::max(level, one.response.feature_level());
  }
  for (const auto& one : *asked) {
    const uint32_t knows = std::max(one.response.feature_level(), 1u);
    if (knows >= level) continue;
    return ToStatus(RuleRefuses("INSTANCE_KNOWS_LESS", absl::StrCat("feature level ", level, ": the instance at ",
                                                                    one.address, " knows ", knows)));
  }
  return level;
}

absl::Status RaiseLevel(Program& program, const OperationsOptions& options) {
  const absl::StatusOr<uint32_t> level = LevelForAll(program, options.level);
  if (!level.ok()) return level.status();
  operations::v1::RaiseFeatureLevelRequest request;
  request.set_feature_level(*level);
  const auto asked = program.CallEverywhere(&Stub::RaiseFeatureLevel, request);
  if (!asked.ok()) return asked.status();
  std::vector<operations::v1::RaiseFeatureLevelResponse> answers;
  for (const auto& one : *asked) answers.push_back(one.response);
  const operations::v1::RaiseFeatureLevelResponse response = Together(answers);
  program.Answer(response, [&](std::ostream& out) {
    Table table({"topic", ">partitions", absl::StrCat(">at level ", request.feature_level())});
    for (const auto& topic : response.topics()) {
      table.Row({topic.topic(), absl::StrCat(topic.partitions()), absl::StrCat(topic.raised_size())});
    }
    table.Print(out);
  });
  // What others raised before one refused is in the table.
  for (const auto& one : *asked) {
    if (!one.status.ok()) return one.status;
  }
  return RaisedEverywhere(response);
}

void ShowQuarantined(const google::protobuf::RepeatedPtrField<operations::v1::QuarantinedFact>& facts,
                     std::ostream& out) {
  Table table({"reader", "passes over", "of", "since", "by", "why", "taken back"});
  for (const auto& fact : facts) {
    const auto& aside = fact.set_aside();
    table.Row({fact.reader(), fact.place(), absl::StrCat(fact.stream(), " v", fact.version()), ShowTime(aside.at()),
               aside.by(), aside.why(),
               fact.has_taken_back() ? absl::StrCat(ShowTime(fact.taken_back().at()), " by ", fact.taken_back().by(), ": ",
                                                    fact.taken_back().why())
                                     : ""});
  }
  table.Print(out);
}

void ShowVerification(const operations::v1::VerifyLogResponse& response, std::ostream& out) {
  out << response.appends() << " appends, " << response.facts() << " facts, " << response.streams() << " streams"
      << (response.ok() ? ": versions contiguous, every fact folds" : "") << '\n'
      << "views equal a rebuild: " << absl::StrJoin(response.views_equal(), ", ") << '\n'
      << response.budgets() << " budgets: allocated " << FormatPence(response.allocated_pence()) << " + contributed "
      << FormatPence(response.contributed_pence()) << " = spent " << FormatPence(response.spent_pence()) << " + held "
      << FormatPence(response.held_pence()) << " + free " << FormatPence(response.free_pence()) << " + returned "
      << FormatPence(response.returned_pence()) << '\n';
  if (response.quarantined_size() > 0) {
    out << "passed over by an operator's word:\n";
    ShowQuarantined(response.quarantined(), out);
  }
  if (response.bookings_set_aside() > 0) {
    out << response.bookings_set_aside() << " bookings among them, whose money is not compared with their budgets\n";
  }
  for (const std::string& problem : response.problems()) out << "PROBLEM: " << problem << '\n';
}

// The server's own program reads and writes its folders.
absl::StatusOr<int> AskStandalone(std::vector<std::string> arguments, google::protobuf::Message& answer) {
  std::string printed;
  const absl::StatusOr<int> code = RunBeside(kStandalone, std::move(arguments), printed);
  if (!code.ok()) return code.status();
  if (!printed.empty() && !google::protobuf::util::JsonStringToMessage(printed, &answer).ok()) {
    return absl::InternalError(absl::StrCat(kStandalone, " answered what is not understood"));
  }
  return printed.empty() && *code == 0 ? absl::StatusOr<int>(absl::InternalError("no answer")) : code;
}

absl::Status Verify(Program& program, const OperationsOptions& options) {
  operations::v1::VerifyLogResponse response;
  if (!options.data.empty()) {
    const absl::StatusOr<int> code = AskStandalone({"--verify", "--data", options.data}, response);
    if (!code.ok()) return code.status();
    // Without a report it has said why not.
    if (*code != 0 && response.problems().empty()) return absl::FailedPreconditionError("it could not be verified");
  } else {
    const absl::Status status = program.CallAll(&Stub::VerifyLog, operations::v1::VerifyLogRequest(), response);
    if (!status.ok()) return status;
  }
  program.Answer(response, [&](std::ostream& out) { ShowVerification(response, out); });
  return response.ok() ? absl::OkStatus() : absl::FailedPreconditionError("the log does not verify");
}

absl::Status ListQuarantine(Program& program, const OperationsOptions& options) {
  operations::v1::ListQuarantineResponse response;
  if (!options.data.empty()) {
    const absl::StatusOr<int> code = AskStandalone({"--quarantine", "list", "--data", options.data}, response);
    if (!code.ok()) return code.status();
    if (*code != 0) return absl::FailedPreconditionError("the quarantine could not be read");
  } else {
    const absl::Status status =
        program.Call<OperationsService>(&Stub::ListQuarantine, operations::v1::ListQuarantineRequest(), response);
    if (!status.ok()) return status;
  }
  program.Answer(response, [&](std::ostream& out) { ShowQuarantined(response.facts(), out); });
  return absl::OkStatus();
}

absl::Status ChangeQuarantine(Program& program, const OperationsOptions& options) {
  const auto missing = [](absl::string_view what) { return absl::InvalidArgumentError(absl::StrCat(what, " is missing")); };
  if (options.place.empty()) return missing("a place such as budgets/3/120/0, or --list,");
  if (options.data.empty()) return missing("--data, the folder of the stopped server,");
  if (options.readers.empty() != options.all_readers) return missing("one of --reader and --all-readers");
  if (options.why.empty()) return missing("--why");
  const std::string readers = options.all_readers ? "all" : absl::StrJoin(options.readers, ",");
  operations::v1::ListQuarantineResponse response;
  const absl::StatusOr<int> code =
      AskStandalone({"--quarantine", options.take_back ? "take-back" : "set-aside", "--quarantine-place", options.place,
                     "--quarantine-readers", readers, "--quarantine-by", options.by, "--quarantine-why", options.why,
                     "--data", options.data},
                    response);
  if (!code.ok()) return code.status();
  if (*code == kExitUsage) return absl::InvalidArgumentError("not understood");
  if (*code != 0) return absl::FailedPreconditionError("the quarantine is as it was");
  program.Answer(response, [&](std::ostream& out) {
    ShowQuarantined(response.facts(), out);
    out << "holds from the next start\n";
  });
  return absl::OkStatus();
}

absl::Status Migrate(Program& program, const OperationsOptions& options) {
  if (options.to.empty() == options.off.empty()) return absl::InvalidArgumentError("one of --to and --from is missing");
  std::vector<std::string> arguments = {"--move-log", options.to.empty() ? "back" : "there", "--log",
                                        options.to.empty() ? options.off : options.to, "--data", options.data};
  if (!options.kafka_properties.empty()) {
    arguments.insert(arguments.end(), {"--kafka-properties", options.kafka_properties});
  }
  operations::v1::MovedLog moved;
  const absl::StatusOr<int> code = AskStandalone(std::move(arguments), moved);
  if (!code.ok()) return code.status();
  if (*code == kExitUsage) return absl::InvalidArgumentError("not understood");
  if (*code != 0) return absl::FailedPreconditionError("the log was not moved, or not all of it; it can be tried again");
  program.Answer(moved, [&](std::ostream& out) {
    out << moved.appends() << " appends are there, " << moved.already_there() << " of them were there before\n";
  });
  return absl::OkStatus();
}

// Whoever is logged in here.
std::string LoginName() {
  const passwd* const self = getpwuid(getuid());
  return self == nullptr ? "" : self->pw_name;
}

void AddQuarantineCommand(Program& program, CLI::App& log, const std::shared_ptr<OperationsOptions>& options) {
  CLI::App& quarantine = program.Add(
      log, "quarantine", "Let a view or reactor pass over a fact that it cannot handle and that halts the server",
      "  regard log quarantine --list\n"
      "  regard log quarantine --list --data regard-data   (of a stopped server, or a backup)\n"
      "  regard log quarantine budgets/3/120/0 --reader market.evidence --data regard-data --why \"needs release 0.3\"\n"
      "  regard log quarantine budgets/3/120/0 --reader market.evidence --data regard-data --why mended --take-back",
      [&program, options] {
        return options->list ? ListQuarantine(program, *options) : ChangeQuarantine(program, *options);
      });
  options->by = LoginName();
  CLI::Option* const place =
      quarantine.add_option("place", options->place, "TOPIC/PARTITION/POSITION/FACT, as the halt printed it");
  quarantine.add_flag("--list", options->list, "What is passed over, by whom and why")->excludes(place);
  quarantine.add_option("--data", options->data, "Folder of the stopped server");
  AddMany(quarantine, "--reader", options->readers, "View or reactor that halted; may be repeated");
  quarantine.add_flag("--all-readers", options->all_readers, "All that have not handled the fact yet");
  quarantine.add_flag("--take-back", options->take_back, "It is to handle the fact after all (a view; it is made again)");
  quarantine.add_option("--why", options->why, "Kept in the log with it; never about a person");
  quarantine.add_option("--by", options->by, "Who says so")->capture_default_str();
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
  CLI::App& migrate = program.Add(
      log, "migrate", "Move the log and keys of a stopped server to Kafka, or back; interrupted, it goes on",
      "  regard log migrate --data regard-data --to kafka://one:9092,two:9092/regard\n"
      "  regard log migrate --data regard-data --from kafka://one:9092,two:9092/regard",
      [&program, options] { return Migrate(program, *options); });
  migrate.add_option("--data", options->data, "Folder of the stopped server")->required();
  CLI::Option* const to = migrate.add_option("--to", options->to, "Where the log goes");
  migrate.add_option("--from", options->off, "Where it comes from")->excludes(to);
  migrate.add_option("--kafka-properties", options->kafka_properties, "A file with what the connection needs");
  CLI::App& raise = program.Add(
      log, "raise-level", "After an upgrade of every instance: let what older builds do not know be written, for ever",
      "  regard log raise-level\n  regard log raise-level 2", [&program, options] { return RaiseLevel(program, *options); });
  raise.add_option("level", options->level, "Otherwise the highest that the instances know")->check(CLI::PositiveNumber);
  AddQuarantineCommand(program, log, options);
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

  program.Add(program.app(), "status", "What each instance owns and follows, and whether it keeps up, as an operator",
              "  regard status\n  regard status --json\n"
              "  regard --server \"budgets=10.0.0.1:7300,10.0.0.2:7300;bookings=10.0.0.3:7300\" status",
              [&program] { return ShowStatus(program); });

  AddLogCommands(program, options);
}

}  // namespace regard::cli
