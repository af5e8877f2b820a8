// A log in memory with the contract of every EventLog, and with the faults that real ones have, on request.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "libs/es/event_log.h"
#include "libs/es/executor.h"
#include "libs/es/log_watchers.h"

namespace regard::es::testing {

// Thread-safe. Deliveries are posted to `deliver`, so that a single-threaded run decides when they happen.
class MemoryLog : public EventLog {
 public:
  MemoryLog(std::string topic, int partition_count, Executor& deliver, std::string log_id = "memory");

  const std::string& topic() const override { return topic_; }
  const log::v1::LogIdentity& identity() const override { return identity_; }
  void Append(int partition, std::shared_ptr<const log::v1::Record> record, AppendDone done) override;
  absl::StatusOr<std::vector<LoggedRecord>> Read(int partition, Offset from, size_t max_bytes) override;
  absl::StatusOr<Offset> End(int partition) override;
  std::unique_ptr<LogWatch> Watch(absl::AnyInvocable<void(int partition)> grown) override {
    return watchers_.Add(std::move(grown));
  }

  // As if an older build had made it.
  void SetFeatureLevel(uint32_t level) { identity_.set_feature_level(level); }

  // What happens to the appends that follow.
  enum class Fault {
    kNone,
    // Not written, and said to have failed.
    kRefuse,
    // Written, but said to have failed.
    kLie,
    // Kept back until ReleaseHeld.
    kHold,
  };
  void SetFault(Fault fault);
  // Reading is UNAVAILABLE meanwhile.
  void SetAway(bool away);
  // Writes what was held, in order, behind whatever was written meanwhile.
  void ReleaseHeld();
  // Cuts the end off, as a torn disk does.
  void Truncate(int partition, Offset end);

 private:
  struct Held {
    int partition;
    std::shared_ptr<const log::v1::Record> record;
    AppendDone done;
  };

  void Store(int partition, std::shared_ptr<const log::v1::Record> record, AppendDone done);

  const std::string topic_;
  log::v1::LogIdentity identity_;
  Executor& deliver_;
  std::mutex mutex_;
  std::vector<std::vector<std::shared_ptr<const log::v1::Record>>> partitions_;
  Fault fault_ = Fault::kNone;
  bool away_ = false;
  std::deque<Held> held_;
  LogWatchers watchers_;
};

}  // namespace regard::es::testing
