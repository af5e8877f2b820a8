// What makes an engine one of several on a shared log: the members topic, this instance's node, and its side of what
// instances ask of each other. Made between opening the engine and starting it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/app/data_folder.h"
#include "libs/app/embedded_engine.h"
#include "libs/auth/key_file.h"
#include "libs/auth/signer.h"
#include "libs/base/clock.h"
#include "libs/cluster/node.h"
#include "libs/kafka/members_topic.h"
#include "libs/peers/instances_api.h"
#include "libs/peers/peers.h"
#include "libs/peers/snapshots.h"
#include "libs/rpc/client.h"
#include "libs/rpc/shell.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"

namespace regard::app {

struct ClusterOptions {
  kafka::Address log;
  // The same as in the engine's RuntimeOptions, whose owns_all must be false.
  std::string instance_id;
  // What is hosted, in any order.
  std::vector<std::string> services;
  int standbys = 1;
  // How this instance reaches others.
  rpc::ChannelOptions channel;
};

// Before the engine is opened on a folder that has neither states nor views: copies those of an instance that hosts the
// same, if there is one, so that only the rest of the log is read. What of it is of no use here (another fold version,
// another version of a view) is made again. OK also when nobody has one; what was copied in part is removed.
absl::Status FetchSnapshot(const ClusterOptions& options, const DataFolder& folder, const auth::KeyPair& key_pair,
                           const Clock& wall, telemetry::Log& log);

class Cluster {
 public:
  // All outlive it. `wall` is real time, whatever clock the engine has; `key_pair` the deployment's.
  Cluster(ClusterOptions options, const DataFolder& folder, EmbeddedEngine& engine, rpc::Shell& shell,
          const auth::KeyPair& key_pair, const Clock& wall, telemetry::Metrics& metrics);

  rpc::Forwarder& forwarder() { return peers_; }
  rpc::Service& instances_api() { return instances_api_; }
  const cluster::Node& node() const { return node_; }

  // After the engine started and the server listens at `address`: returns when every partition has an owner, or
  // UNAVAILABLE when that takes longer than `patience`.
  absl::Status Join(const std::string& address, absl::Duration patience);
  // Before the server stops: gives all partitions away.
  void Retire(absl::Duration patience);
  // After the server stopped.
  void Leave();

 private:
  void WatchTopic(const std::string& topic, telemetry::Metrics& metrics);

  const ClusterOptions options_;
  const auth::Signer signer_;
  cluster::Node node_;
  peers::Peers peers_;
  peers::Snapshots snapshots_;
  peers::InstancesApi instances_api_;
  struct KafkaBoard : cluster::Board {
    void Post(const std::string& heartbeat) override { topic->Post(heartbeat); }
    std::unique_ptr<kafka::MembersTopic> topic;
  };
  KafkaBoard board_;
};

}  // namespace regard::app
