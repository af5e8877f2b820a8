// The write side of one partition: decides commands one after the other on the staged state, appends the facts, and
// answers when they are durable. While a record is in flight the next is decided. An answer that appends nothing rests
// on staged facts too: it waits for everything staged before it, and fails with it.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "libs/base/clock.h"
#include "libs/es/accepted_reader.h"
#include "libs/es/command.h"
#include "libs/es/domain.h"
#include "libs/es/event_log.h"
#include "libs/es/executor.h"
#include "libs/es/feature_level.h"
#include "libs/es/partition_writer.h"
#include "libs/es/sealer.h"
#include "libs/es/state_cache.h"
#include "libs/es/state_rows.h"
#include "libs/es/store.h"

namespace regard::es {

// The reason of a refusal by an instance that does not own the partition: nothing was executed, the owner may be asked.
constexpr char kNotOwner[] = "NOT_OWNER";

struct RuntimeOptions {
  InstanceInfo instance;
  // Of all partitions of a runtime together.
  size_t cached_states = 65536;
  size_t max_queued_commands = 8192;
  // Then commands queue, so that a record carries more of them.
  size_t max_records_in_flight = 4;
  size_t max_appends_per_record = 256;
  // Request ids older than this are refused, and what is kept to answer repeats is dropped.
  absl::Duration request_id_age = absl::Hours(24 * 7);
  absl::Duration request_id_ahead = absl::Hours(24);
  absl::Duration tick = absl::Milliseconds(100);
  // One instance has the whole log: it claims every partition at start, and again whenever it lost one. Where several
  // share a log, each owns what it is told to (CommandRuntime::Own), and hears what it lost.
  bool owns_all = true;
  // Timers stop when wall and monotonic time have drifted apart by this much; a simulated clock has no limit.
  absl::Duration max_clock_drift = absl::Minutes(5);
};

// The reason of a refusal of what the partition may not hold yet (feature_level.h): it waits for the operator.
constexpr char kFeatureNotRaised[] = "FEATURE_NOT_RAISED";

// What the engines of one runtime share. All of it outlives them.
struct EngineParts {
  const Domain& domain;
  EventLog& log;
  Store& store;
  Sealer& sealer;
  const Clock& clock;
  Executor& executor;
  const RuntimeOptions& options;
};

// What a durable record still owes: rows to the store, then answers. The runtime collects these over all partitions, so
// that one write serves them.
struct DurableRecord {
  StoreBatch rows;
  std::vector<std::string> streams;
  std::vector<std::string> request_keys;
  std::vector<std::pair<OutcomeDone, Outcome>> answers;
  absl::Time earliest_due = absl::InfiniteFuture();
  uint64_t position = 0;
};

// Everything happens on the executor.
class PartitionEngine {
 public:
  // An idle partition is another instance's, or nobody's; it may be followed. One that is left finishes what is in flight.
  enum class Phase { kIdle, kStarting, kServing, kLeaving, kHalted };

  struct Events {
    // A record became durable.
    std::function<void(PartitionEngine&, DurableRecord)> durable;
    // Serving after a claim and a replay.
    std::function<void(PartitionEngine&)> serving;
    // Idle again: left as asked (OK), fenced, or not claimed for want of the log. Only where an instance does not own all.
    std::function<void(PartitionEngine&, const absl::Status&)> idle;
    // The log contradicts what was synced before; nothing goes on here.
    std::function<void(const absl::Status&)> halted;
  };

  PartitionEngine(const EngineParts& parts, int partition, Events events);

  // Claims, replays and serves, unless it does or is about to. One that owns all tries again by itself while the log is
  // away, any other becomes idle.
  void Own();
  // Finishes what is in flight, then is idle; what waits is refused with NOT_OWNER, as executed nowhere.
  void Leave();
  // Reads on what the owner wrote, so that to take over is a claim and a short read. For an idle partition; does nothing
  // for any other. `*more` says whether there was something to read. UNAVAILABLE when the log is away.
  absl::Status Follow(bool* more);
  // Nothing is appended any more; what waits is answered as unavailable.
  void Stop();

  void Enqueue(Command command, OutcomeDone done);
  // Something fell due in `stream`.
  void EnqueueDue(std::string stream);
  // Decides what queued and hands it to the log.
  void Drain();
  // After the rows of `record` are in the store.
  void OnStored(DurableRecord& record);
  // Answers commands whose deadline passed while they waited.
  void ExpireQueued();

