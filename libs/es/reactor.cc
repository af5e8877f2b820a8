#include "libs/es/reactor.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace regard::es {
namespace {

std::string CursorKey(absl::string_view reactor, int partition) {
  return absl::StrCat("p", reactor, absl::string_view("\0", 1), absl::Hex(partition, absl::kZeroPad4));
}

// A saved cursor is only worth a write now and then.
constexpr uint64_t kSaveEvery = 256;

}  // namespace

Reactor::Reactor(ReactorRules& rules, EventLog& source, const FactTypes& types, CommandRuntime& target, Store& cursors,
                 Options options, std::function<void(const absl::Status&)> halted)
    : rules_(rules),
      source_log_(source),
      types_(types),
      target_(target),
      cursors_(cursors),
      options_(std::move(options)),
      halted_(std::move(halted)) {
  const size_t count = source.identity().partition_count();
  sources_.resize(count);
  grown_.assign(count, 0);
  handled_ = std::make_unique<std::atomic<uint64_t>[]>(count);
}

Reactor::~Reactor() { *alive_ = false; }

void Reactor::Start() {
  target_.executor().Post([this] {
    for (size_t partition = 0; partition < sources_.size(); ++partition) {
      log::v1::Checkpoint at = StartOf(source_log_);
      const absl::StatusOr<absl::optional<std::string>> saved =
          cursors_.Get(CursorKey(rules_.name(), static_cast<int>(partition)));
      if (!saved.ok()) return halted_(saved.status());
      if (saved->has_value() && !at.ParseFromString(**saved)) {
        return halted_(absl::DataLossError("a reactor's cursor does not parse"));
      }
      Source& source = sources_[partition];
      source.scanned = source.saved = at.position();
      handled_[partition].store(at.position());
      source.reader = std::make_unique<AcceptedReader>(source_log_, static_cast<int>(partition), at);
    }
    watch_ = source_log_.Watch([this](int partition) { OnGrown(partition); });
    for (size_t partition = 0; partition < sources_.size(); ++partition) OnGrown(static_cast<int>(partition));
  });
}

void Reactor::Stop() {
  *alive_ = false;
  watch_.reset();
}

void Reactor::OnGrown(int partition) {
  std::lock_guard<std::mutex> lock(mutex_);
  MarkGrown(partition);
}

void Reactor::MarkGrown(int partition) {
  if (!grown_[partition]) {
    grown_[partition] = 1;
    grown_list_.push_back(partition);
  }
  if (turn_posted_) return;
  turn_posted_ = true;
  target_.executor().Post([this, alive = alive_] {
    if (*alive) Turn();
  });
}

void Reactor::Turn() {
  std::vector<int> grown;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    turn_posted_ = false;
    // Above the bound, reading goes on when an outcome made room.
    if (pending_ >= options_.max_pending) return;
    grown.swap(grown_list_);
    for (int partition : grown) grown_[partition] = 0;
  }
  for (int partition : grown) {
    bool more = false;
    const absl::Status read = ReadSource(partition, &more);
    if (absl::IsUnavailable(read)) {
      target_.executor().PostAfter(options_.retry, [this, alive = alive_, partition] {
        if (*alive) OnGrown(partition);
      });
      continue;
    }
    if (!read.ok()) {
      *alive_ = false;
      if (StoppedAtOf(read).has_value()) return halted_(read);
      return halted_(absl::Status(read.code(), absl::StrCat("reactor ", rules_.name(), ": ", read.message())));
    }
    if (more) OnGrown(partition);
  }
}

absl::Status Reactor::ReadSource(int partition, bool* more) {
  Source& source = sources_[partition];
  const absl::StatusOr<std::vector<AcceptedAppend>> accepted = source.reader->Next(options_.max_read_bytes, more);
  if (!accepted.ok()) return accepted.status();
  for (const AcceptedAppend& append : *accepted) {
    const absl::Status reacted = ReactTo(partition, append);
    if (!reacted.ok()) return reacted;
    source.scanned = append.position;
  }
  Advance(partition);
  return absl::OkStatus();
}

