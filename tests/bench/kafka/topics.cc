#include "tests/bench/kafka/topics.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/kafka/topics.h"
#include "librdkafka/rdkafka.h"

namespace regard::bench {
namespace {

constexpr int kPatienceMs = 30'000;
constexpr absl::Duration kPatience = absl::Milliseconds(kPatienceMs);

std::vector<pid_t>& Doomed() {
  static std::vector<pid_t> doomed;
  return doomed;
}

using Properties = std::map<std::string, std::string>;

kafka::Handle MakeReader(const kafka::Cluster& cluster, Properties more = {}) {
  more.insert({{"auto.offset.reset", "error"}, {"isolation.level", "read_uncommitted"}, {"check.crcs", "true"}});
  auto handle = kafka::MakeHandle(cluster, kafka::HandleKind::kConsumer, {std::move(more), {}});
  if (!handle.ok()) Die(std::string(handle.status().message()));
  return *std::move(handle);
}

struct DestroyQueue {
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
};

struct Range {
  std::string topic;
  std::vector<int64_t> from;
  std::vector<int64_t> to;
};

// Each record of the ranges to `take`, in whatever order the brokers send them.
void Consume(const kafka::Cluster& cluster, const std::vector<Range>& ranges,
             const std::function<void(const rd_kafka_message_t&)>& take) {
  const kafka::Handle handle = MakeReader(cluster);
  const std::unique_ptr<rd_kafka_queue_t, DestroyQueue> queue(rd_kafka_queue_new(handle.get()));
  std::vector<kafka::TopicHandle> topics;
  int64_t left = 0;
  for (const Range& range : ranges) {
    topics.push_back(kafka::MakeTopic(handle, range.topic, const_cast<Range*>(&range)));
    for (int p = 0; p < kPartitions; ++p) {
      if (range.from[p] >= range.to[p]) continue;
      left += range.to[p] - range.from[p];
      if (rd_kafka_consume_start_queue(topics.back().get(), p, range.from[p], queue.get()) != 0) Die("cannot consume");
    }
  }
  absl::Time heard = absl::Now();
  while (left > 0) {
    const std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)> message(
        rd_kafka_consume_queue(queue.get(), 100), &rd_kafka_message_destroy);
    if (message == nullptr || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (absl::Now() - heard > kPatience) Die("the brokers sent nothing for long");
      continue;
    }
    heard = absl::Now();
    const auto* range = static_cast<const Range*>(rd_kafka_topic_opaque(message->rkt));
    if (message->offset >= range->to[message->partition]) continue;
    --left;
    take(*message);
  }
  for (size_t i = 0; i < ranges.size(); ++i) {
    for (int p = 0; p < kPartitions; ++p) {
      if (ranges[i].from[p] < ranges[i].to[p]) rd_kafka_consume_stop(topics[i].get(), p);
    }
  }
}

std::vector<int64_t> EndsOf(const kafka::Handle& handle, const std::string& topic) {
  std::vector<int64_t> ends;
  for (int p = 0; p < kPartitions; ++p) {
    const absl::StatusOr<int64_t> end = kafka::EndOf(handle, topic, p, kPatience);
    if (!end.ok()) Die(std::string(end.status().message()));
    ends.push_back(*end);
  }
  return ends;
}

struct NewTopic {
  std::string name;
  std::vector<std::vector<int32_t>> replicas;
};

void Create(const kafka::Handle& handle, const NewTopic& topic) {
  char why[256];
  rd_kafka_NewTopic_t* made = rd_kafka_NewTopic_new(topic.name.c_str(), static_cast<int>(topic.replicas.size()), -1,
                                                    why, sizeof(why));
  if (made == nullptr) Die(why);
  for (size_t p = 0; p < topic.replicas.size(); ++p) {
    auto& brokers = const_cast<std::vector<int32_t>&>(topic.replicas[p]);
    rd_kafka_NewTopic_set_replica_assignment(made, static_cast<int32_t>(p), brokers.data(), brokers.size(), why,
                                             sizeof(why));
  }
  rd_kafka_NewTopic_set_config(made, "min.insync.replicas", "2");
  const std::unique_ptr<rd_kafka_queue_t, DestroyQueue> queue(rd_kafka_queue_new(handle.get()));
  rd_kafka_CreateTopics(handle.get(), &made, 1, nullptr, queue.get());
  rd_kafka_NewTopic_destroy(made);
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue.get(), kPatienceMs);
  if (event == nullptr || rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    Die(absl::StrCat("cannot make ", topic.name));
  }
  size_t count = 0;
  const auto* results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
  if (count != 1 || rd_kafka_topic_result_error(results[0]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    Die(absl::StrCat("cannot make ", topic.name, ": ", rd_kafka_topic_result_error_string(results[0])));
  }
  rd_kafka_event_destroy(event);
}

}  // namespace

void KillAtDeath(pid_t pid) { Doomed().push_back(pid); }

