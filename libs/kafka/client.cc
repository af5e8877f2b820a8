#include "libs/kafka/client.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {
namespace {

constexpr absl::Duration kAskAgainAfter = absl::Milliseconds(20);
// Then somebody else may have become the leader.
constexpr absl::Duration kOneLeadersTime = absl::Milliseconds(500);

constexpr const char* kPassedThrough[] = {"security.", "sasl.",   "ssl.",       "enable.ssl.", "enable.sasl.",
                                          "socket.",   "broker.", "reconnect.", "client.",     "compression."};

// In effect on every handle. A broker that went is noticed, and its successor found, in fractions of a second.
constexpr std::pair<const char*, const char*> kCommon[] = {
    {"client.id", "regard"},
    {"socket.nagle.disable", "true"},
    {"socket.keepalive.enable", "true"},
    // A broker that stopped without a word is given up after this; what was sent to it goes to its successor.
    {"socket.timeout.ms", "4000"},
    {"reconnect.backoff.ms", "50"},
    {"reconnect.backoff.max.ms", "1000"},
    {"topic.metadata.refresh.fast.interval.ms", "100"},
    {"topic.metadata.refresh.interval.ms", "10000"},
    {"log.connection.close", "false"},
};

struct Context {
  std::function<void(int, absl::string_view)> log;
  std::function<void(const Delivery&)> delivered;
  std::function<void(int, absl::string_view)> failed;
};

void OnLog(const rd_kafka_t* handle, int severity, const char* facility, const char* line) {
  const auto* context = static_cast<const Context*>(rd_kafka_opaque(handle));
  if (context->log) context->log(severity, absl::StrCat(facility, " ", line));
}

void OnError(rd_kafka_t*, int error, const char* why, void* opaque) {
  static_cast<const Context*>(opaque)->failed(error, why);
}

void OnDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  Delivery delivery;
  delivery.topic = rd_kafka_topic_opaque(message->rkt);
  delivery.partition = message->partition;
  delivery.id = reinterpret_cast<uintptr_t>(message->_private);
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    delivery.offset = FromKafka(message->err, "deliver");
  } else if (message->offset < 0) {
    delivery.offset = absl::UnavailableError("delivered without an offset");
  } else {
    delivery.offset = message->offset;
  }
  static_cast<const Context*>(opaque)->delivered(delivery);
}

struct DestroyPartitions {
  void operator()(rd_kafka_topic_partition_list_t* partitions) const {
    rd_kafka_topic_partition_list_destroy(partitions);
  }
};

struct DestroyConf {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};

absl::Status Set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  char why[256];
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why, sizeof(why)) == RD_KAFKA_CONF_OK) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(name, ": ", why));
}

}  // namespace

absl::Status CheckProperties(const Cluster& cluster) {
  for (const auto& [name, value] : cluster.properties) {
    bool known = false;
    for (const char* prefix : kPassedThrough) known = known || absl::StartsWith(name, prefix);
    if (!known) return absl::InvalidArgumentError(absl::StrCat(name, " may not be set"));
  }
  return absl::OkStatus();
}

void DestroyHandle::operator()(rd_kafka_s* handle) const { rd_kafka_destroy(handle); }

void DestroyTopic::operator()(rd_kafka_topic_s* topic) const { rd_kafka_topic_destroy(topic); }

std::map<std::string, std::string> ReadingAll(std::map<std::string, std::string> own) {
  own.insert({{"auto.offset.reset", "error"},
              {"isolation.level", "read_uncommitted"},
              {"check.crcs", "true"},
              {"fetch.error.backoff.ms", "20"}});
  return own;
}

absl::StatusOr<Handle> MakeHandle(const Cluster& cluster, HandleKind kind, HandleOptions options) {
  absl::Status status = CheckProperties(cluster);
  std::unique_ptr<rd_kafka_conf_t, DestroyConf> conf(rd_kafka_conf_new());
  if (status.ok()) status = Set(conf.get(), "bootstrap.servers", cluster.bootstrap_servers);
  for (const auto& [name, value] : kCommon) {
    if (status.ok()) status = Set(conf.get(), name, value);
  }
  if (status.ok() && kind == HandleKind::kProducer) status = Set(conf.get(), "retry.backoff.ms", "50");
  for (const auto& [name, value] : cluster.properties) {
    if (status.ok()) status = Set(conf.get(), name, value);
  }
  for (const auto& [name, value] : options.properties) {
    if (status.ok()) status = Set(conf.get(), name, value);
  }
  if (!status.ok()) return status;
  auto context = std::make_shared<Context>(Context{cluster.log, std::move(options.delivered), std::move(options.failed)});
  rd_kafka_conf_set_opaque(conf.get(), context.get());
  rd_kafka_conf_set_log_cb(conf.get(), OnLog);
  if (context->delivered) rd_kafka_conf_set_dr_msg_cb(conf.get(), OnDelivery);
  if (context->failed) rd_kafka_conf_set_error_cb(conf.get(), OnError);
  char why[256];
  rd_kafka_t* handle = rd_kafka_new(kind == HandleKind::kProducer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf.get(),
                                    why, sizeof(why));
  if (handle == nullptr) return absl::InvalidArgumentError(why);
  conf.release();
  return Handle(handle, DestroyHandle{std::move(context)});
}

