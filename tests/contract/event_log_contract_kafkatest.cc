// The contract of logs, on three brokers with three replicas of which two must be in sync.
#include "libs/kafka/log_store.h"
#include "libs/kafka/testing/brokers.h"
#include "tests/contract/event_log_contract.h"

namespace regard::es {
namespace {

class KafkaUnderTest : public LogUnderTest {
 public:
  KafkaUnderTest() {
    options_.deployment = kafka::testing::FreshDeployment();
    options_.partition_count = kPartitions;
    const auto made = kafka::CreateTopics(cluster_, options_.deployment, topics_, kPartitions, options_.rules);
    EXPECT_TRUE(made.ok()) << made.status();
    Open();
  }
  EventLog& log() override { return *store_->topic("budgets"); }
  bool Reopen() override {
    store_.reset();
    Open();
    return true;
  }

 private:
  void Open() {
    auto opened = kafka::LogStore::Open(cluster_, topics_, options_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }

  const kafka::Cluster cluster_ = kafka::testing::Brokers();
  const std::vector<std::string> topics_ = {"bookings", "budgets"};
  kafka::LogStoreOptions options_;
  std::unique_ptr<kafka::LogStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Logs, EventLogContract,
                         ::testing::Values(Adapter{"kafka", [] { return std::make_unique<KafkaUnderTest>(); }}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace regard::es
