// Brings a view up to date with its topics and says how far it is. One projector runs one view on an executor.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/es/accepted_reader.h"
#include "libs/es/event_log.h"
#include "libs/es/executor.h"
#include "libs/es/fact_types.h"
#include "libs/es/quarantine.h"
#include "libs/es/store.h"
#include "libs/es/view.h"

namespace regard::es {

class Projector {
 public:
  struct Options {
    size_t max_read_bytes = 1 << 20;
    size_t max_facts_per_batch = 10000;
    // Rows kept parsed between batches.
    size_t max_kept_rows = 32768;
    // What it passes over, see quarantine.h.
    FactPlaces set_aside;
    // While a log is unavailable.
    absl::Duration retry = absl::Milliseconds(50);
  };

  // `logs` are the view's topics; all of it outlives the projector. `halted` gets the position with the error: an unknown
  // fact, a damaged log, a store that cannot be written.
  Projector(View& view, std::vector<EventLog*> logs, const FactTypes& types, Store& store, Executor& executor,
            Options options, std::function<void(const absl::Status&)> halted);
  ~Projector();

  // Reads its checkpoints and follows the logs. `caught_up` is called once, on the executor, when it first reached what
  // was durable when it started.
  void Start(std::function<void()> caught_up);
  // No task runs after it returned, when called on the executor; else when the executor is idle.
  void Stop();

  // Thread-safe.
  const View& view() const { return view_; }
  // Last position whose rows can be read.
  uint64_t Applied(absl::string_view topic, int partition) const;
  // Calls `done` when `position` is applied, at once when it is; false and no call when the topic is none of the view's.
  bool WhenApplied(absl::string_view topic, int partition, uint64_t position, std::function<void()> done);
  // Partitions with records that are not applied yet, for metrics.
  uint64_t partitions_behind();

 private:
  struct Input {
    EventLog* log;
    std::unique_ptr<LogWatch> watch;
    std::vector<std::unique_ptr<AcceptedReader>> readers;
    std::unique_ptr<std::atomic<uint64_t>[]> applied;
    // As the store has it; 0 when that is not known.
    uint32_t saved_level = 0;
    // Partitions that grew since they were read; guarded by mutex_.
    std::vector<char> grown;
    std::vector<int> grown_list;
  };
  struct Waiter {
    size_t input;
    int partition;
    uint64_t position;
    std::function<void()> done;
  };

  void OnGrown(size_t input, int partition);
  // Under mutex_. Both mark; this one also sees that the mark is looked at.
  void MarkGrown(size_t input, int partition);
  // False when it was marked already.
  static bool Mark(Input& input, int partition);
  void Turn();
  // `*more`: there may be more to read; `*away`: a log was unavailable, and is read again later.
  absl::Status ApplyGrown(bool* more, bool* away);
  absl::Status ApplyOne(Input& input, int partition, const AcceptedAppend& accepted, Rows& rows);
  absl::Status LoadCheckpoints();
  void WakeWaiters();
  const Input* FindInput(absl::string_view topic, size_t* index) const;

  View& view_;
  const FactTypes& types_;
  Store& store_;
  Executor& executor_;
  const Options options_;
  const std::function<void(const absl::Status&)> halted_;
  std::vector<Input> inputs_;
  std::function<void()> caught_up_;
  bool loaded_ = false;
  bool stopped_ = false;
  size_t unsaved_facts_ = 0;
  // What the rows are made without, and whether the store knows.
  FactPlaces passed_over_;
  bool passed_over_changed_ = false;
  Rows rows_;

  std::mutex mutex_;
  bool turn_posted_ = false;
  std::vector<Waiter> waiters_;
};

}  // namespace regard::es
