#include "libs/app/operations_api.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "libs/base/rejection.h"
#include "libs/base/time.h"
#include "libs/es/feature_level.h"
#include "libs/es/verify.h"
#include "libs/rpc/doors.h"

namespace regard::app {
namespace {

constexpr int kDefaultPageSize = 20;
constexpr int kMaxPageSize = 1000;
constexpr absl::Duration kMaxAdvance = absl::Hours(24 * 7);
constexpr absl::Duration kSettlePatience = absl::Minutes(5);
// Of the caller's.
constexpr double kRaisePatience = 0.7;

std::string OneLine(const google::protobuf::Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(message, &text);
  return text;
}

// The lowest of what is served here; 0 where nothing is.
uint32_t LevelServed(const es::CommandRuntime& runtime) {
  uint32_t lowest = 0;
  for (int p = 0; p < runtime.partition_count(); ++p) {
    if (!runtime.Serves(p)) continue;
    lowest = lowest == 0 ? runtime.feature_level(p) : std::min(lowest, runtime.feature_level(p));
  }
  return lowest;
}

// Gathers what came of commands to several runtimes, each on a thread of its own; answers when the last holder lets go.
class Raising {
 public:
  Raising(operations::v1::RaiseFeatureLevelResponse& response, rpc::Done done)
      : response_(response), done_(std::move(done)) {}
  ~Raising() { done_(absl::OkStatus()); }

  void One(int topic, int partition, const es::Outcome& outcome) {
    std::lock_guard<std::mutex> lock(mutex_);
    operations::v1::RaisedTopic& raised = *response_.mutable_topics(topic);
    if (outcome.kind == es::Outcome::Kind::kCommitted) {
      raised.add_raised(partition);
    } else if (raised.reason().empty() || raised.reason() == es::kNotOwner) {
      raised.set_reason(outcome.rejection.reason);
    }
  }

