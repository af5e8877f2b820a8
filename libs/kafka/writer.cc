#include "libs/kafka/writer.h"

#include <pthread.h>

#include <cstdlib>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {
namespace {

// Reports come by a signal; this is for signals that are lost.
constexpr auto kLookAnyway = std::chrono::milliseconds(100);
constexpr absl::Duration kFarewell = absl::Seconds(2);
// What a record needs beside its bytes, generously.
constexpr size_t kEnvelopeBytes = 1024;

}  // namespace

Writer::Writer(Cluster cluster, std::vector<WrittenTopic> topics, const WriterOptions& options)
    : cluster_(std::move(cluster)), options_(options), current_(options.connections) {
  for (WrittenTopic& what : topics) {
    auto topic = std::make_unique<Topic>();
    topic->index = topics_.size();
    topic->partitions = std::vector<Partition>(what.partitions);
    topic->what = std::move(what);
    topics_.push_back(std::move(topic));
  }
  thread_ = std::thread([this] { Loop(); });
  pthread_setname_np(thread_.native_handle(), "kafka-writer");
}

Writer::~Writer() {
  {
    std::lock_guard<std::mutex> lock(wake_mutex_);
    stopping_ = true;
    awake_ = true;
  }
  woken_.notify_one();
  thread_.join();
  // Connections may call Wake until they are gone.
  for (const std::unique_ptr<Topic>& topic : topics_) topic->partitions.clear();
  current_.clear();
  sessions_.clear();
}

void Writer::Append(size_t topic_index, int partition, std::shared_ptr<const log::v1::Record> record,
                    es::EventLog::AppendDone done) {
  Topic& topic = *topics_[topic_index];
  const size_t bytes = record->ByteSizeLong();
  std::unique_ptr<char, decltype(&std::free)> payload(static_cast<char*>(std::malloc(bytes)), &std::free);
  record->SerializeToArray(payload.get(), static_cast<int>(bytes));
  std::unique_lock<std::mutex> lock(mutex_);
  Partition& state = topic.partitions[partition];
  absl::Status status = Start(topic, partition, *record);
  if (status.ok() && bytes + kEnvelopeBytes > static_cast<size_t>(options_.max_record_bytes)) {
    status = absl::InvalidArgumentError(absl::StrCat(topic.what.name, "/", partition, ": a record of ", bytes,
                                                     " bytes is more than the brokers take (",
                                                     options_.max_record_bytes, ")"));
  }
  InFlight append{next_id_++, std::move(record), bytes, std::move(done), absl::OkStatus()};
  if (status.ok()) {
    rd_kafka_topic_t* handle = state.session->topics[topic.index].get();
    if (rd_kafka_produce(handle, partition, RD_KAFKA_MSG_F_FREE, payload.get(), bytes, nullptr, 0,
                         reinterpret_cast<void*>(append.id)) == 0) {
      payload.release();  // librdkafka frees it
      state.in_flight.push_back(std::move(append));
      return;
    }
    const rd_kafka_resp_err_t error = rd_kafka_last_error();
    status = FromKafka(error, absl::StrCat(topic.what.name, "/", partition));
    if (error == RD_KAFKA_RESP_ERR__FATAL) Retire(*state.session);
  }
  state.failed = status;
  append.refused = status;
  if (!state.in_flight.empty()) {
    state.in_flight.push_back(std::move(append));
    return;
  }
  reports_.push_back({std::move(append), status, topic.index, partition});
  lock.unlock();
  Wake();
}

