#include "libs/kafka/access.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "librdkafka/rdkafka.h"

namespace regard::kafka {
namespace {

// So long another broker may let us in when one has refused.
constexpr absl::Duration kOthersTime = absl::Seconds(1);
constexpr absl::Duration kOneTry = absl::Seconds(5);

// How long it took differs from one try to the next.
absl::string_view WithoutTime(absl::string_view why) { return why.substr(0, why.rfind(" (after ")); }

absl::Status RefusalOf(int error, absl::string_view why) {
  if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION) {
    return absl::PermissionDeniedError(absl::StrCat(
        "the brokers refuse sasl.username with sasl.password (sasl.mechanisms): ", WithoutTime(why)));
  }
  if (error == RD_KAFKA_RESP_ERR__SSL) {
    return absl::FailedPreconditionError(absl::StrCat(
        "no trusted connection to the brokers (ssl.ca.location and other ssl.*): ", WithoutTime(why)));
  }
  return absl::OkStatus();
}

// The last line about a connection that failed: brokers that want TLS only hang up on who comes without it, which is no
// error to librdkafka. Thread-safe.
class LastFailure {
 public:
  void Take(absl::string_view line) {
    // FAIL [thrd:of whom]: broker: why
    if (!absl::StartsWith(line, "FAIL [")) return;
    const size_t thread_end = line.find("]: ");
    if (thread_end == absl::string_view::npos) return;
    std::lock_guard<std::mutex> lock(mutex_);
    line_ = std::string(WithoutTime(line.substr(thread_end + 1)));
  }
  std::string line() {
    std::lock_guard<std::mutex> lock(mutex_);
    return line_;
  }

 private:
  std::mutex mutex_;
  std::string line_;
};

// With a connection of its own. OK, a refusal, INVALID_ARGUMENT, or UNAVAILABLE when nobody answered within `patience`.
absl::Status Knock(const Cluster& cluster, absl::Duration patience) {
  LastFailure last;
  Cluster listened = cluster;
  listened.log = [&](int severity, absl::string_view line) {
    last.Take(line);
    if (cluster.log) cluster.log(severity, line);
  };
  absl::Status refusal;
  HandleOptions options;
  options.properties = {{"log.connection.close", "true"}};
  options.failed = [&refusal](int error, absl::string_view why) { refusal.Update(RefusalOf(error, why)); };
  const absl::StatusOr<Handle> handle = MakeHandle(listened, HandleKind::kConsumer, std::move(options));
  if (!handle.ok()) return handle.status();
  const absl::Time deadline = absl::Now() + patience;
  while (true) {
    const absl::Duration left = std::max(deadline - absl::Now(), absl::Milliseconds(1));
    const rd_kafka_metadata_t* metadata = nullptr;
    const rd_kafka_resp_err_t error = rd_kafka_metadata(
        handle->get(), 0, nullptr, &metadata, static_cast<int>(absl::ToInt64Milliseconds(std::min(left, kOthersTime))));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_metadata_destroy(metadata);
      return absl::OkStatus();
    }
    rd_kafka_poll(handle->get(), 0);
    if (!refusal.ok()) return refusal;
    if (absl::Now() >= deadline) {
      return absl::UnavailableError(absl::StrCat("no broker of ", cluster.bootstrap_servers, " answers", last.line()));
    }
  }
}

}  // namespace

absl::Status CheckAccess(const Cluster& cluster, absl::Duration patience) {
  const absl::Time deadline = absl::Now() + patience;
  absl::Status before;
  while (true) {
    absl::Status status = Knock(cluster, std::min(deadline - absl::Now(), kOneTry));
    if (status.ok() || absl::IsInvalidArgument(status)) return status;
    // A broker that ends in the middle of letting us in looks as if it refused: a refusal is one that is said again.
    const bool again = status.code() == before.code();
    if (absl::Now() >= deadline || (again && !absl::IsUnavailable(status))) return status;
    before = std::move(status);
  }
}

}  // namespace regard::kafka
