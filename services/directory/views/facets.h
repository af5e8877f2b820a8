// What can be filtered by and counted. Each value of a facet, such as (form, visit), gets a number, so that filters and
// counts are a walk over small numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "regard/directory/v1/directory_service.pb.h"

namespace regard::directory {

using FacetId = uint16_t;
constexpr size_t kMaxFacetValues = 1 << 16;

struct FacetValue {
  v1::Facet facet = v1::FACET_UNSPECIFIED;
  std::string value;
  // For people.
  std::string label;

  friend bool operator==(const FacetValue&, const FacetValue&) = default;
};

// What a listing counts under, each once.
std::vector<FacetValue> FacetsOf(const v1::Listing& listing);

// Values of SearchRequest's filters, as FacetsOf gives them.
absl::string_view PriceBandOf(int64_t pence);
constexpr absl::string_view kVerified = "VERIFIED";
constexpr absl::string_view kMeetFirst = "MEET_FIRST";

// The numbers given so far. Immutable once shared: a writer copies it to add to it.
class FacetNames {
 public:
  // Adds the value when it is new; nullopt when there are too many: it is then not counted.
  absl::optional<FacetId> Number(const FacetValue& value);
  absl::optional<FacetId> Find(v1::Facet facet, absl::string_view value) const;

  const FacetValue& operator[](FacetId id) const { return values_[id]; }
  size_t size() const { return values_.size(); }

 private:
  std::vector<FacetValue> values_;
  // By facet and value.
  absl::flat_hash_map<std::pair<int, std::string>, FacetId> ids_;
};

}  // namespace regard::directory