 private:
  operations::v1::RaiseFeatureLevelResponse& response_;
  rpc::Done done_;
  std::mutex mutex_;
};

}  // namespace

OperationsApi::OperationsApi(rpc::Shell& shell, EmbeddedEngine& engine, const Clock& clock,
                             SimulatedClock* simulated, Keys& keys, std::string data_path, Verify verify,
                             Self self)
    : Api(shell),
      engine_(engine),
      clock_(clock),
      simulated_(simulated),
      keys_(keys),
      data_path_(std::move(data_path)),
      verify_(std::move(verify)),
      self_(std::move(self)) {}

// From memory alone: it is asked often, also while the log is away.
void OperationsApi::GetStatus(const rpc::Call&, const operations::v1::GetStatusRequest&,
                              operations::v1::GetStatusResponse& response, rpc::Done done) {
  response.set_instance_id(self_.instance_id);
  response.set_ready(self_.ready());
  response.set_feature_level(es::kFeatureLevel);
  response.set_members(self_.node == nullptr ? 1 : self_.node->members());
  for (const es::CommandRuntime* runtime : engine_.runtimes()) {
    operations::v1::TopicStatus* topic = response.add_topics();
    topic->set_topic(std::string(runtime->domain().topic()));
    topic->set_partitions(runtime->partition_count());
    topic->set_pending_commands(runtime->pending());
    topic->set_feature_level(LevelServed(*runtime));
    topic->set_fenced_records(runtime->dropped());
    if (self_.node == nullptr) {
      for (int p = 0; p < runtime->partition_count(); ++p) {
        topic->set_owned(topic->owned() + (runtime->Serves(p) ? 1 : 0));
      }
      continue;
    }
    const cluster::Node::Standing standing = self_.node->StandingOf(topic->topic());
    topic->set_owned(standing.owned);
    topic->set_followed(standing.followed);
    topic->set_follow_lag_appends(standing.behind);
    topic->set_claims(standing.claims);
    topic->set_fenced(standing.fenced);
    topic->set_lost(standing.lost);
  }
  for (const auto& projector : engine_.projectors()) {
    operations::v1::ViewStatus* view = response.add_views();
    view->set_view(std::string(projector->view().name()));
    view->set_partitions_behind(projector->partitions_behind());
  }
  done(absl::OkStatus());
}

void OperationsApi::GetStats(const rpc::Call&, const operations::v1::GetStatsRequest&,
                             operations::v1::GetStatsResponse& response, rpc::Done done) {
  // Where the log ends is for the brokers to say.
  worker_.Post([this, &response, done = std::move(done)]() mutable {
    CollectStats(response);
    done(absl::OkStatus());
  });
}

void OperationsApi::CollectStats(operations::v1::GetStatsResponse& response) {
  for (const es::Domain* domain : engine_.domains()) {
    const std::string topic(domain->topic());
    const es::CommandRuntime& runtime = engine_.runtime(topic);
    es::EventLog& log = engine_.log(topic);
    response.set_log_id(log.identity().log_id());
    operations::v1::TopicStats* stats = response.add_topics();
    stats->set_topic(topic);
    stats->set_partitions(runtime.partition_count());
    stats->set_pending_commands(runtime.pending());
    for (int p = 0; p < runtime.partition_count(); ++p) {
      if (!runtime.Serves(p)) continue;
      stats->set_owned_partitions(stats->owned_partitions() + 1);
      stats->set_positions(stats->positions() + runtime.AcknowledgedPosition(p));
      stats->set_records(stats->records() + log.End(p).value_or(0));
    }
  }
  for (const auto& projector : engine_.projectors()) {
    operations::v1::ViewStats* stats = response.add_views();
    stats->set_view(std::string(projector->view().name()));
    stats->set_version(projector->view().version());
    stats->set_partitions_behind(projector->partitions_behind());
    stats->set_quarantined(engine_.quarantine().For(projector->view().name()).size());
  }
  for (const auto& reactor : engine_.reactors()) {
    operations::v1::ReactorStats* stats = response.add_reactors();
    stats->set_reactor(std::string(reactor->rules().name()));
    stats->set_quarantined(engine_.quarantine().For(reactor->rules().name()).size());
    const es::CommandRuntime* source = engine_.FindRuntime(reactor->rules().source_topic());
    // Of a source that is written elsewhere, or a target of which nothing is owned, there is nothing to say.
    if (source == nullptr || !source->owns_all()) continue;
    for (int p = 0; p < source->partition_count(); ++p) {
      stats->set_handled(stats->handled() + reactor->Handled(p));
      stats->set_positions(stats->positions() + source->AcknowledgedPosition(p));
    }
  }
}

void OperationsApi::ReadLog(const rpc::Call&, const operations::v1::ReadLogRequest& request,
                            operations::v1::ReadLogResponse& response, rpc::Done done) {
  worker_.Post([this, &request, &response, done = std::move(done)]() mutable { done(Read(request, response)); });
}

absl::Status OperationsApi::Read(const operations::v1::ReadLogRequest& request,
                                 operations::v1::ReadLogResponse& response) {
  // Whoever reads the log can be asked, not its writers alone.
  const auto& domains = engine_.stored();
  const auto known = std::find_if(domains.begin(), domains.end(),
                                  [&](const es::Domain* domain) { return domain->topic() == request.topic(); });
  if (known == domains.end()) return ToStatus(Invalid("topic", "UNKNOWN_TOPIC"));
  es::EventLog& log = engine_.log(request.topic());
  if (request.partition() < 0 || request.partition() >= static_cast<int>(log.identity().partition_count())) {
    return ToStatus(Invalid("partition", "UNKNOWN_PARTITION"));
  }
  if (request.page_size() < 0 || request.page_size() > kMaxPageSize) {
    return ToStatus(Invalid("page_size", "PAGE_SIZE_OUT_OF_RANGE"));
  }
  const size_t page = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  std::deque<es::AcceptedAppend> kept;
  es::AcceptedReader reader(log, request.partition(), es::StartOf(log));
  for (bool more = true; more;) {
    const absl::StatusOr<std::vector<es::AcceptedAppend>> appends = reader.Next(1 << 20, &more);
    if (!appends.ok()) return appends.status();
    for (const es::AcceptedAppend& append : *appends) {
      if (append.position < request.from_position()) continue;
      if (request.from_position() > 0 && kept.size() == page) continue;
      kept.push_back(append);
      if (kept.size() > page) kept.pop_front();
    }
  }
  for (const es::AcceptedAppend& append : kept) {
    operations::v1::LogEntry* entry = response.add_entries();
    entry->set_position(append.position);
    entry->set_offset(append.offset);
    *entry->mutable_record_time() = append.append->record_time();
    entry->set_actor(OneLine(append.append->actor()));
    entry->set_cause(OneLine(append.append->cause()));
    entry->set_feature_level(append.append->feature_level());
    for (const log::v1::Fact& fact : append.append->facts()) {
      operations::v1::LogFact* shown = entry->add_facts();
      shown->set_stream(fact.stream());
      shown->set_version(fact.version());
      shown->set_sealed_parts(fact.sealed_size());
      const auto parsed = engine_.fact_types().Parse(fact);
      shown->set_fact(parsed.ok() ? OneLine(**parsed) : std::string(parsed.status().message()));
    }
  }
  return absl::OkStatus();
}

void OperationsApi::VerifyLog(const rpc::Call&, const operations::v1::VerifyLogRequest&,
                              operations::v1::VerifyLogResponse& response, rpc::Done done) {
  worker_.Post([this, &response, done = std::move(done)]() mutable { done(VerifyCopy(response)); });
}

absl::Status OperationsApi::VerifyCopy(operations::v1::VerifyLogResponse& response) {
  // A copy by hard links costs little and stands still while it is read.
  const std::string copy = data_path_ + "/verifying";
  std::error_code ignored;
  std::filesystem::remove_all(copy, ignored);
  const absl::Status copied = engine_.Backup(copy);
  if (!copied.ok()) return copied;
  // The log of a data folder is in the copy too; on Kafka it is read where it is.
  const bool on_kafka = keys_.files() == nullptr;
  const std::function<es::EventLog*(absl::string_view)> logs = [this](absl::string_view topic) {
    return &engine_.log(topic);
  };
  absl::StatusOr<operations::v1::VerifyLogResponse> report = verify_(copy, on_kafka ? &logs : nullptr);
  std::filesystem::remove_all(copy, ignored);
  if (!report.ok()) return report.status();
  response = *std::move(report);
  return absl::OkStatus();
}

void OperationsApi::RaiseFeatureLevel(const rpc::Call& call, const operations::v1::RaiseFeatureLevelRequest& request,
                                      operations::v1::RaiseFeatureLevelResponse& response, rpc::Done done) {
  const uint32_t level = request.feature_level();
  if (level == 0 || level > es::kFeatureLevel) {
    return done(ToStatus(Invalid("feature_level", "UNKNOWN_FEATURE_LEVEL",
                                 absl::StrCat("this build knows 1 to ", es::kFeatureLevel))));
  }
  if (const auto behind = self_.node == nullptr ? absl::nullopt : self_.node->KnowsLess(level); behind.has_value()) {
    return done(ToStatus(RuleRefuses("INSTANCE_KNOWS_LESS", absl::StrCat("the instance at ", behind->address,
                                                                         " does not know feature level ", level))));
  }
  const std::vector<es::CommandRuntime*> runtimes = engine_.runtimes();
  for (const es::CommandRuntime* runtime : runtimes) {
    operations::v1::RaisedTopic* topic = response.add_topics();
    topic->set_topic(std::string(runtime->domain().topic()));
    topic->set_partitions(runtime->partition_count());
  }
  const base::v1::Actor actor = rpc::ActorOf(call);
  // So that the others are told of in time when one waits for its claim.
  const absl::Duration deadline = clock_.Monotonic() + kRaisePatience * (call.deadline() - call.received());
  const auto raising = std::make_shared<Raising>(response, std::move(done));
  for (size_t topic = 0; topic < runtimes.size(); ++topic) {
    for (int p = 0; p < runtimes[topic]->partition_count(); ++p) {
      es::Command command;
      command.partition = p;
      command.raise_level = level;
      command.actor = actor;
      command.deadline = deadline;
      runtimes[topic]->Submit(std::move(command), [raising, topic, p](const es::Outcome& outcome) {
        raising->One(static_cast<int>(topic), p, outcome);
      });
    }
  }
}

void FillQuarantine(const es::Quarantine& quarantine, bool only_in_force,
                    google::protobuf::RepeatedPtrField<operations::v1::QuarantinedFact>& facts) {
  const auto fill = [](const es::QuarantineEntry::Said& said, operations::v1::QuarantineWord& word) {
    word.set_by(said.by);
    word.set_why(said.why);
    *word.mutable_at() = ToProto(said.at);
  };
  for (const es::QuarantineEntry& entry : quarantine.entries()) {
    if (only_in_force && entry.taken_back.has_value()) continue;
    operations::v1::QuarantinedFact& fact = *facts.Add();
    fact.set_reader(entry.reader);
    fact.set_place(es::ToText(entry.place));
    fact.set_stream(entry.stream);
    fact.set_version(entry.version);
    fill(entry.set_aside, *fact.mutable_set_aside());
    if (entry.taken_back.has_value()) fill(*entry.taken_back, *fact.mutable_taken_back());
  }
}

void OperationsApi::ListQuarantine(const rpc::Call&, const operations::v1::ListQuarantineRequest&,
                                   operations::v1::ListQuarantineResponse& response, rpc::Done done) {
  FillQuarantine(engine_.quarantine(), false, *response.mutable_facts());
  done(absl::OkStatus());
}

void OperationsApi::Backup(const rpc::Call&, const operations::v1::BackupRequest& request,
                           operations::v1::BackupResponse& response, rpc::Done done) {
  if (request.path().empty() || request.path()[0] != '/') {
    return done(ToStatus(Invalid("path", "NOT_AN_ABSOLUTE_PATH", "a backup goes to an absolute path on the server")));
  }
  worker_.Post([this, &request, &response, done = std::move(done)]() mutable {
    const absl::Status status = BackUpTo(request.path());
    response.set_path(request.path());
    done(status);
  });
}

absl::Status OperationsApi::BackUpTo(const std::string& path) {
  if (std::filesystem::exists(path)) return ToStatus(RuleRefuses("PATH_EXISTS", "the folder must not exist"));
  if (keys_.files() == nullptr) {
    return ToStatus(RuleRefuses("LOG_IS_ON_KAFKA", "the log and its keys are on Kafka; mirror the topics there"));
  }
  // Otherwise a fault of ours, or the disk's.
  std::error_code none;
  if (!std::filesystem::is_directory(std::filesystem::path(path).parent_path(), none)) {
    return ToStatus(RuleRefuses("NO_SUCH_PARENT", "the folder above it must exist"));
  }
  absl::Status status = engine_.Backup(path);
  if (absl::IsPermissionDenied(status)) return ToStatus(RuleRefuses("NOT_WRITABLE", "the server may not write there"));
  if (absl::IsResourceExhausted(status)) return ToStatus(RuleRefuses("DISK_FULL", "there is no space for it"));
  // Keys after the log: every key that the copied log needs was durable before it.
  if (status.ok()) status = keys_.files()->Backup(path + "/keys");
  if (!status.ok()) return status;
  for (const char* name : {"auth.key", "digest.key"}) {
    std::error_code error;
    std::filesystem::copy_file(data_path_ + "/" + name, path + "/" + name, error);
    if (error) return absl::UnavailableError(absl::StrCat("copy ", name, ": ", error.message()));
  }
  return absl::OkStatus();
}

void OperationsApi::EraseSubject(const rpc::Call&, const operations::v1::EraseSubjectRequest& request,
                                 operations::v1::EraseSubjectResponse&, rpc::Done done) {
  if (request.subject().empty()) return done(ToStatus(Invalid("subject", "MISSING")));
  if (request.tenant().empty()) return done(ToStatus(Invalid("tenant", "MISSING")));
  worker_.Post([this, &request, done = std::move(done)]() mutable {
    done(keys_.store().Erase(request.subject(), request.tenant()));
  });
}

void OperationsApi::GetClock(const rpc::Call&, const operations::v1::GetClockRequest&,
                             operations::v1::GetClockResponse& response, rpc::Done done) {
  *response.mutable_now() = ToProto(clock_.Now());
  response.set_simulated(simulated_ != nullptr);
  done(absl::OkStatus());
}

void OperationsApi::AdvanceClock(const rpc::Call&, const operations::v1::AdvanceClockRequest& request,
                                 operations::v1::AdvanceClockResponse& response, rpc::Done done) {
  if (simulated_ == nullptr) return done(ToStatus(RuleRefuses("CLOCK_IS_REAL", "start with a simulated clock")));
  const absl::Duration by = absl::Seconds(request.by().seconds()) + absl::Nanoseconds(request.by().nanos());
  if (by < absl::ZeroDuration() || by > kMaxAdvance) return done(ToStatus(Invalid("by", "OUT_OF_RANGE")));
  worker_.Post([this, by, &response, done = std::move(done)]() mutable {
    simulated_->Advance(by);
    const absl::Status settled = engine_.Settle(kSettlePatience);
    *response.mutable_now() = ToProto(clock_.Now());
    done(settled);
  });
}

}  // namespace regard::app
