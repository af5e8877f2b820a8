// The rows of kafka_bench. Each prints its result, and to stderr where the time goes.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/echo.h"
#include "tests/bench/kafka/deployment.h"

namespace regard::bench {

struct KafkaSettings {
  int rounds = 5;
  double seconds = 3;
  uint64_t budgets = 100'000;
  int kills = 10;
  int stalls = 3;
  uint64_t appends = 1'000'000;
  int joins = 3;
};

// For stderr: processor time is the brokers', too.
std::vector<pid_t> BrokerPids();

// kafka_hold_1 and kafka_hold_256, against one instance.
void HoldRows(Deployment& deployment, const EchoProcess& echo, const KafkaSettings& settings, bool one, bool many);
// failover, with two instances.
void FailoverRow(Deployment& deployment, const KafkaSettings& settings);
// broker_stall, with two instances.
void StallRow(Deployment& deployment, const KafkaSettings& settings);
// join: one that has nothing, and nobody to ask. On a log of its own, in `folder` and then on the brokers.
void JoinRow(const kafka::Cluster& cluster, const std::string& standalone, const std::string& folder,
             const KafkaSettings& settings);

}  // namespace regard::bench
