// From what a search found to its answer: listings with the reasons why they stand where they do, counts per facet, and
// where nothing was found, what else would find something.
#pragma once

#include "regard/directory/v1/directory_service.pb.h"
#include "services/directory/views/search.h"

namespace regard::directory {

void FillResults(const Query& query, const Found& found, v1::SearchResponse& response);
void FillFacets(const Snapshot& snapshot, const Found& found, v1::SearchResponse& response);

// A few more searches. Each suggestion finds something.
void FillWider(const Snapshot& snapshot, const Query& query, const Found& found, v1::SearchResponse& response);

}  // namespace regard::directory
