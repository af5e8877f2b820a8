#include "libs/es/testing/memory_log.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/es/log_identity.h"

namespace regard::es::testing {

MemoryLog::MemoryLog(std::string topic, int partition_count, Executor& deliver, std::string log_id)
    : topic_(std::move(topic)),
      identity_(MakeLogIdentity(std::move(log_id), partition_count)),
      deliver_(deliver),
      partitions_(partition_count) {}

void MemoryLog::Append(int partition, std::shared_ptr<const log::v1::Record> record, AppendDone done) {
  Fault fault;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    fault = fault_;
    if (fault == Fault::kHold) {
      held_.push_back({partition, std::move(record), std::move(done)});
      return;
    }
  }
  switch (fault) {
    case Fault::kRefuse:
      deliver_.Post([done = std::move(done)]() mutable { std::move(done)(absl::UnavailableError("refused")); });
      return;
    case Fault::kLie:
      Store(partition, std::move(record), [done = std::move(done)](absl::StatusOr<Offset>) mutable {
        std::move(done)(absl::UnavailableError("lied"));
      });
      return;
    case Fault::kNone:
    case Fault::kHold:
      Store(partition, std::move(record), std::move(done));
  }
}

void MemoryLog::Store(int partition, std::shared_ptr<const log::v1::Record> record, AppendDone done) {
  std::lock_guard<std::mutex> lock(mutex_);
  partitions_[partition].push_back(std::move(record));
  const Offset offset = static_cast<Offset>(partitions_[partition].size()) - 1;
  deliver_.Post([done = std::move(done), offset]() mutable { std::move(done)(offset); });
  watchers_.Tell(partition);
}

absl::StatusOr<std::vector<LoggedRecord>> MemoryLog::Read(int partition, Offset from, size_t max_bytes) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (away_) return absl::UnavailableError("away");
  const auto& records = partitions_[partition];
  std::vector<LoggedRecord> read;
  size_t bytes = 0;
  for (Offset offset = from; offset < static_cast<Offset>(records.size()); ++offset) {
    bytes += records[offset]->ByteSizeLong();
    if (!read.empty() && bytes > max_bytes) break;
    read.push_back({offset, records[offset]});
  }
  return read;
}

absl::StatusOr<Offset> MemoryLog::End(int partition) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (away_) return absl::UnavailableError("away");
  return static_cast<Offset>(partitions_[partition].size());
}

void MemoryLog::SetFault(Fault fault) {
  std::lock_guard<std::mutex> lock(mutex_);
  fault_ = fault;
}

void MemoryLog::SetAway(bool away) {
  std::lock_guard<std::mutex> lock(mutex_);
  away_ = away;
}

void MemoryLog::ReleaseHeld() {
  std::deque<Held> held;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    held.swap(held_);
  }
  for (Held& append : held) Store(append.partition, std::move(append.record), std::move(append.done));
}

void MemoryLog::Truncate(int partition, Offset end) {
  std::lock_guard<std::mutex> lock(mutex_);
  partitions_[partition].resize(end);
}

}  // namespace regard::es::testing
