#include "libs/kafka/fetcher.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {
namespace {

constexpr size_t kMaxLanes = 4;
// An idle stream holds records that nobody may come for.
constexpr absl::Duration kIdle = absl::Seconds(10);

void Stop(const TopicHandle& topic, int partition) { rd_kafka_consume_stop(topic.get(), partition); }

absl::Status Damaged(const std::string& topic, int partition, es::Offset offset, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(topic, "/", partition, ": offset ", offset, ": ", what));
}

}  // namespace

absl::StatusOr<std::vector<es::LoggedRecord>> Fetcher::Read(const std::string& topic, int partition, es::Offset from,
                                                            es::Offset end, size_t max_bytes,
                                                            absl::Duration patience) {
  const absl::StatusOr<Stream*> acquired = Acquire(topic, partition, from);
  if (!acquired.ok()) return acquired.status();
  Stream& stream = **acquired;
  std::vector<es::LoggedRecord> records;
  absl::Status status;
  size_t bytes = 0;
  const absl::Time deadline = absl::Now() + patience;
  while (status.ok() && bytes < max_bytes && stream.next < end) {
    // Once there is something, only what is already here.
    const int wait_ms = records.empty() ? 100 : 0;
    const std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)> message(
        rd_kafka_consume(stream.topic.get(), partition, wait_ms), &rd_kafka_message_destroy);
    if (message == nullptr || (message->err != RD_KAFKA_RESP_ERR_NO_ERROR &&
                               !absl::IsDataLoss(FromKafka(message->err, "")))) {
      if (!records.empty()) break;
      if (absl::Now() > deadline) {
        status = absl::UnavailableError(absl::StrCat(topic, "/", partition, ": offset ", from, " cannot be read now"));
      }
      continue;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      status = Damaged(topic, partition, stream.next, rd_kafka_err2str(message->err));
      break;
    }
    if (message->offset != stream.next) {
      status = Damaged(topic, partition, stream.next, absl::StrCat("missing, the next is at ", message->offset));
      break;
    }
    auto record = std::make_shared<log::v1::Record>();
    if (!record->ParseFromArray(message->payload, static_cast<int>(message->len))) {
      status = Damaged(topic, partition, stream.next, "does not parse");
      break;
    }
    bytes += message->len;
    records.push_back({stream.next++, std::move(record)});
  }
  Release(topic, partition, &stream, status.ok() && stream.next < end);
  // What came before the damage is good; the next read meets it first.
  if (!status.ok() && records.empty()) return status;
  return records;
}

absl::StatusOr<Fetcher::Stream*> Fetcher::Acquire(const std::string& topic, int partition, es::Offset from) {
  const std::pair<std::string, int> name(topic, partition);
  std::lock_guard<std::mutex> lock(mutex_);
  CloseIdle(absl::Now());
  Lane* oldest = nullptr;
  for (Lane& lane : lanes_) {
    const auto found = lane.streams.find(name);
    if (found == lane.streams.end() || found->second.busy) continue;
    if (found->second.next == from) {
      found->second.busy = true;
      return &found->second;
    }
    if (oldest == nullptr || found->second.used < oldest->streams.at(name).used) oldest = &lane;
  }
  for (Lane& lane : lanes_) {
    if (!lane.streams.contains(name)) return Open(lane, topic, partition, from);
  }
  if (oldest != nullptr && lanes_.size() >= kMaxLanes) {
    Stop(oldest->streams.at(name).topic, partition);
    oldest->streams.erase(name);
    return Open(*oldest, topic, partition, from);
  }
  HandleOptions options;
  options.properties = {{"auto.offset.reset", "error"},
                        {"isolation.level", "read_uncommitted"},
                        {"check.crcs", "true"},
                        // Whoever opens the next stream waits for the fetch that is under way.
                        {"fetch.wait.max.ms", "10"},
                        {"fetch.error.backoff.ms", "20"},
                        {"fetch.message.max.bytes", "1048576"},
                        {"queued.max.messages.kbytes", "4096"}};
  absl::StatusOr<Handle> handle = MakeHandle(cluster_, HandleKind::kConsumer, std::move(options));
  if (!handle.ok()) return handle.status();
  lanes_.emplace_back();
  lanes_.back().handle = *std::move(handle);
  return Open(lanes_.back(), topic, partition, from);
}

absl::StatusOr<Fetcher::Stream*> Fetcher::Open(Lane& lane, const std::string& topic, int partition, es::Offset from) {
  Stream stream;
  stream.topic = MakeTopic(lane.handle, topic, nullptr);
  stream.next = from;
  stream.busy = true;
  if (rd_kafka_consume_start(stream.topic.get(), partition, from) != 0) return FromKafka(rd_kafka_last_error(), topic);
  return &(lane.streams[{topic, partition}] = std::move(stream));
}

void Fetcher::Release(const std::string& topic, int partition, Stream* stream, bool keep) {
  std::lock_guard<std::mutex> lock(mutex_);
  stream->busy = false;
  stream->used = absl::Now();
  if (keep) return;
  Stop(stream->topic, partition);
  for (Lane& lane : lanes_) {
    const auto found = lane.streams.find({topic, partition});
    if (found != lane.streams.end() && &found->second == stream) lane.streams.erase(found);
  }
}

void Fetcher::CloseIdle(absl::Time now) {
  for (Lane& lane : lanes_) {
    for (auto at = lane.streams.begin(); at != lane.streams.end();) {
      if (!at->second.busy && now - at->second.used > kIdle) {
        Stop(at->second.topic, at->first.second);
        at = lane.streams.erase(at);
      } else {
        ++at;
      }
    }
  }
}

Fetcher::~Fetcher() {
  for (Lane& lane : lanes_) {
    for (auto& [name, stream] : lane.streams) Stop(stream.topic, name.second);
  }
}

}  // namespace regard::kafka
