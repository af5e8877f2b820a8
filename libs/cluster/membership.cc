#include "libs/cluster/membership.h"

#include <utility>

namespace regard::cluster {
namespace {

// Long dead ones are only kept to know a late heartbeat of theirs.
constexpr absl::Duration kForgetAfter = absl::Minutes(10);

}  // namespace

void Membership::Sent(uint64_t beat, absl::Duration now) { sent_[beat] = now; }

void Membership::Hear(const Heartbeat& heartbeat, absl::Duration now) {
  Member& member = members_[heartbeat.instance_id()];
  const bool first = member.last.beat() == 0;
  // A late copy.
  if (heartbeat.beat() <= member.last.beat()) return;
  member.last = heartbeat;
  member.heard_at = now;
  if (member.suspected) {
    member.suspected = false;
    member.probes_count = false;
  }
  if (first) {
    for (auto& [id, other] : members_) {
      if (id != heartbeat.instance_id() && other.last.address() == heartbeat.address()) other.replaced = true;
    }
  }
  if (heartbeat.instance_id() != own_id_) return;
  if (const auto sent = sent_.find(heartbeat.beat()); sent != sent_.end()) heard_until_ = sent->second;
  sent_.erase(sent_.begin(), sent_.upper_bound(heartbeat.beat()));
  if (first) first_heard_ = now;
  for (auto it = members_.begin(); it != members_.end();) {
    it = heard_until_ - it->second.heard_at > kForgetAfter ? members_.erase(it) : std::next(it);
  }
}

void Membership::Probed(absl::string_view instance_id, bool answered) {
  const auto found = members_.find(std::string(instance_id));
  if (found == members_.end()) return;
  Member& member = found->second;
  if (answered) {
    member.failed = 0;
    member.probes_count = true;
    return;
  }
  if (member.probes_count && ++member.failed >= options_.failed_probes) member.suspected = true;
}

bool Membership::Settled(absl::Duration now) const {
  return now - heard_until_ <= 2 * options_.beat && now - first_heard_ >= 2 * options_.beat;
}

bool Membership::IsHeard(const Member& member) const {
  return !member.replaced && !member.last.gone() && heard_until_ - member.heard_at <= options_.silence;
}

std::vector<const Heartbeat*> Membership::Living() const {
  std::vector<const Heartbeat*> living;
  for (const auto& [id, member] : members_) {
    if (IsHeard(member) && !member.suspected) living.push_back(&member.last);
  }
  return living;
}

std::vector<const Heartbeat*> Membership::Known() const {
  std::vector<const Heartbeat*> known;
  for (const auto& [id, member] : members_) {
    if (IsHeard(member)) known.push_back(&member.last);
  }
  return known;
}

}  // namespace regard::cluster
