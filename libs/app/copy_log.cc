#include "libs/app/copy_log.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/types/optional.h"
#include "libs/es/accepted_reader.h"
#include "libs/es/executor_thread.h"
#include "libs/es/feature_level.h"
#include "libs/es/forwarding_log.h"
#include "libs/es/partition_writer.h"

namespace regard::app {
namespace {

constexpr size_t kReadBytes = 1 << 20;
constexpr size_t kMaxInFlight = 64;

// Accepted records of one partition, one after the other.
class AcceptedRecords {
 public:
  AcceptedRecords(es::EventLog& log, int partition)
      : log_(log), partition_(partition), filter_(es::StartOf(log)) {}

  // Nullptr at the end of what can be read, or after the record at offset `last`.
  absl::StatusOr<std::shared_ptr<const log::v1::Record>> Next(absl::optional<es::Offset> last = absl::nullopt) {
    while (!last.has_value() || filter_.checkpoint().offset() <= *last) {
      if (next_ == read_.size()) {
        auto read = log_.Read(partition_, filter_.checkpoint().offset(), kReadBytes);
        if (!read.ok()) return read.status();
        if (read->empty()) break;
        read_ = *std::move(read);
        next_ = 0;
      }
      const es::LoggedRecord& logged = read_[next_++];
      const absl::StatusOr<es::RecordFilter::Verdict> verdict = filter_.Judge(logged);
      if (!verdict.ok()) return verdict.status();
      if (*verdict == es::RecordFilter::Verdict::kAccepted) return logged.record;
    }
    return std::shared_ptr<const log::v1::Record>();
  }
  const log::v1::Checkpoint& at() const { return filter_.checkpoint(); }

 private:
  es::EventLog& log_;
  const int partition_;
  es::RecordFilter filter_;
  std::vector<es::LoggedRecord> read_;
  size_t next_ = 0;
};

// Gives out appends one at a time, however they are divided into records.
class AcceptedAppends {
 public:
  AcceptedAppends(es::EventLog& log, int partition) : records_(log, partition) {}

  absl::StatusOr<const log::v1::Append*> Next(absl::optional<es::Offset> last = absl::nullopt) {
    while (record_ == nullptr || next_ == record_->batch().appends_size()) {
      auto record = records_.Next(last);
      if (!record.ok()) return record.status();
      if (*record == nullptr) return nullptr;
      record_ = *std::move(record);
      next_ = 0;
    }
    return &record_->batch().appends(next_++);
  }
  const log::v1::Checkpoint& at() const { return records_.at(); }

 private:
  AcceptedRecords records_;
  std::shared_ptr<const log::v1::Record> record_;
  int next_ = 0;
};

// The target, and how many of its appends are still to be reported: a writer may go only when there is none.
class Target : public es::ForwardingLog {
 public:
  using ForwardingLog::ForwardingLog;

  void Append(int partition, std::shared_ptr<const log::v1::Record> record, AppendDone done) override {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      ++unreported_;
    }
    log_.Append(partition, std::move(record),
                [this, done = std::move(done)](absl::StatusOr<es::Offset> offset) mutable {
                  std::move(done)(std::move(offset));
                  std::lock_guard<std::mutex> lock(mutex_);
                  --unreported_;
                  reported_.notify_one();
                });
  }

