#include "tests/contract/event_log_contract.h"

#include <future>
#include <set>

#include "libs/es/accepted_reader.h"

namespace regard::es {
namespace {

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

// Who asks without waiting hears the same of every partition, once.
TEST_P(EventLogContract, EndsAreToldToWhoAsksForAllAtOnce) {
  Append(1, Batch(0, 1, "a"));
  Append(1, Batch(0, 2, "b"));
  Append(3, Batch(0, 1, "c"));
  std::vector<std::future<absl::StatusOr<Offset>>> told;
  for (int partition = 0; partition < kPartitions; ++partition) {
    auto promise = std::make_shared<std::promise<absl::StatusOr<Offset>>>();
    told.push_back(promise->get_future());
    log().AskEnd(partition, [promise](absl::StatusOr<Offset> end) { promise->set_value(end); });
  }
  for (int partition = 0; partition < kPartitions; ++partition) {
    EXPECT_EQ(told[partition].get().value(), log().End(partition).value()) << partition;
  }
  EXPECT_EQ(log().End(1).value() - log().End(3).value(), 1);
}

TEST_P(EventLogContract, ReachesWhatIsDurableAndNoFurther) {
  const Offset last = Append(1, Batch(0, 1, "a"));
  EXPECT_TRUE(log().Reaches(1, 0).value());
  EXPECT_TRUE(log().Reaches(1, last + 1).value());
  EXPECT_FALSE(log().Reaches(1, last + 2).value());
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

}  // namespace
}  // namespace regard::es
