// What everything that talks to brokers shares: where they are, handles of librdkafka, and its errors as statuses.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

struct rd_kafka_s;
struct rd_kafka_topic_s;

namespace regard::kafka {

// A cluster as an operator names it.
struct Cluster {
  // host:port,host:port
  std::string bootstrap_servers;
  // Handed to librdkafka under its own names: security.*, sasl.*, ssl.*, socket.*, broker.*, reconnect.*, client.*,
  // compression.*. Any other is refused by name, because the protocol of the log rests on how they are set here.
  std::map<std::string, std::string> properties;
  // librdkafka's own lines, with syslog's severities; called from any thread.
  std::function<void(int severity, absl::string_view line)> log;
};

// INVALID_ARGUMENT with the name of a property that may not be set.
absl::Status CheckProperties(const Cluster& cluster);

// Ends the handle, without waiting for what is still queued.
struct DestroyHandle {
  // What callbacks of the handle use.
  std::shared_ptr<void> context;
  void operator()(rd_kafka_s* handle) const;
};
using Handle = std::unique_ptr<rd_kafka_s, DestroyHandle>;

struct DestroyTopic {
  void operator()(rd_kafka_topic_s* topic) const;
};
// Must go before its handle.
using TopicHandle = std::unique_ptr<rd_kafka_topic_s, DestroyTopic>;

enum class HandleKind { kProducer, kConsumer };

// How a delivery ended; `offset` counts only when `status` is OK. From the thread that polls the handle.
struct Delivery {
  // As given to TopicHandle and to the message.
  void* topic = nullptr;
  int partition = 0;
  uint64_t id = 0;
  absl::StatusOr<int64_t> offset = absl::UnavailableError("");
};
struct HandleOptions {
  std::map<std::string, std::string> properties;
  // A producer's only.
  std::function<void(const Delivery&)> delivered;
  // Connections that fail, with librdkafka's error (rd_kafka_resp_err_t). From the thread that polls the handle; where
  // nobody polls it must be empty.
  std::function<void(int error, absl::string_view why)> failed;
};

// What every reader of records sets, and `own` beside it: it sees all that was written, checked, and is told when that is
// not there.
std::map<std::string, std::string> ReadingAll(std::map<std::string, std::string> own);

// A connection that is being made: nothing waits for brokers here. INVALID_ARGUMENT when a property is not right.
absl::StatusOr<Handle> MakeHandle(const Cluster& cluster, HandleKind kind, HandleOptions options);

// A topic of a handle; deliveries carry `opaque`.
TopicHandle MakeTopic(const Handle& handle, const std::string& name, void* opaque);

// `error` is librdkafka's (rd_kafka_resp_err_t); must not be 0. UNAVAILABLE unless it is known to be something else.
absl::Status FromKafka(int error, absl::string_view what);

// Whether `error` says that a partition has no such offset. A broker that led it before says so too, until it hears that it
// does not: only when it is still said after a while, and leaders were looked for, the log was cut.
bool IsBeyondEnd(int error);
constexpr absl::Duration kBeyondEndPatience = absl::Seconds(15);

struct TopicPartition {
  std::string topic;
  int partition = 0;
};

// One past the last record of each partition that consumers may see, as their leaders say, who are asked all at once; a
// new leader is asked when there is one. An error when one of them did not answer within `patience`.
absl::StatusOr<std::vector<int64_t>> EndsOf(const Handle& handle, const std::vector<TopicPartition>& partitions,
                                            absl::Duration patience);
// librdkafka does not look for new leaders by itself where nothing is fetched. At most `time` for each topic.
void LookForLeaders(const Handle& handle, const std::vector<TopicPartition>& partitions, absl::Duration time);
absl::StatusOr<int64_t> EndOf(const Handle& handle, const std::string& topic, int partition, absl::Duration patience);

}  // namespace regard::kafka