void Die(const std::string& why) {
  std::fprintf(stderr, "kafka_bench: %s\n", why.c_str());
  for (const pid_t pid : Doomed()) {
    // Only what was not waited for is still this program's.
    if (waitpid(pid, nullptr, WNOHANG) == 0) kill(pid, SIGKILL);
  }
  std::_Exit(1);
}

std::vector<int64_t> EndsOf(const kafka::Cluster& cluster, const std::string& topic) {
  return EndsOf(MakeReader(cluster), topic);
}

std::vector<Stored> ReadBetween(const kafka::Cluster& cluster, const std::string& topic,
                                const std::vector<int64_t>& from, const std::vector<int64_t>& to) {
  std::vector<Stored> records;
  Consume(cluster, {{topic, from, to}}, [&](const rd_kafka_message_t& message) {
    records.push_back({message.partition, message.offset, rd_kafka_message_timestamp(&message, nullptr),
                       std::string(static_cast<const char*>(message.payload), message.len)});
  });
  std::stable_sort(records.begin(), records.end(),
                   [](const Stored& a, const Stored& b) { return a.time_ms < b.time_ms; });
  return records;
}

void ForEachRecord(const kafka::Cluster& cluster, const std::string& topic,
                   const std::function<void(absl::string_view)>& take) {
  Consume(cluster, {{topic, std::vector<int64_t>(kPartitions, 0), EndsOf(cluster, topic)}},
          [&](const rd_kafka_message_t& message) {
            take(absl::string_view(static_cast<const char*>(message.payload), message.len));
          });
}

absl::Duration TimeToRead(const kafka::Cluster& cluster, const std::vector<std::string>& topics) {
  std::vector<Range> ranges;
  {
    const kafka::Handle handle = MakeReader(cluster);
    for (const std::string& topic : topics) {
      ranges.push_back({topic, std::vector<int64_t>(kPartitions, 0), EndsOf(handle, topic)});
    }
  }
  const absl::Time started = absl::Now();
  Consume(cluster, ranges, [](const rd_kafka_message_t&) {});
  return absl::Now() - started;
}

Follower::Follower(const kafka::Cluster& cluster, const std::string& topic)
    : handle_(MakeReader(cluster, {{"fetch.wait.max.ms", "500"},
                                   {"fetch.error.backoff.ms", "20"},
                                   {"fetch.message.max.bytes", "1048576"},
                                   {"queued.max.messages.kbytes", "4096"}})),
      topic_(kafka::MakeTopic(handle_, topic, nullptr)) {
  const std::vector<int64_t> ends = EndsOf(cluster, topic);
  thread_ = std::thread([this, ends] {
    const std::unique_ptr<rd_kafka_queue_t, DestroyQueue> queue(rd_kafka_queue_new(handle_.get()));
    for (int p = 0; p < kPartitions; ++p) rd_kafka_consume_start_queue(topic_.get(), p, ends[p], queue.get());
    while (!stopping_) {
      if (rd_kafka_message_t* message = rd_kafka_consume_queue(queue.get(), 100); message != nullptr) {
        rd_kafka_message_destroy(message);
      }
    }
    for (int p = 0; p < kPartitions; ++p) rd_kafka_consume_stop(topic_.get(), p);
  });
}

Follower::~Follower() {
  stopping_ = true;
  thread_.join();
}

std::vector<Placed> PlacesOf(const kafka::Cluster& cluster, const std::string& topic) {
  const kafka::Handle handle = MakeReader(cluster);
  const kafka::TopicHandle rkt = kafka::MakeTopic(handle, topic, nullptr);
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(handle.get(), 0, rkt.get(), &metadata, kPatienceMs) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    Die("no metadata");
  }
  std::vector<Placed> places(kPartitions);
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& found = metadata->topics[i];
    for (int j = 0; j < found.partition_cnt; ++j) {
      const rd_kafka_metadata_partition_t& partition = found.partitions[j];
      if (topic != found.topic || partition.id >= kPartitions) continue;
      places[partition.id] = {partition.leader,
                              std::vector<int>(partition.replicas, partition.replicas + partition.replica_cnt),
                              static_cast<size_t>(partition.isr_cnt)};
    }
  }
  rd_kafka_metadata_destroy(metadata);
  return places;
}

void MakeTopicBeside(const kafka::Cluster& cluster, const std::string& model, const std::string& name) {
  NewTopic topic;
  topic.name = name;
  for (const Placed& place : PlacesOf(cluster, model)) {
    std::vector<int32_t> brokers = {place.leader};
    for (const int replica : place.replicas) {
      if (replica != place.leader) brokers.push_back(replica);
    }
    topic.replicas.push_back(std::move(brokers));
  }
  const kafka::Handle handle = MakeReader(cluster);
  Create(handle, topic);
  const absl::Status led = kafka::AwaitLeaders(cluster, handle, {name});
  if (!led.ok()) Die(std::string(led.message()));
}

}  // namespace regard::bench
