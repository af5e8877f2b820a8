// The log port: one topic of partitioned, ordered, immutable records. Adapters store and deliver records; who may write
// and which records count is decided above them, in the same way for every adapter (accepted_reader.h,
// partition_writer.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "regard/log/v1/record.pb.h"

namespace regard::es {

// Where a record is in its partition. Starts at 0 and grows by 1; means nothing in another log.
using Offset = int64_t;

struct LoggedRecord {
  Offset offset = 0;
  std::shared_ptr<const log::v1::Record> record;
};

// Ends the watch when destroyed: no call is made after the destructor returned.
class LogWatch {
 public:
  virtual ~LogWatch() = default;
};

// Thread-safe.
class EventLog {
 public:
  // The offset when the record is durable. An error says nothing about whether it was written.
  using AppendDone = absl::AnyInvocable<void(absl::StatusOr<Offset>) &&>;

  virtual ~EventLog() = default;

  virtual const std::string& topic() const = 0;
  virtual const log::v1::LogIdentity& identity() const = 0;

  // Never blocks on the disk. `done` is called once, from any thread, in the order of appends of a partition; it must
  // return quickly.
  virtual void Append(int partition, std::shared_ptr<const log::v1::Record> record, AppendDone done) = 0;

  // Durable records from `from` on, at most about `max_bytes` of them but at least one when there is one.
  // DATA_LOSS with topic, partition and offset for a hole, a record that does not parse, or a damaged file.
  virtual absl::StatusOr<std::vector<LoggedRecord>> Read(int partition, Offset from, size_t max_bytes) = 0;

  // One past the last durable record.
  virtual absl::StatusOr<Offset> End(int partition) = 0;
  // The same for who must not wait: `done` is called once, from any thread or at once.
  using EndDone = absl::AnyInvocable<void(absl::StatusOr<Offset>) &&>;
  virtual void AskEnd(int partition, EndDone done) { std::move(done)(End(partition)); }
  // Whether there were durable records up to `offset`, for whoever need not know of a log that is cut meanwhile: a log
  // that has seen them need not ask anybody.
  virtual absl::StatusOr<bool> Reaches(int partition, Offset offset) {
    const absl::StatusOr<Offset> end = End(partition);
    if (!end.ok()) return end.status();
    return offset <= *end;
  }
  // Somebody is about to read from there on: what takes long may begin. Never blocks for long.
  virtual void WillRead(int /*partition*/, Offset /*from*/) {}

  // Calls `grown(partition)` after records became readable, from any thread, possibly once for several.
  virtual std::unique_ptr<LogWatch> Watch(absl::AnyInvocable<void(int partition)> grown) = 0;
};

}  // namespace regard::es
