// What it costs to let only one writer of a partition be heard: Regard's claims and offsets beside Kafka's
// transactions, on the same brokers with the same bytes, as JSON lines for tests/bench/fencing/run.
//
// usage: fencing_bench BOOTSTRAP SECONDS
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "libs/es/executor_thread.h"
#include "libs/es/partition_writer.h"
#include "libs/kafka/log_store.h"
#include "librdkafka/rdkafka.h"

namespace regard::bench {
namespace {

constexpr int kPartitions = 8;
constexpr int kAppendBytes = 400;
constexpr char kMark[] = "sent-at=";
constexpr int kTakeovers = 15;
constexpr int kPatienceMs = 30'000;

int64_t Now() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

[[noreturn]] void Die(const std::string& why) {
  std::fprintf(stderr, "fencing_bench: %s\n", why.c_str());
  std::exit(1);
}

// An append of kAppendBytes that says when it was made.
log::v1::Batch NewBatch() {
  log::v1::Batch batch;
  log::v1::Append& append = *batch.add_appends();
  append.set_correlation_id(absl::StrCat(kMark, absl::StrFormat("%020d", Now())));
  append.add_facts()->set_stream("budget/b1");
  append.mutable_facts(0)->set_body(std::string(kAppendBytes - append.ByteSizeLong() - 3, 'x'));
  return batch;
}

struct Figures {
  std::vector<double> acknowledged_us;
  std::vector<double> visible_us;
  double seconds = 0;
};

double Part(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(part * static_cast<double>(values.size() - 1))];
}

void Print(const std::string& way, int in_flight, const Figures& figures) {
  absl::PrintF(R"({"way":"%s","in_flight":%d,"per_second":%.0f,"acknowledged_p50_ms":%.2f,"acknowledged_p99_ms":%.2f,)"
               R"("visible_p50_ms":%.2f,"visible_p99_ms":%.2f})" "\n",
               way, in_flight, static_cast<double>(figures.acknowledged_us.size()) / figures.seconds,
               Part(figures.acknowledged_us, 0.5) / 1000, Part(figures.acknowledged_us, 0.99) / 1000,
               Part(figures.visible_us, 0.5) / 1000, Part(figures.visible_us, 0.99) / 1000);
  std::fflush(stdout);
}

void PrintTakeover(const std::string& way, const std::vector<double>& ms) {
  absl::PrintF(R"({"way":"%s","takeover_p50_ms":%.1f,"takeover_max_ms":%.1f})" "\n", way, Part(ms, 0.5), Part(ms, 1));
  std::fflush(stdout);
}

using Properties = std::vector<std::pair<std::string, std::string>>;

rd_kafka_t* NewHandle(rd_kafka_type_t type, const std::string& bootstrap, const Properties& properties) {
  char why[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), nullptr, 0);
  rd_kafka_conf_set(conf, "log_level", "3", nullptr, 0);
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why, sizeof(why)) != RD_KAFKA_CONF_OK) Die(why);
  }
  rd_kafka_t* handle = rd_kafka_new(type, conf, why, sizeof(why));
  if (handle == nullptr) Die(why);
  return handle;
}

// Another process's reader: notes for each append how long after its making it was seen.
class Reader {
 public:
  Reader(const std::string& bootstrap, const std::string& topic, const std::string& isolation)
      : handle_(NewHandle(RD_KAFKA_CONSUMER, bootstrap,
                          {{"group.id", "none"}, {"enable.auto.commit", "false"}, {"auto.offset.reset", "error"},
                           {"isolation.level", isolation}, {"fetch.error.backoff.ms", "20"}})) {
    rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(kPartitions);
    for (int i = 0; i < kPartitions; ++i) rd_kafka_topic_partition_list_add(all, topic.c_str(), i)->offset = 0;
    rd_kafka_assign(handle_, all);
    rd_kafka_topic_partition_list_destroy(all);
    thread_ = std::thread([this] { Loop(); });
  }
  ~Reader() {
    stopping_ = true;
    thread_.join();
    rd_kafka_consumer_close(handle_);
    rd_kafka_destroy(handle_);
  }
  // What was seen since the last time.
  std::vector<double> Take() {
    std::lock_guard<std::mutex> lock(mutex_);
    return std::move(seen_us_);
  }

