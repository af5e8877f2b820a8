// How well something fits a search, in points. Nothing here knows who pays. Within a tier (bookable, known, not direct
// support) more points come first, then the id decides, so that the order is the same everywhere and on every page.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "services/directory/views/segment.h"

namespace regard::directory {

// Bookable, close, verified and asked for in its title: 700.
constexpr int32_t kPointsInTitle = 300;
constexpr int32_t kPointsInCategory = 200;
constexpr int32_t kPointsInText = 100;
constexpr int32_t kPointsAtPlace = 300;
constexpr int32_t kPointsVerified = 100;
// Without a limit this is how far away closeness still counts.
constexpr int32_t kFarAwayM = 20000;

constexpr int32_t PointsOfField(Field field) {
  switch (field) {
    case Field::kText:
      return kPointsInText;
    case Field::kCategory:
      return kPointsInCategory;
    case Field::kTitle:
      return kPointsInTitle;
  }
  return 0;
}

// `sum` over the words found, of `words` in the search.
constexpr int32_t PointsOfWords(int32_t sum, int32_t words) { return words == 0 ? 0 : sum / words; }

// Falls with the distance to nothing at `limit_m`.
constexpr int32_t PointsOfDistance(int32_t distance_m, int32_t limit_m) {
  const int64_t left_m = std::max(limit_m - distance_m, 0);
  return limit_m <= 0 ? 0 : static_cast<int32_t>(kPointsAtPlace * left_m / limit_m);
}

// Where a result stands among all results of its search. Lower tiers, then more points, then lower ids come first.
struct Rank {
  internal::v1::Tier tier = internal::v1::TIER_UNSPECIFIED;
  int32_t fit = 0;
  std::string id;

  friend bool operator==(const Rank&, const Rank&) = default;
  friend bool operator<(const Rank& a, const Rank& b) {
    if (a.tier != b.tier) return a.tier < b.tier;
    if (a.fit != b.fit) return a.fit > b.fit;
    return a.id < b.id;
  }
};

}  // namespace regard::directory
