// Pipelines records to the brokers and reports each delivery with its offset, in the order of appends of a partition.
// After anything that is not a plain delivery, every further append to that partition fails until one carries a claim:
// whoever claims starts anew, on another connection if this one has ever failed.
//
// Partitions share a few connections. A broker takes one request of a connection at a time, a request of librdkafka is of
// one partition, and it is answered when replicas have it: on one connection each partition would wait for all others,
// and replicas would fetch for each of them apart.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/es/event_log.h"
#include "libs/kafka/client.h"

namespace regard::kafka {

struct WriterOptions {
  // A record that no broker took by then is reported as failed; it may have been written all the same.
  absl::Duration delivery_timeout = absl::Seconds(30);
  // More that wait are refused.
  int max_queued_records = 100'000;
  int max_queued_bytes = 256 << 20;
  int max_record_bytes = 0;
  // To each broker.
  int connections = 8;
};

struct WrittenTopic {
  std::string name;
  int partitions = 0;
  // From the writer's thread: before `done` of an append is called with its offset, and after a few of them were.
  std::function<void(int partition, es::LoggedRecord record, size_t bytes)> delivered;
  std::function<void(int partition)> grown;
};

// Thread-safe.
class Writer {
 public:
  Writer(Cluster cluster, std::vector<WrittenTopic> topics, const WriterOptions& options);
  // Gives what is queued a moment, then reports the rest as failed.
  ~Writer();

  // As EventLog::Append. `topic` is an index of what was given.
  void Append(size_t topic, int partition, std::shared_ptr<const log::v1::Record> record,
              es::EventLog::AppendDone done);

  // How often a connection was given up, for metrics.
  uint64_t sessions_given_up() const { return given_up_; }

 private:
  // One idempotent producer.
  struct Session {
    Handle handle;
    std::vector<TopicHandle> topics;
    // A delivery failed or the producer is fatal: nobody starts on it any more.
    bool retired = false;
  };
  struct InFlight {
    uint64_t id;
    std::shared_ptr<const log::v1::Record> record;
    size_t bytes;
    es::EventLog::AppendDone done;
    // Not OK: it was never sent, and waits only for its turn to be reported.
    absl::Status refused;
  };
  struct Partition {
    std::shared_ptr<Session> session;
    // Appends but claims are refused with it.
    absl::Status failed;
    std::deque<InFlight> in_flight;
  };
  struct Report {
    InFlight append;
    absl::StatusOr<es::Offset> result;
    size_t topic;
    int partition;
  };
  struct Topic {
    WrittenTopic what;
    size_t index = 0;
    std::vector<Partition> partitions;
  };

  absl::Status Start(Topic& topic, int partition, const log::v1::Record& record);
  // The one that partitions of this number start on.
  absl::StatusOr<std::shared_ptr<Session>> CurrentFor(int partition);
  void Retire(Session& session);
  // Everything unreported of the partition fails with `why`, and so do appends from now on.
  void FailAll(Topic& topic, int partition, const absl::Status& why);
  void OnDelivery(const Delivery& delivery);
  void Wake();
  void Loop();
  bool Idle();
  void ServeSessions();
  void MakeReports();
  void DropRetired();

  const Cluster cluster_;
  const WriterOptions options_;
  std::vector<std::unique_ptr<Topic>> topics_;
  std::atomic<uint64_t> given_up_ = 0;

  std::mutex mutex_;
  uint64_t next_id_ = 1;
  std::vector<std::shared_ptr<Session>> current_;
  std::list<std::shared_ptr<Session>> sessions_;
  // Reports to make, in order, by the writer's thread only.
  std::deque<Report> reports_;

  std::mutex wake_mutex_;
  std::condition_variable woken_;
  bool awake_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace regard::kafka
