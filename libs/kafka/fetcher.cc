#include "libs/kafka/fetcher.h"

#include <pthread.h>

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {
namespace {

constexpr int kAtOnce = 1000;
constexpr int kWaitMs = 100;
constexpr char kBegunKbytes[] = "512";
constexpr char kReadKbytes[] = "4096";
// Each may hold about as much as that and a fetch.
constexpr int kMostBegun = 64;
constexpr int kMostRead = 24;

absl::Status Damaged(const std::pair<std::string, int>& name, es::Offset offset, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(name.first, "/", name.second, ": offset ", offset, ": ", what));
}

// `next` is expected. UNAVAILABLE for what passes, as librdkafka goes on by itself; OUT_OF_RANGE where the log ends
// before.
absl::StatusOr<es::LoggedRecord> RecordOf(const rd_kafka_message_t& message, const std::pair<std::string, int>& name,
                                          es::Offset next) {
  if (IsBeyondEnd(message.err)) return absl::OutOfRangeError(rd_kafka_err2str(message.err));
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const bool damaged = absl::IsDataLoss(FromKafka(message.err, ""));
    return damaged ? Damaged(name, next, rd_kafka_err2str(message.err)) : absl::UnavailableError("");
  }
  if (message.offset != next) return Damaged(name, next, absl::StrCat("missing, the next is at ", message.offset));
  auto record = std::make_shared<log::v1::Record>();
  if (!record->ParseFromArray(message.payload, static_cast<int>(message.len))) {
    return Damaged(name, next, "does not parse");
  }
  return es::LoggedRecord{next, std::move(record)};
}

// What a reader gets of `kept`, which has the record at `from`.
template <class Kept>
std::vector<es::LoggedRecord> Some(const std::deque<Kept>& kept, es::Offset from, es::Offset end, size_t max_bytes) {
  std::vector<es::LoggedRecord> records;
  size_t bytes = 0;
  for (size_t i = static_cast<size_t>(from - kept.front().record.offset); i < kept.size() && kept[i].record.offset < end; ++i) {
    bytes += kept[i].bytes;
    if (!records.empty() && bytes > max_bytes) break;
    records.push_back(kept[i].record);
  }
  return records;
}

}  // namespace

Fetcher::Fetcher(Cluster cluster, const FetcherLimits& limits)
    : cluster_(std::move(cluster)), limits_(limits), thread_([this] { Loop(); }) {
  pthread_setname_np(thread_.native_handle(), "kafka-fetcher");
}

Fetcher::~Fetcher() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_one();
  thread_.join();
  for (Lane& lane : lanes_) {
    for (auto& [name, stream] : lane.streams) Stop(name, stream);
  }
}

void Fetcher::Loop() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stopping_) {
    stopped_.wait_for(lock, absl::ToChronoNanoseconds(limits_.idle / 4));
    CloseIdle(absl::Now());
  }
}

absl::StatusOr<std::vector<es::LoggedRecord>> Fetcher::Read(const std::string& topic, int partition, es::Offset from,
                                                            es::Offset end, size_t max_bytes,
                                                            absl::Duration patience) {
  const Name name(topic, partition);
  std::unique_lock<std::mutex> lock(mutex_);
  const absl::StatusOr<Place> place = Acquire(lock, name, from, absl::Now() + patience);
  if (!place.ok()) return place.status();
  Stream& stream = *place->stream;
  stream.used = absl::Now();
  if (from == stream.next) return ReadOn(lock, *place, name, end, max_bytes, patience);
  return Some(stream.kept, from, end, max_bytes);
}

absl::StatusOr<std::vector<es::LoggedRecord>> Fetcher::ReadOn(std::unique_lock<std::mutex>& lock, const Place& place,
                                                              const Name& name, es::Offset end, size_t max_bytes,
                                                              absl::Duration patience) {
  Stream& stream = *place.stream;
  const es::Offset from = stream.next;
  stream.busy = true;
  // Of what was begun all is taken, and then read on with the other connection.
  const bool begun = std::exchange(stream.begun, false);
  lock.unlock();
  Fetched fetched =
      Fetch(stream, name, end, begun ? std::numeric_limits<size_t>::max() : max_bytes, patience);
  const bool beyond_end = absl::IsOutOfRange(fetched.status);
  if (beyond_end) LookForLeaders(begun ? place.lane->begun : place.lane->read, {{name.first, name.second}}, patience);
  lock.lock();
  if (!beyond_end) {
    stream.lost_since = absl::InfiniteFuture();
  } else {
    stream.lost_since = std::min(stream.lost_since, absl::Now());
    const bool cut = absl::Now() - stream.lost_since > limits_.beyond_end;
    fetched.status = cut ? Damaged(name, stream.next, "the log ends before it")
                         : absl::UnavailableError(fetched.status.message());
  }
  stream.busy = false;
  released_.notify_all();
  Keep(stream, std::move(fetched.records));
  // Where it broke it is tried again by whoever comes next; and nothing is fetched that was not asked for.
  if (begun || !fetched.status.ok() || stream.next >= end) Stop(name, stream);
  // What came before the damage is good; the next read meets it first.
  if (stream.next == from) return fetched.status;
  return Some(stream.kept, from, end, max_bytes);
}

