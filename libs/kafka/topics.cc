#include "libs/kafka/topics.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/es/log_identity.h"
#include "libs/kafka/access.h"
#include "libs/kafka/identity.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {
namespace {

constexpr int kRequestMs = 15000;
constexpr absl::Duration kLeadersWithin = absl::Seconds(60);

struct DestroyQueue {
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
};
struct DestroyEvent {
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
};
struct DestroyMetadata {
  void operator()(const rd_kafka_metadata_t* metadata) const { rd_kafka_metadata_destroy(metadata); }
};
using Event = std::unique_ptr<rd_kafka_event_t, DestroyEvent>;
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, DestroyMetadata>;

// Making topics takes brokers longer than anything else.
absl::StatusOr<Handle> MakeAdmin(const Cluster& cluster) {
  const absl::Status access = CheckAccess(cluster, absl::Milliseconds(kRequestMs));
  if (!access.ok()) return access;
  return MakeHandle(cluster, HandleKind::kConsumer, {{{"socket.timeout.ms", absl::StrCat(kRequestMs)}}, {}});
}

absl::StatusOr<Metadata> MetadataOf(const Handle& handle, const std::string& topic) {
  const TopicHandle rkt = MakeTopic(handle, topic, nullptr);
  const rd_kafka_metadata_t* metadata = nullptr;
  const rd_kafka_resp_err_t error = rd_kafka_metadata(handle.get(), 0, rkt.get(), &metadata, kRequestMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return FromKafka(error, "metadata");
  return Metadata(metadata);
}

// The topic in it, or nullptr.
const rd_kafka_metadata_topic_t* Find(const Metadata& metadata, const std::string& topic) {
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& found = metadata->topics[i];
    if (topic == found.topic && found.err == RD_KAFKA_RESP_ERR_NO_ERROR && found.partition_cnt > 0) return &found;
  }
  return nullptr;
}

// All settings of a topic in effect, set on it or not.
absl::StatusOr<std::map<std::string, std::string>> SettingsOf(const Handle& handle, const std::string& topic) {
  rd_kafka_ConfigResource_t* resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str());
  const std::unique_ptr<rd_kafka_queue_t, DestroyQueue> queue(rd_kafka_queue_new(handle.get()));
  rd_kafka_DescribeConfigs(handle.get(), &resource, 1, nullptr, queue.get());
  rd_kafka_ConfigResource_destroy(resource);
  const Event event(rd_kafka_queue_poll(queue.get(), kRequestMs));
  if (event == nullptr) return absl::UnavailableError(absl::StrCat("settings of ", topic, ": no answer"));
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return FromKafka(rd_kafka_event_error(event.get()), absl::StrCat("settings of ", topic));
  }
  size_t count = 0;
  const rd_kafka_ConfigResource_t** described =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  std::map<std::string, std::string> settings;
  for (size_t i = 0; i < count; ++i) {
    if (const rd_kafka_resp_err_t error = rd_kafka_ConfigResource_error(described[i]);
        error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return FromKafka(error, absl::StrCat("settings of ", topic));
    }
    size_t entries = 0;
    const rd_kafka_ConfigEntry_t** entry = rd_kafka_ConfigResource_configs(described[i], &entries);
    for (size_t j = 0; j < entries; ++j) {
      const char* value = rd_kafka_ConfigEntry_value(entry[j]);
      if (value != nullptr) settings[rd_kafka_ConfigEntry_name(entry[j])] = value;
    }
  }
  return settings;
}

absl::Status Refuse(const std::string& topic, absl::string_view setting, absl::string_view is, absl::string_view must) {
  return absl::FailedPreconditionError(absl::StrCat(topic, ": ", setting, " is ", is, ", must be ", must));
}

