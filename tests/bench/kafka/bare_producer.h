// A producer with the settings of Regard's writer (libs/kafka/writer.cc) and nothing above it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/kafka/client.h"
#include "tests/bench/kafka/topics.h"

namespace regard::bench {

// Not thread-safe.
class BareProducer {
 public:
  // Writes once to each partition, so that what is measured finds all connections there.
  BareProducer(const kafka::Cluster& cluster, const std::string& topic);

  // One record in flight: how long each was, in microseconds.
  std::vector<double> OneByOne(const std::vector<const Stored*>& records, absl::Duration at_most);

  // All records in their order, with `commands[i]` in record i and at most `in_flight` commands under way: commands per
  // second.
  double All(const std::vector<const Stored*>& records, const std::vector<int>& commands, int in_flight);

  // One record in flight to each of the partitions, again and again until `enough` says so: `delivered` for each that
  // was. A failed one is sent again; dies when the producer cannot go on.
  void Keep(const std::vector<int>& partitions, const std::string& bytes, const std::function<void(int)>& delivered,
            const std::function<bool()>& enough);

 private:
  void Send(int partition, const std::string& bytes, uint64_t id);

  std::function<void(const kafka::Delivery&)> on_delivery_;
  kafka::Handle handle_;
  kafka::TopicHandle topic_;
};

}  // namespace regard::bench
