// What readers do about brokers that do not know, for a moment or for good, what was read before; and how much they keep.
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "libs/kafka/feed.h"
#include "libs/kafka/fetcher.h"
#include "libs/kafka/tail.h"
#include "libs/kafka/testing/scripted_broker.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {
namespace {

using testing::ScriptedBroker;

constexpr char kTopic[] = "regard.tallies";
constexpr absl::Duration kPatience = absl::Seconds(2);
constexpr size_t kBytes = 1 << 20;

void Until(const std::function<bool()>& holds) {
  const absl::Time end = absl::Now() + absl::Seconds(30);
  while (!holds() && absl::Now() < end) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_TRUE(holds());
}

// Tries again what is only unavailable.
absl::StatusOr<std::vector<es::LoggedRecord>> ReadInTheEnd(Fetcher& fetcher, es::Offset from, es::Offset end,
                                                           int* failed) {
  while (true) {
    auto records = fetcher.Read(kTopic, 0, from, end, kBytes, kPatience);
    if (!absl::IsUnavailable(records.status())) return records;
    ++*failed;
  }
}

TEST(FetcherTest, WhatABrokerDoesNotKnowForAMomentIsReadInTheEnd) {
  ScriptedBroker broker(kTopic, 1);
  ASSERT_EQ(broker.Write(kTopic, 0, 10, 10), 10);
  Fetcher fetcher(broker.cluster(), FetcherLimits());
  broker.AnswerFetches(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, 3);
  int failed = 0;
  const auto records = ReadInTheEnd(fetcher, 4, 10, &failed);
  ASSERT_TRUE(records.ok()) << records.status();
  EXPECT_EQ(records->front().offset, 4);
  EXPECT_GT(failed, 0);
}

TEST(FetcherTest, ALogThatEndsBeforeIsDamagedAfterAWhile) {
  ScriptedBroker broker(kTopic, 1);
  ASSERT_EQ(broker.Write(kTopic, 0, 10, 10), 10);
  FetcherLimits limits;
  limits.beyond_end = absl::Milliseconds(500);
  Fetcher fetcher(broker.cluster(), limits);
  int failed = 0;
  const auto records = ReadInTheEnd(fetcher, 50, 100, &failed);
  EXPECT_EQ(records.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(records.status().message(), "regard.tallies/0: offset 50: the log ends before it");
  EXPECT_GT(failed, 0);
}

TEST(FetcherTest, KeepsNoMoreThanItMayAndWhatItJustRead) {
  constexpr int kPartitions = 4;
  ScriptedBroker broker(kTopic, kPartitions);
  FetcherLimits limits;
  limits.kept_bytes = 256 << 10;
  // What waits of a stream that was begun, and one fetch behind it, come at once.
  constexpr size_t kJustRead = 1600 << 10;
  Fetcher fetcher(broker.cluster(), limits);
  for (int partition = 0; partition < kPartitions; ++partition) {
    ASSERT_EQ(broker.Write(kTopic, partition, 200, 8 << 10), 200);
  }
  for (es::Offset from = 0; from < 200;) {
    es::Offset next = from;
    for (int partition = 0; partition < kPartitions; ++partition) {
      const auto records = fetcher.Read(kTopic, partition, from, 200, 16 << 10, kPatience);
      ASSERT_TRUE(records.ok()) << records.status();
      EXPECT_EQ(records->front().offset, from);
      next = from + 1;
      EXPECT_LE(fetcher.kept_bytes(), std::max(limits.kept_bytes, kJustRead));
    }
    from = next + 16;
  }
}

class FeedTest : public ::testing::Test {
 protected:
  // Fed from the beginning.
  void Start() {
    auto started = Feed::Start(broker_.cluster(), kTopic, tail_, [](int) {});
    ASSERT_TRUE(started.ok()) << started.status();
    feed_ = *std::move(started);
  }

  ScriptedBroker broker_{kTopic, 1};
  Tail tail_{kTopic, {0}, TailLimits()};
  std::unique_ptr<Feed> feed_;
};

TEST_F(FeedTest, ABrokerThatDoesNotKnowForAMomentDamagesNothing) {
  ASSERT_EQ(broker_.Write(kTopic, 0, 10, 10), 10);
  broker_.AnswerFetches(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, 3);
  Start();
  Until([this] { return tail_.end(0) == 10; });
  const auto found = tail_.Read(0, 0, kBytes, kPatience);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->records.size(), 10u);
}

}  // namespace
}  // namespace regard::kafka
