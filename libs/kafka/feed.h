// Brings every new record of a topic into its tail: one thread that reads all partitions from where the tail ends, without
// a consumer group, so that nobody else has a say in who reads what. Each topic has a connection of its own, since every
// fetch names all partitions of its connection to a broker, and costs that broker time for each.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
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

 private:
  Feed(Handle handle, const std::string& topic, Tail& tail, std::function<void(int partition)> grown);

  struct DestroyQueue {
    void operator()(rd_kafka_queue_s* queue) const;
  };

  absl::Status Assign();
  void Loop();
  // Whether the tail grew.
  bool Take(const rd_kafka_message_s& message);

  const Handle handle_;
  const std::string topic_;
  const TopicHandle topic_handle_;
  Tail& tail_;
  const std::function<void(int partition)> grown_;
  std::unique_ptr<rd_kafka_queue_s, DestroyQueue> queue_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace regard::kafka