 private:
  void Loop() {
    while (!stopping_) {
      rd_kafka_message_t* message = rd_kafka_consumer_poll(handle_, 100);
      if (message == nullptr) continue;
      const absl::string_view bytes(static_cast<const char*>(message->payload), message->len);
      const size_t at = message->err == RD_KAFKA_RESP_ERR_NO_ERROR ? bytes.find(kMark) : absl::string_view::npos;
      int64_t sent = 0;
      if (at != absl::string_view::npos && absl::SimpleAtoi(bytes.substr(at + std::strlen(kMark), 20), &sent)) {
        std::lock_guard<std::mutex> lock(mutex_);
        seen_us_.push_back(static_cast<double>(Now() - sent) / 1000);
      }
      rd_kafka_message_destroy(message);
    }
  }

  rd_kafka_t* const handle_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<double> seen_us_;
  std::thread thread_;
};

// Clients that ask again as soon as they are answered, each time in some partition.
class Clients {
 public:
  using Ask = std::function<void(int partition, int64_t at)>;

  Figures Run(int in_flight, absl::Duration duration, const Ask& ask, Reader& reader) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      ask_ = ask;
      figures_ = Figures();
      stopping_ = false;
      under_way_ = in_flight;
    }
    for (int i = 0; i < in_flight; ++i) ask(Partition(), Now());
    absl::SleepFor(duration / 4);
    reader.Take();
    const int64_t from = Now();
    {
      std::lock_guard<std::mutex> lock(mutex_);
      figures_.acknowledged_us.clear();
    }
    absl::SleepFor(duration);
    std::unique_lock<std::mutex> lock(mutex_);
    Figures figures = std::move(figures_);
    figures.seconds = static_cast<double>(Now() - from) / 1e9;
    stopping_ = true;
    idle_.wait(lock, [this] { return under_way_ == 0; });
    figures.visible_us = reader.Take();
    return figures;
  }

  void Answered(int64_t asked_at) {
    std::unique_lock<std::mutex> lock(mutex_);
    figures_.acknowledged_us.push_back(static_cast<double>(Now() - asked_at) / 1000);
    if (stopping_) {
      --under_way_;
      idle_.notify_all();
      return;
    }
    lock.unlock();
    ask_(Partition(), Now());
  }

 private:
  int Partition() {
    std::lock_guard<std::mutex> lock(random_mutex_);
    return static_cast<int>(random_() % kPartitions);
  }

  std::mutex mutex_;
  std::condition_variable idle_;
  Ask ask_;
  Figures figures_;
  bool stopping_ = false;
  int under_way_ = 0;
  std::mutex random_mutex_;
  std::mt19937 random_{1};
};

// ---- Regard's protocol: PartitionWriter on the log's adapter, a record for each command.

class Claims {
 public:
  Claims(const kafka::Cluster& cluster, const kafka::LogStoreOptions& options) : executor_("bench") {
    auto opened = kafka::LogStore::Open(cluster, {"budgets"}, options);
    if (!opened.ok()) Die(opened.status().ToString());
    store_ = *std::move(opened);
    for (int i = 0; i < kPartitions; ++i) {
      writers_.push_back(std::make_unique<es::PartitionWriter>(*store_->topic("budgets"), i, executor_));
    }
  }
  ~Claims() { store_.reset(); }

  // Until records may be written: the claim, and reading up to it. In milliseconds.
  double Take(int partition) {
    const int64_t from = Now();
    std::mutex mutex;
    std::condition_variable done;
    int64_t token = -1;
    executor_.Post([&] {
      writers_[partition]->Claim({"bench", ""}, absl::Now(), [&](absl::StatusOr<es::Offset> offset) {
        if (!offset.ok()) Die(offset.status().ToString());
        if (!store_->topic("budgets")->Read(partition, *offset, 1 << 20).ok()) Die("the claim cannot be read");
        writers_[partition]->Begin(*offset);
        std::lock_guard<std::mutex> lock(mutex);
        token = *offset;
        done.notify_all();
      });
    });
    std::unique_lock<std::mutex> lock(mutex);
    done.wait(lock, [&] { return token >= 0; });
    return static_cast<double>(Now() - from) / 1e6;
  }

