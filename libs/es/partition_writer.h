// One writer's side of a partition: claims it, numbers its records, and finds out from the offsets of its own deliveries
// whether somebody else came in between. It never acknowledges a record that some reader would drop.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/es/event_log.h"
#include "libs/es/executor.h"
#include "regard/log/v1/record.pb.h"

namespace regard::es {

// Who claims.
struct InstanceInfo {
  std::string instance_id;
  std::string address;
};

// Everything happens on `executor`. Must outlive what it appended: destroy it after the log stopped calling back.
class PartitionWriter {
 public:
  // kCommitted with the record's offset, or unknown.
  using Delivered = absl::AnyInvocable<void(absl::StatusOr<Offset>) &&>;

  PartitionWriter(EventLog& log, int partition, Executor& executor);

  // Appends a claim. `done` gets its offset, which is the token. Whatever was unacknowledged is unknown.
  void Claim(const InstanceInfo& instance, absl::Time now, Delivered done);

  // After the owner replayed up to and including its claim: records may be appended under it.
  void Begin(Offset token);

  // Pipelined. `done` is called in order of appends. After one was unknown, all that follow are, until the next claim.
  void Append(log::v1::Batch batch, Delivered done);

  bool writing() const { return writing_; }
  // Thread-safe: records that lay between its own and that readers drop.
  uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  struct InFlight {
    uint64_t id;
    Delivered done;
  };

  void OnDelivery(uint64_t generation, absl::StatusOr<Offset> offset);
  // OK when only stale records came in between.
  absl::Status CheckGap(Offset from, Offset to);
  void Fail(const absl::Status& why);

  EventLog& log_;
  const int partition_;
  Executor& executor_;
  // Deliveries of an earlier claim are told apart by it.
  uint64_t generation_ = 0;
  bool writing_ = false;
  Offset token_ = -1;
  Offset last_ = -1;
  // Of the last record that was appended, and of the last that was acknowledged.
  uint64_t sequence_ = 0;
  uint64_t acknowledged_ = 0;
  uint64_t next_id_ = 0;
  std::atomic<uint64_t> dropped_{0};
  std::deque<InFlight> in_flight_;
};

}  // namespace regard::es
