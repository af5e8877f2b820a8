// How a partition's states are laid out in a state store. Every key starts with a kind and the partition, so that a
// partition can be dropped or handed on alone.
//   c <partition>                                checkpoint and fold version
//   s <partition> <stream>                       version, state
//   d <partition> <request id> <subject>         digest, position, version: what a repeated request is answered from
//   t <partition> <due, microseconds> <stream>   empty: a timer
//   r <partition> <reactor> 0 <source partition> the highest cause carried
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/ids.h"
#include "libs/es/store.h"
#include "regard/log/v1/record.pb.h"

namespace regard::es {

std::string CheckpointKey(int partition);
std::string StateKey(int partition, absl::string_view stream);
std::string RequestKeyOf(int partition, const Uuid& request_id, absl::string_view subject);
std::string TimerKey(int partition, absl::Time due, absl::string_view stream);
std::string CauseKey(int partition, absl::string_view reactor, uint32_t source_partition);

// Requests whose id is older are refused, so their entries may go: [begin of partition, RequestCutoff).
std::string RequestCutoff(int partition, absl::Time oldest);

// The prefix of a kind in a partition, e.g. ('t', 3).
std::string RowPrefix(char kind, int partition);

struct StateRow {
  uint64_t version = 0;
  std::string state;
};
std::string EncodeStateRow(uint64_t version, const google::protobuf::Message& state);
absl::StatusOr<StateRow> DecodeStateRow(absl::string_view value);

struct RequestRow {
  std::string digest;
  uint64_t position = 0;
  uint64_t version = 0;
};
std::string EncodeRequestRow(const RequestRow& row);
absl::StatusOr<RequestRow> DecodeRequestRow(absl::string_view value);

struct TimerRow {
  absl::Time due;
  std::string stream;
};
TimerRow DecodeTimerKey(absl::string_view key);

std::string EncodeCheckpointRow(uint32_t fold_version, const log::v1::Checkpoint& checkpoint);
struct CheckpointRow {
  uint32_t fold_version = 0;
  log::v1::Checkpoint checkpoint;
};
absl::StatusOr<CheckpointRow> DecodeCheckpointRow(absl::string_view value);

// Deletes all rows of the partition.
void DropPartition(int partition, StoreBatch& batch);

}  // namespace regard::es
