// Runs a domain: commands in, durable facts and answers out. One runtime is one service's write side; all of its
// partitions share one executor, so nothing here needs a lock but the inbox.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/es/command.h"
#include "libs/es/partition_engine.h"

namespace regard::es {

class CommandRuntime {
 public:
  struct Hooks {
    // All partitions serve, or where not all are owned, may be; once.
    std::function<void()> serving = [] {};
    // The log contradicts what was synced before. The process should end, loudly.
    std::function<void(const absl::Status&)> halted = [](const absl::Status&) {};
  };

  // Everything in `parts` outlives the runtime; destroy it on its executor's idle, after Stop.
  CommandRuntime(const EngineParts& parts, Hooks hooks);
  ~CommandRuntime();

  // Timers run from then on. Claims all partitions and serves each as soon as it is replayed, unless told otherwise
  // (RuntimeOptions::owns_all); then none is owned yet.
  void Start();

  // Where an instance does not own all. Thread-safe; what came of it is heard by WatchPartitions. Nothing is done for a
  // partition that is not idle, or not served.
  void Own(int partition);
  void Leave(int partition);
  // Thread-safe. Whether to read on, while the partition is idle, what its owner writes. All are followed at first.
  void Follow(int partition, bool follow);

  // Before Start. `changed` is called on the executor when a partition began or ceased to be served here; the status says
  // why it ceased, OK when it was left.
  struct PartitionChange {
    int partition;
    bool serves;
    // Of the claim.
    Offset token;
    absl::Status why;
  };
  void WatchPartitions(std::function<void(const PartitionChange&)> changed) {
    partition_watchers_.push_back(std::move(changed));
  }
  // Thread-safe.
  bool Serves(int partition) const { return serves_[partition].load(std::memory_order_acquire); }

  // Thread-safe. `done` is called on the executor; kUnavailable OVERLOADED at once when too much waits.
  void Submit(Command command, OutcomeDone done);

  // Thread-safe. Finishes what was accepted, refuses what comes later, then calls `stopped` on the executor.
  void Stop(std::function<void()> stopped);

  // Thread-safe: what was accepted and not answered yet.
  size_t pending() const { return pending_.load(std::memory_order_relaxed); }

  // Thread-safe: the highest position of the partition that is durable and in the state store. Of one that is not served
  // here, as far as it is followed.
  uint64_t AcknowledgedPosition(int partition) const { return acknowledged_[partition].load(std::memory_order_acquire); }

  // Thread-safe: the feature level of a partition that is served here, by what is durable.
  uint32_t feature_level(int partition) const { return levels_[partition].load(std::memory_order_acquire); }

  // Thread-safe: records that were read here since the start and count for nothing: their writers had lost the partition,
  // or they came twice.
  uint64_t dropped() const;

  // For callers on the executor. Fires timers that are due; how many.
  int Tick();
  absl::optional<log::v1::Cause> Carried(int partition, absl::string_view reactor, uint32_t source_partition) const;
  bool owns_all() const { return parts_.options.owns_all; }
  Executor& executor() { return parts_.executor; }
  const Domain& domain() const { return parts_.domain; }
  int partition_count() const { return static_cast<int>(engines_.size()); }
  int PartitionFor(absl::string_view routing_key) const;

 private:
  struct Submitted {
    Command command;
    OutcomeDone done;
  };

  void Turn();
  void DrainEngines();
  void OnDurable(PartitionEngine& engine, DurableRecord record);
  void StoreDurable();
  // What others may know of a partition that is served here.
  void Publish(const PartitionEngine& engine);
  void OnPartition(const PartitionChange& change);
  void BeginToFollow(int partition);
  void FollowTurn();
  void Followed(int partition, uint64_t position);
  void FollowLater(int partition, absl::Duration delay);
  void ScheduleTick();
  void GiveUpAway();
  void FinishStop();
  bool ClocksAgree();

  EngineParts parts_;
  Hooks hooks_;
  std::vector<std::unique_ptr<PartitionEngine>> engines_;
  int serving_ = 0;
  bool announced_ = false;

  std::mutex inbox_mutex_;
  std::vector<Submitted> inbox_;
  bool turn_posted_ = false;
  bool stopping_ = false;

  std::atomic<size_t> pending_{0};
  std::unique_ptr<std::atomic<uint64_t>[]> acknowledged_;
  std::unique_ptr<std::atomic<uint32_t>[]> levels_;
  std::unique_ptr<std::atomic<bool>[]> serves_;
  std::vector<std::function<void(const PartitionChange&)>> partition_watchers_;
  std::vector<std::pair<PartitionEngine*, DurableRecord>> durable_;
  std::vector<char> dirty_;
  std::vector<int> dirty_list_;
  std::function<void()> on_stopped_;
  std::atomic<bool> draining_{false};
  bool stopped_ = false;
  absl::Duration clock_difference_;
  bool clocks_drifted_ = false;

  // What there is to follow; under the inbox's mutex but for `follows_`, which is the executor's.
  std::unique_ptr<LogWatch> watch_;
  std::vector<char> follows_;
  std::vector<char> grown_;
  std::vector<int> grown_list_;
  bool follow_posted_ = false;
};

}  // namespace regard::es
