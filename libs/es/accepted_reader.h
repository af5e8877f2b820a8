// Which records count. Readers accept a record when its token is the latest claim seen and its sequence is the last
// accepted plus one; anything else was written by a writer that had lost the partition, and is dropped by every reader
// in the same way. This is the only implementation of that rule.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/es/event_log.h"
#include "regard/log/v1/record.pb.h"

namespace regard::es {

// Before the first record.
log::v1::Checkpoint StartOf(const EventLog& log);

// DATA_LOSS: a checkpoint saw more than the log has, which was cut.
absl::Status CheckpointBeyond(const EventLog& log, int partition, const log::v1::Checkpoint& checkpoint, Offset end);

// One append that counts.
struct AcceptedAppend {
  // Ordinal in the partition, from 1.
  uint64_t position = 0;
  Offset offset = 0;
  // Keeps `append` alive.
  std::shared_ptr<const log::v1::Record> record;
  const log::v1::Append* append = nullptr;
};

// The rule itself. Not thread-safe.
class RecordFilter {
 public:
  enum class Verdict { kAccepted, kClaim, kDropped };

  explicit RecordFilter(log::v1::Checkpoint start) : at_(std::move(start)) {}

  // Records must come in order of offsets. DATA_LOSS for a hole; FAILED_PRECONDITION for an accepted one that needs a
  // higher feature level than this build knows.
  absl::StatusOr<Verdict> Judge(const LoggedRecord& logged);
  // After the last judged record.
  const log::v1::Checkpoint& checkpoint() const { return at_; }
  // How many it dropped.
  uint64_t dropped() const { return dropped_; }

 private:
  log::v1::Checkpoint at_;
  uint64_t dropped_ = 0;
};

// Reads one partition. Not thread-safe.
class AcceptedReader {
 public:
  // FAILED_PRECONDITION from the first Next when the checkpoint is of another log or of a partition whose feature level is
  // higher than this build knows, DATA_LOSS when it lies beyond the end: the log was cut.
  AcceptedReader(EventLog& log, int partition, log::v1::Checkpoint from);

  // Accepted appends from the next records, possibly none although records were read; `*more` says whether records were
  // read. Errors carry topic, partition and offset.
  absl::StatusOr<std::vector<AcceptedAppend>> Next(size_t max_bytes, bool* more);

  // The errors of the first Next, without reading. UNAVAILABLE when the log is away.
  absl::Status CheckStart();

  int partition() const { return partition_; }
  const log::v1::Checkpoint& checkpoint() const { return filter_.checkpoint(); }
  uint64_t dropped() const { return filter_.dropped(); }

 private:
  EventLog& log_;
  const int partition_;
  RecordFilter filter_;
  bool checked_ = false;
};

}  // namespace regard::es
