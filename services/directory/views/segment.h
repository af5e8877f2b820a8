// An immutable part of the index: some documents, where each stem occurs in them, and what filters and ranking look at.
// Documents are numbered along the space-filling curve of S2, so a circle is a few ranges of numbers, and those
// without a place come last.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "libs/geo/cells.h"
#include "libs/geo/point.h"
#include "regard/directory/internal/v1/rows.pb.h"
#include "services/directory/views/facets.h"

namespace regard::directory {

// Where a stem was found; larger is better.
enum class Field : uint8_t { kText = 1, kCategory = 2, kTitle = 3 };

// Numbers for stems, given once and for as long as an index lives. Not thread-safe: only the index's writer has one.
class StemNumbers {
 public:
  uint32_t Number(absl::string_view stem);
  const std::string& operator[](uint32_t number) const { return *stems_[number]; }
  size_t size() const { return stems_.size(); }

 private:
  absl::flat_hash_map<std::string, uint32_t> numbers_;
  // Keys of the map, which do not move: each is allocated by itself.
  std::vector<std::unique_ptr<const std::string>> stems_;
};

// A document as the index holds it.
struct IndexedDocument {
  // See DocumentIdOf.
  std::string id;
  // A v1::Listing, serialized: parsed only for an answer.
  std::string listing;
  // Where it is looked up in the gazetteer. The postcode is empty where only the sector may be known.
  std::string sector;
  std::string postcode;
  // None while the gazetteer does not know the place.
  absl::optional<geo::Point> at;
  // The finest cell of `at`, for the order of a segment.
  uint64_t cell = 0;
  internal::v1::Tier tier = internal::v1::TIER_UNSPECIFIED;
  bool online = false;
  bool verified = false;
  bool comes_to_you = false;
  // Where it comes to the person's home: how far. 0 was not said and is no limit.
  int32_t radius_m = 0;
  // Unset where nothing is offered.
  absl::optional<int64_t> price_pence;
  providers::v1::PriceUnit price_unit = providers::v1::PRICE_UNIT_UNSPECIFIED;
  std::vector<FacetId> facets;
  // Stem number and field.
  std::vector<std::pair<uint32_t, Field>> stems;
};

using IndexedDocuments = std::vector<std::shared_ptr<const IndexedDocument>>;

// Numbers from first to before last.
struct NumberRange {
  uint32_t first = 0;
  uint32_t last = 0;
};

// Thread-safe.
class Segment {
 public:
  // A document's number and the best field that the stem is in; ascending by number.
  class Posting {
   public:
    Posting(uint32_t number, Field field) : bits_(number << 2 | static_cast<uint32_t>(field)) {}
    uint32_t number() const { return bits_ >> 2; }
    Field field() const { return static_cast<Field>(bits_ & 3); }

   private:
    uint32_t bits_;
  };

  // What is looked at for every candidate, beside each other.
  struct Columns {
    geo::Direction direction;
    int64_t price_pence;
    int32_t radius_m;
    // Of facets().
    uint32_t facets_begin;
    uint16_t facets_count;
    providers::v1::PriceUnit price_unit;
    uint8_t tier;
    bool has_place : 1;
    bool has_price : 1;
    bool online : 1;
    bool verified : 1;
    bool comes_to_you : 1;
  };

  Segment(IndexedDocuments documents, const StemNumbers& stems);

  uint32_t size() const { return static_cast<uint32_t>(documents_.size()); }
  const std::shared_ptr<const IndexedDocument>& document(uint32_t number) const { return documents_[number]; }
  const Columns& columns(uint32_t number) const { return columns_[number]; }
  absl::Span<const FacetId> facets(const Columns& columns) const {
    return absl::MakeConstSpan(facets_).subspan(columns.facets_begin, columns.facets_count);
  }
  absl::Span<const Posting> postings(absl::string_view stem) const;

  // Documents whose cells are in the ranges, which are ascending; then those without a place.
  std::vector<NumberRange> Within(const std::vector<geo::CellRange>& cells) const;

 private:
  IndexedDocuments documents_;
  std::vector<Columns> columns_;
  // Of the documents with a place, ascending.
  std::vector<uint64_t> cells_;
  std::vector<FacetId> facets_;
  std::vector<Posting> postings_;
  absl::flat_hash_map<std::string, std::pair<uint32_t, uint32_t>> spans_;
};

}  // namespace regard::directory
