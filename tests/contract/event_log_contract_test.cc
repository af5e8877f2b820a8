// The contract of logs, on the adapters that need nothing but this machine.
#include <filesystem>

#include "libs/es/executor_thread.h"
#include "libs/es/testing/memory_log.h"
#include "libs/rocks/log_store.h"
#include "tests/contract/event_log_contract.h"

namespace regard::es {
namespace {

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

INSTANTIATE_TEST_SUITE_P(
    Logs, EventLogContract,
    ::testing::Values(Adapter{"memory", [] { return std::make_unique<MemoryUnderTest>(); }},
                      Adapter{"rocks", [] { return std::make_unique<RocksUnderTest>(); }}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace regard::es
