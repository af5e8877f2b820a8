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
    order.emplace_back(documents[i]->at.has_value() ? documents[i]->cell : kNoCell, i);
  }
  std::sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
    return std::tie(a.first, documents[a.second]->id) < std::tie(b.first, documents[b.second]->id);
  });
  documents_.reserve(order.size());
  columns_.reserve(order.size());
  // By stem: how many postings, then where its next one goes.
  std::vector<uint32_t> next(stems.size() + 1);
  for (const auto& [cell, old_number] : order) {
    const std::shared_ptr<const IndexedDocument>& document = documents[old_number];
    columns_.push_back(ColumnsOf(*document));
    columns_.back().facets_begin = static_cast<uint32_t>(facets_.size());
    facets_.insert(facets_.end(), document->facets.begin(), document->facets.end());
    if (cell != kNoCell) cells_.push_back(cell);
    for (const auto& [stem, field] : document->stems) ++next[stem];
    documents_.push_back(document);
  }
  uint32_t begin = 0;
  for (uint32_t stem = 0; stem < stems.size(); ++stem) {
    const uint32_t count = next[stem];
    if (count > 0) spans_.emplace(stems[stem], std::make_pair(begin, begin + count));
    next[stem] = begin;
    begin += count;
  }
  postings_.resize(begin, Posting(0, Field::kText));
  for (uint32_t number = 0; number < size(); ++number) {
    for (const auto& [stem, field] : documents_[number]->stems) postings_[next[stem]++] = Posting(number, field);
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
