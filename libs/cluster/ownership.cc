#include "libs/cluster/ownership.h"

#include <algorithm>
#include <cstdlib>

#include "libs/cluster/assignment.h"

namespace regard::cluster {

Ownership::Ownership(std::string own_id, std::vector<OwnedTopic> topics, OwnershipOptions options)
    : own_id_(std::move(own_id)), options_(options) {
  for (const OwnedTopic& topic : topics) {
    Partition fresh;
    fresh.retry = options_.retry;
    // As runtimes begin.
    fresh.follows = true;
    topics_[topic.name].partitions.assign(topic.partition_count, fresh);
  }
}

Ownership::Partition& Ownership::At(absl::string_view topic, int partition) {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) std::abort();
  return found->second.partitions.at(partition);
}

void Ownership::Serves(absl::string_view topic, int partition, int64_t token) {
  Partition& served = At(topic, partition);
  served.token = token;
  served.changing = false;
  served.retry = options_.retry;
}

void Ownership::Idle(absl::string_view topic, int partition, bool failed, absl::Duration now) {
  Partition& idle = At(topic, partition);
  idle.token.reset();
  idle.changing = false;
  if (!failed) return;
  idle.not_before = now + idle.retry;
  idle.retry = std::min(idle.retry * 2, options_.longest_retry);
}

std::vector<Ownership::Action> Ownership::Decide(const Membership& membership, absl::Duration now) {
  const bool settled = membership.Settled(now);
  const std::vector<const Heartbeat*> living = membership.Living();
  std::vector<Action> actions;
  decided_to_retire_ = retired_;
  has_heirs_ = false;
  for (auto& [name, topic] : topics_) {
    std::vector<std::string> candidates;
    // The highest token that anybody else says it has, by partition.
    std::vector<absl::optional<Holder>> others(topic.partitions.size());
    for (const Heartbeat* member : living) {
      const bool leaves = member->leaving() || (retired_ && member->instance_id() == own_id_);
      const bool wants = !leaves &&
                         std::find(member->topics().begin(), member->topics().end(), name) != member->topics().end();
      if (wants) candidates.push_back(member->instance_id());
      if (member->instance_id() == own_id_) continue;
      for (const auto& owned : member->owned()) {
        if (owned.topic() != name || owned.partition() >= others.size()) continue;
        absl::optional<Holder>& other = others[owned.partition()];
        if (!other.has_value() || other->token < owned.token()) other = Holder{member->instance_id(), owned.token()};
      }
    }
    has_heirs_ = has_heirs_ || !candidates.empty();
    if (topic.assigned.empty() || candidates != topic.assigned_to) {
      topic.assigned = Assign(name, static_cast<int>(topic.partitions.size()), candidates);
      topic.assigned_to = std::move(candidates);
    }
    for (size_t p = 0; p < topic.partitions.size(); ++p) {
      DecideOn(name, static_cast<int>(p), others[p], settled, now, actions);
    }
  }
  return actions;
}

void Ownership::DecideOn(const std::string& topic, int number, const absl::optional<Holder>& other, bool settled,
                         absl::Duration now, std::vector<Action>& actions) {
  Partition& partition = topics_[topic].partitions[number];
  const std::vector<std::string>& order = topics_[topic].assigned[number];
  const bool should_own = !retired_ && !order.empty() && order.front() == own_id_;
  const auto place = std::find(order.begin(), order.end(), own_id_);
  const bool should_follow = !retired_ && place != order.end() && place - order.begin() <= options_.standbys;
  if (partition.follows != should_follow) {
    partition.follows = should_follow;
    actions.push_back({should_follow ? Action::Kind::kFollow : Action::Kind::kUnfollow, topic, number});
  }
  if (partition.changing) return;
  if (partition.token.has_value()) {
    const bool fenced = other.has_value() && other->token > *partition.token;
    // While nobody is there to take it, to leave it would only stop it.
    const bool unwanted = settled && !order.empty() && !should_own;
    if (!fenced && !unwanted) return;
    partition.changing = true;
    actions.push_back({Action::Kind::kLeave, topic, number});
  } else if (should_own && settled && !other.has_value() && now >= partition.not_before) {
    partition.changing = true;
    actions.push_back({Action::Kind::kOwn, topic, number});
  }
}

void Ownership::Describe(Heartbeat& heartbeat) const {
  heartbeat.set_leaving(retired_);
  for (const auto& [name, topic] : topics_) {
    heartbeat.add_topics(name);
    for (size_t p = 0; p < topic.partitions.size(); ++p) {
      if (!topic.partitions[p].token.has_value()) continue;
      auto* owned = heartbeat.add_owned();
      owned->set_topic(name);
      owned->set_partition(static_cast<uint32_t>(p));
      owned->set_token(*topic.partitions[p].token);
    }
  }
}

int Ownership::served() const {
  int served = 0;
  for (const auto& [name, topic] : topics_) {
    for (const Partition& partition : topic.partitions) served += partition.token.has_value() ? 1 : 0;
  }
  return served;
}

bool Ownership::Follows(absl::string_view topic, int partition) const {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return false;
  const Partition& asked = found->second.partitions.at(partition);
  return asked.follows && !asked.token.has_value();
}

absl::optional<int64_t> Ownership::TokenOf(absl::string_view topic, int partition) const {
  const auto found = topics_.find(topic);
  return found == topics_.end() ? absl::nullopt : found->second.partitions.at(partition).token;
}

const Heartbeat* OwnerOf(const std::vector<const Heartbeat*>& living, absl::string_view topic, int partition,
                         int64_t token) {
  const Heartbeat* owner = nullptr;
  for (const Heartbeat* member : living) {
    for (const auto& owned : member->owned()) {
      if (owned.topic() != topic || static_cast<int>(owned.partition()) != partition || owned.token() <= token) continue;
      owner = member;
      token = owned.token();
    }
  }
  return owner;
}

}  // namespace regard::cluster
