#include "services/standalone/quarantine_folder.h"

#include <algorithm>
#include <future>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/rejection.h"
#include "libs/base/time.h"
#include "libs/es/accepted_reader.h"
#include "libs/es/command_runtime.h"
#include "libs/es/executor_thread.h"
#include "libs/es/quarantine_domain.h"
#include "libs/es/view_checkpoints.h"
#include "libs/rocks/log_store.h"
#include "libs/rocks/store_set.h"
#include "regard/log/internal/v1/quarantine.pb.h"
#include "regard/log/v1/facts.pb.h"
#include "services/deployment/domains.h"
#include "services/standalone/inside.h"

namespace regard::standalone {
namespace {

using log::internal::v1::QuarantineCommand;

constexpr size_t kReadBytes = 1 << 20;

// Its facts have no personal fields.
class NoSealing : public es::Sealer {
 public:
  absl::Status Seal(absl::string_view, google::protobuf::Message& fact, log::v1::Fact& out) override {
    out.set_body(fact.SerializeAsString());
    return absl::OkStatus();
  }
};

std::vector<std::string> Topics() {
  std::vector<std::string> topics;
  for (const es::Domain* domain : deployment::StoredDomains()) topics.push_back(std::string(domain->topic()));
  return topics;
}

bool IsReactor(absl::string_view reader) {
  const auto reactors = Reactors();
  return std::any_of(reactors.begin(), reactors.end(), [&](const hosting::ReactorLink& link) { return link.name == reader; });
}

// Everybody who reads the topic.
std::vector<std::string> ReadersOf(absl::string_view topic) {
  std::vector<std::string> readers;
  for (const auto& view : MakeViews()) {
    const std::vector<std::string> topics = view->topics();
    if (std::find(topics.begin(), topics.end(), topic) != topics.end()) readers.push_back(std::string(view->name()));
  }
  for (const hosting::ReactorLink& link : Reactors()) {
    if (link.source_topic == topic) readers.push_back(link.name);
  }
  return readers;
}

absl::StatusOr<log::v1::Fact> FindFact(es::EventLog& log, const es::FactPlace& place) {
  if (place.partition >= static_cast<int>(log.identity().partition_count())) {
    return ToStatus(NotFound("NO_SUCH_FACT", "the topic has no such partition"));
  }
  es::AcceptedReader reader(log, place.partition, es::StartOf(log));
  for (bool more = true; more;) {
    const absl::StatusOr<std::vector<es::AcceptedAppend>> appends = reader.Next(kReadBytes, &more);
    if (!appends.ok()) return appends.status();
    for (const es::AcceptedAppend& accepted : *appends) {
      if (accepted.position != place.position) continue;
      if (place.fact_index < accepted.append->facts_size()) return accepted.append->facts(place.fact_index);
    }
  }
  return ToStatus(NotFound("NO_SUCH_FACT", "the log has no fact at this place"));
}

// Whether the view's rows are made up to the place or beyond. A view that is not made yet has read nothing.
absl::StatusOr<bool> HasRead(const std::string& data_path, absl::string_view name, es::EventLog& log,
                             const es::FactPlace& place) {
  for (const auto& view : MakeViews()) {
    if (view->name() != name) continue;
    const std::string store_name = absl::StrCat(view->name(), "@", view->version());
    rocks::StoreSetOptions reading;
    reading.read_only = true;
    auto stores = rocks::StoreSet::Open(data_path + "/views", {store_name}, reading);
    const es::Store* store = stores.ok() ? (*stores)->store(store_name) : nullptr;
    if (store == nullptr) return false;
    const auto at = es::ReadViewCheckpoints(*store, log);
    if (!at.ok()) return at.status();
    return (*at)[place.partition].position() >= place.position;
  }
  return false;
}

// The readers that the order means, each checked.
absl::StatusOr<std::vector<std::string>> ReadersFor(const std::string& data_path, const QuarantineOrder& order,
                                                    es::EventLog& log) {
  const std::vector<std::string> known = ReadersOf(order.place.topic);
  const bool all = order.readers.empty();
  std::vector<std::string> readers;
  for (const std::string& reader : all ? known : order.readers) {
    if (std::find(known.begin(), known.end(), reader) == known.end()) {
      return ToStatus(Invalid("reader", "UNKNOWN_READER", absl::StrCat(order.place.topic, " is not read by ", reader)));
    }
    if (!order.take_back && !IsReactor(reader)) {
      const absl::StatusOr<bool> read = HasRead(data_path, reader, log, order.place);
      if (!read.ok()) return read.status();
      if (*read && all) continue;
      if (*read) return ToStatus(RuleRefuses("ALREADY_READ", absl::StrCat(reader, " has handled this fact")));
    }
    if (order.take_back && IsReactor(reader)) {
      if (all) continue;
      return ToStatus(RuleRefuses("REACTOR_WENT_ON", "what came after the fact may have had its effect; what this one "
                                                     "should have done is to be done by hand"));
    }
    readers.push_back(reader);
  }
  if (readers.empty()) return ToStatus(RuleRefuses("ALREADY_READ", "everybody has handled this fact"));
  return readers;
}

QuarantineCommand CommandFor(const QuarantineOrder& order, const std::string& reader, const log::v1::Fact& fact) {
  QuarantineCommand command;
  if (order.take_back) {
    command.mutable_take_back()->set_reader(reader);
    *command.mutable_take_back()->mutable_place() = es::PlaceToProto(order.place);
    command.mutable_take_back()->set_why(order.why);
  } else {
    log::v1::FactSetAside& aside = *command.mutable_set_aside();
    aside.set_reader(reader);
    *aside.mutable_place() = es::PlaceToProto(order.place);
    aside.set_stream(fact.stream());
    aside.set_version(fact.version());
    aside.set_why(order.why);
  }
  return command;
}

// One command after the other, each durable before the next.
absl::Status Submit(es::CommandRuntime& runtime, const std::string& by, const std::string& reader,
                    const QuarantineCommand& body) {
  es::Command command;
  command.routing_key = reader;
  command.body = std::make_unique<QuarantineCommand>(body);
  command.actor.set_subject(by);
  command.actor.set_role(options::v1::ROLE_OPERATOR);
  std::promise<absl::Status> answered;
  runtime.Submit(std::move(command), [&answered](const es::Outcome& outcome) {
    answered.set_value(outcome.kind == es::Outcome::Kind::kCommitted ? absl::OkStatus() : ToStatus(outcome.rejection));
  });
  return answered.get_future().get();
}

}  // namespace

absl::Status ObeyQuarantineOrder(const std::string& data_path, const QuarantineOrder& order, const Clock& clock) {
  if (order.by.empty()) return ToStatus(Invalid("by", "MISSING"));
  const std::vector<std::string> topics = Topics();
  if (ReadersOf(order.place.topic).empty()) return ToStatus(Invalid("place", "UNKNOWN_TOPIC"));
  auto opened = rocks::LogStore::Open(data_path + "/log", topics, {});
  if (!opened.ok()) return opened.status();
  std::unique_ptr<rocks::LogStore> logs = *std::move(opened);
  es::EventLog& source = *logs->topic(order.place.topic);
  const absl::StatusOr<log::v1::Fact> fact = FindFact(source, order.place);
  if (!fact.ok()) return fact.status();
  const auto readers = ReadersFor(data_path, order, source);
  if (!readers.ok()) return readers.status();
  auto states = rocks::StoreSet::Open(data_path + "/state", topics, {});
  if (!states.ok()) return states.status();

  NoSealing sealer;
  auto executor = std::make_unique<es::ExecutorThread>("quarantine");
  es::CommandRuntime::Hooks hooks;
  absl::Status halt;
  hooks.halted = [&halt](const absl::Status& why) { halt = why; };
  const es::EngineParts parts{es::QuarantineDomain(), *logs->topic(es::kQuarantineTopic),
                              *(*states)->store(es::kQuarantineTopic), sealer, clock, *executor, {}};
  es::CommandRuntime runtime(parts, std::move(hooks));
  runtime.Start();
  absl::Status status;
  for (const std::string& reader : *readers) {
    if (status.ok()) status = Submit(runtime, order.by, reader, CommandFor(order, reader, *fact));
  }
  std::promise<void> stopped;
  runtime.Stop([&stopped] { stopped.set_value(); });
  stopped.get_future().wait();
  // The writer thread first: nothing is delivered any more; then the thread whose tasks use the runtime.
  logs.reset();
  executor.reset();
  return halt.ok() ? status : halt;
}

absl::StatusOr<es::Quarantine> ReadQuarantine(const std::string& data_path) {
  const auto logs = rocks::LogStore::OpenReadOnly(data_path + "/log", Topics());
  if (!logs.ok()) return logs.status();
  return es::Quarantine::Read(*(*logs)->topic(es::kQuarantineTopic));
}

}  // namespace regard::standalone
