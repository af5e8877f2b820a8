#include "libs/cluster/node.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "libs/base/time.h"
#include "libs/es/feature_level.h"

namespace regard::cluster {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(50);
// Several changes are said in one heartbeat.
constexpr absl::Duration kGather = absl::Milliseconds(5);

std::vector<OwnedTopic> TopicsOf(const std::vector<es::CommandRuntime*>& runtimes) {
  std::vector<OwnedTopic> topics;
  for (const es::CommandRuntime* runtime : runtimes) {
    topics.push_back({std::string(runtime->domain().topic()), runtime->partition_count()});
  }
  return topics;
}

}  // namespace

Node::Node(NodeOptions options, const std::vector<es::CommandRuntime*>& runtimes, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      membership_(options_.instance_id, options_.membership),
      ownership_(options_.instance_id, TopicsOf(runtimes), options_.ownership),
      shared_(std::make_shared<Shared>()) {
  shared_->node = this;
  for (es::CommandRuntime* runtime : runtimes) {
    const std::string topic(runtime->domain().topic());
    runtimes_[topic] = runtime;
    seen_[topic].reached.resize(runtime->partition_count());
    runtime->WatchPartitions(
        [this, topic](const es::CommandRuntime::PartitionChange& change) { OnPartition(topic, change); });
  }
}

Node::~Node() { Stop(); }

void Node::Start(std::string address, Board& board, Probe probe) {
  address_ = std::move(address);
  board_ = &board;
  probe_ = std::move(probe);
  thread_ = std::thread([this] { Loop(); });
  pthread_setname_np(thread_.native_handle(), "cluster");
}

void Node::Stop() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) {
    thread_.join();
    std::lock_guard<std::mutex> lock(mutex_);
    board_->Post(NextBeat(clock_.Monotonic(), true));
  }
  std::lock_guard<std::mutex> lock(shared_->mutex);
  shared_->node = nullptr;
}

void Node::Retire(absl::Duration patience) {
  std::unique_lock<std::mutex> lock(mutex_);
  ownership_.Retire();
  stir_ = say_ = true;
  changed_.notify_all();
  // The last heartbeat says that nothing is owned.
  changed_.wait_for(lock, absl::ToChronoNanoseconds(patience),
                    [this] { return stopping_ || (ownership_.HasRetired() && !say_); });
}

bool Node::HasOwners() const {
  const std::vector<const Heartbeat*> living = membership_.Living();
  for (const auto& [topic, runtime] : runtimes_) {
    for (int partition = 0; partition < runtime->partition_count(); ++partition) {
      if (cluster::OwnerOf(living, topic, partition) == nullptr) return false;
    }
  }
  return true;
}

bool Node::AwaitOwners(absl::Duration patience) {
  std::unique_lock<std::mutex> lock(mutex_);
  return changed_.wait_for(lock, absl::ToChronoNanoseconds(patience), [this] { return stopping_ || HasOwners(); });
}