  void Ask(int partition, int64_t at, Clients& clients) {
    executor_.Post([this, partition, at, &clients] {
      writers_[partition]->Append(NewBatch(), [at, &clients](absl::StatusOr<es::Offset> offset) {
        if (!offset.ok()) Die(offset.status().ToString());
        clients.Answered(at);
      });
    });
  }

 private:
  es::ExecutorThread executor_;
  std::unique_ptr<kafka::LogStore> store_;
  std::vector<std::unique_ptr<es::PartitionWriter>> writers_;
};

// ---- Kafka's transactions: a transactional id for each partition, since that is what changes hands; what queued
// while one transaction was committed goes into the next.

rd_kafka_t* NewTransactional(const std::string& bootstrap, const std::string& id) {
  return NewHandle(RD_KAFKA_PRODUCER, bootstrap,
                   {{"transactional.id", id},
                    {"acks", "all"},
                    {"linger.ms", "0"},
                    {"transaction.timeout.ms", "60000"}});
}

void Need(rd_kafka_error_t* error, const char* what) {
  if (error != nullptr) Die(absl::StrCat(what, ": ", rd_kafka_error_string(error)));
}

void Produce(rd_kafka_t* handle, const std::string& topic, int partition) {
  log::v1::Record record;
  *record.mutable_batch() = NewBatch();
  const std::string bytes = record.SerializeAsString();
  const rd_kafka_resp_err_t error = rd_kafka_producev(
      handle, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(const_cast<char*>(bytes.data()), bytes.size()),
      RD_KAFKA_V_END);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) Die(rd_kafka_err2str(error));
}

class Transactions {
 public:
  Transactions(const std::string& bootstrap, std::string topic, Clients& clients)
      : topic_(std::move(topic)), clients_(clients), queues_(kPartitions) {
    for (int i = 0; i < kPartitions; ++i) {
      queues_[i].handle = NewTransactional(bootstrap, absl::StrCat(topic_, "-", i));
      Need(rd_kafka_init_transactions(queues_[i].handle, kPatienceMs), "init_transactions");
      // The first waits for metadata.
      Need(rd_kafka_begin_transaction(queues_[i].handle), "begin");
      Produce(queues_[i].handle, topic_, i);
      Need(rd_kafka_commit_transaction(queues_[i].handle, kPatienceMs), "commit");
    }
    for (int i = 0; i < kPartitions; ++i) queues_[i].thread = std::thread([this, i] { Loop(i); });
  }
  ~Transactions() {
    for (Queue& queue : queues_) {
      {
        std::lock_guard<std::mutex> lock(queue.mutex);
        queue.stopping = true;
      }
      queue.woken.notify_one();
      queue.thread.join();
      rd_kafka_destroy(queue.handle);
    }
  }
  void Ask(int partition, int64_t at) {
    {
      std::lock_guard<std::mutex> lock(queues_[partition].mutex);
      queues_[partition].waiting.push_back(at);
    }
    queues_[partition].woken.notify_one();
  }

 private:
  struct Queue {
    std::mutex mutex;
    std::condition_variable woken;
    std::deque<int64_t> waiting;
    bool stopping = false;
    rd_kafka_t* handle = nullptr;
    std::thread thread;
  };

  void Loop(int partition) {
    Queue& queue = queues_[partition];
    while (true) {
      std::deque<int64_t> taken;
      {
        std::unique_lock<std::mutex> lock(queue.mutex);
        queue.woken.wait(lock, [&] { return queue.stopping || !queue.waiting.empty(); });
        if (queue.stopping) return;
        taken.swap(queue.waiting);
      }
      Need(rd_kafka_begin_transaction(queue.handle), "begin");
      for (size_t i = 0; i < taken.size(); ++i) Produce(queue.handle, topic_, partition);
      Need(rd_kafka_commit_transaction(queue.handle, kPatienceMs), "commit");
      for (const int64_t at : taken) clients_.Answered(at);
    }
  }

