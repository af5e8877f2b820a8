// The log checked by every instance of a deployment, each its share, and what they found put together.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "regard/operations/v1/operations_service.pb.h"
#include "tools/cli/connection.h"

namespace regard::cli {

// Asks all instances at once. Fails when one cannot be asked.
absl::StatusOr<operations::v1::VerifyLogResponse> VerifyEverywhere(const Connection& connection,
                                                                   absl::string_view token);

// Of several instances: topics and views that more than one looked at count once.
operations::v1::VerifyLogResponse Together(const std::vector<operations::v1::VerifyLogResponse>& reports);

}  // namespace regard::cli
