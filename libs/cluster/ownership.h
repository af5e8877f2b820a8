// Which partitions this instance should claim, leave and follow, given who lives. Only decides; cluster/node.h does.
//
// Nobody claims a partition whose owner it believes alive: an owner that should not have a partition any more leaves it,
// says so, and then the other claims. So differing views of who lives cost at most a claim, never a quarrel.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/cluster/membership.h"

namespace regard::cluster {

struct OwnershipOptions {
  // Instances that follow a partition beside its owner.
  int standbys = 1;
  // After a claim that failed or was fenced; doubled each time up to the longest.
  absl::Duration retry = absl::Milliseconds(750);
  absl::Duration longest_retry = absl::Seconds(5);
};

struct OwnedTopic {
  std::string name;
  int partition_count;
};

// Not thread-safe. `now` is monotonic time.
class Ownership {
 public:
  struct Action {
    enum class Kind { kOwn, kLeave, kFollow, kUnfollow };
    Kind kind;
    std::string topic;
    int partition;
  };

  // `topics`: what this instance may own.
  Ownership(std::string own_id, std::vector<OwnedTopic> topics, OwnershipOptions options);

  // From the runtimes: a partition is served here, under a token, or is no longer. `failed`: it was lost or not got.
  void Serves(absl::string_view topic, int partition, int64_t token);
  void Idle(absl::string_view topic, int partition, bool failed, absl::Duration now);
  // From now on nothing is wanted; what is served is left to others, if there are any.
  void Retire() { retired_ = true; }
  // After a decision: nothing is served any more, or there is nobody to leave it to.
  bool HasRetired() const { return decided_to_retire_ && (served() == 0 || !has_heirs_); }

  // What to do now. Each action is said once, until Serves or Idle reports.
  std::vector<Action> Decide(const Membership& membership, absl::Duration now);

  // Of a partition that is served here.
  absl::optional<int64_t> TokenOf(absl::string_view topic, int partition) const;
  // What a heartbeat says of this instance.
  void Describe(Heartbeat& heartbeat) const;
  int served() const;
  // Of what is not served here: whether it is followed.
  bool Follows(absl::string_view topic, int partition) const;

 private:
  struct Partition {
    absl::optional<int64_t> token;
    // An action's outcome is awaited.
    bool changing = false;
    bool follows = false;
    absl::Duration not_before = -absl::InfiniteDuration();
    absl::Duration retry;
  };
  struct Topic {
    std::vector<Partition> partitions;
    std::vector<std::vector<std::string>> assigned;
    std::vector<std::string> assigned_to;
  };
  struct Holder {
    std::string instance_id;
    int64_t token;
  };

  void DecideOn(const std::string& topic, int number, const absl::optional<Holder>& other, bool settled,
                absl::Duration now, std::vector<Action>& actions);
  Partition& At(absl::string_view topic, int partition);

  const std::string own_id_;
  const OwnershipOptions options_;
  std::map<std::string, Topic, std::less<>> topics_;
  bool retired_ = false;
  bool decided_to_retire_ = false;
  bool has_heirs_ = false;
};

// Who says it owns the partition, with the highest token above `token`; nullptr for nobody.
const Heartbeat* OwnerOf(const std::vector<const Heartbeat*>& living, absl::string_view topic, int partition,
                         int64_t token = -1);

}  // namespace regard::cluster
