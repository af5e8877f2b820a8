// Appends what counts in one log to another, so that a deployment can move: every accepted append keeps its partition
// and its position, and with them causes and all that refers to them. Claims, offsets and records that were dropped
// stay behind.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/es/event_log.h"

namespace regard::app {

struct CopyReport {
  // In the target now.
  uint64_t appends = 0;
  // Of those, how many were there before: of a run that was interrupted.
  uint64_t found = 0;
};

// Nobody may write to `from`, and nobody but this to `to`; a second run claims the partitions from the first, which
// then fails. Blocks until all is acknowledged. After UNAVAILABLE or ABORTED run it again: it goes on where the target
// ends. FAILED_PRECONDITION when the partition counts differ, when the target began with a lower feature level, or when it
// holds anything that is not a beginning of the source, with topic, partition and position. Errors of reading either log
// as they are.
absl::StatusOr<CopyReport> CopyLog(es::EventLog& from, es::EventLog& to);

}  // namespace regard::app
