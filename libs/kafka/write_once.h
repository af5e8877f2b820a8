// One record written and waited for: for what is rare, and where the caller has nothing to do meanwhile.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "libs/kafka/client.h"

namespace regard::kafka {

// Appends to partition 0 and returns the offset when all replicas in sync have it. A value of nullopt is a tombstone. An
// error says nothing about whether it was written.
absl::StatusOr<int64_t> WriteOnce(const Cluster& cluster, const std::string& topic, absl::string_view key,
                                  absl::optional<absl::string_view> value, absl::Duration patience);

}  // namespace regard::kafka
