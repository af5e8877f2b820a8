#include "libs/kafka/log_store.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/es/log_watchers.h"
#include "libs/kafka/end_asker.h"
#include "libs/kafka/feed.h"
#include "libs/kafka/fetcher.h"

namespace regard::kafka {
namespace {

constexpr absl::Duration kOpenPatience = absl::Seconds(15);

// What all topics share.
struct Shared {
  log::v1::LogIdentity identity;
  LogStoreOptions options;
  // For asking where partitions end.
  Handle asker;
  std::unique_ptr<EndAsker> ends;
  std::unique_ptr<Fetcher> fetcher;
  std::unique_ptr<Writer> writer;
};

// One topic.
class Log : public es::EventLog {
 public:
  Log(Shared& shared, std::string name, size_t index, const std::vector<es::Offset>& ends)
      : shared_(shared),
        name_(std::move(name)),
        full_name_(TopicName(shared.options.deployment, name_)),
        index_(index),
        tail_(full_name_, ends, shared.options.tail) {}

  const std::string& topic() const override { return name_; }
  const log::v1::LogIdentity& identity() const override { return shared_.identity; }

  void Append(int partition, std::shared_ptr<const log::v1::Record> record, AppendDone done) override {
    shared_.writer->Append(index_, partition, std::move(record), std::move(done));
  }

  absl::StatusOr<std::vector<es::LoggedRecord>> Read(int partition, es::Offset from, size_t max_bytes) override {
    if (feed_->Rests(partition) && from >= tail_.end(partition) && from < tail_.expected(partition)) {
      feed_->Resume(partition);
      return shared_.fetcher->Read(full_name_, partition, from, tail_.expected(partition), max_bytes,
                                   shared_.options.read_patience);
    }
    absl::StatusOr<Tail::Found> found = tail_.Read(partition, from, max_bytes, shared_.options.read_patience);
    if (!found.ok()) return found.status();
    if (!found->before.has_value()) return std::move(found->records);
    return shared_.fetcher->Read(full_name_, partition, from, *found->before, max_bytes, shared_.options.read_patience);
  }

  absl::StatusOr<es::Offset> End(int partition) override {
    return Heard(partition, EndOf(shared_.asker, full_name_, partition, shared_.options.read_patience));
  }

  void AskEnd(int partition, EndDone done) override {
    shared_.ends->Ask({full_name_, partition},
                      [this, partition, done = std::move(done)](absl::StatusOr<es::Offset> end) mutable {
                        std::move(done)(Heard(partition, std::move(end)));
                      });
  }

  absl::StatusOr<bool> Reaches(int partition, es::Offset offset) override {
    if (offset <= tail_.expected(partition)) return true;
    return EventLog::Reaches(partition, offset);
  }

  void WillRead(int partition, es::Offset from) override {
    // Whoever begins to read wants to hear of others.
    if (feed_->Rests(partition)) feed_->Resume(partition);
    if (from < tail_.first(partition)) shared_.fetcher->Begin(full_name_, partition, from);
  }

  std::unique_ptr<es::LogWatch> Watch(absl::AnyInvocable<void(int partition)> grown) override {
    return watchers_.Add(std::move(grown));
  }

  absl::Status StartFeed(const Cluster& cluster) {
    absl::StatusOr<std::unique_ptr<Feed>> feed =
        Feed::Start(cluster, full_name_, tail_, [this](int partition) { watchers_.Tell(partition); });
    if (!feed.ok()) return feed.status();
    feed_ = *std::move(feed);
    return absl::OkStatus();
  }
  WrittenTopic Written() {
    return {full_name_, tail_.partitions(),
            [this](int partition, es::LoggedRecord record, size_t bytes) {
              const es::Offset offset = record.offset;
              tail_.Add(partition, std::move(record), bytes, Tail::From::kWriter);
              offset < tail_.end(partition) ? feed_->Written(partition) : feed_->Resume(partition);
            },
            [this](int partition) { watchers_.Tell(partition); }};
  }

 private:
  // What leaders say.
  absl::StatusOr<es::Offset> Heard(int partition, absl::StatusOr<es::Offset> end) {
    if (!end.ok()) return end;
    tail_.Expect(partition, *end);
    return std::max(*end, tail_.end(partition));
  }

  Shared& shared_;
  const std::string name_;
  const std::string full_name_;
  const size_t index_;
  Tail tail_;
  es::LogWatchers watchers_;
  // Calls back into the others.
  std::unique_ptr<Feed> feed_;
};

class Store : public LogStore {
 public:
  absl::Status Start(const Cluster& cluster, const std::vector<std::string>& topics, const LogStoreOptions& options) {
    shared_.options = options;
    shared_.options.writer.max_record_bytes = kMaxRecordBytes;
    absl::StatusOr<log::v1::LogIdentity> identity =
        CheckTopics(cluster, options.deployment, topics, options.partition_count, options.rules);
    if (!identity.ok()) return identity.status();
    shared_.identity = *std::move(identity);
    absl::StatusOr<Handle> asker = MakeHandle(cluster, HandleKind::kConsumer, {});
    if (!asker.ok()) return asker.status();
    shared_.asker = *std::move(asker);
    shared_.ends = std::make_unique<EndAsker>(shared_.asker, options.read_patience);
    shared_.fetcher = std::make_unique<Fetcher>(cluster, FetcherLimits());
    std::vector<WrittenTopic> written;
    for (const std::string& name : topics) {
      const absl::StatusOr<std::vector<es::Offset>> ends = EndsOf(name);
      if (!ends.ok()) return ends.status();
      auto log = std::make_unique<Log>(shared_, name, written.size(), *ends);
      written.push_back(log->Written());
      const absl::Status fed = log->StartFeed(cluster);
      if (!fed.ok()) return fed;
      logs_[name] = std::move(log);
    }
    shared_.writer = std::make_unique<Writer>(cluster, std::move(written), shared_.options.writer);
    return absl::OkStatus();
  }

  ~Store() override {
    // They call back into the topics.
    shared_.ends.reset();
    shared_.writer.reset();
  }

  es::EventLog* topic(absl::string_view name) override {
    const auto found = logs_.find(name);
    return found == logs_.end() ? nullptr : found->second.get();
  }
  const log::v1::LogIdentity& identity() const override { return shared_.identity; }
  uint64_t sessions_given_up() const override { return shared_.writer->sessions_given_up(); }

 private:
  absl::StatusOr<std::vector<es::Offset>> EndsOf(const std::string& name) {
    std::vector<TopicPartition> all;
    for (int partition = 0; partition < shared_.options.partition_count; ++partition) {
      all.push_back({TopicName(shared_.options.deployment, name), partition});
    }
    return kafka::EndsOf(shared_.asker, all, kOpenPatience);
  }

  Shared shared_;
  std::map<std::string, std::unique_ptr<Log>, std::less<>> logs_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<LogStore>> LogStore::Open(const Cluster& cluster, const std::vector<std::string>& topics,
                                                         const LogStoreOptions& options) {
  auto store = std::make_unique<Store>();
  const absl::Status started = store->Start(cluster, topics, options);
  if (!started.ok()) return started;
  return store;
}

}  // namespace regard::kafka
