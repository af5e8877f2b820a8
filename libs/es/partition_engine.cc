#include "libs/es/partition_engine.h"

#include <algorithm>
#include <tuple>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "libs/base/time.h"
#include "libs/es/council.h"
#include "libs/es/loaded_states.h"

namespace regard::es {
namespace {

constexpr size_t kReplayBytes = 1 << 20;
constexpr size_t kReplayFlushAppends = 1000;
constexpr absl::Duration kFirstRetry = absl::Milliseconds(10);
constexpr absl::Duration kLongestRetry = absl::Seconds(1);
constexpr absl::Duration kPruneEvery = absl::Hours(1);

auto Order(const log::v1::Cause& cause) {
  return std::make_tuple(cause.source_position(), cause.fact_index(), cause.step());
}

Rejection NotOwner() { return Unavailable(kNotOwner, "another instance has this partition; nothing was executed"); }

Rejection NotRaised(uint32_t level) {
  return Unavailable(kFeatureNotRaised, absl::StrCat("this needs feature level ", level,
                                                     ", which an operator raises when every instance knows it"));
}

}  // namespace

PartitionEngine::PartitionEngine(const EngineParts& parts, int partition, Events events)
    : parts_(parts),
      partition_(partition),
      events_(std::move(events)),
      writer_(parts.log, partition, parts.executor),
      cache_(parts.domain, parts.store, partition,
             std::max<size_t>(64, parts.options.cached_states / parts.log.identity().partition_count())),
      retry_delay_(kFirstRetry) {}

void PartitionEngine::Own() {
  if (stopped_ || phase_ != Phase::kIdle) return;
  phase_ = Phase::kStarting;
  Claim();
}

void PartitionEngine::Leave() {
  if (phase_ != Phase::kServing) return;
  phase_ = Phase::kLeaving;
  if (in_flight_.empty()) BecomeIdle(absl::OkStatus());
}

void PartitionEngine::BecomeIdle(const absl::Status& why) {
  phase_ = Phase::kIdle;
  // What is staged may be lost, and what others write from now on is only in the log.
  reader_.reset();
  std::deque<Queued> queue = std::move(queue_);
  queue_.clear();
  pending_due_.clear();
  for (Queued& queued : queue) {
    if (queued.done) std::move(queued.done)(Refusal(NotOwner()));
  }
  events_.idle(*this, why);
}

void PartitionEngine::Stop() {
  stopped_ = true;
  for (Queued& queued : queue_) {
    if (queued.done) std::move(queued.done)(Refusal(Unavailable("STOPPING", "this instance is stopping")));
  }
  queue_.clear();
}

void PartitionEngine::Claim() {
  // Looked at before the claim makes the log longer: a log that was cut must not grow over its loss.
  parts_.log.AskEnd(partition_, [this](absl::StatusOr<Offset> end) {
    parts_.executor.Post([this, end] {
      if (!stopped_ && phase_ == Phase::kStarting) ClaimAt(end);
    });
  });
}

void PartitionEngine::ClaimAt(const absl::StatusOr<Offset>& end) {
  const absl::StatusOr<absl::optional<log::v1::Checkpoint>> checkpoint = StoredCheckpoint();
  if (!checkpoint.ok()) return Halt(checkpoint.status());
  if (!end.ok()) return RetryLater(end.status());
  const Offset from = checkpoint->has_value() ? (*checkpoint)->offset() : 0;
  if (from > *end) return Halt(CheckpointBeyond(parts_.log, partition_, **checkpoint, *end));
  parts_.log.WillRead(partition_, from);
  writer_.Claim(parts_.options.instance, parts_.clock.Now(), [this](absl::StatusOr<Offset> token) {
    if (stopped_ || phase_ == Phase::kHalted) return;
    if (!token.ok()) return RetryLater(token.status());
    const absl::Status replayed = Replay(*token);
    if (absl::IsUnavailable(replayed)) return RetryLater(replayed);
    if (!replayed.ok()) return Halt(replayed);
    writer_.Begin(*token);
    reader_.reset();
    phase_ = Phase::kServing;
    retry_delay_ = kFirstRetry;
    events_.serving(*this);
  });
}

void PartitionEngine::RetryLater(const absl::Status& why) {
  if (!parts_.options.owns_all) return BecomeIdle(why);
  parts_.executor.PostAfter(retry_delay_, [this] {
    if (!stopped_ && phase_ == Phase::kStarting) Claim();
  });
  retry_delay_ = std::min(retry_delay_ * 2, kLongestRetry);
}

absl::StatusOr<absl::optional<log::v1::Checkpoint>> PartitionEngine::StoredCheckpoint() const {
  const absl::StatusOr<absl::optional<std::string>> stored = parts_.store.Get(CheckpointKey(partition_));
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return absl::optional<log::v1::Checkpoint>();
  const absl::StatusOr<CheckpointRow> row = DecodeCheckpointRow(**stored);
  if (!row.ok()) return row.status();
  if (row->fold_version != parts_.domain.fold_version()) return absl::optional<log::v1::Checkpoint>();
  return absl::optional<log::v1::Checkpoint>(row->checkpoint);
}

absl::Status PartitionEngine::OpenReplay() {
  cache_.Clear();
  causes_.clear();
  staged_requests_.clear();
  pending_due_.clear();
  const absl::StatusOr<absl::optional<log::v1::Checkpoint>> stored = StoredCheckpoint();
  if (!stored.ok()) return stored.status();
  const log::v1::Checkpoint from = stored->value_or(StartOf(parts_.log));
  if (!stored->has_value()) {
    StoreBatch drop;
    DropPartition(partition_, drop);
    const absl::Status dropped = parts_.store.Write(drop, Store::Durability::kBuffered);
    if (!dropped.ok()) return dropped;
  }
  const std::string causes = RowPrefix('r', partition_);
  const absl::Status scanned =
      parts_.store.Scan(causes, PrefixEnd(causes), [&](absl::string_view, absl::string_view value) {
        log::v1::Cause cause;
        if (cause.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          causes_[{cause.reactor(), cause.source_partition()}] = cause;
        }
        return true;
      });
  if (!scanned.ok()) return scanned;
  last_record_time_ = from.has_record_time() ? FromProto(from.record_time()) : absl::InfinitePast();
  reader_ = std::make_unique<AcceptedReader>(parts_.log, partition_, from);
  counted_ = 0;
  return absl::OkStatus();
}

absl::Status PartitionEngine::ReplayNext(StagedRecord& rows, bool* more) {
  const absl::StatusOr<std::vector<AcceptedAppend>> accepted = reader_->Next(kReplayBytes, more);
  if (!accepted.ok()) return accepted.status();
  for (const AcceptedAppend& append : *accepted) {
    const absl::Status folded = Fold(append, rows);
    if (!folded.ok()) return folded;
  }
  return absl::OkStatus();
}

absl::Status PartitionEngine::WriteReplayed(StagedRecord& rows) {
  StageRows(rows);
  rows.after.rows.Put(CheckpointKey(partition_),
                      EncodeCheckpointRow(parts_.domain.fold_version(), reader_->checkpoint()));
  const absl::Status written = parts_.store.Write(rows.after.rows, Store::Durability::kBuffered);
  for (const std::string& stream : rows.after.streams) --cache_.Find(stream)->pins;
  cache_.Trim();
  rows = StagedRecord();
  stored_position_ = reader_->checkpoint().position();
  dropped_.fetch_add(reader_->dropped() - counted_, std::memory_order_relaxed);
  counted_ = reader_->dropped();
  return written;
}

absl::Status PartitionEngine::Replay(Offset token) {
  absl::Status status = reader_ == nullptr ? OpenReplay() : absl::OkStatus();
  // Whoever said where the log ends knew only what had been there once.
  if (status.ok() && reader_->checkpoint().offset() > token) {
    return CheckpointBeyond(parts_.log, partition_, reader_->checkpoint(), token);
  }
  StagedRecord rows;
  // Up to and including the claim, never beyond: what another writer appended later is not ours to know yet.
  while (status.ok() && reader_->checkpoint().offset() <= token) {
    bool more = false;
    status = ReplayNext(rows, &more);
    if (status.ok() && rows.after.streams.size() >= kReplayFlushAppends) status = WriteReplayed(rows);
    if (status.ok() && !more) status = absl::UnavailableError("the claim cannot be read yet");
  }
  if (status.ok()) status = WriteReplayed(rows);
  if (status.ok() && reader_->checkpoint().token() != token) {
    status = absl::UnavailableError("a newer claim came in between");
  }
  // Half of a read may be folded: the next try starts from what is stored.
  if (!status.ok()) {
    reader_.reset();
    return status;
  }
  durable_ = reader_->checkpoint();
  staged_position_ = durable_.position();
  Raise(feature_level());
  return absl::OkStatus();
}

absl::Status PartitionEngine::Follow(bool* more) {
  *more = false;
  if (stopped_ || phase_ != Phase::kIdle) return absl::OkStatus();
  absl::Status status = reader_ == nullptr ? OpenReplay() : absl::OkStatus();
  StagedRecord rows;
  if (status.ok()) status = ReplayNext(rows, more);
  if (status.ok() && *more) status = WriteReplayed(rows);
  if (!status.ok()) reader_.reset();
  return status;
}

absl::Status PartitionEngine::Fold(const AcceptedAppend& accepted, StagedRecord& into) {
  const log::v1::Append& append = *accepted.append;
  last_record_time_ = std::max(last_record_time_, FromProto(append.record_time()));
  uint64_t own_version = 0;
  for (const log::v1::Fact& fact : append.facts()) {
    const absl::StatusOr<StateCache::Entry*> entry = cache_.Load(fact.stream());
    if (!entry.ok()) return entry.status();
    StateCache::Entry& state = **entry;
    if (fact.version() != state.version + 1) {
      return absl::DataLossError(absl::StrCat(parts_.log.topic(), "/", partition_, ": position ", accepted.position,
                                              " has version ", fact.version(), " of ", fact.stream(), " after ",
                                              state.version));
    }
    std::unique_ptr<google::protobuf::Message> message(state.aggregate->fact->New());
    if (!message->ParseFromString(fact.body())) {
      return absl::DataLossError(absl::StrCat(parts_.log.topic(), "/", partition_, ": position ", accepted.position,
                                              " has a fact that does not parse"));
    }
    state.aggregate->evolve(*state.state, *message, {FromProto(append.record_time())});
    state.version = fact.version();
    // The command's own stream comes first, and may have several facts.
    if (fact.stream() == append.facts(0).stream()) own_version = state.version;
    ++state.pins;
    into.after.streams.push_back(fact.stream());
  }
  if (append.has_request()) {
    const absl::StatusOr<Uuid> id = Uuid::FromBytes(append.request().id());
    if (!id.ok()) return id.status();
    into.after.rows.Put(RequestKeyOf(partition_, *id, append.actor().subject()),
                        EncodeRequestRow({append.request().digest(), accepted.position, own_version}));
  }
  if (append.has_cause()) {
    causes_[{append.cause().reactor(), append.cause().source_partition()}] = append.cause();
    into.after.rows.Put(CauseKey(partition_, append.cause().reactor(), append.cause().source_partition()),
                        append.cause().SerializeAsString());
  }
  return absl::OkStatus();
}

void PartitionEngine::Enqueue(Command command, OutcomeDone done) {
  if (stopped_ || phase_ == Phase::kHalted) {
    return std::move(done)(Refusal(Unavailable("NOT_SERVING", "this partition does not serve")));
  }
  if (phase_ == Phase::kIdle) return std::move(done)(Refusal(NotOwner()));
  queue_.push_back({std::move(command), std::move(done), ""});
}

void PartitionEngine::EnqueueDue(std::string stream) {
  if (stopped_ || phase_ != Phase::kServing || !pending_due_.emplace(stream, true).second) return;
  Command command;
  command.routing_key = stream;
  queue_.push_back({std::move(command), nullptr, std::move(stream)});
}

void PartitionEngine::ExpireQueued() {
  if (phase_ == Phase::kServing) return;
  const absl::Duration now = parts_.clock.Monotonic();
  std::deque<Queued> kept;
  for (Queued& queued : queue_) {
    if (queued.command.deadline < now) {
      std::move(queued.done)(Refusal(Unavailable("LOG_UNAVAILABLE", "the log did not come back in time")));
    } else {
      kept.push_back(std::move(queued));
    }
  }
  queue_ = std::move(kept);
}

void PartitionEngine::Drain() {
  if (phase_ != Phase::kServing) return;
  while (!queue_.empty() && in_flight_.size() < parts_.options.max_records_in_flight) {
    while (!queue_.empty() && static_cast<size_t>(open_.batch.appends_size()) < parts_.options.max_appends_per_record) {
      Queued next = std::move(queue_.front());
      queue_.pop_front();
      Execute(std::move(next));
    }
    Flush();
    if (phase_ != Phase::kServing) return;
  }
}

void PartitionEngine::Execute(Queued queued) {
  const Command& command = queued.command;
  const bool due = !queued.due_stream.empty();
  if (due) pending_due_.erase(queued.due_stream);
  if (command.deadline < parts_.clock.Monotonic()) {
    Rejection late{Rejection::Kind::kDeadline, "DEADLINE_EXCEEDED", "the deadline passed in the queue; not executed", ""};
    return std::move(queued.done)(Refusal(std::move(late)));
  }
  const absl::Time now = std::max(parts_.clock.Now(), last_record_time_);
  absl::optional<RequestRow> earlier;
  if (absl::optional<Rejection> refused = CheckRequest(command, now, earlier); refused.has_value()) {
    return Answer(std::move(queued.done), Refusal(*std::move(refused)));
  }
  Outcome outcome;
  outcome.partition = partition_;
  if (earlier.has_value()) {
    outcome.position = earlier->position;
    outcome.version = earlier->version;
    outcome.repeated = true;
    return Answer(std::move(queued.done), outcome);
  }
  outcome.position = staged_position_;
  if (command.cause.has_value() && AlreadyCarried(*command.cause)) {
    outcome.repeated = true;
    return Answer(std::move(queued.done), outcome);
  }

  if (command.raise_level > kFeatureLevel) {
    return Answer(std::move(queued.done), Refusal(Invalid("feature_level", "UNKNOWN_FEATURE_LEVEL")));
  }
  if (command.raise_level > 0 && command.raise_level <= staged_level_) return Answer(std::move(queued.done), outcome);

  Decision decision = Decision::Nothing();
  LoadedStates states;
  if (due || command.body != nullptr) {
    const std::vector<std::string> streams =
        due ? parts_.domain.StreamsOfDue(queued.due_stream) : parts_.domain.StreamsOf(*command.body);
    const absl::Status loaded = states.Load(cache_, streams);
    if (!loaded.ok()) {
      return Answer(std::move(queued.done), Refusal(Unavailable("STATE_UNAVAILABLE", loaded.message())));
    }
    outcome.version = states.own_version();
    if (command.expected_version.has_value() && *command.expected_version != outcome.version) {
      return Answer(std::move(queued.done),
                    Refusal(Conflict("STALE_VERSION", absl::StrCat("the version is ", outcome.version))));
    }
    const CommandContext context{now, command.actor, staged_level_};
    decision = due ? parts_.domain.DecideDue(states, queued.due_stream, context)
                   : parts_.domain.Decide(states, *command.body, context);
    if (decision.rejection().has_value()) return Answer(std::move(queued.done), Refusal(*decision.rejection()));
    // A reaction of nothing is carried too: else an owner that was fenced could pass over a fact on old state.
    if (decision.facts().empty() && !command.cause.has_value()) return Answer(std::move(queued.done), outcome);
  }
  uint32_t level = std::max(command.raise_level, 1u);
  for (const StreamFact& stream_fact : decision.facts()) level = std::max(level, FeatureLevelOf(*stream_fact.fact));
  if (level > staged_level_ && command.raise_level == 0) {
    if (due) due_when_raised_.insert(queued.due_stream);
    return Answer(std::move(queued.done), Refusal(NotRaised(level)));
  }
  const absl::Status staged = Stage(command, now, std::move(decision), level);
  if (!staged.ok()) return Answer(std::move(queued.done), Refusal(Unavailable("SEALING_FAILED", staged.message())));
  outcome.position = staged_position_;
  outcome.version = states.own_version();
  if (command.request.has_value()) {
    const std::string key = RequestKeyOf(partition_, command.request->id, command.actor.subject());
    staged_requests_[key] = {command.request->digest, outcome.position, outcome.version};
    open_.after.rows.Put(key, EncodeRequestRow(staged_requests_[key]));
    open_.after.request_keys.push_back(key);
  }
  if (queued.done) open_.after.answers.emplace_back(std::move(queued.done), outcome);
}

absl::optional<Rejection> PartitionEngine::CheckRequest(const Command& command, absl::Time now,
                                                        absl::optional<RequestRow>& earlier) {
  if (!command.request.has_value()) return absl::nullopt;
  const Uuid& id = command.request->id;
  if (id.version() != 7) return Invalid("request_id", "NOT_A_UUIDV7");
  if (id.time() < now - parts_.options.request_id_age) {
    return RuleRefuses("REQUEST_ID_EXPIRED", "the request id is too old to tell a retry from a new request");
  }
  if (id.time() > now + parts_.options.request_id_ahead) return Invalid("request_id", "REQUEST_ID_IN_FUTURE");
  const std::string key = RequestKeyOf(partition_, id, command.actor.subject());
  if (const auto staged = staged_requests_.find(key); staged != staged_requests_.end()) {
    earlier = staged->second;
  } else {
    const absl::StatusOr<absl::optional<std::string>> row = parts_.store.Get(key);
    if (!row.ok()) return Unavailable("STATE_UNAVAILABLE", row.status().message());
    if (!row->has_value()) return absl::nullopt;
    const absl::StatusOr<RequestRow> decoded = DecodeRequestRow(**row);
    if (!decoded.ok()) return Unavailable("STATE_UNAVAILABLE", decoded.status().message());
    earlier = *decoded;
  }
  if (earlier->digest != command.request->digest) {
    return Conflict("REQUEST_ID_REUSED", "this request id was used for another request");
  }
  return absl::nullopt;
}

absl::optional<log::v1::Cause> PartitionEngine::Carried(absl::string_view reactor, uint32_t source_partition) const {
  const auto found = causes_.find(std::make_pair(std::string(reactor), source_partition));
  if (found == causes_.end()) return absl::nullopt;
  return found->second;
}

bool PartitionEngine::AlreadyCarried(const log::v1::Cause& cause) const {
  const auto found = causes_.find({cause.reactor(), cause.source_partition()});
  return found != causes_.end() && Order(cause) <= Order(found->second);
}

absl::Status PartitionEngine::Stage(const Command& command, absl::Time now, Decision decision, uint32_t level) {
  log::v1::Append append;
  *append.mutable_record_time() = ToProto(now);
  *append.mutable_actor() = command.actor;
  for (size_t i = 0; i < decision.facts().size(); ++i) {
    StreamFact& stream_fact = decision.facts()[i];
    const StateCache::Entry* state = cache_.Find(stream_fact.stream);
    if (state == nullptr) {
      StopAtBug(absl::StrCat("a decision wrote ", stream_fact.stream, ", which its command did not name"));
    }
    uint64_t version = state->version + 1;
    for (const log::v1::Fact& before : append.facts()) version += before.stream() == stream_fact.stream ? 1 : 0;
    log::v1::Fact* fact = append.add_facts();
    fact->set_stream(stream_fact.stream);
    fact->set_version(version);
    const absl::string_view council =
        CouncilOf(*state->aggregate, *state->state, decision.facts(), i, command.actor.tenant());
    const absl::Status sealed = parts_.sealer.Seal(council, *stream_fact.fact, *fact);
    if (!sealed.ok()) return sealed;
  }
  if (command.request.has_value()) {
    append.mutable_request()->set_id(std::string(command.request->id.bytes()));
    append.mutable_request()->set_digest(command.request->digest);
  }
  if (command.cause.has_value()) {
    *append.mutable_cause() = *command.cause;
    causes_[{command.cause->reactor(), command.cause->source_partition()}] = *command.cause;
    open_.after.rows.Put(CauseKey(partition_, command.cause->reactor(), command.cause->source_partition()),
                         command.cause->SerializeAsString());
  }
  append.set_correlation_id(command.correlation_id);
  append.set_trace_parent(command.trace_parent);
  if (level > 1) append.set_feature_level(level);
  // Nothing below can fail: the states move on together with the record.
  for (StreamFact& stream_fact : decision.facts()) {
    StateCache::Entry* state = cache_.Find(stream_fact.stream);
    state->aggregate->evolve(*state->state, *stream_fact.fact, {now});
    ++state->version;
    ++state->pins;
    // It may fall due for something else now.
    if (!due_when_raised_.empty()) due_when_raised_.erase(stream_fact.stream);
    open_.after.streams.push_back(stream_fact.stream);
  }
  *open_.batch.add_appends() = std::move(append);
  open_.record_time = now;
  last_record_time_ = now;
  if (level > staged_level_) Raise(level);
  open_.after.position = ++staged_position_;
  return absl::OkStatus();
}

void PartitionEngine::Raise(uint32_t level) {
  staged_level_ = level;
  due_when_raised_.clear();
  next_due_ = absl::InfinitePast();
}

// The rows of every stream that the record changed, as they are after it.
void PartitionEngine::StageRows(StagedRecord& record) {
  absl::flat_hash_set<absl::string_view> seen;
  for (const std::string& stream : record.after.streams) {
    if (record.after.streams.size() > 1 && !seen.insert(stream).second) continue;
    StateCache::Entry& entry = *cache_.Find(stream);
    record.after.rows.Put(StateKey(partition_, stream), EncodeStateRow(entry.version, *entry.state));
    if (entry.aggregate->next_due == nullptr) continue;
    const absl::optional<absl::Time> due = entry.aggregate->next_due(*entry.state);
    if (due == entry.due) continue;
    if (entry.due.has_value()) record.after.rows.Delete(TimerKey(partition_, *entry.due, stream));
    if (due.has_value()) {
      record.after.rows.Put(TimerKey(partition_, *due, stream), "");
      record.after.earliest_due = std::min(record.after.earliest_due, *due);
    }
    entry.due = due;
  }
}

void PartitionEngine::Answer(OutcomeDone done, Outcome outcome) {
  if (!done) return;
  if (open_.batch.appends_size() > 0) {
    open_.after.answers.emplace_back(std::move(done), std::move(outcome));
  } else if (!in_flight_.empty()) {
    in_flight_.back().after.answers.emplace_back(std::move(done), std::move(outcome));
  } else {
    std::move(done)(outcome);
  }
}

Outcome PartitionEngine::Refusal(Rejection rejection) const {
  Outcome outcome;
  outcome.kind = Outcome::Kind::kRefused;
  outcome.rejection = std::move(rejection);
  outcome.partition = partition_;
  outcome.position = staged_position_;
  return outcome;
}

void PartitionEngine::Flush() {
  if (open_.batch.appends_size() == 0) {
    cache_.Trim();
    return;
  }
  StageRows(open_);
  log::v1::Batch batch = std::move(open_.batch);
  const int appends = batch.appends_size();
  in_flight_.push_back(std::move(open_));
  open_ = StagedRecord();
  writer_.Append(std::move(batch), [this, appends, level = staged_level_](absl::StatusOr<Offset> offset) {
    if (!offset.ok()) return Lost(offset.status());
    durable_.set_offset(*offset + 1);
    durable_.set_position(durable_.position() + appends);
    durable_.set_sequence(durable_.sequence() + 1);
    durable_.set_feature_level(level);
    OnDelivered(offset);
  });
}

void PartitionEngine::OnDelivered(absl::StatusOr<Offset> offset) {
  StagedRecord record = std::move(in_flight_.front());
  in_flight_.pop_front();
  *durable_.mutable_record_time() = ToProto(record.record_time);
  record.after.rows.Put(CheckpointKey(partition_), EncodeCheckpointRow(parts_.domain.fold_version(), durable_));
  const absl::Time oldest = record.record_time - parts_.options.request_id_age;
  if (oldest - pruned_until_ > kPruneEvery) {
    record.after.rows.DeleteRange(RowPrefix('d', partition_), RequestCutoff(partition_, oldest));
    pruned_until_ = oldest;
  }
  events_.durable(*this, std::move(record.after));
  if (phase_ == Phase::kLeaving && in_flight_.empty()) BecomeIdle(absl::OkStatus());
}

void PartitionEngine::OnStored(DurableRecord& record) {
  stored_position_ = record.position;
  next_due_ = std::min(next_due_, record.earliest_due);
  for (const std::string& key : record.request_keys) staged_requests_.erase(key);
  for (const std::string& stream : record.streams) {
    if (StateCache::Entry* entry = cache_.Find(stream); entry != nullptr && entry->pins > 0) --entry->pins;
  }
  cache_.Trim();
}

void PartitionEngine::Lost(const absl::Status& why) {
  StagedRecord record = std::move(in_flight_.front());
  in_flight_.pop_front();
  Rejection rejection = Unavailable("OUTCOME_UNKNOWN", absl::StrCat("retry with the same request id: ", why.message()));
  for (auto& [done, outcome] : record.after.answers) {
    Outcome unknown = Refusal(rejection);
    unknown.kind = Outcome::Kind::kUnknown;
    std::move(done)(unknown);
  }
  if (!in_flight_.empty() || (phase_ != Phase::kServing && phase_ != Phase::kLeaving)) return;
  phase_ = Phase::kStarting;
  if (why.code() == absl::StatusCode::kDataLoss) return Halt(why);
  if (!stopped_) RetryLater(why);
}

void PartitionEngine::Halt(const absl::Status& why) {
  phase_ = Phase::kHalted;
  Stop();
  events_.halted(why);
}

absl::StatusOr<int> PartitionEngine::FireTimers(absl::Time now, int limit) {
  if (phase_ != Phase::kServing || next_due_ > now) return 0;
  int fired = 0;
  absl::Time next = absl::InfiniteFuture();
  const std::string from = RowPrefix('t', partition_);
  const absl::Status scanned = parts_.store.Scan(from, PrefixEnd(from), [&](absl::string_view key, absl::string_view) {
    TimerRow timer = DecodeTimerKey(key);
    if (timer.due > now || fired == limit) {
      next = timer.due;
      return false;
    }
    if (due_when_raised_.contains(timer.stream)) return true;
    ++fired;
    EnqueueDue(std::move(timer.stream));
    return true;
  });
  if (!scanned.ok()) return scanned;
  // What was fired stays due until its facts are stored.
  next_due_ = fired > 0 ? now : next;
  return fired;
}

}  // namespace regard::es
