// What the instances of a deployment answered, put together.
#pragma once

#include <ostream>
#include <vector>

#include "regard/operations/v1/operations_service.pb.h"
#include "tools/cli/everywhere.h"

namespace regard::cli {

// Each checked its share. Topics and views that more than one looked at count once.
operations::v1::VerifyLogResponse Together(const std::vector<operations::v1::VerifyLogResponse>& reports);

// Of each topic every instance counts what it owns; of a view or reactor that several have, who is furthest behind says how
// far it is.
operations::v1::GetStatsResponse Together(const std::vector<operations::v1::GetStatsResponse>& stats);

// Of each topic every instance raised what it owns; a partition that moved meanwhile counts once.
operations::v1::RaiseFeatureLevelResponse Together(const std::vector<operations::v1::RaiseFeatureLevelResponse>& raised);

// UNAVAILABLE with what is not raised yet, of the topics that a deployment writes.
absl::Status RaisedEverywhere(const operations::v1::RaiseFeatureLevelResponse& raised);

// One of each instance, however often it is in the list of addresses; who did not answer is in it too, with why.
operations::v1::DeploymentStatus Together(const std::vector<Asked<operations::v1::GetStatusResponse>>& asked);
// A line for each topic of an instance.
void Show(const operations::v1::DeploymentStatus& status, std::ostream& out);

}  // namespace regard::cli
