// What becomes of appends when brokers go away: a writer that claims again after every error, as an engine does,
// against brokers that are killed and paused. Runs alone: other tests would suffer the faults too.
#include <chrono>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "libs/es/accepted_reader.h"
#include "libs/kafka/log_store.h"
#include "libs/kafka/testing/brokers.h"

namespace regard::kafka {
namespace {

// Appends numbered batches to partition 0, several in flight; remembers what was acknowledged.
class Load {
 public:
  explicit Load(es::EventLog& log) : log_(log), thread_([this] { Run(); }) {}
  ~Load() { Stop(); }

  void Stop() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
      changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
  }
  // Waits for so many acknowledgements more than there are now; false after a minute.
  bool AwaitMore(size_t count) {
    std::unique_lock<std::mutex> lock(mutex_);
    const size_t wanted = acknowledged_.size() + count;
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return acknowledged_.size() >= wanted; });
  }
  bool AwaitError() {
    std::unique_lock<std::mutex> lock(mutex_);
    const size_t before = errors_;
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return errors_ > before; });
  }
  size_t acknowledged() {
    std::lock_guard<std::mutex> lock(mutex_);
    return acknowledged_.size();
  }
  size_t errors() {
    std::lock_guard<std::mutex> lock(mutex_);
    return errors_;
  }
  absl::Duration longest_stall() {
    std::lock_guard<std::mutex> lock(mutex_);
    return longest_stall_;
  }

  // Every acknowledged batch is in the log once, at its offset, and counts; whatever is there was appended.
  void Check(es::EventLog& log) {
    es::AcceptedReader reader(log, 0, es::StartOf(log));
    std::map<std::string, es::Offset> accepted;
    bool more = true;
    while (more) {
      const auto appends = reader.Next(1 << 20, &more);
      ASSERT_TRUE(appends.ok()) << appends.status();
      for (const es::AcceptedAppend& append : *appends) {
        EXPECT_TRUE(accepted.emplace(append.append->facts(0).stream(), append.offset).second)
            << append.append->facts(0).stream() << " counts twice";
      }
    }
    for (const auto& [stream, offset] : acknowledged_) {
      const auto found = accepted.find(stream);
      ASSERT_NE(found, accepted.end()) << stream << " was acknowledged at " << offset << " and is lost";
      EXPECT_EQ(found->second, offset);
    }
    std::printf("%zu acknowledged, %zu accepted, %zu errors, longest stall %s\n", acknowledged_.size(), accepted.size(),
                errors_, absl::FormatDuration(longest_stall_).c_str());
  }

 private:
  static constexpr size_t kInFlight = 16;

  void Run() {
    int next = 0;
    while (true) {
      const absl::optional<es::Offset> token = Claim();
      if (!token.has_value()) return;
      uint64_t sequence = 0;
      while (true) {
        {
          std::unique_lock<std::mutex> lock(mutex_);
          changed_.wait(lock, [this] { return stopping_ || broken_ || in_flight_ < kInFlight; });
          if (stopping_ || broken_) {
            changed_.wait(lock, [this] { return in_flight_ == 0; });
            if (stopping_) return;
            break;
          }
          ++in_flight_;
        }
        AppendOne(absl::StrCat("load/", next++), *token, ++sequence);
      }
    }
  }

  absl::optional<es::Offset> Claim() {
    auto record = std::make_shared<log::v1::Record>();
    record->mutable_claim()->set_instance_id("load");
    while (true) {
      absl::optional<absl::StatusOr<es::Offset>> result;
      log_.Append(0, record, [&](absl::StatusOr<es::Offset> offset) {
        std::lock_guard<std::mutex> lock(mutex_);
        result = std::move(offset);
        changed_.notify_all();
      });
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [&] { return result.has_value(); });
      if (stopping_) return absl::nullopt;
      broken_ = false;
      if (result->ok()) return **result;
      ++errors_;
    }
  }

  void AppendOne(std::string stream, es::Offset token, uint64_t sequence) {
    auto record = std::make_shared<log::v1::Record>();
    record->set_token(token);
    record->set_sequence(sequence);
    record->mutable_batch()->add_appends()->add_facts()->set_stream(stream);
    log_.Append(0, std::move(record), [this, stream](absl::StatusOr<es::Offset> offset) {
      std::lock_guard<std::mutex> lock(mutex_);
      --in_flight_;
      if (offset.ok() && !broken_) {
        acknowledged_[stream] = *offset;
        const absl::Time now = absl::Now();
        longest_stall_ = std::max(longest_stall_, now - last_);
        last_ = now;
      } else {
        errors_ += broken_ ? 0 : 1;
        broken_ = true;
      }
      changed_.notify_all();
    });
  }

  es::EventLog& log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool broken_ = false;
  size_t in_flight_ = 0;
  size_t errors_ = 0;
  std::map<std::string, es::Offset> acknowledged_;
  absl::Time last_ = absl::Now();
  absl::Duration longest_stall_;
  std::thread thread_;
};

