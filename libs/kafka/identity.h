// What was fixed when a deployment was made: its log_id, partition count and hash. It is the first record of the
// deployment's identity topic; of several processes that make one at the same moment the broker lets one be first, and
// what comes after it counts for nothing.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "libs/kafka/client.h"
#include "regard/log/v1/record.pb.h"

namespace regard::kafka {

// nullopt when none was logged yet. DATA_LOSS when it does not parse or the first record is gone.
absl::StatusOr<absl::optional<log::v1::LogIdentity>> ReadIdentity(const Cluster& cluster, const std::string& topic);

// The one that is there, or a new one with this partition count and the hash of libs/base/routing.h.
absl::StatusOr<log::v1::LogIdentity> LogIdentityOnce(const Cluster& cluster, const std::string& topic,
                                                     int partition_count);

}  // namespace regard::kafka
