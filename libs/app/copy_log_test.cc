#include "libs/app/copy_log.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/es/accepted_reader.h"
#include "libs/es/executor_thread.h"
#include "libs/es/feature_level.h"
#include "libs/es/forwarding_log.h"
#include "libs/es/testing/memory_log.h"

namespace regard::app {
namespace {

using ::testing::HasSubstr;

constexpr int kPartitions = 2;

// A log that has something else happen to its nth append than what was asked for.
class FaultyLog : public es::ForwardingLog {
 public:
  enum class Fault { kLost, kLie };
  FaultyLog(es::EventLog& log, int nth, Fault fault) : ForwardingLog(log), left_(nth), fault_(fault) {}

  void Append(int partition, std::shared_ptr<const log::v1::Record> record, AppendDone done) override {
    if (--left_ != 0) return log_.Append(partition, std::move(record), std::move(done));
    if (fault_ == Fault::kLost) return std::move(done)(absl::UnavailableError("lost"));
    log_.Append(partition, std::move(record), [done = std::move(done)](absl::StatusOr<es::Offset>) mutable {
      std::move(done)(absl::UnavailableError("lied"));
    });
  }

 private:
  int left_;
  const Fault fault_;
};

class CopyLogTest : public ::testing::Test {
 protected:
  // A partition with a fenced writer's record, and large appends, so that they take several records there and here.
  void Fill(es::EventLog& log, int partition, int batches) {
    const es::Offset first = log.End(partition).value();
    Append(log, partition, Claim());
    for (int i = 1; i <= batches; ++i) Append(log, partition, Batch(first, i, "counts"));
    const es::Offset second = log.End(partition).value();
    Append(log, partition, Claim());
    Append(log, partition, Batch(first, batches + 1, "late"));
    for (int i = 1; i <= batches; ++i) Append(log, partition, Batch(second, i, "counts too"));
  }
  static std::shared_ptr<log::v1::Record> Claim() {
    auto record = std::make_shared<log::v1::Record>();
    record->mutable_claim()->set_instance_id("one");
    return record;
  }
  std::shared_ptr<log::v1::Record> Batch(es::Offset token, uint64_t sequence, const std::string& stream) {
    auto record = std::make_shared<log::v1::Record>();
    record->set_token(token);
    record->set_sequence(sequence);
    for (uint64_t i = 0; i <= sequence % 3; ++i) {
      log::v1::Fact* fact = record->mutable_batch()->add_appends()->add_facts();
      fact->set_stream(stream);
      fact->set_version(++count_);
      fact->set_body(std::string(50'000, 'x'));
    }
    return record;
  }
  static void Append(es::EventLog& log, int partition, std::shared_ptr<const log::v1::Record> record) {
    log.Append(partition, std::move(record), [](absl::StatusOr<es::Offset>) {});
  }
  // Every append that counts, in order, as bytes.
  static std::vector<std::string> Accepted(es::EventLog& log, int partition) {
    std::vector<std::string> all;
    es::AcceptedReader reader(log, partition, es::StartOf(log));
    for (bool more = true; more;) {
      const auto appends = reader.Next(1 << 20, &more).value();
      for (const es::AcceptedAppend& append : appends) {
        EXPECT_EQ(append.position, all.size() + 1);
        all.push_back(append.append->SerializeAsString());
      }
    }
    return all;
  }
  void ExpectAlike(es::EventLog& to) {
    for (int partition = 0; partition < kPartitions; ++partition) {
      EXPECT_TRUE(Accepted(from_, partition) == Accepted(to, partition)) << partition;
    }
  }

  uint64_t count_ = 0;
  es::ExecutorThread deliver_{"deliver"};
  es::testing::MemoryLog from_{"budgets", kPartitions, deliver_, "from"};
  es::testing::MemoryLog to_{"budgets", kPartitions, deliver_, "to"};
};

TEST_F(CopyLogTest, WhatCountsIsThereAtItsPosition) {
  Fill(from_, 0, 10);
  Fill(from_, 1, 3);
  const auto report = CopyLog(from_, to_);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->appends, Accepted(from_, 0).size() + Accepted(from_, 1).size());
  EXPECT_LT(report->appends, count_);
  EXPECT_EQ(report->found, 0u);
  ExpectAlike(to_);
}

TEST_F(CopyLogTest, AgainCopiesWhatIsNewAndNothingTwice) {
  Fill(from_, 0, 10);
  const uint64_t before = CopyLog(from_, to_)->appends;
  Fill(from_, 0, 4);
  const auto report = CopyLog(from_, to_);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->found, before);
  EXPECT_GT(report->appends, before);
  ExpectAlike(to_);
}

TEST_F(CopyLogTest, InterruptedAnywhereItGoesOn) {
  Fill(from_, 0, 12);
  Fill(from_, 1, 2);
  for (const auto fault : {FaultyLog::Fault::kLost, FaultyLog::Fault::kLie}) {
    int interrupted = 0;
    for (int nth = 1; nth < 100; ++nth) {
      es::testing::MemoryLog to("budgets", kPartitions, deliver_, "to");
      FaultyLog faulty(to, nth, fault);
      const absl::Status first = CopyLog(from_, faulty).status();
      if (first.ok()) break;
      ++interrupted;
      EXPECT_EQ(first.code(), absl::StatusCode::kUnavailable);
      const auto second = CopyLog(from_, to);
      ASSERT_TRUE(second.ok()) << second.status();
      ExpectAlike(to);
    }
    EXPECT_GT(interrupted, 5);
  }
}

TEST_F(CopyLogTest, ATargetThatHoldsSomethingElseIsRefusedWithThePosition) {
  Fill(from_, 1, 5);
  es::testing::MemoryLog other("budgets", kPartitions, deliver_, "other");
  Fill(other, 1, 5);
  const absl::Status refused = CopyLog(from_, other).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(refused.message(), HasSubstr("budgets/1: position 1"));
  // Longer than the source is no beginning of it either.
  ASSERT_TRUE(CopyLog(from_, to_).ok());
  from_.Truncate(1, 3);
  EXPECT_EQ(CopyLog(from_, to_).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(CopyLogTest, ATargetThatMayHoldLessIsRefused) {
  es::testing::MemoryLog older("budgets", kPartitions, deliver_);
  older.SetFeatureLevel(0);
  EXPECT_EQ(CopyLog(from_, older).status().message(),
            absl::StrCat("budgets began with feature level ", es::kFeatureLevel,
                         ", the target, which an older build made, with 1"));
  es::testing::MemoryLog source("budgets", kPartitions, deliver_);
  source.SetFeatureLevel(1);
  EXPECT_TRUE(CopyLog(source, older).ok());
}

TEST_F(CopyLogTest, AnotherPartitionCountIsRefused) {
  es::testing::MemoryLog other("budgets", kPartitions + 1, deliver_, "other");
  EXPECT_EQ(CopyLog(from_, other).status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace regard::app