  const std::string topic_;
  Clients& clients_;
  std::deque<Queue> queues_;
};

// A successor takes over a transactional id whose owner has just finished a transaction, or is in the middle of one.
// Its handle is connected before; what is timed is init_transactions.
std::vector<double> TransactionTakeovers(const std::string& bootstrap, const std::string& topic, bool open) {
  const std::string id = absl::StrCat(topic, open ? "-open" : "-idle");
  std::vector<double> ms;
  rd_kafka_t* owner = NewTransactional(bootstrap, id);
  Need(rd_kafka_init_transactions(owner, kPatienceMs), "init_transactions");
  for (int i = 0; i < kTakeovers; ++i) {
    Need(rd_kafka_begin_transaction(owner), "begin");
    Produce(owner, topic, 0);
    if (open) {
      rd_kafka_flush(owner, kPatienceMs);
    } else {
      Need(rd_kafka_commit_transaction(owner, kPatienceMs), "commit");
    }
    rd_kafka_t* successor = NewTransactional(bootstrap, id);
    const rd_kafka_metadata_t* metadata = nullptr;
    if (rd_kafka_metadata(successor, 1, nullptr, &metadata, kPatienceMs) != RD_KAFKA_RESP_ERR_NO_ERROR) Die("metadata");
    rd_kafka_metadata_destroy(metadata);
    const int64_t from = Now();
    Need(rd_kafka_init_transactions(successor, kPatienceMs), "init_transactions");
    ms.push_back(static_cast<double>(Now() - from) / 1e6);
    rd_kafka_purge(owner, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_destroy(owner);
    owner = successor;
  }
  rd_kafka_destroy(owner);
  return ms;
}

int Main(int argc, char** argv) {
  double seconds = 0;
  if (argc != 3 || !absl::SimpleAtod(argv[2], &seconds)) {
    std::fputs("usage: fencing_bench BOOTSTRAP SECONDS\n", stderr);
    return 2;
  }
  kafka::Cluster cluster;
  cluster.bootstrap_servers = argv[1];
  kafka::LogStoreOptions options;
  options.partition_count = kPartitions;
  std::string topics[2];
  for (int i = 0; i < 2; ++i) {
    options.deployment = absl::StrCat("fencing-", i, "-", absl::ToUnixNanos(absl::Now()));
    topics[i] = absl::StrCat(options.deployment, ".budgets");
    const auto made = kafka::CreateTopics(cluster, options.deployment, {"budgets"}, kPartitions, options.rules);
    if (!made.ok()) Die(made.status().ToString());
  }
  // The second's topic is for transactions.
  options.deployment = topics[0].substr(0, topics[0].find('.'));
  Clients clients;
  {
    Claims claims(cluster, options);
    Claims successor(cluster, options);
    std::vector<double> takeovers;
    for (int i = 0; i < kTakeovers; ++i) takeovers.push_back((i % 2 == 0 ? successor : claims).Take(0));
    PrintTakeover("claim", takeovers);
    for (int i = 0; i < kPartitions; ++i) claims.Take(i);
    Reader reader(cluster.bootstrap_servers, topics[0], "read_uncommitted");
    for (const int in_flight : {1, 16, 256}) {
      Print("claims and offsets", in_flight,
            clients.Run(in_flight, absl::Seconds(seconds),
                        [&](int partition, int64_t at) { claims.Ask(partition, at, clients); }, reader));
    }
  }
  PrintTakeover("transaction, owner idle", TransactionTakeovers(argv[1], topics[1], false));
  PrintTakeover("transaction, owner inside one", TransactionTakeovers(argv[1], topics[1], true));
  Transactions transactions(argv[1], topics[1], clients);
  Reader reader(cluster.bootstrap_servers, topics[1], "read_committed");
  for (const int in_flight : {1, 16, 256}) {
    Print("broker transactions", in_flight,
          clients.Run(in_flight, absl::Seconds(seconds),
                      [&](int partition, int64_t at) { transactions.Ask(partition, at); }, reader));
  }
  return 0;
}

}  // namespace
}  // namespace regard::bench

int main(int argc, char** argv) { return regard::bench::Main(argc, argv); }
