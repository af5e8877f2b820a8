#include "libs/es/view_checkpoints.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/es/accepted_reader.h"

namespace regard::es {
namespace {

constexpr size_t kBytesPerPartition = 32;

// Fixed width, one after the other: a row of 64 partitions is written with every batch.
void AppendFixed(std::string& out, uint64_t value) { out.append(reinterpret_cast<const char*>(&value), 8); }

uint64_t ReadFixed(absl::string_view in) {
  uint64_t value = 0;
  in.copy(reinterpret_cast<char*>(&value), 8);
  return value;
}

}  // namespace

std::string ViewCheckpointsKey(absl::string_view topic) { return absl::StrCat(absl::string_view("\0c", 2), topic); }

std::string ViewFeatureLevelKey(absl::string_view topic) { return absl::StrCat(absl::string_view("\0l", 2), topic); }

uint32_t HighestFeatureLevel(const std::vector<const log::v1::Checkpoint*>& at) {
  uint32_t highest = 1;
  for (const log::v1::Checkpoint* one : at) highest = std::max(highest, one->feature_level());
  return highest;
}

std::string EncodeFeatureLevel(uint32_t level) {
  std::string value;
  AppendFixed(value, level);
  return value;
}

std::string EncodeViewCheckpoints(const std::string& log_id, const std::vector<const log::v1::Checkpoint*>& at) {
  std::string value = log_id;
  value.reserve(log_id.size() + kBytesPerPartition * at.size());
  for (const log::v1::Checkpoint* one : at) {
    AppendFixed(value, static_cast<uint64_t>(one->offset()));
    AppendFixed(value, one->position());
    AppendFixed(value, static_cast<uint64_t>(one->token()));
    AppendFixed(value, one->sequence());
  }
  return value;
}

absl::StatusOr<std::vector<log::v1::Checkpoint>> ReadViewCheckpoints(const Store& store, const EventLog& log) {
  const size_t count = log.identity().partition_count();
  std::vector<log::v1::Checkpoint> at(count, StartOf(log));
  const absl::StatusOr<absl::optional<std::string>> row = store.Get(ViewCheckpointsKey(log.topic()));
  if (!row.ok()) return row.status();
  if (!row->has_value()) return at;
  const absl::string_view value = **row;
  const std::string& log_id = log.identity().log_id();
  if (value.size() != log_id.size() + kBytesPerPartition * count || value.substr(0, log_id.size()) != log_id) {
    return absl::FailedPreconditionError(absl::StrCat("checkpoints of ", log.topic(), " are of another log"));
  }
  const absl::StatusOr<absl::optional<std::string>> level = store.Get(ViewFeatureLevelKey(log.topic()));
  if (!level.ok()) return level.status();
  for (size_t partition = 0; partition < count; ++partition) {
    if (level->has_value()) at[partition].set_feature_level(static_cast<uint32_t>(ReadFixed(**level)));
    const absl::string_view fields = value.substr(log_id.size() + kBytesPerPartition * partition, kBytesPerPartition);
    at[partition].set_offset(static_cast<int64_t>(ReadFixed(fields)));
    at[partition].set_position(ReadFixed(fields.substr(8)));
    at[partition].set_token(static_cast<int64_t>(ReadFixed(fields.substr(16))));
    at[partition].set_sequence(ReadFixed(fields.substr(24)));
  }
  return at;
}

}  // namespace regard::es
