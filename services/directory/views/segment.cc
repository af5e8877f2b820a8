#include "services/directory/views/segment.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace regard::directory {
namespace {

// What has no place sorts behind every cell.
constexpr uint64_t kNoCell = std::numeric_limits<uint64_t>::max();

Segment::Columns ColumnsOf(const IndexedDocument& document) {
  Segment::Columns columns = {};
  columns.has_place = document.at.has_value();
  if (document.at.has_value()) columns.direction = geo::ToDirection(*document.at);
  columns.has_price = document.price_pence.has_value();
  columns.price_pence = document.price_pence.value_or(0);
  columns.price_unit = document.price_unit;
  columns.radius_m = document.radius_m;
  columns.tier = static_cast<uint8_t>(document.tier);
  columns.online = document.online;
  columns.verified = document.verified;
  columns.comes_to_you = document.comes_to_you;
  columns.facets_count = static_cast<uint16_t>(document.facets.size());
  return columns;
}

}  // namespace

uint32_t StemNumbers::Number(absl::string_view stem) {
  const auto found = numbers_.find(stem);
  if (found != numbers_.end()) return found->second;
  const uint32_t number = static_cast<uint32_t>(stems_.size());
  stems_.push_back(std::make_unique<const std::string>(stem));
  numbers_.emplace(std::string(stem), number);
  return number;
}

Segment::Segment(IndexedDocuments documents, const StemNumbers& stems) {
  std::vector<std::pair<uint64_t, uint32_t>> order;
  order.reserve(documents.size());
  for (uint32_t i = 0; i < documents.size(); ++i) {
    const absl::optional<geo::Point>& at = documents[i]->at;
    order.emplace_back(at.has_value() ? geo::CellIdOf(*at) : kNoCell, i);
  }
  std::sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
    return std::tie(a.first, documents[a.second]->id) < std::tie(b.first, documents[b.second]->id);
  });
  // Stem number above, posting below, so that one sort makes every list.
  std::vector<std::pair<uint32_t, Posting>> occurrences;
  documents_.reserve(order.size());
  columns_.reserve(order.size());
  for (const auto& [cell, old_number] : order) {
    const uint32_t number = static_cast<uint32_t>(documents_.size());
    const std::shared_ptr<const IndexedDocument>& document = documents[old_number];
    columns_.push_back(ColumnsOf(*document));
    columns_.back().facets_begin = static_cast<uint32_t>(facets_.size());
    facets_.insert(facets_.end(), document->facets.begin(), document->facets.end());
    for (const auto& [stem, field] : document->stems) occurrences.emplace_back(stem, Posting(number, field));
    if (cell != kNoCell) cells_.push_back(cell);
    documents_.push_back(document);
  }
  // Stable: numbers were met in order.
  std::stable_sort(occurrences.begin(), occurrences.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  postings_.reserve(occurrences.size());
  for (size_t i = 0; i < occurrences.size();) {
    const uint32_t stem = occurrences[i].first;
    const uint32_t begin = static_cast<uint32_t>(postings_.size());
    for (; i < occurrences.size() && occurrences[i].first == stem; ++i) postings_.push_back(occurrences[i].second);
    spans_.emplace(stems[stem], std::make_pair(begin, static_cast<uint32_t>(postings_.size())));
  }
}

absl::Span<const Segment::Posting> Segment::postings(absl::string_view stem) const {
  const auto found = spans_.find(stem);
  if (found == spans_.end()) return {};
  return absl::MakeConstSpan(postings_).subspan(found->second.first, found->second.second - found->second.first);
}

std::vector<NumberRange> Segment::Within(const std::vector<geo::CellRange>& cells) const {
  std::vector<NumberRange> ranges;
  auto from = cells_.begin();
  for (const geo::CellRange& range : cells) {
    const auto first = std::lower_bound(from, cells_.end(), range.first);
    from = std::upper_bound(first, cells_.end(), range.last);
    if (first == from) continue;
    ranges.push_back({static_cast<uint32_t>(first - cells_.begin()), static_cast<uint32_t>(from - cells_.begin())});
  }
  if (cells_.size() < size()) ranges.push_back({static_cast<uint32_t>(cells_.size()), size()});
  return ranges;
}

}  // namespace regard::directory