  void AwaitReports() {
    std::unique_lock<std::mutex> lock(mutex_);
    reported_.wait(lock, [this] { return unreported_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable reported_;
  size_t unreported_ = 0;
};

// One partition. The writer lives on the executor's thread, this waits for it.
class PartitionCopy {
 public:
  PartitionCopy(es::EventLog& from, es::EventLog& to, int partition)
      : partition_(partition), to_(to), source_(from, partition), writer_(to_, partition, executor_) {}
  ~PartitionCopy() { to_.AwaitReports(); }

  absl::Status Run(CopyReport& report) {
    const absl::StatusOr<es::Offset> token = Claim();
    if (!token.ok()) return token.status();
    absl::Status status = CheckBeginning(*token, report);
    if (!status.ok()) return status;
    executor_.Post([this, token = *token] { writer_.Begin(token); });
    log::v1::Batch batch;
    while (true) {
      const absl::StatusOr<const log::v1::Append*> append = source_.Next();
      if (!append.ok()) status = append.status();
      if (!status.ok() || *append == nullptr) break;
      *batch.add_appends() = **append;
      ++report.appends;
      if (batch.ByteSizeLong() < kReadBytes / 4 && batch.appends_size() < 256) continue;
      status = Send(std::move(batch));
      batch = log::v1::Batch();
    }
    if (status.ok() && batch.appends_size() > 0) status = Send(std::move(batch));
    const absl::Status sent = AwaitInFlight(0);
    return status.ok() ? sent : status;
  }

 private:
  absl::StatusOr<es::Offset> Claim() {
    executor_.Post([this] {
      writer_.Claim({"copy", ""}, absl::Now(), [this](absl::StatusOr<es::Offset> offset) {
        std::lock_guard<std::mutex> lock(mutex_);
        claimed_ = std::move(offset);
        changed_.notify_one();
      });
    });
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return claimed_.has_value(); });
    return *claimed_;
  }

  // What the target has before the claim is where an earlier run got to.
  absl::Status CheckBeginning(es::Offset token, CopyReport& report) {
    AcceptedAppends target(to_, partition_);
    for (uint64_t position = 1;; ++position) {
      const absl::StatusOr<const log::v1::Append*> there = target.Next(token);
      if (!there.ok()) return there.status();
      if (*there == nullptr) break;
      const absl::StatusOr<const log::v1::Append*> here = source_.Next();
      if (!here.ok()) return here.status();
      ++report.appends;
      ++report.found;
      if (*here == nullptr || (*here)->SerializeAsString() != (*there)->SerializeAsString()) {
        return absl::FailedPreconditionError(absl::StrCat("position ", position, " is not the source's"));
      }
    }
    if (target.at().offset() <= token) return absl::UnavailableError("the claim cannot be read yet");
    if (target.at().token() != token) return absl::AbortedError("somebody else writes to the target");
    return absl::OkStatus();
  }

  absl::Status Send(log::v1::Batch batch) {
    const absl::Status status = AwaitInFlight(kMaxInFlight - 1);
    if (!status.ok()) return status;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      ++in_flight_;
    }
    executor_.Post([this, batch = std::move(batch)]() mutable {
      writer_.Append(std::move(batch), [this](absl::StatusOr<es::Offset> offset) {
        std::lock_guard<std::mutex> lock(mutex_);
        --in_flight_;
        if (failed_.ok()) failed_ = offset.status();
        changed_.notify_one();
      });
    });
    return absl::OkStatus();
  }

  absl::Status AwaitInFlight(size_t at_most) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return in_flight_ <= at_most; });
    return failed_;
  }

  const int partition_;
  Target to_;
  AcceptedAppends source_;
  std::mutex mutex_;
  std::condition_variable changed_;
  absl::optional<absl::StatusOr<es::Offset>> claimed_;
  size_t in_flight_ = 0;
  absl::Status failed_;
  es::PartitionWriter writer_;
  // Last, so that its thread ends before the writer goes.
  es::ExecutorThread executor_{"copy"};
};

}  // namespace

absl::StatusOr<CopyReport> CopyLog(es::EventLog& from, es::EventLog& to) {
  const int partitions = static_cast<int>(from.identity().partition_count());
  if (to.identity().partition_count() != from.identity().partition_count()) {
    return absl::FailedPreconditionError(absl::StrCat(from.topic(), " has ", partitions, " partitions, the target has ",
                                                      to.identity().partition_count()));
  }
  const uint32_t level = es::FeatureLevel(from.identity().feature_level());
  if (const uint32_t target = es::FeatureLevel(to.identity().feature_level()); target < level) {
    return absl::FailedPreconditionError(absl::StrCat(
        from.topic(), " began with feature level ", level, ", the target, which an older build made, with ", target));
  }
  CopyReport report;
  for (int partition = 0; partition < partitions; ++partition) {
    const absl::Status copied = PartitionCopy(from, to, partition).Run(report);
    if (!copied.ok()) {
      return absl::Status(copied.code(), absl::StrCat(to.topic(), "/", partition, ": ", copied.message()));
    }
  }
  return report;
}

}  // namespace regard::app
