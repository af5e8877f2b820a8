// The embedded log: all topics of one deployment in one RocksDB database. One writer thread serves every partition, so
// that one fsync makes durable whatever was queued while the last one ran.
//
// What it guarantees after a crash: every record whose Append was acknowledged is there. A torn tail and a cut one look
// alike to RocksDB, so the ends that were once synced are also kept in a witness file: opening a log that ends before its
// witness fails with DATA_LOSS and the position. What was appended after the last witness (a few seconds) and then cut
// from the end of the write-ahead log by something other than a crash is noticed only by readers' checkpoints.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/es/event_log.h"

namespace rocksdb {
class Env;
}

namespace regard::rocks {

struct LogStoreOptions {
  // Fixed when the log is made; opening with another number is refused.
  int partition_count = 64;
  // Off only as a negative control: acknowledged records are then lost with the power.
  bool sync = true;
  // How often the witness file is renewed while the log grows.
  absl::Duration witness_interval = absl::Seconds(5);
  // Watchers are told at most so often, so that they read more at once and whoever appends is answered before them. Who
  // waits for something reads without being told.
  absl::Duration tell_after = absl::Milliseconds(2);
  // Recent records of one partition kept in memory for readers at the end.
  size_t tail_records = 256;
  size_t write_buffer_bytes = 64 << 20;
  // Tests put a faulty file system here; null is the machine's. Not owned.
  rocksdb::Env* env = nullptr;
  // Called from the writer thread after every sync with its duration, the number of records and their bytes; for
  // metrics.
  std::function<void(absl::Duration sync, size_t records, size_t bytes)> synced;
  // Called from the writer thread with every batch before it is written, as RocksDB encodes it; for measuring what the
  // writes alone cost.
  std::function<void(absl::string_view batch)> tap;
};

// Thread-safe.
class LogStore {
 public:
  // Makes the log when there is none. FAILED_PRECONDITION when it was made with another partition count or hash,
  // DATA_LOSS with the position when it is damaged or ends before its witness, RESOURCE_EXHAUSTED when the disk is full.
  static absl::StatusOr<std::unique_ptr<LogStore>> Open(const std::string& path, const std::vector<std::string>& topics,
                                                        LogStoreOptions options);
  // For looking at a stopped folder: nothing is written, Append fails.
  static absl::StatusOr<std::unique_ptr<LogStore>> OpenReadOnly(const std::string& path,
                                                                const std::vector<std::string>& topics);
  virtual ~LogStore() = default;

  // Nullptr for a topic that was not named.
  virtual es::EventLog* topic(absl::string_view name) = 0;
  virtual const log::v1::LogIdentity& identity() const = 0;
  // A consistent copy of the log as of now with a witness of its own, in a folder that must not exist. On the same file
  // system the two share files that never change, by hard links.
  virtual absl::Status Backup(const std::string& to) = 0;
};

}  // namespace regard::rocks
