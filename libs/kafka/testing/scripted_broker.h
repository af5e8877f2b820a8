// A broker inside this process, librdkafka's own for tests, that answers as a test wants it: with what real brokers say
// only for moments. Everything else is tested on real ones (brokers.h).
#pragma once

#include <memory>
#include <string>

#include "libs/kafka/client.h"

struct rd_kafka_mock_cluster_s;

namespace regard::kafka::testing {

class ScriptedBroker {
 public:
  // With one topic of so many partitions.
  ScriptedBroker(const std::string& topic, int partitions);
  ~ScriptedBroker();

  Cluster cluster() const;
  // Claims, each with so many bytes, behind what is there. What the next offset is.
  int64_t Write(const std::string& topic, int partition, int count, size_t bytes);
  // So many fetches are answered with this (rd_kafka_resp_err_t).
  void AnswerFetches(int error, int count);

 private:
  Handle handle_;
  rd_kafka_mock_cluster_s* const brokers_;
};

}  // namespace regard::kafka::testing
