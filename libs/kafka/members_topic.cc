#include "libs/kafka/members_topic.h"

#include <pthread.h>

#include <utility>

#include "libs/kafka/topics.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {
namespace {

constexpr absl::Duration kOpenPatience = absl::Seconds(30);
constexpr int kPollMs = 20;

}  // namespace

absl::StatusOr<std::unique_ptr<MembersTopic>> MembersTopic::Open(const Cluster& cluster, absl::string_view deployment,
                                                                 std::function<void(absl::string_view)> heard) {
  HandleOptions reading;
  reading.properties = {{"auto.offset.reset", "latest"}, {"fetch.error.backoff.ms", "20"}, {"fetch.wait.max.ms", "100"}};
  absl::StatusOr<Handle> consumer = MakeHandle(cluster, HandleKind::kConsumer, std::move(reading));
  if (!consumer.ok()) return consumer.status();
  HandleOptions writing;
  writing.properties = {{"acks", "all"}, {"linger.ms", "0"}, {"message.timeout.ms", "2000"}};
  writing.delivered = [](const Delivery&) {};
  absl::StatusOr<Handle> producer = MakeHandle(cluster, HandleKind::kProducer, std::move(writing));
  if (!producer.ok()) return producer.status();
  std::string topic = TopicName(deployment, kMembersTopic);
  // A topic that is not there would only be waited for.
  const absl::StatusOr<int64_t> end = EndOf(*consumer, topic, 0, kOpenPatience);
  if (!end.ok()) return end.status();
  std::unique_ptr<MembersTopic> members(
      new MembersTopic(*std::move(consumer), *std::move(producer), std::move(topic), std::move(heard)));
  members->reading_ = MakeTopic(members->consumer_, members->topic_, nullptr);
  members->writing_ = MakeTopic(members->producer_, members->topic_, nullptr);
  if (rd_kafka_consume_start(members->reading_.get(), 0, *end) != 0) {
    return FromKafka(rd_kafka_last_error(), members->topic_);
  }
  members->thread_ = std::thread([members = members.get()] { members->Loop(); });
  pthread_setname_np(members->thread_.native_handle(), "kafka-members");
  return members;
}

MembersTopic::MembersTopic(Handle consumer, Handle producer, std::string topic,
                           std::function<void(absl::string_view)> heard)
    : consumer_(std::move(consumer)),
      producer_(std::move(producer)),
      topic_(std::move(topic)),
      heard_(std::move(heard)) {}

MembersTopic::~MembersTopic() {
  stopping_ = true;
  if (!thread_.joinable()) return;
  thread_.join();
  rd_kafka_consume_stop(reading_.get(), 0);
  // The last note says that this instance is gone.
  rd_kafka_flush(producer_.get(), 500);
}

void MembersTopic::Post(absl::string_view note) {
  // librdkafka copies, but takes no pointer to const. What does not fit is as if it were lost.
  static_cast<void>(rd_kafka_produce(writing_.get(), 0, RD_KAFKA_MSG_F_COPY, const_cast<char*>(note.data()),
                                     note.size(), nullptr, 0, nullptr));
}

void MembersTopic::Loop() {
  while (!stopping_) {
    rd_kafka_poll(producer_.get(), 0);
    const std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)> message(
        rd_kafka_consume(reading_.get(), 0, kPollMs), &rd_kafka_message_destroy);
    if (message == nullptr || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    heard_({static_cast<const char*>(message->payload), message->len});
  }
}

}  // namespace regard::kafka