absl::Status CheckTopic(const Handle& handle, const std::string& topic, int partitions, const TopicRules& rules,
                        bool compacted) {
  const absl::StatusOr<Metadata> metadata = MetadataOf(handle, topic);
  if (!metadata.ok()) return metadata.status();
  const rd_kafka_metadata_topic_t* known = Find(*metadata, topic);
  if (known == nullptr) return absl::NotFoundError(absl::StrCat("there is no topic ", topic));
  if (known->partition_cnt != partitions) {
    return Refuse(topic, "the number of partitions", absl::StrCat(known->partition_cnt), absl::StrCat(partitions));
  }
  for (int i = 0; i < known->partition_cnt; ++i) {
    if (known->partitions[i].replica_cnt < rules.replicas) {
      return Refuse(topic, "the replication factor", absl::StrCat(known->partitions[i].replica_cnt),
                    absl::StrCat(rules.replicas, " or more"));
    }
  }
  absl::StatusOr<std::map<std::string, std::string>> settings = SettingsOf(handle, topic);
  if (!settings.ok()) return settings.status();
  const std::pair<const char*, const char*> exact[] = {{"cleanup.policy", compacted ? "compact" : "delete"},
                                                       {"retention.ms", "-1"},
                                                       {"retention.bytes", "-1"},
                                                       {"unclean.leader.election.enable", "false"}};
  for (const auto& [setting, must] : exact) {
    // What is compacted is not deleted by age or size.
    if (compacted && absl::StartsWith(setting, "retention.")) continue;
    if ((*settings)[setting] != must) return Refuse(topic, setting, (*settings)[setting], must);
  }
  const std::pair<const char*, int> least[] = {{"min.insync.replicas", rules.in_sync_replicas},
                                               {"max.message.bytes", kMaxRecordBytes}};
  for (const auto& [setting, must] : least) {
    int value = 0;
    if (!absl::SimpleAtoi((*settings)[setting], &value) || value < must) {
      return Refuse(topic, setting, (*settings)[setting], absl::StrCat(must, " or more"));
    }
  }
  return absl::OkStatus();
}

TopicPlan PlanOf(std::string name, int partitions, const TopicRules& rules, bool compacted) {
  TopicPlan plan{std::move(name), partitions, rules.replicas, {}};
  plan.settings = {{"cleanup.policy", compacted ? "compact" : "delete"},
                   {"retention.ms", "-1"},
                   {"retention.bytes", "-1"},
                   {"min.insync.replicas", absl::StrCat(rules.in_sync_replicas)},
                   {"unclean.leader.election.enable", "false"},
                   {"max.message.bytes", absl::StrCat(kMaxRecordBytes)}};
  if (compacted) {
    // An erased key is gone from the brokers' disks within a day, also when little else is written.
    plan.settings["max.compaction.lag.ms"] = "43200000";
    plan.settings["segment.ms"] = "21600000";
    plan.settings["min.cleanable.dirty.ratio"] = "0.01";
  }
  return plan;
}

// What instances say is worth nothing after a minute.
TopicPlan MembersPlan(absl::string_view deployment, const TopicRules& rules) {
  TopicPlan plan{TopicName(deployment, kMembersTopic), 1, rules.replicas, {}};
  plan.settings = {{"cleanup.policy", "delete"},
                   {"retention.ms", "3600000"},
                   {"segment.ms", "600000"},
                   {"min.insync.replicas", absl::StrCat(rules.in_sync_replicas)},
                   {"unclean.leader.election.enable", "false"}};
  return plan;
}

absl::Status CreateAndAwait(const Cluster& cluster, const Handle& handle, const std::vector<TopicPlan>& plans) {
  std::vector<std::string> names;
  for (const TopicPlan& plan : plans) {
    const absl::Status created = CreateTopic(handle, plan);
    if (!created.ok()) return created;
    names.push_back(plan.name);
  }
  return AwaitLeaders(cluster, handle, names);
}

absl::Status CheckIdentity(const log::v1::LogIdentity& identity, const std::string& topic, int partition_count) {
  if (static_cast<int>(identity.partition_count()) != partition_count) {
    return Refuse(topic, "partition_count", absl::StrCat(identity.partition_count()), absl::StrCat(partition_count));
  }
  return es::CheckLogIdentity(topic, identity);
}

}  // namespace

std::string TopicName(absl::string_view deployment, absl::string_view topic) {
  return absl::StrCat(deployment, ".", topic);
}

absl::Status CreateTopic(const Handle& handle, const TopicPlan& plan) {
  char why[256];
  rd_kafka_NewTopic_t* topic =
      rd_kafka_NewTopic_new(plan.name.c_str(), plan.partitions, plan.replicas, why, sizeof(why));
  if (topic == nullptr) return absl::InvalidArgumentError(absl::StrCat(plan.name, ": ", why));
  for (const auto& [setting, value] : plan.settings) {
    rd_kafka_NewTopic_set_config(topic, setting.c_str(), value.c_str());
  }
  const std::unique_ptr<rd_kafka_queue_t, DestroyQueue> queue(rd_kafka_queue_new(handle.get()));
  rd_kafka_CreateTopics(handle.get(), &topic, 1, nullptr, queue.get());
  rd_kafka_NewTopic_destroy(topic);
  const Event event(rd_kafka_queue_poll(queue.get(), kRequestMs));
  if (event == nullptr) return absl::UnavailableError(absl::StrCat("create ", plan.name, ": no answer"));
  rd_kafka_resp_err_t error = rd_kafka_event_error(event.get());
  size_t count = 0;
  const rd_kafka_topic_result_t** results =
      error == RD_KAFKA_RESP_ERR_NO_ERROR
          ? rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count)
          : nullptr;
  if (count > 0) error = rd_kafka_topic_result_error(results[0]);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return absl::OkStatus();
  const char* said = count > 0 ? rd_kafka_topic_result_error_string(results[0]) : nullptr;
  return FromKafka(error, absl::StrCat("create ", plan.name, ": ", said == nullptr ? "" : said));
}

