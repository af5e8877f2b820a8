#include "libs/es/reactor.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace regard::es {
namespace {

std::string CursorKey(absl::string_view reactor, int partition) {
  return absl::StrCat("p", reactor, absl::string_view("\0", 1), absl::Hex(partition, absl::kZeroPad4));
}

// A place where a source can be read from, whatever had its effect by then: in order of positions.
std::string PlaceKey(absl::string_view reactor, int partition, uint64_t position) {
  return absl::StrCat("h", reactor, absl::string_view("\0", 1), absl::Hex(partition, absl::kZeroPad4),
                      absl::Hex(position, absl::kZeroPad16));
}

// A saved cursor is only worth a write now and then.
constexpr uint64_t kSaveEvery = 256;
// A mark covers every fact at its position.
constexpr uint32_t kAllFacts = std::numeric_limits<uint32_t>::max();
// Nothing is owned here: nothing of any source is waited for.
constexpr uint64_t kNothingToHandle = std::numeric_limits<uint64_t>::max();

}  // namespace

Reactor::Reactor(ReactorRules& rules, EventLog& source, const FactTypes& types, CommandRuntime& target, Store& cursors,
                 Options options, std::function<void(const absl::Status&)> halted)
    : rules_(rules),
      source_log_(source),
      types_(types),
      target_(target),
      cursors_(cursors),
      options_(std::move(options)),
      halted_(std::move(halted)),
      owns_all_(target.owns_all()) {
  const size_t count = source.identity().partition_count();
  sources_.resize(count);
  grown_.assign(count, 0);
  handled_ = std::make_unique<std::atomic<uint64_t>[]>(count);
  if (owns_all_) return;
  taken_.resize(target.partition_count());
  for (size_t i = 0; i < count; ++i) handled_[i].store(kNothingToHandle);
  target_.WatchPartitions([this, alive = alive_](const CommandRuntime::PartitionChange& change) {
    if (*alive) OnPartition(change);
  });
}

Reactor::~Reactor() { *alive_ = false; }

void Reactor::Start() {
  target_.executor().Post([this] {
    for (size_t partition = 0; owns_all_ && partition < sources_.size(); ++partition) {
      log::v1::Checkpoint at = StartOf(source_log_);
      const absl::StatusOr<absl::optional<std::string>> saved =
          cursors_.Get(CursorKey(rules_.name(), static_cast<int>(partition)));
      if (!saved.ok()) return halted_(saved.status());
      if (saved->has_value() && !at.ParseFromString(**saved)) {
        return halted_(absl::DataLossError("a reactor's cursor does not parse"));
      }
      Open(static_cast<int>(partition), at);
      handled_[partition].store(at.position());
    }
    started_ = true;
    for (size_t target = 0; target < taken_.size(); ++target) {
      if (target_.Serves(static_cast<int>(target))) Gain(static_cast<int>(target));
    }
    watch_ = source_log_.Watch([this](int partition) { OnGrown(partition); });
    for (size_t partition = 0; partition < sources_.size(); ++partition) OnGrown(static_cast<int>(partition));
  });
}

void Reactor::Open(int source_partition, const log::v1::Checkpoint& at) {
  Source& source = sources_[source_partition];
  source.scanned = source.saved = at.position();
  source.reader = std::make_unique<AcceptedReader>(source_log_, source_partition, at);
}

void Reactor::OnPartition(const CommandRuntime::PartitionChange& change) {
  if (!started_) return;
  change.serves ? Gain(change.partition) : Lose(change.partition);
}

void Reactor::Gain(int target_partition) {
  std::vector<Place>& taken = taken_[target_partition];
  if (taken.empty()) ++owned_;
  taken.assign(sources_.size(), Place());
  for (size_t i = 0; i < sources_.size(); ++i) {
    const int source_partition = static_cast<int>(i);
    const absl::optional<log::v1::Cause> carried =
        target_.Carried(target_partition, rules_.name(), static_cast<uint32_t>(i));
    uint64_t before = 0;
    if (carried.has_value()) {
      taken[i] = PlaceIn(*carried);
      before = carried->source_position() - (carried->fact_index() == kAllFacts ? 0 : 1);
    }
    Source& source = sources_[i];
    // What grew while nothing was owned was not read.
    OnGrown(source_partition);
    if (source.reader != nullptr && source.scanned <= before) continue;
    const absl::StatusOr<log::v1::Checkpoint> from = ReadFrom(source_partition, before);
    if (!from.ok()) return halted_(from.status());
    Open(source_partition, *from);
    Advance(source_partition);
  }
}

