// The quarantine of a stopped data folder: what `regard log quarantine` does, since a process that meets a fact that it
// cannot handle does not run.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/base/clock.h"
#include "libs/es/quarantine.h"
#include "regard/operations/v1/operations_service.pb.h"

namespace regard::standalone {

struct QuarantineOrder {
  es::FactPlace place;
  // Views and reactors by their names; empty for all that read the topic, but for views that are past the place.
  std::vector<std::string> readers;
  bool take_back = false;
  std::string by;
  std::string why;
};

// The caller holds the lock of the folder, and nobody else has it open. Refusals carry a reason
// (libs/base/rejection.h): UNKNOWN_TOPIC, NO_SUCH_FACT, UNKNOWN_READER, ALREADY_READ, MISSING, NOT_IN_QUARANTINE,
// REACTOR_WENT_ON.
absl::Status ObeyQuarantineOrder(const std::string& data_path, const QuarantineOrder& order, const Clock& clock);

// Of a stopped folder.
absl::StatusOr<es::Quarantine> ReadQuarantine(const std::string& data_path);


}  // namespace regard::standalone
