// Reads records that are no longer in memory: replays, rebuilds, followers that were away. Many read the same at about the
// same time, as all views of a new instance do: each partition is fetched ahead and parsed once, and what was read is
// kept for a while for those who come next.
#pragma once

#include <condition_variable>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/es/event_log.h"
#include "libs/kafka/client.h"

namespace regard::kafka {

struct FetcherLimits {
  // Of payloads that are kept, over all partitions; above it only what was just read. Parsed they take some times as much.
  size_t kept_bytes = 32 << 20;
  // Readers of one partition that are apart from each other and get a connection each; others take turns.
  size_t lanes = 4;
  // Then a reader gave up, most likely.
  absl::Duration idle = absl::Seconds(10);
  // How long brokers may say that a partition ends before what is known to be there.
  absl::Duration beyond_end = kBeyondEndPatience;
};

// Thread-safe; blocks on the network.
class Fetcher {
 public:
  Fetcher(Cluster cluster, const FetcherLimits& limits);
  ~Fetcher();

  // Records [from, ...) below `end`, at least one, at most about `max_bytes` of them. `from` < `end`. DATA_LOSS with
  // topic, partition and offset for a hole or a record that does not parse; UNAVAILABLE when nothing came within
  // `patience`.
  absl::StatusOr<std::vector<es::LoggedRecord>> Read(const std::string& topic, int partition, es::Offset from,
                                                     es::Offset end, size_t max_bytes, absl::Duration patience);
  // Begins to fetch, for a Read that comes soon. Does not wait for brokers.
  void Begin(const std::string& topic, int partition, es::Offset from);
  // Of payloads in memory now.
  size_t kept_bytes();

 private:
  struct Kept {
    es::LoggedRecord record;
    size_t bytes;
  };
  // Where one reader of one partition is, and what it read last: records up to `next`, without a hole.
  struct Stream {
    // Null where nothing is fetched: all is read that was asked for.
    TopicHandle topic;
    // Of the lane's handle for what is begun: a little is fetched, to be read at once.
    bool begun = false;
    es::Offset next = 0;
    std::deque<Kept> kept;
    absl::Time used = absl::InfinitePast();
    // Somebody reads on.
    bool busy = false;
    // A broker has said since that the log ends before `next`.
    absl::Time lost_since = absl::InfiniteFuture();
  };
  using Name = std::pair<std::string, int>;
  // A connection carries one stream of a partition. What is begun is fetched by another one than what is read: a
  // connection whose reader is behind stops for up to a second once it is full, and many that are begun must not take
  // much memory.
  struct Lane {
    Handle begun;
    Handle read;
    std::map<Name, Stream> streams;
  };

  struct Place {
    Lane* lane = nullptr;
    Stream* stream = nullptr;
  };

  // All under mutex_, which `lock` holds.
  // A stream that has the record at `from`, or reads on there.
  absl::StatusOr<Place> Acquire(std::unique_lock<std::mutex>& lock, const Name& name, es::Offset from,
                                absl::Time deadline);
  Place FindNear(const Name& name, es::Offset from);
  absl::StatusOr<Lane*> FreeLane(const Name& name);
  absl::StatusOr<Handle> Connect(const char* kept_kbytes) const;
  // Fetches from `next` on.
  absl::Status Start(const Lane& lane, const Name& name, Stream& stream);
  // How many streams are fetched.
  int Fetching(bool begun) const;
  // Of those that are read and not busy, the one that was least recently.
  void StopOldest();
  static void Stop(const Name& name, Stream& stream);
  // A new one instead of the lane's last one.
  absl::StatusOr<Stream*> Open(Lane& lane, const Name& name, es::Offset from, bool begun);
  void Drop(Lane& lane, const Name& name);
  void Keep(Stream& stream, std::vector<Kept> records);
  void Forget(Stream& stream, size_t count);
  void CloseIdle(absl::Time now);

  absl::StatusOr<std::vector<es::LoggedRecord>> ReadOn(std::unique_lock<std::mutex>& lock, const Place& place,
                                                       const Name& name, es::Offset end, size_t max_bytes,
                                                       absl::Duration patience);
  void Loop();

  // Not under mutex_: what comes next in a busy stream, and the error behind it if there is one.
  struct Fetched {
    std::vector<Kept> records;
    absl::Status status;
  };
  static Fetched Fetch(const Stream& stream, const Name& name, es::Offset end, size_t max_bytes,
                       absl::Duration patience);

  const Cluster cluster_;
  const FetcherLimits limits_;
  std::mutex mutex_;
  std::condition_variable released_;
  std::list<Lane> lanes_;
  size_t kept_bytes_ = 0;
  bool stopping_ = false;
  std::condition_variable stopped_;
  // Ends what nobody came for.
  std::thread thread_;
};

}  // namespace regard::kafka