void Fetcher::Begin(const std::string& topic, int partition, es::Offset from) {
  const Name name(topic, partition);
  std::unique_lock<std::mutex> lock(mutex_);
  if (FindNear(name, from).stream != nullptr || Fetching(true) >= kMostBegun) return;
  const absl::StatusOr<Lane*> lane = FreeLane(name);
  // Nobody is disturbed for it, and whoever reads gets the error.
  if (!lane.ok() || *lane == nullptr || (*lane)->streams.contains(name)) return;
  const absl::StatusOr<Stream*> opened = Open(**lane, name, from, true);
  if (opened.ok()) (*opened)->used = absl::Now();
}

absl::StatusOr<Fetcher::Place> Fetcher::Acquire(std::unique_lock<std::mutex>& lock, const Name& name, es::Offset from,
                                                absl::Time deadline) {
  while (true) {
    const Place near = FindNear(name, from);
    if (near.stream == nullptr) {
      const absl::StatusOr<Lane*> lane = FreeLane(name);
      if (!lane.ok()) return lane.status();
      if (*lane != nullptr) {
        const absl::StatusOr<Stream*> opened = Open(**lane, name, from, false);
        if (!opened.ok()) return opened.status();
        return Place{*lane, *opened};
      }
    } else if (from < near.stream->next) {
      return near;
    } else if (!near.stream->busy) {
      const absl::Status started = Start(*near.lane, name, *near.stream);
      if (!started.ok()) return started;
      return near;
    }
    // Somebody brings what is wanted, or holds all lanes.
    if (released_.wait_until(lock, absl::ToChronoTime(deadline)) == std::cv_status::timeout) {
      return absl::UnavailableError(absl::StrCat(name.first, "/", name.second, ": others read, ", from, " must wait"));
    }
  }
}

Fetcher::Place Fetcher::FindNear(const Name& name, es::Offset from) {
  for (Lane& lane : lanes_) {
    const auto found = lane.streams.find(name);
    if (found == lane.streams.end()) continue;
    Stream& stream = found->second;
    if (stream.next - static_cast<es::Offset>(stream.kept.size()) <= from && from <= stream.next) {
      return {&lane, &stream};
    }
  }
  return {};
}

// One without a stream of the partition, else that whose stream was used least recently; nullptr when all are busy.
absl::StatusOr<Fetcher::Lane*> Fetcher::FreeLane(const Name& name) {
  Lane* oldest = nullptr;
  for (Lane& lane : lanes_) {
    const auto found = lane.streams.find(name);
    if (found == lane.streams.end()) return &lane;
    if (found->second.busy) continue;
    if (oldest == nullptr || found->second.used < oldest->streams.at(name).used) oldest = &lane;
  }
  if (lanes_.size() >= limits_.lanes) return oldest;
  absl::StatusOr<Handle> begun = Connect(kBegunKbytes);
  if (!begun.ok()) return begun.status();
  absl::StatusOr<Handle> read = Connect(kReadKbytes);
  if (!read.ok()) return read.status();
  lanes_.emplace_back();
  lanes_.back().begun = *std::move(begun);
  lanes_.back().read = *std::move(read);
  return &lanes_.back();
}

absl::StatusOr<Handle> Fetcher::Connect(const char* kept_kbytes) const {
  HandleOptions options;
  options.properties = ReadingAll({
      // Whoever opens the next stream waits for the fetch that is under way.
      {"fetch.wait.max.ms", "10"},
      // Less than a batch of records may have would let only one partition of a fetch come forward: brokers cut what is
      // longer, but for the first.
      {"fetch.message.max.bytes", "1048576"},
      {"queued.max.messages.kbytes", kept_kbytes}});
  return MakeHandle(cluster_, HandleKind::kConsumer, std::move(options));
}

int Fetcher::Fetching(bool begun) const {
  int count = 0;
  for (const Lane& lane : lanes_) {
    for (const auto& [name, stream] : lane.streams) count += stream.topic != nullptr && stream.begun == begun ? 1 : 0;
  }
  return count;
}

void Fetcher::StopOldest() {
  const Name* oldest = nullptr;
  Stream* of = nullptr;
  for (Lane& lane : lanes_) {
    for (auto& [name, stream] : lane.streams) {
      if (stream.topic == nullptr || stream.begun || stream.busy || (of != nullptr && of->used <= stream.used)) continue;
      oldest = &name;
      of = &stream;
    }
  }
  if (of != nullptr) Stop(*oldest, *of);
}