  int partition() const { return partition_; }
  Phase phase() const { return phase_; }
  size_t queued() const { return queue_.size(); }
  uint64_t stored_position() const { return stored_position_; }
  // As the store has it, also before anything was read. Nullopt when there is none of this fold version: everything is
  // folded again.
  absl::StatusOr<absl::optional<log::v1::Checkpoint>> StoredCheckpoint() const;
  // What may be written, by what is durable. Once it served.
  uint32_t feature_level() const { return FeatureLevel(durable_.feature_level()); }
  // Of the claim it serves under.
  Offset token() const { return durable_.token(); }
  // Earliest timer that is durable and stored, as far as is known here.
  absl::Time next_due() const { return next_due_; }
  // Thread-safe: records that were read here and count for nothing, as those of a writer that had lost the partition.
  uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed) + writer_.dropped(); }
  // Enqueues at most `limit` timers that are due; how many.
  absl::StatusOr<int> FireTimers(absl::Time now, int limit);
  // The highest cause carried, staged ones included.
  absl::optional<log::v1::Cause> Carried(absl::string_view reactor, uint32_t source_partition) const;

 private:
  struct Queued {
    Command command;
    OutcomeDone done;
    // A timer's stream, else empty.
    std::string due_stream;
  };
  struct StagedRecord {
    log::v1::Batch batch;
    DurableRecord after;
    absl::Time record_time;
  };

  void Claim();
  void ClaimAt(const absl::StatusOr<Offset>& end);
  // Forgets what was staged and goes back to what is stored.
  absl::Status OpenReplay();
  absl::Status Replay(Offset token);
  // Folds what the next read brings. Under the reader.
  absl::Status ReplayNext(StagedRecord& rows, bool* more);
  absl::Status WriteReplayed(StagedRecord& rows);
  void BecomeIdle(const absl::Status& why);
  absl::Status Fold(const AcceptedAppend& accepted, StagedRecord& into);
  void Execute(Queued queued);
  absl::optional<Rejection> CheckRequest(const Command& command, absl::Time now, absl::optional<RequestRow>& earlier);
  bool AlreadyCarried(const log::v1::Cause& cause) const;
  // Not OK when it could not be sealed; nothing is staged then.
  absl::Status Stage(const Command& command, absl::Time now, Decision decision, uint32_t level);
  // What may be staged from now on; what waited for it is due again.
  void Raise(uint32_t level);
  void StageRows(StagedRecord& record);
  void Answer(OutcomeDone done, Outcome outcome);
  void Flush();
  void OnDelivered(absl::StatusOr<Offset> offset);
  void Lost(const absl::Status& why);
  void RetryLater(const absl::Status& why);
  void Halt(const absl::Status& why);
  Outcome Refusal(Rejection rejection) const;

  EngineParts parts_;
  const int partition_;
  Events events_;
  PartitionWriter writer_;
  StateCache cache_;
  Phase phase_ = Phase::kIdle;
  // While replaying or following; else what is stored says where to go on.
  std::unique_ptr<AcceptedReader> reader_;
  bool stopped_ = false;
  absl::Duration retry_delay_;

  log::v1::Checkpoint durable_;
  uint64_t staged_position_ = 0;
  uint32_t staged_level_ = 1;
  // By readers, and how many of this one's; the writer counts what it sees.
  std::atomic<uint64_t> dropped_{0};
  uint64_t counted_ = 0;
  // Due, and refused until the partition is raised.
  absl::flat_hash_set<std::string> due_when_raised_;
  uint64_t stored_position_ = 0;
  absl::Time last_record_time_ = absl::InfinitePast();
  absl::Time next_due_ = absl::InfinitePast();
  absl::Time pruned_until_ = absl::InfinitePast();
  std::deque<Queued> queue_;
  StagedRecord open_;
  std::deque<StagedRecord> in_flight_;
  absl::flat_hash_map<std::string, RequestRow> staged_requests_;
  absl::flat_hash_map<std::pair<std::string, uint32_t>, log::v1::Cause> causes_;
  absl::flat_hash_map<std::string, bool> pending_due_;
};

}  // namespace regard::es