void Reactor::Lose(int target_partition) {
  if (taken_[target_partition].empty()) return;
  taken_[target_partition].clear();
  const bool was_full = pending_ >= options_.max_pending;
  for (auto lane = lanes_.lower_bound({target_partition, 0});
       lane != lanes_.end() && lane->first.first == target_partition;) {
    Source& source = sources_[lane->first.second];
    for (const Pending& pending : lane->second) {
      const auto open = source.open.find(pending.cause.source_position());
      if (--open->second == 0) source.open.erase(open);
    }
    pending_ -= lane->second.size();
    lane = lanes_.erase(lane);
  }
  --owned_;
  for (size_t source = 0; source < sources_.size(); ++source) Advance(static_cast<int>(source));
  if (was_full) Turn();
}

absl::StatusOr<log::v1::Checkpoint> Reactor::ReadFrom(int source_partition, uint64_t position) const {
  log::v1::Checkpoint from = StartOf(source_log_);
  bool parsed = true;
  const absl::Status scanned = cursors_.Scan(PlaceKey(rules_.name(), source_partition, 0),
                                             PlaceKey(rules_.name(), source_partition, position + 1),
                                             [&](absl::string_view, absl::string_view value) {
                                               parsed = from.ParseFromArray(value.data(), static_cast<int>(value.size()));
                                               return parsed;
                                             });
  if (!scanned.ok()) return scanned;
  if (!parsed) return absl::DataLossError("a reactor's place does not parse");
  return from;
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
  if (source.reader == nullptr || (!owns_all_ && owned_ == 0)) return absl::OkStatus();
  const absl::StatusOr<std::vector<AcceptedAppend>> accepted = source.reader->Next(options_.max_read_bytes, more);
  if (!accepted.ok()) return accepted.status();
  for (const AcceptedAppend& append : *accepted) {
    const absl::Status reacted = ReactTo(partition, append);
    if (!reacted.ok()) return reacted;
    source.scanned = append.position;
  }
  MarkWhatIsDone(partition);
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
    uint32_t step = 0;
    for (Reaction& reaction : *reactions) {
      Pending pending = PendingAt(partition, {accepted.position, index, step++});
      pending.actor.set_tenant(accepted.append->actor().tenant());
      pending.correlation_id = accepted.append->correlation_id();
      pending.trace_parent = accepted.append->trace_parent();
      const int target = target_.PartitionFor(reaction.routing_key);
      pending.reaction = std::move(reaction);
      Enqueue(target, std::move(pending));
    }
  }
  return absl::OkStatus();
}

Reactor::Pending Reactor::PendingAt(int source_partition, const Place& place) const {
  Pending pending;
  pending.source_partition = source_partition;
  pending.cause.set_reactor(std::string(rules_.name()));
  pending.cause.set_source_partition(source_partition);
  pending.cause.set_source_position(std::get<0>(place));
  pending.cause.set_fact_index(std::get<1>(place));
  pending.cause.set_step(std::get<2>(place));
  pending.actor.set_subject(std::string(rules_.name()));
  return pending;
}

void Reactor::Enqueue(int target_partition, Pending pending) {
  const int source_partition = pending.source_partition;
  if (!owns_all_) {
    std::vector<Place>& taken = taken_[target_partition];
    const Place place = PlaceIn(pending.cause);
    if (taken.empty() || place <= taken[source_partition]) return;
    taken[source_partition] = place;
  }
  ++sources_[source_partition].open[pending.cause.source_position()];
  ++pending_;
  auto& lane = lanes_[{target_partition, source_partition}];
  lane.push_back(std::move(pending));
  if (lane.size() == 1) SendNext(target_partition, source_partition);
}