TopicHandle MakeTopic(const Handle& handle, const std::string& name, void* opaque) {
  rd_kafka_topic_conf_t* conf = rd_kafka_default_topic_conf_dup(handle.get());
  rd_kafka_topic_conf_set_opaque(conf, opaque);
  return TopicHandle(rd_kafka_topic_new(handle.get(), name.c_str(), conf));
}

absl::Status FromKafka(int error, absl::string_view what) {
  const auto code = static_cast<rd_kafka_resp_err_t>(error);
  const std::string message = absl::StrCat(what, ": ", rd_kafka_err2str(code), " (", rd_kafka_err2name(code), ")");
  switch (code) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
      return absl::InvalidArgumentError(message);
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      return absl::ResourceExhaustedError(message);
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return absl::NotFoundError(message);
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR__BAD_MSG:
      return absl::DataLossError(message);
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return absl::PermissionDeniedError(message);
    default:
      return absl::UnavailableError(message);
  }
}

bool IsBeyondEnd(int error) {
  return error == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE || error == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET;
}

namespace {

// rd_kafka_query_watermark_offsets would say the same, but asks a leader that is dead until it comes back, whatever
// time it was given.
absl::StatusOr<std::vector<int64_t>> AskLeaders(const Handle& handle, const std::vector<TopicPartition>& partitions,
                                                absl::Duration time) {
  const std::unique_ptr<rd_kafka_topic_partition_list_t, DestroyPartitions> asked(
      rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const TopicPartition& one : partitions) {
    rd_kafka_topic_partition_list_add(asked.get(), one.topic.c_str(), one.partition)->offset = RD_KAFKA_OFFSET_END;
  }
  const rd_kafka_resp_err_t error =
      rd_kafka_offsets_for_times(handle.get(), asked.get(), static_cast<int>(absl::ToInt64Milliseconds(time)));
  std::vector<int64_t> ends;
  for (const TopicPartition& one : partitions) {
    const std::string what = absl::StrCat("end of ", one.topic, "/", one.partition);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return FromKafka(error, what);
    const rd_kafka_topic_partition_t* said =
        rd_kafka_topic_partition_list_find(asked.get(), one.topic.c_str(), one.partition);
    if (said->err != RD_KAFKA_RESP_ERR_NO_ERROR) return FromKafka(said->err, what);
    if (said->offset < 0) return absl::UnavailableError(absl::StrCat(what, ": no answer"));
    ends.push_back(said->offset);
  }
  return ends;
}

}  // namespace

void LookForLeaders(const Handle& handle, const std::vector<TopicPartition>& partitions, absl::Duration time) {
  std::set<std::string> topics;
  for (const TopicPartition& one : partitions) topics.insert(one.topic);
  for (const std::string& topic : topics) {
    const TopicHandle rkt = MakeTopic(handle, topic, nullptr);
    const rd_kafka_metadata_t* metadata = nullptr;
    rd_kafka_metadata(handle.get(), 0, rkt.get(), &metadata, static_cast<int>(absl::ToInt64Milliseconds(time)));
    if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
  }
}

absl::StatusOr<std::vector<int64_t>> EndsOf(const Handle& handle, const std::vector<TopicPartition>& partitions,
                                            absl::Duration patience) {
  const absl::Time deadline = absl::Now() + patience;
  while (true) {
    const absl::Duration left = std::max(deadline - absl::Now(), absl::Milliseconds(1));
    absl::StatusOr<std::vector<int64_t>> ends = AskLeaders(handle, partitions, std::min(left, kOneLeadersTime));
    if (!absl::IsUnavailable(ends.status()) || absl::Now() + kAskAgainAfter > deadline) return ends;
    LookForLeaders(handle, partitions, left);
    absl::SleepFor(kAskAgainAfter);
  }
}

absl::StatusOr<int64_t> EndOf(const Handle& handle, const std::string& topic, int partition, absl::Duration patience) {
  const absl::StatusOr<std::vector<int64_t>> ends = EndsOf(handle, {{topic, partition}}, patience);
  if (!ends.ok()) return ends.status();
  return ends->front();
}

}  // namespace regard::kafka
