#include "libs/kafka/feed.h"

#include <pthread.h>

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {
namespace {

constexpr int kMaxAtOnce = 500;
constexpr int kWaitMs = 100;

}  // namespace

void Feed::DestroyQueue::operator()(rd_kafka_queue_s* queue) const { rd_kafka_queue_destroy(queue); }

absl::StatusOr<std::unique_ptr<Feed>> Feed::Start(const Cluster& cluster, std::vector<FedTopic> topics) {
  HandleOptions options;
  options.properties = {{"auto.offset.reset", "error"},      {"isolation.level", "read_uncommitted"},
                        {"check.crcs", "true"},              {"fetch.wait.max.ms", "500"},
                        {"fetch.error.backoff.ms", "20"},    {"fetch.message.max.bytes", "1048576"},
                        {"queued.max.messages.kbytes", "4096"}};
  absl::StatusOr<Handle> handle = MakeHandle(cluster, HandleKind::kConsumer, std::move(options));
  if (!handle.ok()) return handle.status();
  std::unique_ptr<Feed> feed(new Feed(*std::move(handle), std::move(topics)));
  const absl::Status assigned = feed->Assign();
  if (!assigned.ok()) return assigned;
  feed->thread_ = std::thread([feed = feed.get()] { feed->Loop(); });
  pthread_setname_np(feed->thread_.native_handle(), "kafka-feed");
  return feed;
}

Feed::Feed(Handle handle, std::vector<FedTopic> topics)
    : handle_(std::move(handle)), topics_(std::move(topics)), queue_(rd_kafka_queue_new(handle_.get())) {}

absl::Status Feed::Assign() {
  for (const FedTopic& topic : topics_) {
    handles_.push_back(MakeTopic(handle_, topic.name, const_cast<FedTopic*>(&topic)));
    for (int partition = 0; partition < topic.tail->partitions(); ++partition) {
      const es::Offset from = topic.tail->end(partition);
      if (rd_kafka_consume_start_queue(handles_.back().get(), partition, from, queue_.get()) != 0) {
        return FromKafka(rd_kafka_last_error(), topic.name);
      }
    }
  }
  return absl::OkStatus();
}

Feed::~Feed() {
  stopping_ = true;
  if (thread_.joinable()) {
    rd_kafka_queue_yield(queue_.get());
    thread_.join();
  }
  for (size_t i = 0; i < handles_.size(); ++i) {
    for (int partition = 0; partition < topics_[i].tail->partitions(); ++partition) {
      rd_kafka_consume_stop(handles_[i].get(), partition);
    }
  }
}

void Feed::Loop() {
  std::set<std::pair<const FedTopic*, int>> grown;
  while (!stopping_) {
    for (int i = 0; i < kMaxAtOnce; ++i) {
      const std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)> message(
          rd_kafka_consume_queue(queue_.get(), i == 0 ? kWaitMs : 0), &rd_kafka_message_destroy);
      if (message == nullptr) break;
      if (message->rkt == nullptr) continue;
      const auto* topic = static_cast<const FedTopic*>(rd_kafka_topic_opaque(message->rkt));
      if (Take(*topic, *message)) grown.emplace(topic, message->partition);
    }
    for (const auto& [topic, partition] : grown) topic->grown(partition);
    grown.clear();
  }
}

bool Feed::Take(const FedTopic& topic, const rd_kafka_message_s& message) {
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const absl::Status why = FromKafka(message.err, absl::StrCat(topic.name, "/", message.partition, ": offset ",
                                                                 topic.tail->end(message.partition)));
    if (absl::IsDataLoss(why)) topic.tail->Damage(message.partition, why);
    // Anything else passes: librdkafka goes on by itself.
    return false;
  }
  // The writer's own records are mostly here already, and need not be parsed again.
  if (message.offset < topic.tail->end(message.partition)) return false;
  auto record = std::make_shared<log::v1::Record>();
  if (!record->ParseFromArray(message.payload, static_cast<int>(message.len))) {
    topic.tail->Damage(message.partition,
                       absl::DataLossError(absl::StrCat(topic.name, "/", message.partition, ": offset ", message.offset,
                                                        " does not parse")));
    return false;
  }
  return topic.tail->Add(message.partition, {message.offset, std::move(record)}, message.len, Tail::From::kConsumer);
}

}  // namespace regard::kafka
