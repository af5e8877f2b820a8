#include "libs/app/cluster.h"

#include <utility>

namespace regard::app {
namespace {

cluster::NodeOptions NodeOptionsOf(const ClusterOptions& options) {
  cluster::NodeOptions node;
  node.instance_id = options.instance_id;
  node.ownership.standbys = options.standbys;
  return node;
}

}  // namespace

Cluster::Cluster(ClusterOptions options, EmbeddedEngine& engine, rpc::Shell& shell, const auth::KeyPair& key_pair,
                 const Clock& wall, telemetry::Metrics& metrics)
    : options_(std::move(options)),
      signer_(key_pair.private_pem, wall),
      node_(NodeOptionsOf(options_), engine.runtimes(), wall),
      peers_(node_, signer_, wall, engine.timer(), options_.channel, metrics),
      instances_api_(shell, options_.instance_id, engine.gate(), engine.timer()) {
  engine.ShareWith(peers_);
  const auto watch = [this, &metrics](absl::string_view name, absl::string_view help,
                                      int cluster::Node::Standing::*value) {
    metrics.Watch(name, help, {}, [this, value] { return static_cast<double>(node_.standing().*value); });
  };
  watch("regard_cluster_members", "Instances that live, as this one sees it.", &cluster::Node::Standing::members);
  watch("regard_owned_partitions", "Partitions that are served here.", &cluster::Node::Standing::served);
  watch("regard_claims_total", "Partitions that were claimed here.", &cluster::Node::Standing::claims);
  watch("regard_lost_partitions_total", "Partitions that were lost here, fenced or for want of the log.",
        &cluster::Node::Standing::lost);
}

absl::Status Cluster::Join(const std::string& address, absl::Duration patience) {
  auto opened = kafka::MembersTopic::Open(options_.log.cluster, options_.log.deployment,
                                          [this](absl::string_view heartbeat) { node_.Hear(heartbeat); });
  if (!opened.ok()) return opened.status();
  board_.topic = *std::move(opened);
  node_.Start(address, board_,
              [this](const cluster::Peer& peer, std::function<void(bool)> done) { peers_.Probe(peer, std::move(done)); });
  if (node_.AwaitOwners(patience)) return absl::OkStatus();
  return absl::UnavailableError("not every partition has an owner yet");
}

void Cluster::Retire(absl::Duration patience) { node_.Retire(patience); }

void Cluster::Leave() {
  node_.Stop();
  board_.topic.reset();
}

}  // namespace regard::app
