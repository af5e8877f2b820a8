// This instance's part in its deployment: says that it lives and what it owns, hears and probes the others, and has its
// runtimes own what they should. One thread; nothing here is needed for correctness, which is the log's.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/base/clock.h"
#include "libs/cluster/membership.h"
#include "libs/cluster/ownership.h"
#include "libs/es/command_runtime.h"

namespace regard::cluster {

// Where heartbeats go, so that all instances see them in one order: also back to this one. Thread-safe, never blocks; a
// heartbeat that cannot be delivered soon is dropped.
class Board {
 public:
  virtual ~Board() = default;
  virtual void Post(const std::string& heartbeat) = 0;
};

struct NodeOptions {
  std::string instance_id;
  // What this instance hosts.
  std::vector<std::string> services;
  MembershipOptions membership;
  OwnershipOptions ownership;
  absl::Duration probe_every = absl::Milliseconds(250);
  // After a failed probe, to be sure soon.
  absl::Duration probe_again = absl::Milliseconds(50);
};

struct Peer {
  std::string instance_id;
  std::string address;
};

// How far the owner of a partition is: its appends that are durable and in its state.
struct ReachedPosition {
  std::string topic;
  int partition;
  uint64_t position;
};

// Thread-safe.
class Node {
 public:
  // Whether the instance of this id answers at its address, and then how far it is in what it owns; `done` once, from any
  // thread.
  using Reached = std::vector<ReachedPosition>;
  using Probe = std::function<void(const Peer& peer, std::function<void(absl::optional<Reached> answer)> done)>;

  // All outlive the node, and the runtimes must not have started: it watches their partitions.
  Node(NodeOptions options, const std::vector<es::CommandRuntime*>& runtimes, const Clock& clock);
  ~Node();

  // After the runtimes started. `address` is where other instances reach this one. `board` outlives the node's Stop.
  void Start(std::string address, Board& board, Probe probe);
  // A heartbeat from the board, in its order.
  void Hear(absl::string_view heartbeat);
  // Gives everything away: returns when nothing is served here any more, or after `patience`.
  void Retire(absl::Duration patience);
  // Says good-bye. No call out of it afterwards.
  void Stop();
  // Whether every partition of the topics it may own has an owner, here or elsewhere; waits for it until `patience` passed.
  bool AwaitOwners(absl::Duration patience);

  // Who serves the partition, as far as is known here.
  absl::optional<Peer> OwnerOf(absl::string_view topic, int partition) const;
  // All others that live.
  std::vector<Peer> Peers() const;
  const std::string& instance_id() const { return options_.instance_id; }

  // What is said of a topic for metrics and readiness.
  struct Standing {
    int owned = 0;
    // Beside the owner, so as to take over soon.
    int followed = 0;
    // Appends that owners had, when they were last asked, and that were not followed yet.
    uint64_t behind = 0;
    uint64_t claims = 0;
    // Partitions that ceased to be served because another instance claimed them, or for want of the log.
    uint64_t fenced = 0;
    uint64_t lost = 0;
  };
  Standing StandingOf(absl::string_view topic) const;
  // Who lives, this one included.
  int members() const;
  // One that was heard lately, this one excepted, whose build does not know a feature level.
  absl::optional<Peer> KnowsLess(uint32_t feature_level) const;
  // As others are told who probe this one. Never blocks.
  Reached OwnReached() const;

 private:
  // Since the start, and what owners said of partitions, by partition.
  struct Seen {
    uint64_t claims = 0;
    uint64_t fenced = 0;
    uint64_t lost = 0;
    std::vector<uint64_t> reached;
  };
  struct Probed {
    absl::Duration next = -absl::InfiniteDuration();
    bool running = false;
  };
  // What outlives the node for the sake of probes that are under way.
  struct Shared {
    std::mutex mutex;
    Node* node;
  };

  void Loop();
  void Act(const Ownership::Action& action);
  void OnPartition(const std::string& topic, const es::CommandRuntime::PartitionChange& change);
  void OnProbed(const std::string& instance_id, const absl::optional<Reached>& answer);
  // Under mutex_.
  std::string NextBeat(absl::Duration now, bool gone);
  bool HasOwners() const;
  std::vector<Peer> DueProbes(absl::Duration now);

  const NodeOptions options_;
  const Clock& clock_;
  std::map<std::string, es::CommandRuntime*, std::less<>> runtimes_;
  std::string address_;
  Board* board_ = nullptr;
  Probe probe_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Membership membership_;
  Ownership ownership_;
  uint64_t beat_ = 0;
  absl::Duration next_beat_ = -absl::InfiniteDuration();
  bool stir_ = false;
  bool say_ = false;
  bool stopping_ = false;
  std::map<std::string, Probed> probes_;
  std::map<std::string, Seen, std::less<>> seen_;
  const std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace regard::cluster
