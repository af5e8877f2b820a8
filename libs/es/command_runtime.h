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
#include "libs/es/command.h"
#include "libs/es/partition_engine.h"

namespace regard::es {

class CommandRuntime {
 public:
  struct Hooks {
    // All partitions serve; once.
    std::function<void()> serving = [] {};
    // The log contradicts what was synced before. The process should end, loudly.
    std::function<void(const absl::Status&)> halted = [](const absl::Status&) {};
  };

  // Everything in `parts` outlives the runtime; destroy it on its executor's idle, after Stop.
  CommandRuntime(const EngineParts& parts, Hooks hooks);
  ~CommandRuntime();

  // Claims all partitions and serves each as soon as it is replayed. Timers run from then on.
  void Start();

  // Thread-safe. `done` is called on the executor; kUnavailable OVERLOADED at once when too much waits.
  void Submit(Command command, OutcomeDone done);

  // Thread-safe. Finishes what was accepted, refuses what comes later, then calls `stopped` on the executor.
  void Stop(std::function<void()> stopped);

  // Thread-safe: what was accepted and not answered yet.
  size_t pending() const { return pending_.load(std::memory_order_relaxed); }

  // Thread-safe: the highest position of the partition that is durable and in the state store.
  uint64_t AcknowledgedPosition(int partition) const { return acknowledged_[partition].load(std::memory_order_acquire); }

  // For callers on the executor. Fires timers that are due; how many.
  int Tick();
  absl::optional<log::v1::Cause> Carried(int partition, absl::string_view reactor, uint32_t source_partition) const;
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
  std::vector<std::pair<PartitionEngine*, DurableRecord>> durable_;
  std::vector<char> dirty_;
  std::vector<int> dirty_list_;
  std::function<void()> on_stopped_;
  std::atomic<bool> draining_{false};
  bool stopped_ = false;
  absl::Duration clock_difference_;
  bool clocks_drifted_ = false;
};

}  // namespace regard::es