absl::Status Writer::Start(Topic& topic, int partition, const log::v1::Record& record) {
  Partition& state = topic.partitions[partition];
  if (record.has_claim()) {
    if (state.session != nullptr && state.session->retired) {
      FailAll(topic, partition, absl::UnavailableError("claimed again"));
      state.session.reset();
    }
    state.failed = absl::OkStatus();
  }
  if (!state.failed.ok() || state.session != nullptr) return state.failed;
  absl::StatusOr<std::shared_ptr<Session>> current = CurrentFor(partition);
  if (!current.ok()) return current.status();
  state.session = *std::move(current);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<Writer::Session>> Writer::CurrentFor(int partition) {
  std::shared_ptr<Session>& current = current_[partition % current_.size()];
  if (current != nullptr && !current->retired) return current;
  HandleOptions options;
  options.properties = {
      {"acks", "all"},
      {"enable.idempotence", "true"},
      {"linger.ms", "0"},
      {"request.timeout.ms", "3000"},
      {"message.timeout.ms", absl::StrCat(absl::ToInt64Milliseconds(options_.delivery_timeout))},
      {"message.max.bytes", absl::StrCat(options_.max_record_bytes)},
      {"queue.buffering.max.messages", absl::StrCat(std::max(1, options_.max_queued_records / options_.connections))},
      {"queue.buffering.max.kbytes", absl::StrCat(std::max(1024, (options_.max_queued_bytes >> 10) / options_.connections))}};
  options.delivered = [this](const Delivery& delivery) { OnDelivery(delivery); };
  absl::StatusOr<Handle> handle = MakeHandle(cluster_, HandleKind::kProducer, std::move(options));
  if (!handle.ok()) return handle.status();
  auto session = std::make_shared<Session>();
  session->handle = *std::move(handle);
  for (const std::unique_ptr<Topic>& topic : topics_) {
    session->topics.push_back(MakeTopic(session->handle, topic->what.name, topic.get()));
  }
  rd_kafka_queue_t* queue = rd_kafka_queue_get_main(session->handle.get());
  rd_kafka_queue_cb_event_enable(queue, [](rd_kafka_t*, void* writer) { static_cast<Writer*>(writer)->Wake(); }, this);
  rd_kafka_queue_destroy(queue);
  sessions_.push_back(session);
  current = session;
  return session;
}

void Writer::Retire(Session& session) {
  if (!session.retired) ++given_up_;
  session.retired = true;
}

void Writer::FailAll(Topic& topic, int partition, const absl::Status& why) {
  Partition& state = topic.partitions[partition];
  state.failed = why;
  for (InFlight& append : state.in_flight) {
    const absl::Status status = append.refused.ok() ? why : append.refused;
    reports_.push_back({std::move(append), status, topic.index, partition});
  }
  state.in_flight.clear();
}

void Writer::OnDelivery(const Delivery& delivery) {
  Topic& topic = *static_cast<Topic*>(delivery.topic);
  std::lock_guard<std::mutex> lock(mutex_);
  Partition& state = topic.partitions[delivery.partition];
  // Of an append that was reported as failed before: its outcome stays unknown.
  if (state.in_flight.empty() || delivery.id < state.in_flight.front().id) return;
  absl::Status status = delivery.offset.status();
  if (delivery.id != state.in_flight.front().id) status = absl::InternalError("delivered out of order");
  if (!status.ok()) {
    Retire(*state.session);
    FailAll(topic, delivery.partition, status);
    return;
  }
  reports_.push_back({std::move(state.in_flight.front()), *delivery.offset, topic.index, delivery.partition});
  state.in_flight.pop_front();
  while (!state.in_flight.empty() && !state.in_flight.front().refused.ok()) {
    const absl::Status refused = state.in_flight.front().refused;
    reports_.push_back({std::move(state.in_flight.front()), refused, topic.index, delivery.partition});
    state.in_flight.pop_front();
  }
}

void Writer::Wake() {
  {
    std::lock_guard<std::mutex> lock(wake_mutex_);
    if (awake_) return;
    awake_ = true;
  }
  woken_.notify_one();
}

void Writer::Loop() {
  absl::Time end = absl::InfiniteFuture();
  while (true) {
    {
      std::unique_lock<std::mutex> lock(wake_mutex_);
      woken_.wait_for(lock, kLookAnyway, [this] { return awake_; });
      awake_ = false;
      if (stopping_) end = std::min(end, absl::Now() + kFarewell);
    }
    ServeSessions();
    MakeReports();
    DropRetired();
    if (end == absl::InfiniteFuture()) continue;
    if (Idle() || absl::Now() > end) break;
  }
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const std::unique_ptr<Topic>& topic : topics_) {
      for (int i = 0; i < topic->what.partitions; ++i) FailAll(*topic, i, absl::UnavailableError("the log is closing"));
    }
  }
  MakeReports();
}

bool Writer::Idle() {
  std::lock_guard<std::mutex> lock(mutex_);
  for (const std::unique_ptr<Topic>& topic : topics_) {
    for (const Partition& partition : topic->partitions) {
      if (!partition.in_flight.empty()) return false;
    }
  }
  return reports_.empty();
}

void Writer::ServeSessions() {
  std::vector<std::shared_ptr<Session>> sessions;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    sessions.assign(sessions_.begin(), sessions_.end());
  }
  for (const std::shared_ptr<Session>& session : sessions) {
    while (rd_kafka_poll(session->handle.get(), 0) > 0) {
    }
  }
}

void Writer::MakeReports() {
  std::deque<Report> reports;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    reports.swap(reports_);
  }
  std::set<std::pair<size_t, int>> grown;
  for (Report& report : reports) {
    if (!report.result.ok()) continue;
    topics_[report.topic]->what.delivered(report.partition, {*report.result, std::move(report.append.record)},
                                          report.append.bytes);
    grown.emplace(report.topic, report.partition);
  }
  for (Report& report : reports) std::move(report.append.done)(std::move(report.result));
  for (const auto& [topic, partition] : grown) topics_[topic]->what.grown(partition);
}

void Writer::DropRetired() {
  std::list<std::shared_ptr<Session>> dropped;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (std::shared_ptr<Session>& current : current_) {
      if (current != nullptr && current->retired) current.reset();
    }
    for (auto at = sessions_.begin(); at != sessions_.end();) {
      // No partition is on it any more, and none will be.
      const auto next = std::next(at);
      if ((*at)->retired && at->use_count() == 1) dropped.splice(dropped.end(), sessions_, at);
      at = next;
    }
  }
  for (const std::shared_ptr<Session>& session : dropped) {
    rd_kafka_purge(session->handle.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_poll(session->handle.get(), 0);
  }
}

}  // namespace regard::kafka