absl::Status Fetcher::Start(const Lane& lane, const Name& name, Stream& stream) {
  if (stream.topic != nullptr) return absl::OkStatus();
  if (!stream.begun && Fetching(false) >= kMostRead) StopOldest();
  stream.topic = MakeTopic(stream.begun ? lane.begun : lane.read, name.first, nullptr);
  if (rd_kafka_consume_start(stream.topic.get(), name.second, stream.next) == 0) return absl::OkStatus();
  stream.topic.reset();
  return FromKafka(rd_kafka_last_error(), name.first);
}

void Fetcher::Stop(const Name& name, Stream& stream) {
  if (stream.topic == nullptr) return;
  rd_kafka_consume_stop(stream.topic.get(), name.second);
  stream.topic.reset();
}

absl::StatusOr<Fetcher::Stream*> Fetcher::Open(Lane& lane, const Name& name, es::Offset from, bool begun) {
  Drop(lane, name);
  Stream stream;
  stream.next = from;
  stream.begun = begun;
  const absl::Status started = Start(lane, name, stream);
  if (!started.ok()) return started;
  return &(lane.streams[name] = std::move(stream));
}

void Fetcher::Drop(Lane& lane, const Name& name) {
  const auto found = lane.streams.find(name);
  if (found == lane.streams.end()) return;
  Forget(found->second, found->second.kept.size());
  Stop(name, found->second);
  lane.streams.erase(found);
}

Fetcher::Fetched Fetcher::Fetch(const Stream& stream, const Name& name, es::Offset end, size_t max_bytes,
                                absl::Duration patience) {
  Fetched fetched;
  es::Offset next = stream.next;
  size_t bytes = 0;
  rd_kafka_message_t* messages[kAtOnce];
  const absl::Time deadline = absl::Now() + patience;
  while (fetched.status.ok() && bytes < max_bytes && next < end) {
    // Once there is something, only what is already here.
    const bool first = fetched.records.empty();
    ssize_t count = 0;
    if (first) {
      messages[0] = rd_kafka_consume(stream.topic.get(), name.second, kWaitMs);
      count = messages[0] == nullptr ? 0 : 1;
    } else {
      count = rd_kafka_consume_batch(stream.topic.get(), name.second, 0, messages, kAtOnce);
    }
    for (ssize_t i = 0; i < count; ++i) {
      const std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)> message(
          messages[i], &rd_kafka_message_destroy);
      if (!fetched.status.ok()) continue;
      absl::StatusOr<es::LoggedRecord> record = RecordOf(*message, name, next);
      if (record.ok()) {
        ++next;
        bytes += message->len;
        fetched.records.push_back({*std::move(record), message->len});
      } else if (!absl::IsUnavailable(record.status())) {
        fetched.status = record.status();
      }
    }
    if (count <= 0 && !first) break;
    if (fetched.records.empty() && fetched.status.ok() && absl::Now() > deadline) {
      fetched.status = absl::UnavailableError(
          absl::StrCat(name.first, "/", name.second, ": offset ", next, " cannot be read now"));
    }
  }
  return fetched;
}

size_t Fetcher::kept_bytes() {
  std::lock_guard<std::mutex> lock(mutex_);
  return kept_bytes_;
}

void Fetcher::Keep(Stream& stream, std::vector<Kept> records) {
  for (Kept& kept : records) {
    kept_bytes_ += kept.bytes;
    stream.kept.push_back(std::move(kept));
  }
  stream.next += static_cast<es::Offset>(records.size());
  // Of whoever read least recently first; of this one at last, and never what was just read.
  const size_t fresh = records.size();
  while (kept_bytes_ > limits_.kept_bytes) {
    Stream* oldest = nullptr;
    for (Lane& lane : lanes_) {
      for (auto& [name, other] : lane.streams) {
        if (other.kept.empty() || (&other == &stream && other.kept.size() <= fresh)) continue;
        if (oldest == nullptr || other.used < oldest->used) oldest = &other;
      }
    }
    if (oldest == nullptr) return;
    const size_t spared = oldest == &stream ? fresh : 0;
    Forget(*oldest, std::min<size_t>(oldest->kept.size() - spared, kAtOnce));
  }
}

void Fetcher::Forget(Stream& stream, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    kept_bytes_ -= stream.kept.front().bytes;
    stream.kept.pop_front();
  }
}

void Fetcher::CloseIdle(absl::Time now) {
  for (Lane& lane : lanes_) {
    for (auto at = lane.streams.begin(); at != lane.streams.end();) {
      const Name name = at->first;
      const bool idle = !at->second.busy && now - at->second.used > limits_.idle;
      ++at;
      if (idle) Drop(lane, name);
    }
  }
}

}  // namespace regard::kafka
