// Where a view is in its topics: one row for all partitions of a topic, written with every batch of rows, and beside it
// another for the feature level of what they were made from, which hardly ever changes.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/es/event_log.h"
#include "libs/es/store.h"
#include "regard/log/v1/record.pb.h"

namespace regard::es {

// No view key starts with a zero byte, so these rows are apart.
std::string ViewCheckpointsKey(absl::string_view topic);

std::string ViewFeatureLevelKey(absl::string_view topic);

// Of all partitions together.
uint32_t HighestFeatureLevel(const std::vector<const log::v1::Checkpoint*>& at);
std::string EncodeFeatureLevel(uint32_t level);
std::string EncodeViewCheckpoints(const std::string& log_id, const std::vector<const log::v1::Checkpoint*>& at);

// One for each partition, with the feature level of all of them; the start when there is no row. FAILED_PRECONDITION when
// the row is of another log.
absl::StatusOr<std::vector<log::v1::Checkpoint>> ReadViewCheckpoints(const Store& store, const EventLog& log);

}  // namespace regard::es