absl::Status Reactor::ReactTo(int partition, const AcceptedAppend& accepted) {
  for (int index = 0; index < accepted.append->facts_size(); ++index) {
    const log::v1::Fact& fact = accepted.append->facts(index);
    const FactPlace place{source_log_.topic(), partition, accepted.position, index};
    if (options_.set_aside.count(place) > 0) continue;
    const absl::StatusOr<const google::protobuf::Message*> message = types_.ParseOnce(accepted.record, fact);
    if (!message.ok()) {
      if (message.status().code() == absl::StatusCode::kUnimplemented && fact.ignorable()) continue;
      return StoppedAt("reactor", rules_.name(), place, message.status());
    }
    absl::StatusOr<std::vector<Reaction>> reactions = rules_.React(
        {source_log_.topic(), partition, accepted.position, index, *accepted.append, fact, **message});
    if (!reactions.ok()) return StoppedAt("reactor", rules_.name(), place, reactions.status());
    int step = 0;
    for (Reaction& reaction : *reactions) {
      Pending pending;
      pending.source_partition = partition;
      pending.cause.set_reactor(std::string(rules_.name()));
      pending.cause.set_source_partition(partition);
      pending.cause.set_source_position(accepted.position);
      pending.cause.set_fact_index(index);
      pending.cause.set_step(step++);
      pending.actor.set_subject(std::string(rules_.name()));
      pending.actor.set_tenant(accepted.append->actor().tenant());
      pending.correlation_id = accepted.append->correlation_id();
      pending.trace_parent = accepted.append->trace_parent();
      const int target = target_.PartitionFor(reaction.routing_key);
      pending.reaction = std::move(reaction);
      ++sources_[partition].open[accepted.position];
      ++pending_;
      auto& lane = lanes_[{target, partition}];
      lane.push_back(std::move(pending));
      if (lane.size() == 1) SendNext(target, partition);
    }
  }
  return absl::OkStatus();
}

FactPlace Reactor::PlaceOf(const log::v1::Cause& cause) const {
  return {source_log_.topic(), static_cast<int>(cause.source_partition()), cause.source_position(),
          static_cast<int>(cause.fact_index())};
}

void Reactor::SendNext(int target_partition, int source_partition) {
  const Pending& pending = lanes_[{target_partition, source_partition}].front();
  Command command;
  command.routing_key = pending.reaction.routing_key;
  command.body.reset(pending.reaction.command->New());
  command.body->CopyFrom(*pending.reaction.command);
  command.cause = pending.cause;
  command.actor = pending.actor;
  command.correlation_id = pending.correlation_id;
  command.trace_parent = pending.trace_parent;
  target_.Submit(std::move(command), [this, alive = alive_, target_partition, source_partition](const Outcome& outcome) {
    if (!*alive) return;
    // Posted, so that a runtime that refuses at once does not recurse.
    target_.executor().Post([this, alive, target_partition, source_partition, outcome] {
      if (*alive) OnOutcome(target_partition, source_partition, outcome);
    });
  });
}

void Reactor::OnOutcome(int target_partition, int source_partition, const Outcome& outcome) {
  auto& lane = lanes_[{target_partition, source_partition}];
  if (outcome.kind != Outcome::Kind::kCommitted) {
    if (outcome.kind == Outcome::Kind::kRefused && outcome.rejection.kind != Rejection::Kind::kUnavailable) {
      *alive_ = false;
      return halted_(StoppedAt("reactor", rules_.name(), PlaceOf(lane.front().cause),
                               absl::InternalError(absl::StrCat("was refused: ", outcome.rejection.reason))));
    }
    target_.executor().PostAfter(options_.retry, [this, alive = alive_, target_partition, source_partition] {
      if (*alive) SendNext(target_partition, source_partition);
    });
    return;
  }
  Source& source = sources_[source_partition];
  const auto open = source.open.find(lane.front().cause.source_position());
  if (--open->second == 0) source.open.erase(open);
  lane.pop_front();
  const bool was_full = pending_-- >= options_.max_pending;
  if (lane.empty()) {
    lanes_.erase({target_partition, source_partition});
  } else {
    SendNext(target_partition, source_partition);
  }
  Advance(source_partition);
  if (was_full) Turn();
}

void Reactor::Advance(int source_partition) {
  Source& source = sources_[source_partition];
  const uint64_t handled = source.open.empty() ? source.scanned : source.open.begin()->first - 1;
  if (handled == handled_[source_partition].load(std::memory_order_relaxed)) return;
  std::vector<std::function<void()>> ready;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    handled_[source_partition].store(handled, std::memory_order_release);
    for (size_t i = 0; i < waiters_.size();) {
      if (waiters_[i].source_partition != source_partition || waiters_[i].position > handled) {
        ++i;
        continue;
      }
      ready.push_back(std::move(waiters_[i].done));
      waiters_[i] = std::move(waiters_.back());
      waiters_.pop_back();
    }
  }
  for (auto& done : ready) done();
  // Only a moment without open reactions is a place to go on from: the reader's checkpoint is then exact.
  if (source.open.empty() && source.scanned - source.saved >= kSaveEvery) {
    source.saved = source.scanned;
    StoreBatch batch;
    batch.Put(CursorKey(rules_.name(), source_partition), source.reader->checkpoint().SerializeAsString());
    const absl::Status written = cursors_.Write(batch, Store::Durability::kBuffered);
    if (!written.ok()) halted_(written);
  }
}

uint64_t Reactor::Handled(int source_partition) const {
  return handled_[source_partition].load(std::memory_order_acquire);
}

void Reactor::WhenHandled(int source_partition, uint64_t position, std::function<void()> done) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (handled_[source_partition].load(std::memory_order_acquire) < position) {
      waiters_.push_back({source_partition, position, std::move(done)});
      // It is durable: nobody needs to wait until the log tells.
      MarkGrown(source_partition);
      return;
    }
  }
  done();
}

}  // namespace regard::es
