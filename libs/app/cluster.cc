#include "libs/app/cluster.h"

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/peers/fetch_snapshot.h"
#include "libs/peers/instance_token.h"

namespace regard::app {
namespace {

// Who lives is only known from heartbeats, and those from before are of instances that may be gone: a twin that lives is
// heard within one beat, and a second one forgives that it came late. Only an empty disk waits, and the whole time only
// when there is no twin. Who is missed costs time, never a fact: then the log is read from its start.
const absl::Duration kListen = 2 * cluster::MembershipOptions().beat;

cluster::NodeOptions NodeOptionsOf(const ClusterOptions& options) {
  cluster::NodeOptions node;
  node.instance_id = options.instance_id;
  node.services = options.services;
  node.ownership.standbys = options.standbys;
  return node;
}

// One instance that hosts the same and lives, as far as can be heard.
absl::StatusOr<absl::optional<cluster::Peer>> FindTwin(const ClusterOptions& options) {
  std::vector<std::string> wanted = options.services;
  std::sort(wanted.begin(), wanted.end());
  std::mutex mutex;
  std::condition_variable heard;
  absl::optional<cluster::Peer> twin;
  auto topic = kafka::MembersTopic::Open(
      options.log.cluster, options.log.deployment, [&](absl::string_view note) {
        cluster::Heartbeat heartbeat;
        if (!heartbeat.ParseFromArray(note.data(), static_cast<int>(note.size())) || heartbeat.leaving()) return;
        std::vector<std::string> services(heartbeat.services().begin(), heartbeat.services().end());
        std::sort(services.begin(), services.end());
        if (services != wanted) return;
        std::lock_guard<std::mutex> lock(mutex);
        twin = cluster::Peer{heartbeat.instance_id(), heartbeat.address()};
        heard.notify_one();
      });
  if (!topic.ok()) return topic.status();
  {
    std::unique_lock<std::mutex> lock(mutex);
    heard.wait_for(lock, absl::ToChronoNanoseconds(kListen), [&twin] { return twin.has_value(); });
  }
  // Before what it calls into.
  topic->reset();
  return twin;
}

}  // namespace

absl::Status FetchSnapshot(const ClusterOptions& options, const DataFolder& folder, const auth::KeyPair& key_pair,
                           const Clock& wall, telemetry::Log& log) {
  if (std::filesystem::exists(folder.File("state")) || std::filesystem::exists(folder.File("views"))) {
    return absl::OkStatus();
  }
  const absl::StatusOr<absl::optional<cluster::Peer>> twin = FindTwin(options);
  if (!twin.ok()) return twin.status();
  if (!twin->has_value()) return absl::OkStatus();
  const std::string joining = folder.File("joining");
  std::error_code ignored;
  std::filesystem::remove_all(joining, ignored);
  const auth::Signer signer(key_pair.private_pem, wall);
  const absl::StatusOr<std::string> token = peers::InstanceToken(signer, options.instance_id, wall.Now());
  if (!token.ok()) return token.status();
  const absl::StatusOr<uint64_t> bytes =
      peers::FetchSnapshot((*twin)->address, options.channel, *token, joining);
  if (bytes.ok()) {
    // Views last: who finds both has whole ones.
    std::error_code error;
    std::filesystem::rename(joining + "/state", folder.File("state"), error);
    if (!error) std::filesystem::rename(joining + "/views", folder.File("views"), error);
    if (error) return absl::UnavailableError(absl::StrCat("snapshot: ", error.message()));
    log.Info("snapshot_fetched", {{"from", (*twin)->address}, {"bytes", *bytes}});
  } else {
    // The log has everything; it only takes longer.
    log.Warning("snapshot_not_fetched", {{"from", (*twin)->address}, {"detail", bytes.status().message()}});
  }
  std::filesystem::remove_all(joining, ignored);
  return absl::OkStatus();
}

Cluster::Cluster(ClusterOptions options, const DataFolder& folder, EmbeddedEngine& engine, rpc::Shell& shell,
                 const auth::KeyPair& key_pair, const Clock& wall, telemetry::Metrics& metrics)
    : options_(std::move(options)),
      signer_(key_pair.private_pem, wall),
      node_(NodeOptionsOf(options_), engine.runtimes(), wall),
      peers_(node_, signer_, wall, engine.timer(), options_.channel, metrics),
      snapshots_(folder.File("snapshot"), [&engine](const std::string& to) { return engine.Backup(to); }, wall),
      instances_api_(shell, node_, engine.gate(), engine.timer(), snapshots_) {
  engine.ShareWith(peers_);
  metrics.Watch("regard_cluster_members", "Instances that live, as this one sees it.", {},
                [this] { return static_cast<double>(node_.members()); });
  for (const es::CommandRuntime* runtime : engine.runtimes()) {
    WatchTopic(std::string(runtime->domain().topic()), metrics);
  }
}

void Cluster::WatchTopic(const std::string& topic, telemetry::Metrics& metrics) {
  using Standing = cluster::Node::Standing;
  const auto watch = [this, &topic, &metrics](absl::string_view name, absl::string_view help, auto Standing::*value) {
    metrics.Watch(name, help, {{"topic", topic}},
                  [this, topic, value] { return static_cast<double>(node_.StandingOf(topic).*value); });
  };
  watch("regard_owned_partitions", "Partitions that are served here.", &Standing::owned);
  watch("regard_followed_partitions", "Partitions that are followed here beside their owner.", &Standing::followed);
  watch("regard_follow_lag_appends", "Appends that owners have and that were not followed here yet.", &Standing::behind);
  watch("regard_claims_total", "Partitions that were claimed here.", &Standing::claims);
  watch("regard_fenced_total", "Partitions that ceased to be served here because another instance claimed them.",
        &Standing::fenced);
  watch("regard_lost_partitions_total", "Partitions that ceased to be served here for want of the log.",
        &Standing::lost);
}

absl::Status Cluster::Join(const std::string& address, absl::Duration patience) {
  auto opened = kafka::MembersTopic::Open(options_.log.cluster, options_.log.deployment,
                                          [this](absl::string_view heartbeat) { node_.Hear(heartbeat); });
  if (!opened.ok()) return opened.status();
  board_.topic = *std::move(opened);
  node_.Start(address, board_,
              [this](const cluster::Peer& peer, auto done) { peers_.Probe(peer, std::move(done)); });
  if (node_.AwaitOwners(patience)) return absl::OkStatus();
  return absl::UnavailableError("not every partition has an owner yet");
}

void Cluster::Retire(absl::Duration patience) { node_.Retire(patience); }

void Cluster::Leave() {
  node_.Stop();
  board_.topic.reset();
}

}  // namespace regard::app
