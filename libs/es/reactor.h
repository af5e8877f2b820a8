// What one service does because of another's fact. The owner of the target reads the source and turns each fact that
// concerns it into commands; each append they cause carries the fact's position, so that the highest carried is at once
// checkpoint and deduplication, and the effect is exactly once.
//
// Where an instance owns some of the target's partitions, it reacts for those, and reads the source again from where a
// partition's former owner was, which the partition's own appends say. So that they say it also where few facts concern
// it, an append without facts (a mark) is carried now and then.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "libs/es/command_runtime.h"
#include "libs/es/event_log.h"
#include "libs/es/fact_types.h"
#include "libs/es/quarantine.h"
#include "libs/es/store.h"
#include "libs/es/view.h"

namespace regard::es {

// A command for the target, total: a refusal must be a recorded fact.
struct Reaction {
  std::string routing_key;
  std::unique_ptr<google::protobuf::Message> command;
};

// The rules of one reactor. Reacting again to the same fact must give as many reactions, in the same order, to the same
// routing keys.
class ReactorRules {
 public:
  virtual ~ReactorRules() = default;
  // "budgets.on-bookings": stable, it is in the log.
  virtual absl::string_view name() const = 0;
  virtual absl::string_view source_topic() const = 0;
  virtual absl::StatusOr<std::vector<Reaction>> React(const FactEvent& event) = 0;
};

// Runs on the target runtime's executor.
class Reactor {
 public:
  struct Options {
    size_t max_read_bytes = 256 << 10;
    // Reactions that wait, over all partitions; reading pauses above.
    size_t max_pending = 4096;
    absl::Duration retry = absl::Milliseconds(50);
    // Of what waits for an operator (feature_level.h).
    absl::Duration retry_unraised = absl::Seconds(5);
    // Appends of a source between marks, and between places from which it can be read again. Several times the target's
    // partitions at least: a mark is an append in each, and where two services react to each other, marks make marks.
    uint64_t mark_every = 4096;
    // What it passes over, see quarantine.h: nothing is done because of it, ever.
    FactPlaces set_aside;
  };

  // `cursors` remembers how far sources were read, only to save reading: it may be lost. All of it outlives the reactor.
  Reactor(ReactorRules& rules, EventLog& source, const FactTypes& types, CommandRuntime& target, Store& cursors,
          Options options, std::function<void(const absl::Status&)> halted);
  ~Reactor();

  // After the target serves.
  void Start();
  void Stop();

  // Thread-safe.
  const ReactorRules& rules() const { return rules_; }
  const CommandRuntime& target() const { return target_; }
  // Calls `done` when everything up to `position` of the source partition has had its effect in the target's partitions
  // that are owned here then.
  void WhenHandled(int source_partition, uint64_t position, std::function<void()> done);
  uint64_t Handled(int source_partition) const;
  // Nothing is to be read or on its way, as far as was heard of the source.
  bool AtRest();

 private:
  // A command of one source fact on its way to one target partition.
  struct Pending {
    int source_partition;
    log::v1::Cause cause;
    Reaction reaction;
    base::v1::Actor actor;
    std::string correlation_id;
    std::string trace_parent;
  };
  // Place of a reaction in its source partition: position, index of the fact, step.
  using Place = std::tuple<uint64_t, uint32_t, uint32_t>;
  static Place PlaceIn(const log::v1::Cause& cause) {
    return {cause.source_position(), cause.fact_index(), cause.step()};
  }
  struct Source {
    std::unique_ptr<AcceptedReader> reader;
    // Positions with reactions that have no effect yet, with how many.
    std::map<uint64_t, int> open;
    uint64_t scanned = 0;
    uint64_t saved = 0;
  };

  absl::StatusOr<log::v1::Checkpoint> ReadFrom(int source_partition, uint64_t position) const;
  void Open(int source_partition, const log::v1::Checkpoint& at);
  void OnPartition(const CommandRuntime::PartitionChange& change);
  void Gain(int target_partition);
  void Lose(int target_partition);
  // Without a reaction yet: a mark.
  Pending PendingAt(int source_partition, const Place& place) const;
  void Enqueue(int target_partition, Pending pending);
  void MarkWhatIsDone(int source_partition);
  FactPlace PlaceOf(const log::v1::Cause& cause) const;
  void OnGrown(int partition);
  // Under mutex_.
  void MarkGrown(int partition);
  void Turn();
  absl::Status ReadSource(int partition, bool* more);
  absl::Status ReactTo(int partition, const AcceptedAppend& accepted);
  void SendNext(int target_partition, int source_partition);
  void OnOutcome(int target_partition, int source_partition, const Place& place, const Outcome& outcome);
  void Advance(int source_partition);

  ReactorRules& rules_;
  EventLog& source_log_;
  const FactTypes& types_;
  CommandRuntime& target_;
  Store& cursors_;
  const Options options_;
  const std::function<void(const absl::Status&)> halted_;
  std::unique_ptr<LogWatch> watch_;
  std::vector<Source> sources_;
  // One command at a time for a pair of partitions, so that a retry never overtakes: (target, source).
  std::map<std::pair<int, int>, std::deque<Pending>> lanes_;
  std::atomic<size_t> pending_ = 0;
  const bool owns_all_;
  // By target partition, where not all are owned: for each source partition, up to where reactions are durable or on
  // their way. Empty where it is not owned.
  std::vector<std::vector<Place>> taken_;
  int owned_ = 0;
  bool started_ = false;
  std::unique_ptr<std::atomic<uint64_t>[]> handled_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

  std::mutex mutex_;
  std::vector<char> grown_;
  std::vector<int> grown_list_;
  bool turn_posted_ = false;
  struct Waiter {
    int source_partition;
    uint64_t position;
    std::function<void()> done;
  };
  std::vector<Waiter> waiters_;
};

}  // namespace regard::es
