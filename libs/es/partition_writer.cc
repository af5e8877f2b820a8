#include "libs/es/partition_writer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"

namespace regard::es {
namespace {

constexpr size_t kGapReadBytes = 1 << 20;

}  // namespace

PartitionWriter::PartitionWriter(EventLog& log, int partition, Executor& executor)
    : log_(log), partition_(partition), executor_(executor) {}

void PartitionWriter::Claim(const InstanceInfo& instance, absl::Time now, Delivered done) {
  Fail(absl::UnavailableError("claiming again"));
  auto record = std::make_shared<log::v1::Record>();
  log::v1::Claim* claim = record->mutable_claim();
  claim->set_instance_id(instance.instance_id);
  claim->set_address(instance.address);
  *claim->mutable_time() = ToProto(now);
  log_.Append(partition_, std::move(record),
              [this, done = std::move(done)](absl::StatusOr<Offset> offset) mutable {
                executor_.Post([done = std::move(done), offset]() mutable { std::move(done)(offset); });
              });
}

void PartitionWriter::Begin(Offset token) {
  ++generation_;
  writing_ = true;
  token_ = token;
  last_ = token;
  sequence_ = 0;
  acknowledged_ = 0;
}

void PartitionWriter::Append(log::v1::Batch batch, Delivered done) {
  if (!writing_) {
    std::move(done)(absl::UnavailableError("not the writer of this partition"));
    return;
  }
  auto record = std::make_shared<log::v1::Record>();
  record->set_token(token_);
  record->set_sequence(++sequence_);
  *record->mutable_batch() = std::move(batch);
  in_flight_.push_back({next_id_++, std::move(done)});
  log_.Append(partition_, std::move(record),
              [this, generation = generation_](absl::StatusOr<Offset> offset) {
                executor_.RunOrPost([this, generation, offset] { OnDelivery(generation, offset); });
              });
}

void PartitionWriter::OnDelivery(uint64_t generation, absl::StatusOr<Offset> offset) {
  if (generation != generation_ || !writing_) return;
  if (!offset.ok()) return Fail(offset.status());
  if (*offset <= last_) {
    // Overtaken: readers drop it. Were the log cut instead, the next claim finds that.
    return Fail(absl::AbortedError(absl::StrCat("delivered at offset ", *offset, " after ", last_)));
  }
  if (*offset > last_ + 1) {
    const absl::Status gap = CheckGap(last_ + 1, *offset);
    if (!gap.ok()) return Fail(gap);
  }
  last_ = *offset;
  ++acknowledged_;
  InFlight delivered = std::move(in_flight_.front());
  in_flight_.pop_front();
  std::move(delivered.done)(*offset);
}

absl::Status PartitionWriter::CheckGap(Offset from, Offset to) {
  uint64_t accepted = acknowledged_;
  uint64_t dropped = 0;
  while (from < to) {
    absl::StatusOr<std::vector<LoggedRecord>> records = log_.Read(partition_, from, kGapReadBytes);
    if (!records.ok()) return records.status();
    if (records->empty()) return absl::UnavailableError(absl::StrCat("offset ", from, " cannot be read yet"));
    for (const LoggedRecord& logged : *records) {
      if (logged.offset >= to) break;
      if (logged.record->has_claim()) {
        return absl::AbortedError(absl::StrCat("fenced by the claim at offset ", logged.offset));
      }
      // What was delivered may be a second copy: readers accepted the first, and the next record of ours behind it. To
      // go on from the delivered offset would leave that one out.
      const bool counts = logged.record->token() == token_ && logged.record->sequence() == accepted + 1;
      if (counts) {
        ++accepted;
      } else {
        ++dropped;
      }
      if (accepted > acknowledged_ + 1) {
        return absl::AbortedError(absl::StrCat("own record ", accepted, " at offset ", logged.offset,
                                               " counts before record ", acknowledged_ + 1, " was delivered"));
      }
    }
    from = records->back().offset + 1;
  }
  dropped_.fetch_add(dropped, std::memory_order_relaxed);
  return absl::OkStatus();
}

void PartitionWriter::Fail(const absl::Status& why) {
  ++generation_;
  writing_ = false;
  std::deque<InFlight> unknown = std::move(in_flight_);
  in_flight_.clear();
  for (InFlight& record : unknown) std::move(record.done)(why);
}

}  // namespace regard::es
