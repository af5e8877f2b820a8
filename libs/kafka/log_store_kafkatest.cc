#include "libs/kafka/log_store.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/es/partition_writer.h"
#include "libs/es/testing/manual_executor.h"
#include "libs/kafka/testing/brokers.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {
namespace {

using ::testing::HasSubstr;

constexpr int kPartitions = 2;

std::shared_ptr<const log::v1::Record> Claim(const std::string& who) {
  auto record = std::make_shared<log::v1::Record>();
  record->mutable_claim()->set_instance_id(who);
  return record;
}

std::shared_ptr<const log::v1::Record> Batch(es::Offset token, uint64_t sequence, size_t padding = 0) {
  auto record = std::make_shared<log::v1::Record>();
  record->set_token(token);
  record->set_sequence(sequence);
  log::v1::Fact* fact = record->mutable_batch()->add_appends()->add_facts();
  fact->set_stream(absl::StrCat("s/", sequence));
  fact->set_body(std::string(padding, 'x'));
  return record;
}

class KafkaLog : public ::testing::Test {
 protected:
  KafkaLog() {
    options_.deployment = testing::FreshDeployment();
    options_.partition_count = kPartitions;
  }
  absl::StatusOr<log::v1::LogIdentity> Make() {
    return CreateTopics(cluster_, options_.deployment, topics_, kPartitions, options_.rules);
  }
  std::unique_ptr<LogStore> Open() {
    auto opened = LogStore::Open(cluster_, topics_, options_);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return *std::move(opened);
  }
  std::unique_ptr<LogStore> MakeAndOpen() {
    const auto made = Make();
    EXPECT_TRUE(made.ok()) << made.status();
    return Open();
  }
  std::string Full(const std::string& topic) const { return TopicName(options_.deployment, topic); }

  const Cluster cluster_ = testing::Brokers();
  const std::vector<std::string> topics_ = {"budgets"};
  LogStoreOptions options_;
};

// Appends and collects results in the order in which they were reported.
class Appends {
 public:
  explicit Appends(es::EventLog& log) : log_(log) {}

  void Add(std::shared_ptr<const log::v1::Record> record, int partition = 0) {
    ++added_;
    log_.Append(partition, std::move(record), [this](absl::StatusOr<es::Offset> offset) {
      std::lock_guard<std::mutex> lock(mutex_);
      results_.push_back(std::move(offset));
      arrived_.notify_one();
    });
  }
  std::vector<absl::StatusOr<es::Offset>> Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    arrived_.wait(lock, [this] { return results_.size() == added_; });
    return results_;
  }

 private:
  es::EventLog& log_;
  size_t added_ = 0;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<absl::StatusOr<es::Offset>> results_;
};