// Else who takes a partition over that few facts concern would read its sources from the beginning.
void Reactor::MarkWhatIsDone(int source_partition) {
  Source& source = sources_[source_partition];
  if (owns_all_ || source.scanned - source.saved < options_.mark_every) return;
  source.saved = source.scanned;
  StoreBatch batch;
  batch.Put(PlaceKey(rules_.name(), source_partition, source.scanned), source.reader->checkpoint().SerializeAsString());
  const absl::Status written = cursors_.Write(batch, Store::Durability::kBuffered);
  if (!written.ok()) return halted_(written);
  for (size_t target = 0; target < taken_.size(); ++target) {
    if (taken_[target].empty() || source.scanned - std::get<0>(taken_[target][source_partition]) < options_.mark_every) {
      continue;
    }
    Enqueue(static_cast<int>(target), PendingAt(source_partition, {source.scanned, kAllFacts, 0}));
  }
}

FactPlace Reactor::PlaceOf(const log::v1::Cause& cause) const {
  return {source_log_.topic(), static_cast<int>(cause.source_partition()), cause.source_position(),
          static_cast<int>(cause.fact_index())};
}

void Reactor::SendNext(int target_partition, int source_partition) {
  const auto lane = lanes_.find({target_partition, source_partition});
  if (lane == lanes_.end()) return;
  const Pending& pending = lane->second.front();
  Command command;
  command.routing_key = pending.reaction.routing_key;
  command.partition = target_partition;
  if (pending.reaction.command != nullptr) {
    command.body.reset(pending.reaction.command->New());
    command.body->CopyFrom(*pending.reaction.command);
  }
  command.cause = pending.cause;
  command.actor = pending.actor;
  command.correlation_id = pending.correlation_id;
  command.trace_parent = pending.trace_parent;
  const Place place = PlaceIn(pending.cause);
  target_.Submit(std::move(command), [this, alive = alive_, target_partition, source_partition,
                                      place](const Outcome& outcome) {
    if (!*alive) return;
    // Posted, so that a runtime that refuses at once does not recurse.
    target_.executor().Post([this, alive, target_partition, source_partition, place, outcome] {
      if (*alive) OnOutcome(target_partition, source_partition, place, outcome);
    });
  });
}

void Reactor::OnOutcome(int target_partition, int source_partition, const Place& place, const Outcome& outcome) {
  const auto found = lanes_.find({target_partition, source_partition});
  // The partition was lost in between, and perhaps gained again.
  if (found == lanes_.end() || PlaceIn(found->second.front().cause) != place) return;
  std::deque<Pending>& lane = found->second;
  if (outcome.kind != Outcome::Kind::kCommitted) {
    if (outcome.kind == Outcome::Kind::kRefused && outcome.rejection.kind != Rejection::Kind::kUnavailable) {
      *alive_ = false;
      return halted_(StoppedAt("reactor", rules_.name(), PlaceOf(lane.front().cause),
                               absl::InternalError(absl::StrCat("was refused: ", outcome.rejection.reason))));
    }
    const absl::Duration delay =
        outcome.rejection.reason == kFeatureNotRaised ? options_.retry_unraised : options_.retry;
    target_.executor().PostAfter(delay, [this, alive = alive_, target_partition, source_partition] {
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
    lanes_.erase(found);
  } else {
    SendNext(target_partition, source_partition);
  }
  Advance(source_partition);
  if (was_full) Turn();
}

void Reactor::Advance(int source_partition) {
  Source& source = sources_[source_partition];
  const bool nothing = !owns_all_ && owned_ == 0;
  const uint64_t handled = nothing               ? kNothingToHandle
                           : source.open.empty() ? source.scanned
                                                 : std::min(source.scanned, source.open.begin()->first - 1);
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
  if (owns_all_ && source.open.empty() && source.scanned - source.saved >= kSaveEvery) {
    source.saved = source.scanned;
    StoreBatch batch;
    batch.Put(CursorKey(rules_.name(), source_partition), source.reader->checkpoint().SerializeAsString());
    const absl::Status written = cursors_.Write(batch, Store::Durability::kBuffered);
    if (!written.ok()) halted_(written);
  }
}

bool Reactor::AtRest() {
  std::lock_guard<std::mutex> lock(mutex_);
  return grown_list_.empty() && !turn_posted_ && pending_ == 0;
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
