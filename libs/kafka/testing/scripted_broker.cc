#include "libs/kafka/testing/scripted_broker.h"

#include <vector>

#include "gtest/gtest.h"
#include "librdkafka/rdkafka.h"
// Behind the other.
#include "librdkafka/rdkafka_mock.h"
#include "regard/log/v1/record.pb.h"

namespace regard::kafka::testing {
namespace {

constexpr int16_t kFetch = 1;
constexpr int kPatienceMs = 10'000;

// The handle that the broker lives in talks to nobody.
Handle Inside() { return MakeHandle({"127.0.0.1:1", {}, nullptr}, HandleKind::kProducer, {}).value(); }

}  // namespace

ScriptedBroker::ScriptedBroker(const std::string& topic, int partitions)
    : handle_(Inside()), brokers_(rd_kafka_mock_cluster_new(handle_.get(), 1)) {
  EXPECT_EQ(rd_kafka_mock_topic_create(brokers_, topic.c_str(), partitions, 1), RD_KAFKA_RESP_ERR_NO_ERROR);
}

ScriptedBroker::~ScriptedBroker() { rd_kafka_mock_cluster_destroy(brokers_); }

Cluster ScriptedBroker::cluster() const { return {rd_kafka_mock_cluster_bootstraps(brokers_), {}, nullptr}; }

int64_t ScriptedBroker::Write(const std::string& topic, int partition, int count, size_t bytes) {
  int64_t next = -1;
  HandleOptions options;
  options.delivered = [&next](const Delivery& delivery) {
    EXPECT_TRUE(delivery.offset.ok()) << delivery.offset.status();
    next = delivery.offset.value_or(-1) + 1;
  };
  const Handle producer = MakeHandle(cluster(), HandleKind::kProducer, std::move(options)).value();
  const TopicHandle target = MakeTopic(producer, topic, nullptr);
  log::v1::Record record;
  record.mutable_claim()->set_instance_id(std::string(bytes, 'x'));
  std::string value = record.SerializeAsString();
  for (int i = 0; i < count; ++i) {
    EXPECT_EQ(rd_kafka_produce(target.get(), partition, RD_KAFKA_MSG_F_COPY, value.data(), value.size(), nullptr, 0,
                               nullptr),
              0);
  }
  EXPECT_EQ(rd_kafka_flush(producer.get(), kPatienceMs), RD_KAFKA_RESP_ERR_NO_ERROR);
  return next;
}

void ScriptedBroker::AnswerFetches(int error, int count) {
  const std::vector<rd_kafka_resp_err_t> errors(count, static_cast<rd_kafka_resp_err_t>(error));
  rd_kafka_mock_push_request_errors_array(brokers_, kFetch, errors.size(), errors.data());
}

}  // namespace regard::kafka::testing
