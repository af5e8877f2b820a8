#include "libs/kafka/identity.h"

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/es/log_identity.h"
#include "libs/kafka/small_writer.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(15);

}  // namespace

absl::StatusOr<absl::optional<log::v1::LogIdentity>> ReadIdentity(const Cluster& cluster, const std::string& topic) {
  absl::StatusOr<Handle> handle = MakeHandle(cluster, HandleKind::kConsumer, {{{"auto.offset.reset", "error"}}, {}});
  if (!handle.ok()) return handle.status();
  const absl::StatusOr<int64_t> end = EndOf(*handle, topic, 0, kPatience);
  if (!end.ok()) return end.status();
  if (*end == 0) return absl::optional<log::v1::LogIdentity>();
  const TopicHandle rkt = MakeTopic(*handle, topic, nullptr);
  if (rd_kafka_consume_start(rkt.get(), 0, 0) != 0) return FromKafka(rd_kafka_last_error(), topic);
  const absl::Cleanup stop = [&] { rd_kafka_consume_stop(rkt.get(), 0); };
  const absl::Time deadline = absl::Now() + kPatience;
  while (absl::Now() < deadline) {
    const std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)> message(
        rd_kafka_consume(rkt.get(), 0, 1000), &rd_kafka_message_destroy);
    if (message == nullptr) continue;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      const absl::Status status = FromKafka(message->err, topic);
      if (absl::IsUnavailable(status)) continue;
      return status;
    }
    log::v1::LogIdentity identity;
    if (message->offset != 0 || !identity.ParseFromArray(message->payload, static_cast<int>(message->len))) {
      return absl::DataLossError(absl::StrCat(topic, ": the first record is not the log's identity"));
    }
    return absl::optional<log::v1::LogIdentity>(std::move(identity));
  }
  return absl::UnavailableError(absl::StrCat(topic, ": the log's identity could not be read in time"));
}

absl::StatusOr<log::v1::LogIdentity> LogIdentityOnce(const Cluster& cluster, const std::string& topic,
                                                     int partition_count) {
  absl::StatusOr<absl::optional<log::v1::LogIdentity>> logged = ReadIdentity(cluster, topic);
  if (!logged.ok()) return logged.status();
  if (logged->has_value()) return **logged;
  const absl::StatusOr<log::v1::LogIdentity> made = es::NewLogIdentity(partition_count);
  if (!made.ok()) return made.status();
  const absl::Status written = SmallWriter(cluster, topic).Write("", made->SerializeAsString(), kPatience).status();
  if (!written.ok()) return written;
  logged = ReadIdentity(cluster, topic);
  if (!logged.ok()) return logged.status();
  if (!logged->has_value()) return absl::DataLossError(absl::StrCat(topic, ": what was written is not there"));
  return **logged;
}

}  // namespace regard::kafka
