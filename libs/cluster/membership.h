// Which instances live, as one of them sees it. Two witnesses: heartbeats through the members topic, which all see in one
// order, and probes from instance to instance, which notice a dead process within a moment.
//
// A heartbeat outweighs a probe: an instance that was suspected and is heard again was only out of reach, and from then
// on probes of it mean nothing until one succeeds. So a cut between two instances costs one wrong suspicion, not one a
// second. An instance that does not hear itself has lost the brokers, or the brokers are away: it judges nobody.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "regard/cluster/internal/v1/heartbeat.pb.h"

namespace regard::cluster {

using internal::v1::Heartbeat;

struct MembershipOptions {
  absl::Duration beat = absl::Milliseconds(500);
  // Whoever was not heard for so long is dead.
  absl::Duration silence = absl::Seconds(3);
  // Consecutive probes that must fail before a member is suspected.
  int failed_probes = 2;
};

// Not thread-safe. `now` is monotonic time and never falls from call to call.
class Membership {
 public:
  Membership(std::string own_id, MembershipOptions options) : own_id_(std::move(own_id)), options_(options) {}

  // A heartbeat of anybody, also of this instance, in the order of the topic.
  void Hear(const Heartbeat& heartbeat, absl::Duration now);
  // This instance sends its heartbeat number `beat`.
  void Sent(uint64_t beat, absl::Duration now);
  // What came of a probe.
  void Probed(absl::string_view instance_id, bool answered);

  // Whether it has heard itself lately, and had time to hear all others since it began.
  bool Settled(absl::Duration now) const;
  // The last heartbeats of those who live, this instance's included when it was heard. While not settled, of those who
  // lived when it last was.
  std::vector<const Heartbeat*> Living() const;
  // Whom to probe: also those who are only suspected.
  std::vector<const Heartbeat*> Known() const;

 private:
  struct Member {
    Heartbeat last;
    absl::Duration heard_at;
    int failed = 0;
    bool suspected = false;
    bool probes_count = true;
    // A newer instance has its address.
    bool replaced = false;
  };

  bool IsHeard(const Member& member) const;

  const std::string own_id_;
  const MembershipOptions options_;
  std::map<std::string, Member> members_;
  // When the last of its own heartbeats that it heard was sent: everything before it was heard, too.
  absl::Duration heard_until_ = -absl::InfiniteDuration();
  absl::Duration first_heard_ = absl::InfiniteDuration();
  std::map<uint64_t, absl::Duration> sent_;
};

}  // namespace regard::cluster