absl::Status AwaitLeaders(const Cluster& cluster, const Handle& handle, const std::vector<std::string>& topics) {
  const absl::StatusOr<Metadata> metadata = MetadataOf(handle, topics.front());
  if (!metadata.ok()) return metadata.status();
  const absl::Time deadline = absl::Now() + kLeadersWithin;
  for (int i = 0; i < (*metadata)->broker_cnt; ++i) {
    const rd_kafka_metadata_broker_t& broker = (*metadata)->brokers[i];
    Cluster alone = cluster;
    alone.bootstrap_servers = absl::StrCat(broker.host, ":", broker.port);
    for (const std::string& topic : topics) {
      while (true) {
        // A handle of its own: one that lives longer gets to know the other brokers, and then asks any of them.
        const absl::StatusOr<Handle> asked = MakeHandle(alone, HandleKind::kConsumer, {});
        if (!asked.ok()) return asked.status();
        const absl::StatusOr<Metadata> said = MetadataOf(*asked, topic);
        const rd_kafka_metadata_topic_t* known = said.ok() ? Find(*said, topic) : nullptr;
        bool led = known != nullptr;
        for (int j = 0; led && j < known->partition_cnt; ++j) led = known->partitions[j].leader >= 0;
        if (led) break;
        if (absl::Now() > deadline) {
          return absl::UnavailableError(absl::StrCat("broker ", broker.id, " knows no leader of ", topic));
        }
        absl::SleepFor(absl::Milliseconds(50));
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<log::v1::LogIdentity> CreateTopics(const Cluster& cluster, absl::string_view deployment,
                                                  const std::vector<std::string>& topics, int partition_count,
                                                  const TopicRules& rules) {
  const absl::StatusOr<Handle> handle = MakeAdmin(cluster);
  if (!handle.ok()) return handle.status();
  // The identity first: a deployment that was made with another count must not get topics with this one.
  const std::string name = TopicName(deployment, kIdentityTopic);
  absl::Status status = CreateAndAwait(cluster, *handle, {PlanOf(name, 1, rules, false)});
  if (!status.ok()) return status;
  const absl::StatusOr<log::v1::LogIdentity> identity = LogIdentityOnce(cluster, name, partition_count);
  if (!identity.ok()) return identity.status();
  status = CheckIdentity(*identity, name, partition_count);
  if (!status.ok()) return status;
  std::vector<TopicPlan> plans = {PlanOf(TopicName(deployment, kKeysTopic), 1, rules, true),
                                  MembersPlan(deployment, rules)};
  for (const std::string& topic : topics) {
    plans.push_back(PlanOf(TopicName(deployment, topic), partition_count, rules, false));
  }
  status = CreateAndAwait(cluster, *handle, plans);
  if (!status.ok()) return status;
  return CheckTopics(cluster, deployment, topics, partition_count, rules);
}

absl::StatusOr<log::v1::LogIdentity> CheckTopics(const Cluster& cluster, absl::string_view deployment,
                                                 const std::vector<std::string>& topics, int partition_count,
                                                 const TopicRules& rules) {
  const absl::StatusOr<Handle> handle = MakeAdmin(cluster);
  if (!handle.ok()) return handle.status();
  const std::string name = TopicName(deployment, kIdentityTopic);
  absl::Status status = CheckTopic(*handle, name, 1, rules, false);
  if (status.ok()) status = CheckTopic(*handle, TopicName(deployment, kKeysTopic), 1, rules, true);
  if (!status.ok()) return status;
  const std::string members = TopicName(deployment, kMembersTopic);
  const absl::StatusOr<Metadata> known = MetadataOf(*handle, members);
  if (!known.ok()) return known.status();
  if (Find(*known, members) == nullptr) return absl::NotFoundError(absl::StrCat("there is no topic ", members));
  absl::StatusOr<absl::optional<log::v1::LogIdentity>> identity = ReadIdentity(cluster, name);
  if (!identity.ok()) return identity.status();
  if (!identity->has_value()) return absl::NotFoundError(absl::StrCat(name, " holds no identity"));
  status = CheckIdentity(**identity, name, partition_count);
  if (!status.ok()) return status;
  for (const std::string& topic : topics) {
    status = CheckTopic(*handle, TopicName(deployment, topic), partition_count, rules, false);
    if (!status.ok()) return status;
  }
  return **identity;
}

}  // namespace regard::kafka
