// The simulated log: what the broker stored, in the order it arrived. Processes reach it through a SimLog each, whose
// appends are delayed, lost, doubled, overtaken, or arrive after their error was reported.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/es/event_log.h"
#include "tests/simulation/controls.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/process.h"

namespace regard::simulation {

struct StoredRecord {
  std::shared_ptr<const log::v1::Record> record;
  // What readers get; differs from `record` under a negative control only.
  std::shared_ptr<const log::v1::Record> served;
  // The process that wrote it and which of its appends this is; two copies have the same.
  int writer = 0;
  uint64_t append = 0;
  // When it was sent, and when it arrived.
  absl::Duration sent;
  absl::Duration at;
  size_t bytes = 0;
};

class Broker {
 public:
  // `stored` is told of every record. All outlive the broker.
  Broker(Schedule& schedule, std::vector<std::string> topics, int partitions, Control control,
         std::function<void(int topic, int partition, es::Offset offset)> stored);

  int partitions() const { return static_cast<int>(topics_[0].partitions.size()); }
  int topics() const { return static_cast<int>(topics_.size()); }
  const std::string& name(int topic) const { return topics_[topic].name; }
  const log::v1::LogIdentity& identity(int topic) const { return topics_[topic].identity; }
  const std::vector<StoredRecord>& records(int topic, int partition) const {
    return topics_[topic].partitions[partition].records;
  }

  // As if builds from before there were feature levels had made the logs.
  void MakeOlder() {
    for (Topic& topic : topics_) topic.identity.clear_feature_level();
  }

  es::Offset Store(int topic, int partition, StoredRecord record);
  void Truncate(int topic, int partition, es::Offset end);

  // Calls back after every record of a topic, until the id is forgotten.
  int Follow(int topic, std::function<void(int partition, es::Offset offset)> grown);
  void Forget(int topic, int id) { topics_[topic].followers.erase(id); }

 private:
  struct Partition {
    std::vector<StoredRecord> records;
    // For the control that accepts any sequence.
    es::Offset token = -1;
    uint64_t sequence = 0;
  };
  struct Topic {
    std::string name;
    log::v1::LogIdentity identity;
    std::vector<Partition> partitions;
    std::map<int, std::function<void(int, es::Offset)>> followers;
  };

  std::shared_ptr<const log::v1::Record> Served(Partition& partition, const StoredRecord& record) const;

  Schedule& schedule_;
  const Control control_;
  const std::function<void(int, int, es::Offset)> stored_;
  std::vector<Topic> topics_;
  int next_follower_ = 0;
};

// A process's connection to one topic. The process's threads of it are the world's only one.
class SimLog : public es::EventLog {
 public:
  // `rates` may change while it lives.
  SimLog(Broker& broker, int topic, Schedule& schedule, Random random, std::shared_ptr<Life> life,
         const FaultRates& rates, Coverage& coverage, Control control);
  ~SimLog() override;

  const std::string& topic() const override { return broker_.name(topic_); }
  const log::v1::LogIdentity& identity() const override { return broker_.identity(topic_); }
  void Append(int partition, std::shared_ptr<const log::v1::Record> record, AppendDone done) override;
  absl::StatusOr<std::vector<es::LoggedRecord>> Read(int partition, es::Offset from, size_t max_bytes) override;
  absl::StatusOr<es::Offset> End(int partition) override;
  void AskEnd(int partition, EndDone done) override;
  std::unique_ptr<es::LogWatch> Watch(absl::AnyInvocable<void(int partition)> grown) override;

  // After a cut was healed.
  void Healed();

 private:
  struct InFlight {
    uint64_t append;
    AppendDone done;
    absl::optional<absl::StatusOr<es::Offset>> answer;
    bool claim = false;
  };
  struct Lane {
    std::deque<InFlight> in_flight;
    absl::Duration last_arrival;
    // Up to where the reader has come, for a while.
    es::Offset lag_at = -1;
    absl::Duration lag_until;
    // For controls: the latest own claim, the end that was known when it was sent, the last offset told.
    es::Offset token = -1;
    es::Offset end_at_claim = -1;
    es::Offset told = -1;
  };
  // Outlives the connection as long as something is on its way.
  struct Core;
  class Handle;

  Broker& broker_;
  const int topic_;
  const std::shared_ptr<Core> core_;
  int follower_;
};

}  // namespace regard::simulation
