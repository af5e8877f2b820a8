#include "libs/kafka/small_writer.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {

absl::StatusOr<int64_t> SmallWriter::Write(absl::string_view key, absl::optional<absl::string_view> value,
                                           absl::Duration patience) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (handle_ == nullptr) {
    HandleOptions options;
    options.properties = {{"acks", "all"},
                          {"enable.idempotence", "true"},
                          {"linger.ms", "0"},
                          {"message.timeout.ms", absl::StrCat(absl::ToInt64Milliseconds(patience))}};
    options.delivered = [this](const Delivery& delivery) {
      if (delivery.id == id_) result_ = delivery.offset;
    };
    absl::StatusOr<Handle> handle = MakeHandle(cluster_, HandleKind::kProducer, std::move(options));
    if (!handle.ok()) return handle.status();
    handle_ = *std::move(handle);
    rkt_ = MakeTopic(handle_, topic_, nullptr);
  }
  result_.reset();
  ++id_;
  // Null is a tombstone. librdkafka copies, but takes no pointer to const.
  char* const bytes = value.has_value() ? const_cast<char*>(value->data()) : nullptr;
  if (rd_kafka_produce(rkt_.get(), 0, RD_KAFKA_MSG_F_COPY, bytes, value.has_value() ? value->size() : 0,
                       key.empty() ? nullptr : key.data(), key.size(), reinterpret_cast<void*>(id_)) != 0) {
    result_ = FromKafka(rd_kafka_last_error(), topic_);
  }
  const absl::Time deadline = absl::Now() + patience + absl::Seconds(1);
  while (!result_.has_value() && absl::Now() < deadline) rd_kafka_poll(handle_.get(), 100);
  absl::StatusOr<int64_t> result =
      std::move(result_).value_or(absl::UnavailableError(absl::StrCat(topic_, ": no answer in time")));
  if (!result.ok()) {
    // A producer that failed once may do so for ever.
    rkt_.reset();
    handle_.reset();
  }
  return result;
}

}  // namespace regard::kafka
