#include "libs/kafka/tail.h"

#include <thread>

#include "gtest/gtest.h"

namespace regard::kafka {
namespace {

constexpr absl::Duration kNotAtAll = absl::ZeroDuration();

es::LoggedRecord Record(es::Offset offset) { return {offset, std::make_shared<log::v1::Record>()}; }

TEST(Tail, KeepsTheMostRecentAndSaysWhereTheRestIs) {
  Tail tail("t", {10}, {.records = 3, .bytes = 1000});
  for (es::Offset offset = 10; offset < 15; ++offset) {
    EXPECT_TRUE(tail.Add(0, Record(offset), 10, Tail::From::kConsumer));
  }
  const auto recent = tail.Read(0, 13, 1000, kNotAtAll);
  ASSERT_EQ(recent->records.size(), 2u);
  EXPECT_EQ(recent->records[0].offset, 13);
  EXPECT_EQ(tail.Read(0, 11, 1000, kNotAtAll)->before, 12);
  EXPECT_EQ(tail.Read(0, 0, 1000, kNotAtAll)->before, 12);
  EXPECT_TRUE(tail.Read(0, 15, 1000, kNotAtAll)->records.empty());
}

TEST(Tail, WhatWasThereBeforeIsElsewhere) {
  Tail tail("t", {5}, {.records = 3, .bytes = 1000});
  EXPECT_EQ(tail.first(0), 5);
  EXPECT_EQ(tail.expected(0), 5);
  EXPECT_TRUE(tail.Read(0, 5, 1000, kNotAtAll)->records.empty());
  tail.Add(0, Record(5), 10, Tail::From::kConsumer);
  EXPECT_EQ(tail.Read(0, 3, 1000, kNotAtAll)->before, 5);
  EXPECT_EQ(tail.Read(0, 5, 1000, kNotAtAll)->records.size(), 1u);
}

TEST(Tail, KeepsOneRecordHoweverLarge) {
  Tail tail("t", {0}, {.records = 3, .bytes = 100});
  tail.Add(0, Record(0), 50, Tail::From::kConsumer);
  tail.Add(0, Record(1), 5000, Tail::From::kConsumer);
  EXPECT_EQ(tail.Read(0, 1, 10, kNotAtAll)->records.size(), 1u);
  EXPECT_EQ(tail.Read(0, 0, 10, kNotAtAll)->before, 1);
}

TEST(Tail, ReadsNoMoreThanAskedForButOne) {
  Tail tail("t", {0}, {});
  for (es::Offset offset = 0; offset < 5; ++offset) tail.Add(0, Record(offset), 10, Tail::From::kConsumer);
  EXPECT_EQ(tail.Read(0, 0, 25, kNotAtAll)->records.size(), 2u);
  EXPECT_EQ(tail.Read(0, 0, 1, kNotAtAll)->records.size(), 1u);
}

TEST(Tail, TheSameRecordFromBothSidesIsOne) {
  Tail tail("t", {0}, {});
  EXPECT_TRUE(tail.Add(0, Record(0), 10, Tail::From::kWriter));
  EXPECT_FALSE(tail.Add(0, Record(0), 10, Tail::From::kConsumer));
  EXPECT_EQ(tail.end(0), 1);
}

// A writer knows only its own: what lies between comes from the consumer, and a reader who asks meanwhile waits for it.
TEST(Tail, AWritersRecordBehindAnothersIsWaitedFor) {
  Tail tail("t", {0}, {});
  EXPECT_FALSE(tail.Add(0, Record(1), 10, Tail::From::kWriter));
  EXPECT_EQ(tail.Read(0, 0, 1000, kNotAtAll).status().code(), absl::StatusCode::kUnavailable);
  std::thread consumer([&] {
    tail.Add(0, Record(0), 10, Tail::From::kConsumer);
    tail.Add(0, Record(1), 10, Tail::From::kConsumer);
  });
  EXPECT_GE(tail.Read(0, 0, 1000, absl::InfiniteDuration())->records.size(), 1u);
  EXPECT_EQ(tail.Read(0, 1, 1000, absl::InfiniteDuration())->records.size(), 1u);
  consumer.join();
}

TEST(Tail, WhoWasToldOfAnEndReadsUpToIt) {
  Tail tail("t", {0}, {});
  EXPECT_TRUE(tail.Read(0, 0, 1000, kNotAtAll)->records.empty());
  tail.Expect(0, 1);
  EXPECT_EQ(tail.Read(0, 0, 1000, kNotAtAll).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(tail.Read(0, 1, 1000, kNotAtAll)->records.empty());
}

TEST(Tail, AHoleIsDamageOfThatPartitionForGood) {
  Tail tail("t", {0, 0}, {});
  EXPECT_TRUE(tail.Add(0, Record(0), 10, Tail::From::kConsumer));
  EXPECT_FALSE(tail.Add(0, Record(2), 10, Tail::From::kConsumer));
  EXPECT_FALSE(tail.Add(0, Record(1), 10, Tail::From::kConsumer));
  EXPECT_EQ(tail.Read(0, 0, 1000, kNotAtAll)->records.size(), 1u);
  EXPECT_EQ(tail.Read(0, 1, 1000, kNotAtAll).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(tail.Read(1, 0, 1000, kNotAtAll).ok());
}

TEST(Tail, DamageReachesWhoIsWaiting) {
  Tail tail("t", {0}, {});
  tail.Expect(0, 1);
  std::thread other([&] { tail.Damage(0, absl::DataLossError("torn")); });
  EXPECT_EQ(tail.Read(0, 0, 1000, absl::InfiniteDuration()).status().code(), absl::StatusCode::kDataLoss);
  other.join();
}

}  // namespace
}  // namespace regard::kafka
