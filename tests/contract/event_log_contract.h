// What every EventLog must do. Each adapter runs the same suite: a program instantiates it with the adapters it has.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libs/es/event_log.h"

namespace regard::es {

constexpr int kPartitions = 4;

// An adapter under test: a log that can be closed and opened again on what it kept.
class LogUnderTest {
 public:
  virtual ~LogUnderTest() = default;
  virtual EventLog& log() = 0;
  // False when the adapter keeps nothing.
  virtual bool Reopen() = 0;
};

struct Adapter {
  const char* name;
  std::function<std::unique_ptr<LogUnderTest>()> make;
};

inline std::shared_ptr<const log::v1::Record> Claim(const std::string& who) {
  auto record = std::make_shared<log::v1::Record>();
  record->mutable_claim()->set_instance_id(who);
  return record;
}

inline std::shared_ptr<const log::v1::Record> Batch(Offset token, uint64_t sequence, const std::string& stream,
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

}  // namespace regard::es
