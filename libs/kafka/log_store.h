// The log on Kafka: the topics of one deployment, each an EventLog. Kafka keeps and replicates; who may write and which
// records count is decided above, by the same code as for every other log (libs/es).
//
// What it guarantees: an append is acknowledged with its offset when every replica in sync has it (acks=all,
// min.insync.replicas), in order within a partition. Brokers do not sync to disk before they acknowledge: the loss of
// power on all replicas at once can take acknowledged records, which readers' checkpoints then notice.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/es/event_log.h"
#include "libs/kafka/client.h"
#include "libs/kafka/tail.h"
#include "libs/kafka/topics.h"
#include "libs/kafka/writer.h"

namespace regard::kafka {

struct LogStoreOptions {
  std::string deployment = "regard";
  // As the deployment was made.
  int partition_count = 64;
  TopicRules rules;
  WriterOptions writer;
  TailLimits tail;
  // How long a read waits for a broker before it says UNAVAILABLE.
  absl::Duration read_patience = absl::Seconds(3);
};

// Thread-safe.
class LogStore {
 public:
  // Checks the topics first: the errors of CheckTopics (topics.h). Makes nothing.
  static absl::StatusOr<std::unique_ptr<LogStore>> Open(const Cluster& cluster, const std::vector<std::string>& topics,
                                                        const LogStoreOptions& options);
  virtual ~LogStore() = default;

  // Nullptr for a topic that was not named. Append never blocks; Read blocks on the network for what is not at the end
  // of the log, End always, both at most for read_patience.
  virtual es::EventLog* topic(absl::string_view name) = 0;
  virtual const log::v1::LogIdentity& identity() const = 0;
  // Connections given up after a failed delivery.
  virtual uint64_t sessions_given_up() const = 0;
};

}  // namespace regard::kafka
