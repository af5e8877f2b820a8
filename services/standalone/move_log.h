// Moves a stopped deployment between the data folder's embedded log and Kafka: what counts in every topic, and
// subjects' keys. Positions stay, offsets do not, so what was made from the log is made again. What was left behind is
// kept under another name, where no server finds it.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/app/copy_log.h"
#include "libs/app/data_folder.h"
#include "libs/kafka/address.h"

namespace regard::standalone {

// Both go on where they stopped when they are run again, and do nothing when all was moved. Errors of CopyLog and of
// opening either side.

// From `folder` to topics, which are made where they are missing. Afterwards the folder's log is in log-moved/.
absl::StatusOr<app::CopyReport> MoveToKafka(const app::DataFolder& folder, const kafka::Address& address);

// From topics into `folder`, which must have no log. FAILED_PRECONDITION when it has.
absl::StatusOr<app::CopyReport> MoveFromKafka(const app::DataFolder& folder, const kafka::Address& address);

}  // namespace regard::standalone
