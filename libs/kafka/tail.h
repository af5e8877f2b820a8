// The end of one topic in memory: what is durable there, and the most recent records of each partition, so that readers
// who keep up cost no broker anything. Fed from two sides, by the consumer with everybody's records and by the writer
// with its own as they are acknowledged; whichever comes first.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/es/event_log.h"

namespace regard::kafka {

struct TailLimits {
  // Of one partition; at least one record is kept.
  size_t records = 256;
  size_t bytes = 256 << 10;
};

// Thread-safe.
class Tail {
 public:
  // `ends` has one past the last durable record of each partition; what is before them is read elsewhere.
  Tail(std::string topic, const std::vector<es::Offset>& ends, const TailLimits& limits);

  // Whether it is the next one and was kept. What is already known is ignored. A later one is a hole if it comes from a
  // consumer, who sees every record, and is reported to whoever reads there; a writer sees only its own.
  enum class From { kConsumer, kWriter };
  bool Add(int partition, es::LoggedRecord record, size_t bytes, From from);

  // The partition cannot be read further; who tries gets `why` from now on.
  void Damage(int partition, const absl::Status& why);

  // Somebody was told that records below `end` are durable: a reader that asks for them waits until they are here.
  void Expect(int partition, es::Offset end);

  // What `from` finds here. `before` is set where it lies before what is kept: read [from, *before) elsewhere.
  // UNAVAILABLE when something expected did not arrive within `patience`.
  struct Found {
    std::vector<es::LoggedRecord> records;
    absl::optional<es::Offset> before;
  };
  absl::StatusOr<Found> Read(int partition, es::Offset from, size_t max_bytes, absl::Duration patience);

  // One past the last record that is here.
  es::Offset end(int partition) const;
  // The first record that is kept here, or will be.
  es::Offset first(int partition) const;
  // One past the last record that is known to be durable.
  es::Offset expected(int partition) const;
  int partitions() const { return static_cast<int>(partitions_.size()); }

 private:
  struct Kept {
    es::LoggedRecord record;
    size_t bytes;
  };
  struct Partition {
    es::Offset end = 0;
    es::Offset expected = 0;
    std::deque<Kept> kept;
    size_t kept_bytes = 0;
    absl::Status damaged;
  };

  const std::string topic_;
  const TailLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Partition> partitions_;
};

}  // namespace regard::kafka
