// Brings every new record of a topic into its tail: one thread that reads all partitions from where the tail ends, without
// a consumer group, so that nobody else has a say in who reads what. Each topic has a connection of its own, since every
// fetch names all partitions of its connection to a broker, and costs that broker time for each.
//
// A partition that this process writes rests meanwhile: what is written comes into the tail with its delivery, and to
// fetch it back would cost the brokers about as much as to take it did.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/kafka/client.h"
#include "libs/kafka/tail.h"

struct rd_kafka_message_s;
struct rd_kafka_queue_s;

namespace regard::kafka {

class Feed {
 public:
  // `grown` is called from the feed's thread, after records of the partition were added. `tail` outlives the feed.
  static absl::StatusOr<std::unique_ptr<Feed>> Start(const Cluster& cluster, const std::string& topic, Tail& tail,
                                                     std::function<void(int partition)> grown);
  // After it nothing is called.
  ~Feed();

  // Thread-safe. A delivery continued the tail of the partition: while that goes on it rests.
  void Written(int partition) { lanes_[partition].written.store(true, std::memory_order_relaxed); }
  // Thread-safe. Somebody else wrote in between: it is fetched again.
  void Resume(int partition);
  // Thread-safe. Whether nothing is fetched of it now.
  bool Rests(int partition) const { return lanes_[partition].rests.load(std::memory_order_acquire); }

 private:
  Feed(Handle handle, const std::string& topic, Tail& tail, std::function<void(int partition)> grown);

  struct DestroyQueue {
    void operator()(rd_kafka_queue_s* queue) const;
  };

  // Looks at a partition that was not written, until it is fetched again: others may write it.
  static constexpr int kIdleLooks = 4;
  struct Lane {
    std::atomic<bool> written = false;
    std::atomic<bool> rests = false;
    std::atomic<bool> wanted = false;
    // Looks since it was written.
    int idle = kIdleLooks;
    absl::Time lost_since = absl::InfiniteFuture();
  };

  absl::Status Fetch(int partition);
  void Loop();
  // A broker says that the log ends before what is wanted. It may have led the partition before: it is tried again.
  void Lost(int partition, const absl::Status& why);
  // What rests from now on, if `due`, and what does no longer.
  void Look(bool due);
  // Whether the tail grew.
  bool Take(const rd_kafka_message_s& message);

  const Handle handle_;
  const std::string topic_;
  const TopicHandle topic_handle_;
  Tail& tail_;
  const std::function<void(int partition)> grown_;
  std::unique_ptr<rd_kafka_queue_s, DestroyQueue> queue_;
  std::vector<Lane> lanes_;
  // Some lane is wanted.
  std::atomic<bool> look_ = false;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace regard::kafka
