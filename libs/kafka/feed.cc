#include "libs/kafka/feed.h"

#include <pthread.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {
namespace {

constexpr int kMaxAtOnce = 500;
constexpr int kWaitMs = 100;
constexpr absl::Duration kLookEvery = absl::Milliseconds(250);

}  // namespace

void Feed::DestroyQueue::operator()(rd_kafka_queue_s* queue) const { rd_kafka_queue_destroy(queue); }

absl::StatusOr<std::unique_ptr<Feed>> Feed::Start(const Cluster& cluster, const std::string& topic, Tail& tail,
                                                  std::function<void(int partition)> grown) {
  HandleOptions options;
  options.properties = ReadingAll({{"fetch.wait.max.ms", "500"},
                                   {"fetch.message.max.bytes", "1048576"},
                                   {"queued.max.messages.kbytes", "4096"}});
  absl::StatusOr<Handle> handle = MakeHandle(cluster, HandleKind::kConsumer, std::move(options));
  if (!handle.ok()) return handle.status();
  std::unique_ptr<Feed> feed(new Feed(*std::move(handle), topic, tail, std::move(grown)));
  for (int partition = 0; partition < tail.partitions(); ++partition) {
    const absl::Status begun = feed->Fetch(partition);
    if (!begun.ok()) return begun;
  }
  feed->thread_ = std::thread([feed = feed.get()] { feed->Loop(); });
  pthread_setname_np(feed->thread_.native_handle(), "kafka-feed");
  return feed;
}

Feed::Feed(Handle handle, const std::string& topic, Tail& tail, std::function<void(int partition)> grown)
    : handle_(std::move(handle)),
      topic_(topic),
      topic_handle_(MakeTopic(handle_, topic, nullptr)),
      tail_(tail),
      grown_(std::move(grown)),
      queue_(rd_kafka_queue_new(handle_.get())),
      lanes_(tail.partitions()) {}

absl::Status Feed::Fetch(int partition) {
  if (rd_kafka_consume_start_queue(topic_handle_.get(), partition, tail_.end(partition), queue_.get()) != 0) {
    return FromKafka(rd_kafka_last_error(), topic_);
  }
  lanes_[partition].rests.store(false, std::memory_order_release);
  return absl::OkStatus();
}

void Feed::Resume(int partition) {
  if (lanes_[partition].wanted.exchange(true)) return;
  look_.store(true);
  rd_kafka_queue_yield(queue_.get());
}

void Feed::Lost(int partition, const absl::Status& why) {
  Lane& lane = lanes_[partition];
  lane.lost_since = std::min(lane.lost_since, absl::Now());
  if (absl::Now() - lane.lost_since > kBeyondEndPatience) return tail_.Damage(partition, why);
  if (lane.rests) return;
  lane.rests.store(true, std::memory_order_release);
  rd_kafka_consume_stop(topic_handle_.get(), partition);
  lane.idle = kIdleLooks;
  LookForLeaders(handle_, {{topic_, partition}}, kLookEvery);
}

void Feed::Look(bool due) {
  for (int partition = 0; partition < tail_.partitions(); ++partition) {
    Lane& lane = lanes_[partition];
    const bool wanted = lane.wanted.exchange(false);
    if (due) lane.idle = lane.written.exchange(false) ? 0 : lane.idle + 1;
    // One that cannot be begun now is tried at the next look.
    if (lane.rests && (wanted || lane.idle >= kIdleLooks)) Fetch(partition).IgnoreError();
    // One that is behind is not written here alone.
    const bool behind = tail_.end(partition) < tail_.expected(partition);
    if (!due || lane.rests || wanted || behind || lane.idle > 0) continue;
    lane.rests.store(true, std::memory_order_release);
    rd_kafka_consume_stop(topic_handle_.get(), partition);
  }
}

Feed::~Feed() {
  stopping_ = true;
  if (thread_.joinable()) {
    rd_kafka_queue_yield(queue_.get());
    thread_.join();
  }
  for (int partition = 0; partition < tail_.partitions(); ++partition) {
    if (!Rests(partition)) rd_kafka_consume_stop(topic_handle_.get(), partition);
  }
}

void Feed::Loop() {
  std::set<int> grown;
  absl::Time looked = absl::Now();
  while (!stopping_) {
    const absl::Time now = absl::Now();
    const bool due = now - looked >= kLookEvery;
    if (look_.exchange(false) || due) Look(due);
    if (due) looked = now;
    for (int i = 0; i < kMaxAtOnce; ++i) {
      const std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)> message(
          rd_kafka_consume_queue(queue_.get(), i == 0 ? kWaitMs : 0), &rd_kafka_message_destroy);
      if (message == nullptr) break;
      if (message->rkt != nullptr && Take(*message)) grown.insert(message->partition);
    }
    for (const int partition : grown) grown_(partition);
    grown.clear();
  }
}

bool Feed::Take(const rd_kafka_message_s& message) {
  const int partition = message.partition;
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const absl::Status why =
        FromKafka(message.err, absl::StrCat(topic_, "/", partition, ": offset ", tail_.end(partition)));
    if (IsBeyondEnd(message.err)) {
      Lost(partition, why);
    } else if (absl::IsDataLoss(why)) {
      tail_.Damage(partition, why);
    }
    // Anything else passes: librdkafka goes on by itself.
    return false;
  }
  lanes_[partition].lost_since = absl::InfiniteFuture();
  // The writer's own records are mostly here already, and need not be parsed again.
  if (message.offset < tail_.end(partition)) return false;
  auto record = std::make_shared<log::v1::Record>();
  if (!record->ParseFromArray(message.payload, static_cast<int>(message.len))) {
    tail_.Damage(partition, absl::DataLossError(absl::StrCat(topic_, "/", partition, ": offset ", message.offset,
                                                             " does not parse")));
    return false;
  }
  return tail_.Add(partition, {message.offset, std::move(record)}, message.len, Tail::From::kConsumer);
}

}  // namespace regard::kafka
