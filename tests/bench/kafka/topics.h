// Topics as anybody may look at them: what is in one, who leads it, and another one on the same brokers to write to.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/kafka/client.h"

namespace regard::bench {

constexpr int kPartitions = 64;

struct Stored {
  int partition;
  int64_t offset;
  int64_t time_ms;
  std::string bytes;
};

// What every row uses: whatever goes wrong with the brokers ends the program.
[[noreturn]] void Die(const std::string& why);
// A child not to be left behind by Die.
void KillAtDeath(pid_t pid);

std::vector<int64_t> EndsOf(const kafka::Cluster& cluster, const std::string& topic);

// All records in [from, to), by the time that they were written at.
std::vector<Stored> ReadBetween(const kafka::Cluster& cluster, const std::string& topic,
                                const std::vector<int64_t>& from, const std::vector<int64_t>& to);

// The bytes of each record that is in the topic, in no order.
void ForEachRecord(const kafka::Cluster& cluster, const std::string& topic,
                   const std::function<void(absl::string_view)>& take);

// Reads all of the topics with a plain consumer, and looks at nothing; how long that took, connecting included.
absl::Duration TimeToRead(const kafka::Cluster& cluster, const std::vector<std::string>& topics);

// Reads on what is written to a topic, with the settings of Regard's feed (libs/kafka/feed.cc), and drops it.
class Follower {
 public:
  Follower(const kafka::Cluster& cluster, const std::string& topic);
  ~Follower();

 private:
  const kafka::Handle handle_;
  const kafka::TopicHandle topic_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

struct Placed {
  int leader = -1;
  std::vector<int> replicas;
  size_t in_sync = 0;
};
// By partition.
std::vector<Placed> PlacesOf(const kafka::Cluster& cluster, const std::string& topic);

// Makes a topic whose partitions are on the same brokers, led by the same ones, and waits until it can be written to.
void MakeTopicBeside(const kafka::Cluster& cluster, const std::string& model, const std::string& name);

}  // namespace regard::bench
