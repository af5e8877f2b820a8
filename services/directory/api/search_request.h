// Checks every field of a search and makes the query of it.
#pragma once

#include "absl/status/statusor.h"
#include "libs/geo/gazetteer.h"
#include "regard/directory/v1/directory_service.pb.h"
#include "services/directory/views/search.h"

namespace regard::directory {

constexpr size_t kMaxWordsBytes = 200;
constexpr int kMaxFilterValues = 50;
constexpr size_t kMaxFilterValueBytes = 64;
constexpr int32_t kMaxWithinM = 200'000;
constexpr int32_t kDefaultPageSize = 20;
constexpr int32_t kMaxPageSize = 100;

// INVALID_ARGUMENT with the field; NOT_FOUND with PLACE_NOT_KNOWN for a well-formed place that nobody imported.
absl::StatusOr<Query> ToQuery(const v1::SearchRequest& request, const geo::Gazetteer& gazetteer);

}  // namespace regard::directory
