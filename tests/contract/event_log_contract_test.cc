// What every EventLog must do. Each adapter runs the same suite; a new one is added to the list at the end.
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <set>

#include "gtest/gtest.h"
#include "libs/es/accepted_reader.h"
#include "libs/es/event_log.h"
#include "libs/es/executor_thread.h"
#include "libs/es/testing/memory_log.h"
#include "libs/rocks/log_store.h"

namespace regard::es {
namespace {

constexpr int kPartitions = 4;

// An adapter under test: a log that can be closed and opened again on what it kept.
class LogUnderTest {
 public:
  virtual ~LogUnderTest() = default;
  virtual EventLog& log() = 0;
  // False when the adapter keeps nothing.
  virtual bool Reopen() = 0;
};

class MemoryUnderTest : public LogUnderTest {
 public:
  EventLog& log() override { return log_; }
  bool Reopen() override { return false; }

 private:
  ExecutorThread deliver_{"deliver"};
  testing::MemoryLog log_{"budgets", kPartitions, deliver_};
};

class RocksUnderTest : public LogUnderTest {
 public:
  RocksUnderTest() {
    char pattern[] = "/tmp/regard-contract-XXXXXX";
    path_ = std::string(mkdtemp(pattern)) + "/log";
    Open();
  }
  ~RocksUnderTest() override {
    store_.reset();
    std::filesystem::remove_all(std::filesystem::path(path_).parent_path());
  }
  EventLog& log() override { return *store_->topic("budgets"); }
  bool Reopen() override {
    store_.reset();
    Open();
    return true;
  }

 private:
  void Open() {
    rocks::LogStoreOptions options;
    options.partition_count = kPartitions;
    auto opened = rocks::LogStore::Open(path_, {"bookings", "budgets"}, options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }

  std::string path_;
  std::unique_ptr<rocks::LogStore> store_;
};

struct Adapter {
  const char* name;
  std::function<std::unique_ptr<LogUnderTest>()> make;
};

std::shared_ptr<const log::v1::Record> Claim(const std::string& who) {
  auto record = std::make_shared<log::v1::Record>();
  record->mutable_claim()->set_instance_id(who);
  return record;
}

std::shared_ptr<const log::v1::Record> Batch(Offset token, uint64_t sequence, const std::string& stream,
                                             size_t padding = 0) {
  auto record = std::make_shared<log::v1::Record>();
  record->set_token(token);
  record->set_sequence(sequence);
  log::v1::Fact* fact = record->mutable_batch()->add_appends()->add_facts();
  fact->set_stream(stream);
  fact->set_body(std::string(padding, 'x'));
  return record;
}

class EventLogContract : public ::testing::TestWithParam<Adapter> {
 protected:
  EventLogContract() : under_test_(GetParam().make()) {}
  EventLog& log() { return under_test_->log(); }

  // Appends and waits for each delivery, in order.
  std::vector<Offset> AppendAll(int partition, std::vector<std::shared_ptr<const log::v1::Record>> records) {
    std::mutex mutex;
    std::condition_variable arrived;
    std::vector<Offset> offsets;
    for (auto& record : records) {
      log().Append(partition, record, [&](absl::StatusOr<Offset> offset) {
        std::lock_guard<std::mutex> lock(mutex);
        EXPECT_TRUE(offset.ok()) << offset.status();
        offsets.push_back(offset.value_or(-1));
        arrived.notify_one();
      });
    }
    std::unique_lock<std::mutex> lock(mutex);
    arrived.wait(lock, [&] { return offsets.size() == records.size(); });
    return offsets;
  }
  Offset Append(int partition, std::shared_ptr<const log::v1::Record> record) {
    return AppendAll(partition, {std::move(record)}).front();
  }
  std::vector<LoggedRecord> ReadAll(int partition, Offset from = 0, size_t max_bytes = 1 << 20) {
    std::vector<LoggedRecord> all;
    while (true) {
      auto records = log().Read(partition, from, max_bytes);
      EXPECT_TRUE(records.ok()) << records.status();
      if (!records.ok() || records->empty()) return all;
      from = records->back().offset + 1;
      for (LoggedRecord& record : *records) all.push_back(std::move(record));
    }
  }

