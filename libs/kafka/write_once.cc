#include "libs/kafka/write_once.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {

absl::StatusOr<int64_t> WriteOnce(const Cluster& cluster, const std::string& topic, absl::string_view key,
                                  absl::optional<absl::string_view> value, absl::Duration patience) {
  absl::optional<absl::StatusOr<int64_t>> result;
  HandleOptions options;
  options.properties = {{"acks", "all"},
                        {"enable.idempotence", "true"},
                        {"linger.ms", "0"},
                        {"message.timeout.ms", absl::StrCat(absl::ToInt64Milliseconds(patience))}};
  options.delivered = [&result](const Delivery& delivery) { result = delivery.offset; };
  const absl::StatusOr<Handle> handle = MakeHandle(cluster, HandleKind::kProducer, std::move(options));
  if (!handle.ok()) return handle.status();
  const TopicHandle rkt = MakeTopic(*handle, topic, nullptr);
  if (rd_kafka_produce(rkt.get(), 0, RD_KAFKA_MSG_F_COPY,
                       value.has_value() ? const_cast<char*>(value->data()) : nullptr, value.has_value() ? value->size() : 0,
                       key.empty() ? nullptr : key.data(), key.size(), nullptr) != 0) {
    return FromKafka(rd_kafka_last_error(), topic);
  }
  const absl::Time deadline = absl::Now() + patience + absl::Seconds(1);
  while (!result.has_value() && absl::Now() < deadline) rd_kafka_poll(handle->get(), 100);
  return result.value_or(absl::UnavailableError(absl::StrCat(topic, ": no answer in time")));
}

}  // namespace regard::kafka