class BrokerFaults : public ::testing::Test {
 protected:
  BrokerFaults() {
    options_.deployment = testing::FreshDeployment();
    options_.partition_count = 1;
    const auto made = CreateTopics(cluster_, options_.deployment, {"budgets"}, 1, options_.rules);
    EXPECT_TRUE(made.ok()) << made.status();
  }
  std::unique_ptr<LogStore> Open() {
    auto opened = LogStore::Open(cluster_, {"budgets"}, options_);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return *std::move(opened);
  }
  std::string Leader() { return testing::Control(absl::StrCat("leader ", options_.deployment, ".budgets/0")); }

  void Restart(const std::string& broker) {
    testing::Control(absl::StrCat("restart ", broker, " --topic ", options_.deployment, ".budgets"));
  }

  const Cluster cluster_ = testing::Brokers();
  LogStoreOptions options_;
};

TEST_F(BrokerFaults, TheLeaderIsKilled) {
  const auto store = Open();
  Load load(*store->topic("budgets"));
  ASSERT_TRUE(load.AwaitMore(1000));
  const std::string leader = Leader();
  testing::Control("kill " + leader);
  EXPECT_TRUE(load.AwaitMore(1000));
  Restart(leader);
  EXPECT_TRUE(load.AwaitMore(1000));
  load.Stop();
  load.Check(*store->topic("budgets"));
  load.Check(*Open()->topic("budgets"));
}

// A broker that says nothing, and whose connections stay open, is given up too.
TEST_F(BrokerFaults, TheLeaderIsPausedAndComesBack) {
  const auto store = Open();
  Load load(*store->topic("budgets"));
  ASSERT_TRUE(load.AwaitMore(1000));
  const std::string leader = Leader();
  testing::Control("pause " + leader);
  // The successor serves while it sleeps.
  EXPECT_TRUE(load.AwaitMore(1000));
  EXPECT_NE(Leader(), leader);
  testing::Control("resume " + leader);
  EXPECT_TRUE(load.AwaitMore(5000));
  load.Stop();
  load.Check(*store->topic("budgets"));
  load.Check(*Open()->topic("budgets"));
}

TEST_F(BrokerFaults, OneBrokerOfThreeIsNotEnoughAndTwoAre) {
  options_.writer.delivery_timeout = absl::Seconds(4);
  const auto store = Open();
  Load load(*store->topic("budgets"));
  ASSERT_TRUE(load.AwaitMore(1000));
  testing::Control("kill 1");
  testing::Control("kill 2");
  // What is in flight ends as unknown; nothing more is acknowledged.
  ASSERT_TRUE(load.AwaitError());
  const size_t before = load.acknowledged();
  ASSERT_TRUE(load.AwaitError());
  EXPECT_EQ(load.acknowledged(), before);
  EXPECT_GT(store->sessions_given_up(), 0u);
  Restart("1");
  EXPECT_TRUE(load.AwaitMore(1000));
  Restart("2");
  EXPECT_TRUE(load.AwaitMore(1000));
  load.Stop();
  load.Check(*store->topic("budgets"));
  load.Check(*Open()->topic("budgets"));
}

// Whoever asks where a partition ends waits no longer than it said, though the leader that it knows of is dead; and is
// told by the successor while that one stays away.
TEST_F(BrokerFaults, TheEndIsToldWhileALeaderIsDead) {
  const auto store = Open();
  es::EventLog& log = *store->topic("budgets");
  ASSERT_TRUE(log.End(0).ok());
  const std::string leader = Leader();
  testing::Control("kill " + leader);
  std::future<bool> told = std::async(std::launch::async, [&] {
    for (int tries = 0; tries < 10; ++tries) {
      const absl::Time began = absl::Now();
      const bool ok = log.End(0).ok();
      EXPECT_LT(absl::Now() - began, options_.read_patience + absl::Seconds(1));
      if (ok) return true;
    }
    return false;
  });
  const bool within = told.wait_for(std::chrono::seconds(40)) == std::future_status::ready;
  EXPECT_TRUE(within) << "nothing was told before the dead leader came back";
  Restart(leader);
  EXPECT_TRUE(told.get());
}

}  // namespace
}  // namespace regard::kafka
