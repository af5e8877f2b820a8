// Reads records that are no longer in memory: replays, rebuilds, followers that were away. A reader that goes on where
// it stopped finds the next records already on their way.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/es/event_log.h"
#include "libs/kafka/client.h"

namespace regard::kafka {

// Thread-safe; blocks on the network.
class Fetcher {
 public:
  explicit Fetcher(Cluster cluster) : cluster_(std::move(cluster)) {}
  ~Fetcher();

  // Records [from, ...) below `end`, at least one, about `max_bytes` of them. `from` < `end`. DATA_LOSS with topic,
  // partition and offset for a hole or a record that does not parse; UNAVAILABLE when nothing came within `patience`.
  absl::StatusOr<std::vector<es::LoggedRecord>> Read(const std::string& topic, int partition, es::Offset from,
                                                     es::Offset end, size_t max_bytes, absl::Duration patience);

 private:
  // Where one reader of one partition is.
  struct Stream {
    TopicHandle topic;
    es::Offset next = 0;
    absl::Time used = absl::InfinitePast();
    bool busy = false;
  };
  // One connection carries one stream of a partition: readers that are apart get one each.
  struct Lane {
    Handle handle;
    std::map<std::pair<std::string, int>, Stream> streams;
  };

  absl::StatusOr<Stream*> Acquire(const std::string& topic, int partition, es::Offset from);
  absl::StatusOr<Stream*> Open(Lane& lane, const std::string& topic, int partition, es::Offset from);
  void Release(const std::string& topic, int partition, Stream* stream, bool keep);
  void CloseIdle(absl::Time now);

  const Cluster cluster_;
  std::mutex mutex_;
  std::list<Lane> lanes_;
};

}  // namespace regard::kafka