  std::unique_ptr<LogUnderTest> under_test_;
};

TEST_P(EventLogContract, SaysWhatItIs) {
  EXPECT_EQ(log().topic(), "budgets");
  EXPECT_EQ(log().identity().partition_count(), static_cast<uint32_t>(kPartitions));
  EXPECT_EQ(log().identity().hash(), "fnv1a64-fold32");
  EXPECT_FALSE(log().identity().log_id().empty());
}

TEST_P(EventLogContract, DeliversOffsetsInOrderWithoutHoles) {
  std::vector<std::shared_ptr<const log::v1::Record>> records;
  for (int i = 1; i <= 500; ++i) records.push_back(Batch(0, i, "a"));
  const std::vector<Offset> offsets = AppendAll(1, records);
  for (size_t i = 1; i < offsets.size(); ++i) EXPECT_EQ(offsets[i], offsets[i - 1] + 1);
  EXPECT_EQ(log().End(1).value(), offsets.back() + 1);
}

TEST_P(EventLogContract, PartitionsAreApart) {
  Append(0, Batch(0, 1, "in 0"));
  Append(3, Batch(0, 1, "in 3"));
  ASSERT_EQ(ReadAll(3).size(), 1u);
  EXPECT_EQ(ReadAll(3)[0].record->batch().appends(0).facts(0).stream(), "in 3");
  EXPECT_TRUE(ReadAll(2).empty());
}

TEST_P(EventLogContract, ReadsBackWhatWasWrittenFromAnyOffset) {
  for (int i = 1; i <= 20; ++i) Append(2, Batch(0, i, "s" + std::to_string(i), 1000));
  const auto from_ten = ReadAll(2, 10, 2500);
  ASSERT_EQ(from_ten.size(), 10u);
  EXPECT_EQ(from_ten.front().offset, 10);
  EXPECT_EQ(from_ten.back().record->batch().appends(0).facts(0).stream(), "s20");
}

TEST_P(EventLogContract, OneRecordLongerThanTheLimitIsReadWhole) {
  Append(0, Batch(0, 1, "long", 100'000));
  EXPECT_EQ(log().Read(0, 0, 10).value().size(), 1u);
}

TEST_P(EventLogContract, ReadingAtTheEndFindsNothing) {
  EXPECT_TRUE(log().Read(0, 0, 100).value().empty());
  Append(0, Batch(0, 1, "a"));
  EXPECT_TRUE(log().Read(0, 1, 100).value().empty());
}

TEST_P(EventLogContract, AWatchHearsOfGrowthAndEnds) {
  std::mutex mutex;
  std::condition_variable heard;
  std::set<int> grown;
  auto watch = log().Watch([&](int partition) {
    std::lock_guard<std::mutex> lock(mutex);
    grown.insert(partition);
    heard.notify_one();
  });
  Append(2, Batch(0, 1, "a"));
  {
    std::unique_lock<std::mutex> lock(mutex);
    heard.wait(lock, [&] { return grown.count(2) == 1; });
  }
  watch.reset();
  grown.clear();
  Append(2, Batch(0, 2, "a"));
  EXPECT_TRUE(grown.empty());
}

// The reader's rule, over the adapter's own storage: what a fenced writer wrote does not count.
TEST_P(EventLogContract, ReadersDropWhatAFencedWriterWrote) {
  const Offset first = Append(0, Claim("one"));
  Append(0, Batch(first, 1, "accepted"));
  const Offset second = Append(0, Claim("two"));
  Append(0, Batch(first, 2, "late"));
  Append(0, Batch(second, 2, "gap in the sequence"));
  Append(0, Batch(second, 1, "accepted too"));
  Append(0, Batch(second, 1, "again"));
  AcceptedReader reader(log(), 0, StartOf(log()));
  bool more = true;
  std::vector<std::string> streams;
  std::vector<uint64_t> positions;
  while (more) {
    const auto appends = reader.Next(1 << 20, &more).value();
    for (const AcceptedAppend& append : appends) {
      streams.push_back(append.append->facts(0).stream());
      positions.push_back(append.position);
    }
  }
  EXPECT_EQ(streams, (std::vector<std::string>{"accepted", "accepted too"}));
  EXPECT_EQ(positions, (std::vector<uint64_t>{1, 2}));
}

TEST_P(EventLogContract, ReaderGoesOnFromItsCheckpoint) {
  const Offset token = Append(0, Claim("one"));
  Append(0, Batch(token, 1, "a"));
  AcceptedReader reader(log(), 0, StartOf(log()));
  bool more = false;
  EXPECT_EQ(reader.Next(1 << 20, &more).value().size(), 1u);
  const log::v1::Checkpoint at = reader.checkpoint();
  Append(0, Batch(token, 2, "b"));
  AcceptedReader later(log(), 0, at);
  const auto appends = later.Next(1 << 20, &more).value();
  ASSERT_EQ(appends.size(), 1u);
  EXPECT_EQ(appends[0].position, 2u);
}

TEST_P(EventLogContract, ACheckpointBeyondTheEndOrOfAnotherLogIsAnError) {
  bool more = false;
  log::v1::Checkpoint beyond = StartOf(log());
  beyond.set_offset(7);
  EXPECT_EQ(AcceptedReader(log(), 0, beyond).Next(100, &more).status().code(), absl::StatusCode::kDataLoss);
  log::v1::Checkpoint other = StartOf(log());
  other.set_log_id("another");
  EXPECT_EQ(AcceptedReader(log(), 0, other).Next(100, &more).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_P(EventLogContract, EverythingAcknowledgedIsThereAfterReopening) {
  for (int i = 1; i <= 50; ++i) Append(i % kPartitions, Batch(0, i, "s" + std::to_string(i)));
  const std::string log_id = log().identity().log_id();
  if (!under_test_->Reopen()) return;
  EXPECT_EQ(log().identity().log_id(), log_id);
  size_t found = 0;
  for (int partition = 0; partition < kPartitions; ++partition) found += ReadAll(partition).size();
  EXPECT_EQ(found, 50u);
  const Offset end = log().End(0).value();
  EXPECT_EQ(Append(0, Batch(0, 99, "after")), end);
}

INSTANTIATE_TEST_SUITE_P(
    Logs, EventLogContract,
    ::testing::Values(Adapter{"memory", [] { return std::make_unique<MemoryUnderTest>(); }},
                      Adapter{"rocks", [] { return std::make_unique<RocksUnderTest>(); }}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace regard::es