void Node::Hear(absl::string_view bytes) {
  Heartbeat heartbeat;
  // Of another release, perhaps: what it cannot say, it does not own.
  if (!heartbeat.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  std::lock_guard<std::mutex> lock(mutex_);
  membership_.Hear(heartbeat, clock_.Monotonic());
  stir_ = true;
  changed_.notify_all();
}

void Node::OnPartition(const std::string& topic, const es::CommandRuntime::PartitionChange& change) {
  std::lock_guard<std::mutex> lock(mutex_);
  Seen& seen = seen_[topic];
  if (change.serves) {
    ++seen.claims;
    ownership_.Serves(topic, change.partition, change.token);
  } else {
    if (absl::IsAborted(change.why)) {
      ++seen.fenced;
    } else if (!change.why.ok()) {
      ++seen.lost;
    }
    ownership_.Idle(topic, change.partition, !change.why.ok(), clock_.Monotonic());
  }
  stir_ = say_ = true;
  changed_.notify_all();
}

void Node::OnProbed(const std::string& instance_id, const absl::optional<Reached>& answer) {
  const bool answered = answer.has_value();
  std::lock_guard<std::mutex> lock(mutex_);
  for (const ReachedPosition& one : answer.value_or(Reached())) {
    const auto seen = seen_.find(one.topic);
    if (seen == seen_.end() || one.partition < 0 || one.partition >= static_cast<int>(seen->second.reached.size())) {
      continue;
    }
    // Positions never go back, whoever owns the partition, but answers may come late.
    uint64_t& reached = seen->second.reached[one.partition];
    reached = std::max(reached, one.position);
  }
  membership_.Probed(instance_id, answered);
  Probed& probed = probes_[instance_id];
  probed.running = false;
  probed.next = clock_.Monotonic() + (answered ? options_.probe_every : options_.probe_again);
  stir_ = stir_ || !answered;
  changed_.notify_all();
}

std::string Node::NextBeat(absl::Duration now, bool gone) {
  Heartbeat heartbeat;
  heartbeat.set_instance_id(options_.instance_id);
  heartbeat.set_address(address_);
  heartbeat.set_beat(++beat_);
  *heartbeat.mutable_time() = ToProto(clock_.Now());
  ownership_.Describe(heartbeat);
  heartbeat.set_gone(gone);
  for (const std::string& service : options_.services) heartbeat.add_services(service);
  heartbeat.set_feature_level(es::kFeatureLevel);
  membership_.Sent(beat_, now);
  next_beat_ = now + options_.membership.beat;
  say_ = false;
  return heartbeat.SerializeAsString();
}

std::vector<Peer> Node::DueProbes(absl::Duration now) {
  std::vector<Peer> due;
  std::map<std::string, Probed> kept;
  for (const Heartbeat* member : membership_.Known()) {
    if (member->instance_id() == options_.instance_id) continue;
    Probed& probed = kept[member->instance_id()] = probes_[member->instance_id()];
    if (probed.running || now < probed.next) continue;
    probed.running = true;
    due.push_back({member->instance_id(), member->address()});
  }
  probes_ = std::move(kept);
  return due;
}

void Node::Act(const Ownership::Action& action) {
  es::CommandRuntime& runtime = *runtimes_.find(action.topic)->second;
  switch (action.kind) {
    case Ownership::Action::Kind::kOwn: return runtime.Own(action.partition);
    case Ownership::Action::Kind::kLeave: return runtime.Leave(action.partition);
    case Ownership::Action::Kind::kFollow: return runtime.Follow(action.partition, true);
    case Ownership::Action::Kind::kUnfollow: return runtime.Follow(action.partition, false);
  }
}

void Node::Loop() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stopping_) {
    const absl::Duration now = clock_.Monotonic();
    stir_ = false;
    const std::vector<Ownership::Action> actions = ownership_.Decide(membership_, now);
    const bool beats = say_ || now >= next_beat_;
    const std::string beat = beats ? NextBeat(now, false) : "";
    const std::vector<Peer> due = DueProbes(now);
    lock.unlock();
    if (beats) board_->Post(beat);
    for (const Ownership::Action& action : actions) Act(action);
    for (const Peer& peer : due) {
      probe_(peer, [shared = shared_, id = peer.instance_id](const absl::optional<Reached>& answer) {
        std::lock_guard<std::mutex> alive(shared->mutex);
        if (shared->node != nullptr) shared->node->OnProbed(id, answer);
      });
    }
    if (beats) absl::SleepFor(kGather);
    lock.lock();
    changed_.notify_all();
    changed_.wait_for(lock, absl::ToChronoNanoseconds(kLook), [this] { return stir_ || say_ || stopping_; });
  }
}

absl::optional<Peer> Node::OwnerOf(absl::string_view topic, int partition) const {
  std::lock_guard<std::mutex> lock(mutex_);
  // What this instance has is known here before it was said and heard.
  const absl::optional<int64_t> own = ownership_.TokenOf(topic, partition);
  const Heartbeat* owner = cluster::OwnerOf(membership_.Living(), topic, partition, own.value_or(-1));
  if (owner != nullptr) return Peer{owner->instance_id(), owner->address()};
  return own.has_value() ? absl::make_optional(Peer{options_.instance_id, address_}) : absl::nullopt;
}

std::vector<Peer> Node::Peers() const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Peer> peers;
  for (const Heartbeat* member : membership_.Living()) {
    if (member->instance_id() != options_.instance_id) peers.push_back({member->instance_id(), member->address()});
  }
  return peers;
}

Node::Standing Node::StandingOf(absl::string_view topic) const {
  Standing standing;
  const auto hosted = runtimes_.find(topic);
  if (hosted == runtimes_.end()) return standing;
  const es::CommandRuntime& runtime = *hosted->second;
  std::lock_guard<std::mutex> lock(mutex_);
  const Seen& seen = seen_.find(topic)->second;
  standing.claims = seen.claims;
  standing.fenced = seen.fenced;
  standing.lost = seen.lost;
  for (int partition = 0; partition < runtime.partition_count(); ++partition) {
    standing.owned += ownership_.TokenOf(topic, partition).has_value() ? 1 : 0;
    if (!ownership_.Follows(topic, partition)) continue;
    ++standing.followed;
    const uint64_t here = runtime.AcknowledgedPosition(partition);
    const uint64_t there = seen.reached[partition];
    standing.behind += there > here ? there - here : 0;
  }
  return standing;
}

int Node::members() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<int>(membership_.Living().size());
}

absl::optional<Peer> Node::KnowsLess(uint32_t feature_level) const {
  std::lock_guard<std::mutex> lock(mutex_);
  for (const Heartbeat* member : membership_.Known()) {
    if (member->instance_id() != options_.instance_id && es::FeatureLevel(member->feature_level()) < feature_level) {
      return Peer{member->instance_id(), member->address()};
    }
  }
  return absl::nullopt;
}

Node::Reached Node::OwnReached() const {
  Reached reached;
  for (const auto& [topic, runtime] : runtimes_) {
    for (int partition = 0; partition < runtime->partition_count(); ++partition) {
      if (runtime->Serves(partition)) reached.push_back({topic, partition, runtime->AcknowledgedPosition(partition)});
    }
  }
  return reached;
}

}  // namespace regard::cluster
