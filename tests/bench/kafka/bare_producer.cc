#include "tests/bench/kafka/bare_producer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "librdkafka/rdkafka.h"

namespace regard::bench {

BareProducer::BareProducer(const kafka::Cluster& cluster, const std::string& topic) {
  kafka::HandleOptions options;
  options.properties = {{"acks", "all"},
                        {"enable.idempotence", "true"},
                        {"linger.ms", "0"},
                        {"request.timeout.ms", "3000"},
                        {"message.timeout.ms", "30000"},
                        {"message.max.bytes", "8388608"},
                        {"queue.buffering.max.messages", "100000"},
                        {"queue.buffering.max.kbytes", "262144"}};
  options.delivered = [this](const kafka::Delivery& delivery) { on_delivery_(delivery); };
  auto handle = kafka::MakeHandle(cluster, kafka::HandleKind::kProducer, std::move(options));
  if (!handle.ok()) Die(std::string(handle.status().message()));
  handle_ = *std::move(handle);
  topic_ = kafka::MakeTopic(handle_, topic, nullptr);
  const std::string hello = "hello";
  std::vector<int> all;
  for (int p = 0; p < kPartitions; ++p) all.push_back(p);
  size_t warm = 0;
  Keep(all, hello, [&](int) { ++warm; }, [&] { return warm >= 2 * all.size(); });
}

void BareProducer::Send(int partition, const std::string& bytes, uint64_t id) {
  if (rd_kafka_produce(topic_.get(), partition, RD_KAFKA_MSG_F_COPY, const_cast<char*>(bytes.data()), bytes.size(),
                       nullptr, 0, reinterpret_cast<void*>(id)) != 0) {
    Die(absl::StrCat("produce: ", rd_kafka_err2str(rd_kafka_last_error())));
  }
}

std::vector<double> BareProducer::OneByOne(const std::vector<const Stored*>& records, absl::Duration at_most) {
  std::vector<double> micros;
  bool delivered = false;
  on_delivery_ = [&](const kafka::Delivery& delivery) {
    if (!delivery.offset.ok()) Die(std::string(delivery.offset.status().message()));
    delivered = true;
  };
  const absl::Time started = absl::Now();
  for (const Stored* record : records) {
    const absl::Time sent = absl::Now();
    if (sent - started > at_most) break;
    delivered = false;
    Send(record->partition, record->bytes, 0);
    while (!delivered) rd_kafka_poll(handle_.get(), 1000);
    micros.push_back(absl::ToDoubleMicroseconds(absl::Now() - sent));
  }
  return micros;
}

double BareProducer::All(const std::vector<const Stored*>& records, const std::vector<int>& commands, int in_flight) {
  int under_way = 0;
  on_delivery_ = [&](const kafka::Delivery& delivery) {
    if (!delivery.offset.ok()) Die(std::string(delivery.offset.status().message()));
    under_way -= commands[delivery.id];
  };
  int64_t total = 0;
  const absl::Time started = absl::Now();
  for (size_t i = 0; i < records.size(); ++i) {
    while (under_way > 0 && under_way + commands[i] > in_flight) rd_kafka_poll(handle_.get(), 1000);
    rd_kafka_poll(handle_.get(), 0);
    Send(records[i]->partition, records[i]->bytes, i);
    under_way += commands[i];
    total += commands[i];
  }
  while (under_way > 0) rd_kafka_poll(handle_.get(), 1000);
  return static_cast<double>(total) / absl::ToDoubleSeconds(absl::Now() - started);
}

void BareProducer::Keep(const std::vector<int>& partitions, const std::string& bytes,
                        const std::function<void(int)>& delivered, const std::function<bool()>& enough) {
  size_t under_way = partitions.size();
  bool ending = false;
  on_delivery_ = [&](const kafka::Delivery& delivery) {
    if (delivery.offset.ok()) delivered(delivery.partition);
    char why[256];
    const rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(handle_.get(), why, sizeof(why));
    if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR) Die(absl::StrCat("the bare producer is fatal: ", why));
    if (ending) {
      --under_way;
    } else {
      Send(delivery.partition, bytes, 0);
    }
  };
  for (const int partition : partitions) Send(partition, bytes, 0);
  while (under_way > 0) {
    rd_kafka_poll(handle_.get(), 20);
    ending = ending || enough();
  }
}

}  // namespace regard::bench
