#include "libs/es/command_runtime.h"

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/routing.h"

namespace regard::es {
namespace {

constexpr int kTimersPerTick = 256;
constexpr absl::Duration kFollowRetry = absl::Milliseconds(100);

}  // namespace

CommandRuntime::CommandRuntime(const EngineParts& parts, Hooks hooks) : parts_(parts), hooks_(std::move(hooks)) {
  const int count = static_cast<int>(parts_.log.identity().partition_count());
  dirty_.resize(count);
  acknowledged_ = std::make_unique<std::atomic<uint64_t>[]>(count);
  levels_ = std::make_unique<std::atomic<uint32_t>[]>(count);
  serves_ = std::make_unique<std::atomic<bool>[]>(count);
  follows_.assign(count, 0);
  grown_.assign(count, 0);
  PartitionEngine::Events events;
  events.durable = [this](PartitionEngine& engine, DurableRecord record) { OnDurable(engine, std::move(record)); };
  events.serving = [this](PartitionEngine& engine) {
    Publish(engine);
    OnPartition({engine.partition(), true, engine.token(), absl::OkStatus()});
    engine.Drain();
    if (++serving_ >= static_cast<int>(engines_.size()) && !announced_) {
      announced_ = true;
      hooks_.serving();
    }
  };
  events.idle = [this](PartitionEngine& engine, const absl::Status& why) {
    OnPartition({engine.partition(), false, -1, why});
    // After what is durable went to the store: posted behind it.
    FollowLater(engine.partition(), absl::ZeroDuration());
  };
  events.halted = [this](const absl::Status& why) { hooks_.halted(why); };
  for (int partition = 0; partition < count; ++partition) {
    engines_.push_back(std::make_unique<PartitionEngine>(parts_, partition, events));
  }
}

CommandRuntime::~CommandRuntime() = default;

void CommandRuntime::Start() {
  clock_difference_ = parts_.clock.Now() - absl::UnixEpoch() - parts_.clock.Monotonic();
  parts_.executor.Post([this] {
    if (parts_.options.owns_all) {
      for (auto& engine : engines_) engine->Own();
    } else {
      // What is served grows by what is written here; when it ceases to be, it is looked at anyway.
      watch_ = parts_.log.Watch([this](int partition) {
        if (!Serves(partition)) FollowLater(partition, absl::ZeroDuration());
      });
      // Until somebody says what is owned and what is followed: most of reading is done while views are read, too.
      for (int partition = 0; partition < partition_count(); ++partition) BeginToFollow(partition);
      announced_ = true;
      hooks_.serving();
    }
    ScheduleTick();
  });
}

void CommandRuntime::Own(int partition) {
  parts_.executor.Post([this, partition] {
    if (!draining_.load(std::memory_order_relaxed)) engines_[partition]->Own();
  });
}

void CommandRuntime::Leave(int partition) {
  parts_.executor.Post([this, partition] { engines_[partition]->Leave(); });
}

void CommandRuntime::Follow(int partition, bool follow) {
  parts_.executor.Post([this, partition, follow] {
    if (!follow) {
      follows_[partition] = 0;
    } else if (!follows_[partition]) {
      BeginToFollow(partition);
    }
  });
}

void CommandRuntime::BeginToFollow(int partition) {
  follows_[partition] = 1;
  // What is stored was followed, also when nothing comes after it. A row that cannot be read is for whoever goes on from
  // it to say.
  const absl::StatusOr<absl::optional<log::v1::Checkpoint>> stored = engines_[partition]->StoredCheckpoint();
  if (stored.ok() && stored->has_value()) Followed(partition, (*stored)->position());
  FollowLater(partition, absl::ZeroDuration());
}

void CommandRuntime::Followed(int partition, uint64_t position) {
  if (position > AcknowledgedPosition(partition)) acknowledged_[partition].store(position, std::memory_order_release);
}

void CommandRuntime::Publish(const PartitionEngine& engine) {
  acknowledged_[engine.partition()].store(engine.stored_position(), std::memory_order_release);
  levels_[engine.partition()].store(engine.feature_level(), std::memory_order_release);
}

uint64_t CommandRuntime::dropped() const {
  uint64_t dropped = 0;
  for (const auto& engine : engines_) dropped += engine->dropped();
  return dropped;
}

void CommandRuntime::OnPartition(const PartitionChange& change) {
  // Who sees that it is served may rely on what the watchers did.
  if (!change.serves) serves_[change.partition].store(false, std::memory_order_release);
  for (const auto& watcher : partition_watchers_) watcher(change);
  if (change.serves) serves_[change.partition].store(true, std::memory_order_release);
}

void CommandRuntime::FollowLater(int partition, absl::Duration delay) {
  {
    std::lock_guard<std::mutex> lock(inbox_mutex_);
    if (!grown_[partition]) grown_list_.push_back(partition);
    grown_[partition] = 1;
    if (std::exchange(follow_posted_, true)) return;
  }
  if (delay > absl::ZeroDuration()) {
    parts_.executor.PostAfter(delay, [this] { FollowTurn(); });
  } else {
    parts_.executor.Post([this] { FollowTurn(); });
  }
}

void CommandRuntime::FollowTurn() {
  std::vector<int> grown;
  {
    std::lock_guard<std::mutex> lock(inbox_mutex_);
    follow_posted_ = false;
    grown.swap(grown_list_);
    for (int partition : grown) grown_[partition] = 0;
  }
  if (stopped_) return;
  // What was written here goes to the store first: else rows of it would replace those that are read on from here.
  StoreDurable();
  for (int partition : grown) {
    PartitionEngine& engine = *engines_[partition];
    if (!follows_[partition] || engine.phase() != PartitionEngine::Phase::kIdle) continue;
    bool more = false;
    const absl::Status followed = engine.Follow(&more);
    if (followed.ok()) {
      Followed(partition, engine.stored_position());
      if (more) FollowLater(partition, absl::ZeroDuration());
    } else if (absl::IsUnavailable(followed)) {
      FollowLater(partition, kFollowRetry);
    } else {
      return hooks_.halted(followed);
    }
  }
}

int CommandRuntime::PartitionFor(absl::string_view routing_key) const {
  return PartitionOf(routing_key, static_cast<int>(engines_.size()));
}

void CommandRuntime::Submit(Command command, OutcomeDone done) {
  absl::optional<Rejection> refused;
  if (pending_.fetch_add(1, std::memory_order_relaxed) >= parts_.options.max_queued_commands) {
    refused = Unavailable("OVERLOADED", "too many commands wait");
  }
  bool post = false;
  if (!refused.has_value()) {
    // Counted down before the caller hears, so that who was answered is no longer pending.
    OutcomeDone counted = [this, done = std::move(done)](const Outcome& outcome) mutable {
      const bool last = pending_.fetch_sub(1, std::memory_order_relaxed) == 1;
      std::move(done)(outcome);
      // An answer need not come from a stored record: it may be unknown, or too late.
      if (last && draining_.load(std::memory_order_relaxed)) parts_.executor.Post([this] { FinishStop(); });
    };
    std::lock_guard<std::mutex> lock(inbox_mutex_);
    if (!stopping_) {
      inbox_.push_back({std::move(command), std::move(counted)});
      post = !turn_posted_;
      turn_posted_ = true;
    } else {
      refused = Unavailable("STOPPING", "this instance is stopping");
      done = std::move(counted);
      pending_.fetch_add(1, std::memory_order_relaxed);
    }
  }
  if (refused.has_value()) {
    pending_.fetch_sub(1, std::memory_order_relaxed);
    Outcome outcome;
    outcome.kind = Outcome::Kind::kRefused;
    outcome.rejection = *std::move(refused);
    return std::move(done)(outcome);
  }
  if (post) parts_.executor.RunOrPost([this] { Turn(); });
}

void CommandRuntime::Turn() {
  std::vector<Submitted> submitted;
  {
    std::lock_guard<std::mutex> lock(inbox_mutex_);
    submitted.swap(inbox_);
    turn_posted_ = false;
  }
  for (Submitted& one : submitted) {
    const int partition =
        one.command.partition.has_value() ? *one.command.partition : PartitionFor(one.command.routing_key);
    engines_[partition]->Enqueue(std::move(one.command), std::move(one.done));
    if (!dirty_[partition]) {
      dirty_[partition] = 1;
      dirty_list_.push_back(partition);
    }
  }
  DrainEngines();
}

void CommandRuntime::DrainEngines() {
  for (int partition : dirty_list_) {
    dirty_[partition] = 0;
    engines_[partition]->Drain();
  }
  dirty_list_.clear();
}

void CommandRuntime::OnDurable(PartitionEngine& engine, DurableRecord record) {
  if (durable_.empty()) parts_.executor.Post([this] { StoreDurable(); });
  durable_.emplace_back(&engine, std::move(record));
}

void CommandRuntime::StoreDurable() {
  if (durable_.empty()) return;
  std::vector<std::pair<PartitionEngine*, DurableRecord>> records;
  records.swap(durable_);
  StoreBatch rows;
  for (auto& [engine, record] : records) rows.Append(std::move(record.rows));
  const absl::Status written = parts_.store.Write(rows, Store::Durability::kBuffered);
  if (!written.ok()) {
    // The facts are durable and the store can be made again from them: a restart does.
    hooks_.halted(absl::Status(written.code(), absl::StrCat("state store: ", written.message())));
    return;
  }
  for (auto& [engine, record] : records) {
    engine->OnStored(record);
    Publish(*engine);
    for (auto& [done, outcome] : record.answers) std::move(done)(outcome);
  }
  for (auto& [engine, record] : records) engine->Drain();
}

absl::optional<log::v1::Cause> CommandRuntime::Carried(int partition, absl::string_view reactor,
                                                       uint32_t source_partition) const {
  return engines_[partition]->Carried(reactor, source_partition);
}

void CommandRuntime::ScheduleTick() {
  parts_.executor.PostAfter(parts_.options.tick, [this] {
    if (stopped_) return;
    if (draining_.load(std::memory_order_relaxed)) {
      GiveUpAway();
    } else {
      Tick();
    }
    ScheduleTick();
  });
}

bool CommandRuntime::ClocksAgree() {
  const absl::Duration drift =
      parts_.clock.Now() - absl::UnixEpoch() - parts_.clock.Monotonic() - clock_difference_;
  if (absl::AbsDuration(drift) < parts_.options.max_clock_drift) return true;
  if (!clocks_drifted_) {
    clocks_drifted_ = true;
    std::fprintf(stderr, "regard: %s: timers halted: wall and monotonic clocks drifted apart by %s; restart to accept\n",
                 std::string(parts_.domain.topic()).c_str(), absl::FormatDuration(drift).c_str());
  }
  return false;
}

int CommandRuntime::Tick() {
  for (auto& engine : engines_) engine->ExpireQueued();
  // Once they drifted, timers stay halted: which clock is right is for a person to say.
  if (clocks_drifted_ || !ClocksAgree()) return 0;
  int all = 0;
  const absl::Time now = parts_.clock.Now();
  for (auto& engine : engines_) {
    const absl::StatusOr<int> fired = engine->FireTimers(now, kTimersPerTick);
    if (!fired.ok()) {
      hooks_.halted(fired.status());
      return 0;
    }
    all += *fired;
    if (*fired > 0) engine->Drain();
  }
  return all;
}

void CommandRuntime::Stop(std::function<void()> stopped) {
  {
    std::lock_guard<std::mutex> lock(inbox_mutex_);
    stopping_ = true;
  }
  parts_.executor.Post([this, stopped = std::move(stopped)]() mutable {
    watch_.reset();
    Turn();
    on_stopped_ = std::move(stopped);
    draining_.store(true, std::memory_order_relaxed);
    GiveUpAway();
    FinishStop();
  });
}

// While stopping, what waits for a log that is away is refused: another instance may have it.
void CommandRuntime::GiveUpAway() {
  for (auto& engine : engines_) {
    if (engine->phase() != PartitionEngine::Phase::kServing) engine->Stop();
  }
}

void CommandRuntime::FinishStop() {
  if (stopped_ || pending() > 0) return;
  // What timers did.
  StoreDurable();
  stopped_ = true;
  for (auto& engine : engines_) engine->Stop();
  std::exchange(on_stopped_, nullptr)();
}

}  // namespace regard::es
