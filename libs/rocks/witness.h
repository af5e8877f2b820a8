// A small synced file beside the log that remembers where every partition ended once. It is the only way to tell a log
// that was cut from one whose last, never acknowledged write was torn.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace regard::rocks {

// (topic, partition) to one past the last synced offset.
using PartitionEnds = std::map<std::pair<std::string, int>, int64_t>;

// Empty when there is no file yet. DATA_LOSS when its checksum is wrong.
absl::StatusOr<PartitionEnds> ReadWitness(const std::string& path);

// Durable when it returns; replaces the old one in one step.
absl::Status WriteWitness(const std::string& path, const PartitionEnds& ends);

}  // namespace regard::rocks
