// The same answers as search.h, found by looking at every document: slow, obvious, and without an index.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libs/geo/gazetteer.h"
#include "regard/directory/internal/v1/rows.pb.h"
#include "services/directory/views/search.h"

namespace regard::directory::testing {

struct NaiveFound {
  // Best first, all of them.
  std::vector<Rank> ranks;
  std::map<std::pair<int, std::string>, int> counts;
  std::map<int, int> total_without;
};

NaiveFound NaiveSearch(const std::map<std::string, internal::v1::DocumentRow>& documents,
                       const geo::Gazetteer& gazetteer, const Query& query);

}  // namespace regard::directory::testing