TEST_F(KafkaLog, ADeploymentThatWasNeverMadeIsNotFound) {
  EXPECT_EQ(LogStore::Open(cluster_, topics_, options_).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(KafkaLog, MakingItAgainChangesNothing) {
  const auto first = Make();
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(Make()->log_id(), first->log_id());
}

TEST_F(KafkaLog, WhoMakesItTogetherGetsOneIdentity) {
  std::vector<std::string> ids(3);
  std::vector<std::thread> makers;
  for (std::string& id : ids) makers.emplace_back([this, &id] { id = Make().value().log_id(); });
  for (std::thread& maker : makers) maker.join();
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_EQ(ids[0], ids[2]);
}

TEST_F(KafkaLog, AnotherPartitionCountIsRefused) {
  ASSERT_TRUE(Make().ok());
  const auto made = CreateTopics(cluster_, options_.deployment, topics_, kPartitions + 1, options_.rules).status();
  EXPECT_EQ(made.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(made.message(), HasSubstr("partition_count"));
  options_.partition_count = kPartitions + 1;
  const absl::Status opened = LogStore::Open(cluster_, topics_, options_).status();
  EXPECT_EQ(opened.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(opened.message(), HasSubstr("partition_count"));
}

TEST_F(KafkaLog, PropertiesThatTheProtocolRestsOnMayNotBeSet) {
  for (const char* property : {"acks", "enable.idempotence", "group.id", "message.timeout.ms", "isolation.level"}) {
    Cluster cluster = cluster_;
    cluster.properties[property] = "1";
    const absl::Status status = LogStore::Open(cluster, topics_, options_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << property;
    EXPECT_THAT(status.message(), HasSubstr(property));
  }
}

struct Unsafe {
  const char* setting;
  const char* value;
};
class UnsafeTopic : public KafkaLog, public ::testing::WithParamInterface<Unsafe> {};

TEST_P(UnsafeTopic, IsRefusedByTheNameOfTheSetting) {
  ASSERT_TRUE(CreateTopics(cluster_, options_.deployment, {}, kPartitions, options_.rules).ok());
  TopicPlan plan{Full("budgets"), kPartitions, 3, {}};
  plan.settings = {{"cleanup.policy", "delete"},
                   {"retention.ms", "-1"},
                   {"retention.bytes", "-1"},
                   {"min.insync.replicas", "2"},
                   {"unclean.leader.election.enable", "false"},
                   {"max.message.bytes", "8388608"}};
  const std::string setting = GetParam().setting;
  if (setting == "the replication factor") {
    plan.replicas = 2;
  } else if (setting == "the number of partitions") {
    plan.partitions = 7;
  } else {
    plan.settings[setting] = GetParam().value;
  }
  ASSERT_TRUE(CreateTopic(*MakeHandle(cluster_, HandleKind::kConsumer, {}), plan).ok());
  // A topic that was just made may not be known to every broker.
  absl::Status made = Make().status();
  while (absl::IsNotFound(made)) made = Make().status();
  EXPECT_EQ(made.code(), absl::StatusCode::kFailedPrecondition) << made;
  EXPECT_THAT(made.message(), HasSubstr(absl::StrCat(Full("budgets"), ": ", setting)));
  EXPECT_EQ(LogStore::Open(cluster_, topics_, options_).status(), made);
}

INSTANTIATE_TEST_SUITE_P(Settings, UnsafeTopic,
                         ::testing::Values(Unsafe{"cleanup.policy", "compact"}, Unsafe{"retention.ms", "604800000"},
                                           Unsafe{"retention.bytes", "1000000000"}, Unsafe{"min.insync.replicas", "1"},
                                           Unsafe{"unclean.leader.election.enable", "true"},
                                           Unsafe{"max.message.bytes", "1048588"},
                                           Unsafe{"the replication factor", ""},
                                           Unsafe{"the number of partitions", ""}));

TEST_F(KafkaLog, ARecordThatIsTooLargeIsRefusedAndSoIsWhatFollowsUntilAClaim) {
  const auto store = MakeAndOpen();
  es::EventLog& log = *store->topic("budgets");
  Appends appends(log);
  appends.Add(Claim("one"));
  appends.Add(Batch(0, 1));
  appends.Add(Batch(0, 2, kMaxRecordBytes));
  appends.Add(Batch(0, 3));
  appends.Add(Claim("again"));
  appends.Add(Batch(2, 1));
  appends.Add(Batch(0, 1), 1);
  const auto results = appends.Wait();
  EXPECT_EQ(log.End(0).value(), 4);
  EXPECT_EQ(log.End(1).value(), 1);
  std::vector<absl::StatusCode> codes;
  for (const auto& result : results) codes.push_back(result.status().code());
  EXPECT_EQ(std::count(codes.begin(), codes.end(), absl::StatusCode::kInvalidArgument), 2);
  EXPECT_EQ(std::count(codes.begin(), codes.end(), absl::StatusCode::kOk), 5);
}

TEST_F(KafkaLog, TheLargestRecordThatIsTakenIsReadBackFromTheBrokers) {
  auto store = MakeAndOpen();
  Appends appends(*store->topic("budgets"));
  appends.Add(Batch(0, 1, kMaxRecordBytes - 2048));
  ASSERT_EQ(appends.Wait()[0].value(), 0);
  store = Open();
  EXPECT_EQ(store->topic("budgets")->Read(0, 0, 1)->size(), 1u);
}

TEST_F(KafkaLog, AQueueThatIsFullRefusesAndGoesOnAfterAClaim) {
  options_.writer.max_queued_records = 10;
  const auto store = MakeAndOpen();
  Appends appends(*store->topic("budgets"));
  for (int i = 1; i <= 1000; ++i) appends.Add(Batch(0, i));
  const auto results = appends.Wait();
  // In order: what fit, then nothing but refusals, although there was room again meanwhile.
  const auto refused = std::find_if(results.begin(), results.end(), [](const auto& result) { return !result.ok(); });
  ASSERT_NE(refused, results.end());
  for (auto at = refused; at != results.end(); ++at) {
    EXPECT_EQ(at->status().code(), absl::StatusCode::kResourceExhausted);
  }
  Appends later(*store->topic("budgets"));
  later.Add(Claim("one"));
  EXPECT_EQ(later.Wait()[0].value(), refused - results.begin());
}

TEST_F(KafkaLog, ReadersBehindTheTailSeeEverythingOnceEachAtItsOwnPace) {
  options_.tail.records = 16;
  const auto store = MakeAndOpen();
  es::EventLog& log = *store->topic("budgets");
  constexpr int kRecords = 3000;
  Appends appends(log);
  for (int i = 1; i <= kRecords; ++i) appends.Add(Batch(0, i, 500));
  appends.Wait();
  std::vector<es::Offset> at(6, 0);
  bool more = true;
  while (more) {
    more = false;
    for (size_t reader = 0; reader < at.size(); ++reader) {
      const auto records = log.Read(0, at[reader], 20'000 << reader);
      ASSERT_TRUE(records.ok()) << records.status();
      for (const es::LoggedRecord& record : *records) {
        ASSERT_EQ(record.offset, at[reader]++);
        ASSERT_EQ(record.record->sequence(), static_cast<uint64_t>(at[reader]));
      }
      more = more || !records->empty();
    }
  }
  EXPECT_EQ(at, std::vector<es::Offset>(6, kRecords));
}

TEST_F(KafkaLog, AnInstanceSeesWhatAnotherWrites) {
  const auto one = MakeAndOpen();
  const auto other = Open();
  std::mutex mutex;
  std::condition_variable heard;
  bool grown = false;
  const auto watch = other->topic("budgets")->Watch([&](int partition) {
    std::lock_guard<std::mutex> lock(mutex);
    grown = partition == 1;
    heard.notify_one();
  });
  Appends appends(*one->topic("budgets"));
  appends.Add(Batch(0, 1), 1);
  ASSERT_TRUE(appends.Wait()[0].ok());
  // It may not have heard of it yet, but once it was told where the end is, it reads up to there.
  EXPECT_EQ(other->topic("budgets")->End(1).value(), 1);
  EXPECT_EQ(other->topic("budgets")->Read(1, 0, 100)->size(), 1u);
  std::unique_lock<std::mutex> lock(mutex);
  heard.wait(lock, [&] { return grown; });
}

// Who writes a partition all the time does not fetch it, and sees all the same what others write in between and afterwards.
TEST_F(KafkaLog, ABusyWriterSeesWhatAnotherWrites) {
  const auto one = MakeAndOpen();
  const auto other = Open();
  es::EventLog& log = *one->topic("budgets");
  Appends others(*other->topic("budgets"));
  std::atomic<bool> busy = true;
  std::thread writer([&] {
    Appends appends(log);
    for (uint64_t sequence = 1; busy; ++sequence) {
      appends.Add(Batch(0, sequence));
      appends.Wait();
    }
  });
  absl::SleepFor(absl::Seconds(1));
  others.Add(Claim("other"));
  const es::Offset between = others.Wait().back().value();
  while (log.End(0).value() <= between + 1) {
  }
  const auto records = log.Read(0, between, 1 << 20);
  busy = false;
  writer.join();
  ASSERT_TRUE(records.ok()) << records.status();
  ASSERT_FALSE(records->empty());
  EXPECT_EQ(records->front().offset, between);
  EXPECT_EQ(records->front().record->claim().instance_id(), "other");

  std::mutex mutex;
  std::condition_variable heard;
  bool grown = false;
  const auto watch = log.Watch([&](int partition) {
    std::lock_guard<std::mutex> lock(mutex);
    grown = partition == 0;
    heard.notify_one();
  });
  others.Add(Claim("other again"));
  const es::Offset after = others.Wait().back().value();
  es::Offset at = between;
  while (at <= after) {
    const auto more = log.Read(0, at, 1 << 20);
    ASSERT_TRUE(more.ok()) << more.status();
    if (!more->empty()) {
      at = more->back().offset + 1;
      continue;
    }
    std::unique_lock<std::mutex> lock(mutex);
    heard.wait(lock, [&] { return grown; });
    grown = false;
  }
}

// The protocol over real brokers: whoever claimed last writes, and the other finds out from its own delivery.
TEST_F(KafkaLog, AWriterThatLostThePartitionFindsOutBeforeAnythingIsAcknowledged) {
  const auto first = MakeAndOpen();
  const auto second = Open();
  es::testing::ManualExecutor executor;
  es::PartitionWriter one(*first->topic("budgets"), 0, executor);
  es::PartitionWriter two(*second->topic("budgets"), 0, executor);
  const auto run_until = [&](const auto& condition) {
    while (!condition()) {
      if (!executor.RunOne()) std::this_thread::yield();
    }
  };
  const auto claim = [&](es::PartitionWriter& writer) {
    absl::optional<es::Offset> token;
    writer.Claim({"instance", ""}, absl::UnixEpoch(),
                 [&](absl::StatusOr<es::Offset> offset) { token = offset.value(); });
    run_until([&] { return token.has_value(); });
    writer.Begin(*token);
  };
  const auto append = [&](es::PartitionWriter& writer) {
    log::v1::Batch batch;
    batch.add_appends();
    absl::optional<absl::StatusOr<es::Offset>> result;
    writer.Append(batch, [&](absl::StatusOr<es::Offset> offset) { result = std::move(offset); });
    run_until([&] { return result.has_value(); });
    return *result;
  };
  claim(one);
  EXPECT_EQ(append(one).value(), 1);
  claim(two);
  EXPECT_EQ(append(two).value(), 3);
  EXPECT_EQ(append(one).status().code(), absl::StatusCode::kAborted);
  EXPECT_FALSE(one.writing());
  // The late record is in the topic all the same; two reads it in the gap and goes on.
  EXPECT_EQ(append(two).value(), 5);
  claim(one);
  EXPECT_EQ(append(one).value(), 7);
}

TEST_F(KafkaLog, AMarkerOfATransactionIsAHole) {
  const auto store = MakeAndOpen();
  es::EventLog& log = *store->topic("budgets");
  Appends appends(log);
  appends.Add(Batch(0, 1));
  appends.Wait();
  {
    HandleOptions options;
    options.properties = {{"transactional.id", options_.deployment}};
    const Handle producer = *MakeHandle(cluster_, HandleKind::kProducer, std::move(options));
    ASSERT_EQ(rd_kafka_init_transactions(producer.get(), 30000), nullptr);
    ASSERT_EQ(rd_kafka_begin_transaction(producer.get()), nullptr);
    const TopicHandle topic = MakeTopic(producer, Full("budgets"), nullptr);
    std::string bytes = Batch(0, 2)->SerializeAsString();
    ASSERT_EQ(rd_kafka_produce(topic.get(), 0, RD_KAFKA_MSG_F_COPY, bytes.data(), bytes.size(), nullptr, 0, nullptr),
              0);
    ASSERT_EQ(rd_kafka_commit_transaction(producer.get(), 30000), nullptr);
  }
  // The marker follows the commit in its own time.
  while (log.End(0).value() < 3) {
  }
  Appends after(log);
  after.Add(Batch(0, 3));
  EXPECT_EQ(after.Wait()[0].value(), 3);
  const absl::Status here = log.Read(0, 2, 100).status();
  EXPECT_EQ(here.code(), absl::StatusCode::kDataLoss) << here;
  EXPECT_THAT(here.message(), HasSubstr(absl::StrCat(Full("budgets"), "/0: offset 2")));
  const auto later = Open();
  // A read answers with what has arrived, and that may be the first of the two alone.
  std::vector<es::LoggedRecord> sound;
  while (sound.size() < 2) {
    auto read = later->topic("budgets")->Read(0, static_cast<es::Offset>(sound.size()), 1 << 20);
    ASSERT_TRUE(read.ok()) << read.status();
    ASSERT_FALSE(read->empty());
    sound.insert(sound.end(), read->begin(), read->end());
  }
  EXPECT_EQ(sound.size(), 2u);
  const absl::Status fetched = later->topic("budgets")->Read(0, 2, 100).status();
  EXPECT_EQ(fetched.code(), absl::StatusCode::kDataLoss) << fetched;
  EXPECT_THAT(fetched.message(), HasSubstr(absl::StrCat(Full("budgets"), "/0: offset 2")));
}

TEST_F(KafkaLog, ARecordThatDoesNotParseIsDataLoss) {
  const auto store = MakeAndOpen();
  es::EventLog& log = *store->topic("budgets");
  {
    const Handle producer = *MakeHandle(cluster_, HandleKind::kProducer, {});
    const TopicHandle topic = MakeTopic(producer, Full("budgets"), nullptr);
    char bytes[] = "\xff\xff not a record";
    ASSERT_EQ(rd_kafka_produce(topic.get(), 0, RD_KAFKA_MSG_F_COPY, bytes, sizeof(bytes), nullptr, 0, nullptr), 0);
    ASSERT_EQ(rd_kafka_flush(producer.get(), 30000), RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  EXPECT_EQ(log.End(0).value(), 1);
  EXPECT_EQ(log.Read(0, 0, 100).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Open()->topic("budgets")->Read(0, 0, 100).status().code(), absl::StatusCode::kDataLoss);
  // The other partition is sound.
  EXPECT_TRUE(log.Read(1, 0, 100).ok());
}

}  // namespace
}  // namespace regard::kafka
