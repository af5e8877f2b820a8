#include "libs/es/accepted_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/es/feature_level.h"

namespace regard::es {
namespace {

absl::Status NeedsMore(absl::string_view what, uint32_t feature_level) {
  return absl::FailedPreconditionError(
      absl::StrCat(what, " needs feature level ", feature_level, ", this build knows ", kFeatureLevel));
}

// Builds without levels stored none.
log::v1::Checkpoint NotBelow(const log::v1::LogIdentity& identity, log::v1::Checkpoint checkpoint) {
  checkpoint.set_feature_level(std::max(checkpoint.feature_level(), identity.feature_level()));
  return checkpoint;
}

}  // namespace

log::v1::Checkpoint StartOf(const EventLog& log) {
  log::v1::Checkpoint start;
  start.set_log_id(log.identity().log_id());
  start.set_token(-1);
  start.set_feature_level(log.identity().feature_level());
  return start;
}

absl::Status CheckpointBeyond(const EventLog& log, int partition, const log::v1::Checkpoint& checkpoint, Offset end) {
  return absl::DataLossError(absl::StrCat(log.topic(), "/", partition, ": the log ends at offset ", end,
                                          ", a checkpoint saw offset ", checkpoint.offset() - 1, ", position ",
                                          checkpoint.position()));
}

absl::StatusOr<RecordFilter::Verdict> RecordFilter::Judge(const LoggedRecord& logged) {
  if (logged.offset != at_.offset()) {
    return absl::DataLossError(absl::StrCat("expected offset ", at_.offset(), ", found ", logged.offset));
  }
  const log::v1::Record& record = *logged.record;
  at_.set_offset(logged.offset + 1);
  if (record.has_claim()) {
    at_.set_token(logged.offset);
    at_.set_sequence(0);
    return Verdict::kClaim;
  }
  if (record.token() != at_.token() || record.sequence() != at_.sequence() + 1) {
    ++dropped_;
    return Verdict::kDropped;
  }
  at_.set_sequence(record.sequence());
  at_.set_position(at_.position() + record.batch().appends_size());
  if (record.batch().appends_size() > 0) {
    *at_.mutable_record_time() = record.batch().appends(record.batch().appends_size() - 1).record_time();
  }
  for (const log::v1::Append& append : record.batch().appends()) {
    if (append.feature_level() <= at_.feature_level()) continue;
    if (append.feature_level() > kFeatureLevel) {
      return NeedsMore(absl::StrCat("offset ", logged.offset), append.feature_level());
    }
    at_.set_feature_level(append.feature_level());
  }
  return Verdict::kAccepted;
}

AcceptedReader::AcceptedReader(EventLog& log, int partition, log::v1::Checkpoint from)
    : log_(log), partition_(partition), filter_(NotBelow(log.identity(), std::move(from))) {}

absl::Status AcceptedReader::CheckStart() {
  const log::v1::Checkpoint& at = filter_.checkpoint();
  if (at.log_id() != log_.identity().log_id()) {
    return absl::FailedPreconditionError(absl::StrCat(log_.topic(), "/", partition_, ": the checkpoint is of log ",
                                                      at.log_id(), ", this is ", log_.identity().log_id()));
  }
  if (at.feature_level() > kFeatureLevel) {
    return NeedsMore(absl::StrCat(log_.topic(), "/", partition_, ": what was read up to offset ", at.offset()),
                     at.feature_level());
  }
  const absl::StatusOr<bool> reaches = log_.Reaches(partition_, at.offset());
  if (!reaches.ok()) return reaches.status();
  if (!*reaches) {
    const absl::StatusOr<Offset> end = log_.End(partition_);
    if (!end.ok()) return end.status();
    if (at.offset() > *end) return CheckpointBeyond(log_, partition_, at, *end);
  }
  log_.WillRead(partition_, at.offset());
  checked_ = true;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<AcceptedAppend>> AcceptedReader::Next(size_t max_bytes, bool* more) {
  *more = false;
  if (!checked_) {
    const absl::Status started = CheckStart();
    if (!started.ok()) return started;
  }
  absl::StatusOr<std::vector<LoggedRecord>> records = log_.Read(partition_, filter_.checkpoint().offset(), max_bytes);
  if (!records.ok()) return records.status();
  *more = !records->empty();
  std::vector<AcceptedAppend> accepted;
  accepted.reserve(records->size());
  for (const LoggedRecord& logged : *records) {
    uint64_t position = filter_.checkpoint().position();
    const absl::StatusOr<RecordFilter::Verdict> verdict = filter_.Judge(logged);
    if (!verdict.ok()) {
      return absl::Status(verdict.status().code(),
                          absl::StrCat(log_.topic(), "/", partition_, ": ", verdict.status().message()));
    }
    if (*verdict != RecordFilter::Verdict::kAccepted) continue;
    for (const log::v1::Append& append : logged.record->batch().appends()) {
      accepted.push_back({++position, logged.offset, logged.record, &append});
    }
  }
  return accepted;
}

}  // namespace regard::es
