// Topics of a deployment: making them, and refusing what would lose facts. A deployment "regard" has one topic for each
// write service ("regard.budgets"), "regard.identity", which says what was fixed when it was made, "regard.keys", which
// holds wrapped subjects' keys, and "regard.members", where instances say for a while that they live.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/kafka/client.h"
#include "regard/log/v1/record.pb.h"

namespace regard::kafka {

struct TopicRules {
  int replicas = 3;
  // An acknowledged record is on so many brokers.
  int in_sync_replicas = 2;
};

struct TopicPlan {
  std::string name;
  int partitions = 1;
  int replicas = 3;
  std::map<std::string, std::string> settings;
};

// Records of one topic that fit: what a service hands over at once, with all its facts.
constexpr int kMaxRecordBytes = 8 << 20;

std::string TopicName(absl::string_view deployment, absl::string_view topic);
constexpr char kIdentityTopic[] = "identity";
constexpr char kKeysTopic[] = "keys";
constexpr char kMembersTopic[] = "members";

// Makes the topics that are not there, waits until every broker can name every leader, logs the identity of a new
// deployment, then checks as CheckTopics does. Running it again, also after it was interrupted, is harmless.
absl::StatusOr<log::v1::LogIdentity> CreateTopics(const Cluster& cluster, absl::string_view deployment,
                                                  const std::vector<std::string>& topics, int partition_count,
                                                  const TopicRules& rules);

// The deployment's identity, if its topics are as they must be. FAILED_PRECONDITION that names topic and setting when
// one is unsafe, or when partition count, hash or format are not those of this build and configuration; NOT_FOUND when
// a topic was never made; the errors of CheckAccess (access.h) when brokers do not let us in or do not answer.
absl::StatusOr<log::v1::LogIdentity> CheckTopics(const Cluster& cluster, absl::string_view deployment,
                                                 const std::vector<std::string>& topics, int partition_count,
                                                 const TopicRules& rules);

// OK when it is already there.
absl::Status CreateTopic(const Handle& handle, const TopicPlan& plan);
// Waits until every broker names a leader of every partition; UNAVAILABLE when one does not within a minute. Each is asked
// by itself: one that has not heard of a new topic yet would make a producer, whose metadata happens to come from it, wait
// for minutes, or end.
absl::Status AwaitLeaders(const Cluster& cluster, const Handle& handle, const std::vector<std::string>& topics);

}  // namespace regard::kafka
