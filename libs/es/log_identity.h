// What is fixed when a log is made, and checked whenever it is opened: the same for every adapter.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "regard/log/v1/record.pb.h"

namespace regard::es {

// As this build makes logs, with an id that no other has. INTERNAL without entropy.
absl::StatusOr<log::v1::LogIdentity> NewLogIdentity(int partition_count);
// The same for a test's log, which has a name.
log::v1::LogIdentity MakeLogIdentity(std::string log_id, int partition_count);

// FAILED_PRECONDITION, with what the log has and what this build must have, when it is of a kind that this build cannot go
// on with. `where` names it.
absl::Status CheckLogIdentity(absl::string_view where, const log::v1::LogIdentity& identity);

}  // namespace regard::es
