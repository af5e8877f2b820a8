// Brings every new record of some topics into their tails: one thread that reads all their partitions from where the
// tails end, without a consumer group, so that nobody else has a say in who reads what.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/kafka/client.h"
#include "libs/kafka/tail.h"

struct rd_kafka_message_s;
struct rd_kafka_queue_s;

namespace regard::kafka {

struct FedTopic {
  std::string name;
  Tail* tail;
  // After records of the partition were added; from the feed's thread.
  std::function<void(int partition)> grown;
};

class Feed {
 public:
  // The tails outlive it.
  static absl::StatusOr<std::unique_ptr<Feed>> Start(const Cluster& cluster, std::vector<FedTopic> topics);
  // After it nothing is called.
  ~Feed();

 private:
  Feed(Handle handle, std::vector<FedTopic> topics);

  struct DestroyQueue {
    void operator()(rd_kafka_queue_s* queue) const;
  };

  absl::Status Assign();
  void Loop();
  // Whether the tail grew.
  bool Take(const FedTopic& topic, const rd_kafka_message_s& message);

  const Handle handle_;
  const std::vector<FedTopic> topics_;
  std::vector<TopicHandle> handles_;
  std::unique_ptr<rd_kafka_queue_s, DestroyQueue> queue_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace regard::kafka
