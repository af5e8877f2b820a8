#include "services/directory/views/search.h"

#include <algorithm>
#include <cmath>

#include "absl/types/span.h"
#include "libs/geo/cells.h"

namespace regard::directory {
namespace {

using Posting = Segment::Posting;

// A document whose words and place may fit.
struct Candidate {
  uint32_t number = 0;
  int32_t points = 0;
  uint32_t in_title = 0;
  uint32_t in_category = 0;
  uint32_t in_text = 0;
};

void Count(size_t word, Field field, Candidate& candidate) {
  const uint32_t bit = uint32_t{1} << word;
  candidate.points += PointsOfField(field);
  switch (field) {
    case Field::kTitle:
      candidate.in_title |= bit;
      break;
    case Field::kCategory:
      candidate.in_category |= bit;
      break;
    case Field::kText:
      candidate.in_text |= bit;
      break;
  }
}

// Better hits first; of equal tier and points the id decides. A heap of these has the worst kept hit on top.
struct Scored {
  internal::v1::Tier tier;
  int32_t fit;
  const IndexedDocument* document;
  const std::shared_ptr<const IndexedDocument>* owner;
  Candidate candidate;
  int32_t distance_m;  // -1: none

  bool operator<(const Scored& other) const {
    if (tier != other.tier) return tier < other.tier;
    if (fit != other.fit) return fit > other.fit;
    return document->id < other.document->id;
  }
};

// What is the same for all segments.
class Plan {
 public:
  Plan(const Snapshot& snapshot, const Query& query) : query(query), wanted(snapshot.facets->size()) {
    facet_of.reserve(snapshot.facets->size());
    for (size_t id = 0; id < snapshot.facets->size(); ++id) {
      facet_of.push_back(static_cast<uint8_t>((*snapshot.facets)[static_cast<FacetId>(id)].facet));
    }
    for (const FacetFilter& filter : query.filters) {
      active |= BitOf(filter.facet);
      for (const std::string& value : filter.values) {
        if (const absl::optional<FacetId> id = snapshot.facets->Find(filter.facet, value)) {
          wanted[*id] = BitOf(filter.facet);
        }
      }
    }
    by_price = query.max_price_pence.has_value() || query.price_unit != providers::v1::PRICE_UNIT_UNSPECIFIED;
    if (by_price) active |= BitOf(v1::FACET_PRICE);
    if (query.at.has_value()) {
      centre = geo::ToDirection(*query.at);
      if (query.within_m > 0) cells = geo::CoverCircle(*query.at, query.within_m);
      limit_m = query.within_m > 0 ? query.within_m : kFarAwayM;
    }
  }

  static uint16_t BitOf(int facet) { return static_cast<uint16_t>(1u << facet); }

  bool PriceFits(const Segment::Columns& columns) const {
    if (!columns.has_price) return false;
    if (columns.price_pence == 0) return true;
    if (query.max_price_pence.has_value() && columns.price_pence > *query.max_price_pence) return false;
    return query.price_unit == providers::v1::PRICE_UNIT_UNSPECIFIED || columns.price_unit == query.price_unit;
  }

  const Query& query;
  // By facet id: the bit of its facet when the query asks for it, else 0.
  std::vector<uint16_t> wanted;
  std::vector<uint8_t> facet_of;
  // Bits of the facets that the query filters by.
  uint16_t active = 0;
  bool by_price = false;
  geo::Direction centre;
  std::vector<geo::CellRange> cells;
  int32_t limit_m = 0;
};

class Scan {
 public:
  Scan(const Snapshot::Part& part, const Plan& plan, Found& found, std::vector<Scored>& best)
      : part_(part), segment_(*part.segment), plan_(plan), found_(found), best_(best) {}

  void Run() {
    const Query& query = plan_.query;
    std::vector<absl::Span<const Posting>> lists;
    for (const std::string& stem : query.stems) {
      lists.push_back(segment_.postings(stem));
      if (lists.back().empty() && !query.any_word) return;
    }
    const std::vector<NumberRange> ranges = query.within_m > 0 && query.at.has_value()
                                                ? segment_.Within(plan_.cells)
                                                : std::vector<NumberRange>{{0, segment_.size()}};
    for (const NumberRange& range : ranges) {
      if (lists.empty()) {
        for (uint32_t number = range.first; number < range.last; ++number) Judge({number});
      } else if (query.any_word) {
        AnyWord(range, lists);
      } else {
        AllWords(range, lists);
      }
    }
  }

 private:
  static absl::Span<const Posting> SliceOf(absl::Span<const Posting> list, const NumberRange& range) {
    const auto before = [](const Posting& posting, uint32_t number) { return posting.number() < number; };
    const auto first = std::lower_bound(list.begin(), list.end(), range.first, before);
    const auto last = std::lower_bound(first, list.end(), range.last, before);
    return absl::MakeConstSpan(list.data() + (first - list.begin()), static_cast<size_t>(last - first));
  }

  // Moves `at` to the first posting at or behind `number`: in growing steps, as it is mostly near.
  static void Advance(absl::Span<const Posting> list, uint32_t number, size_t& at) {
    size_t step = 1;
    size_t low = at;
    while (low + step < list.size() && list[low + step].number() < number) {
      low += step;
      step *= 2;
    }
    const auto end = list.begin() + std::min(low + step + 1, list.size());
    at = std::lower_bound(list.begin() + low, end, number,
                          [](const Posting& posting, uint32_t wanted) { return posting.number() < wanted; }) -
         list.begin();
  }

  void AllWords(const NumberRange& range, const std::vector<absl::Span<const Posting>>& lists) {
    std::array<absl::Span<const Posting>, kMaxSearchWords> slices;
    size_t rarest = 0;
    for (size_t word = 0; word < lists.size(); ++word) {
      slices[word] = SliceOf(lists[word], range);
      if (slices[word].size() < slices[rarest].size()) rarest = word;
    }
    std::array<size_t, kMaxSearchWords> at = {};
    for (const Posting& posting : slices[rarest]) {
      Candidate candidate{posting.number()};
      Count(rarest, posting.field(), candidate);
      bool all = true;
      for (size_t word = 0; all && word < lists.size(); ++word) {
        if (word == rarest) continue;
        Advance(slices[word], posting.number(), at[word]);
        all = at[word] < slices[word].size() && slices[word][at[word]].number() == posting.number();
        if (all) Count(word, slices[word][at[word]].field(), candidate);
      }
      if (all) Judge(candidate);
    }
  }

  void AnyWord(const NumberRange& range, const std::vector<absl::Span<const Posting>>& lists) {
    std::vector<std::pair<Posting, uint8_t>> occurrences;
    for (size_t word = 0; word < lists.size(); ++word) {
      for (const Posting& posting : SliceOf(lists[word], range)) occurrences.emplace_back(posting, word);
    }
    std::sort(occurrences.begin(), occurrences.end(),
              [](const auto& a, const auto& b) { return a.first.number() < b.first.number(); });
    for (size_t i = 0; i < occurrences.size();) {
      Candidate candidate{occurrences[i].first.number()};
      for (; i < occurrences.size() && occurrences[i].first.number() == candidate.number; ++i) {
        Count(occurrences[i].second, occurrences[i].first.field(), candidate);
      }
      Judge(candidate);
    }
  }

  // -1: no distance. False: too far, or it does not come that far.
  bool PlaceFits(const Segment::Columns& columns, int32_t& distance_m) const {
    distance_m = -1;
    if (!plan_.query.at.has_value() || columns.online) return true;
    if (!columns.has_place) return plan_.query.within_m == 0;
    const double exact_m = geo::DistanceM(plan_.centre, columns.direction);
    if (plan_.query.within_m > 0 && exact_m > plan_.query.within_m) return false;
    if (columns.comes_to_you && columns.radius_m > 0 && exact_m > columns.radius_m) return false;
    distance_m = static_cast<int32_t>(std::lround(exact_m));
    return true;
  }

  // Facets that the query filters by and that the document fails.
  uint16_t Missed(const Segment::Columns& columns, absl::Span<const FacetId> facets) const {
    uint16_t passed = 0;
    for (const FacetId id : facets) passed |= plan_.wanted[id];
    if (plan_.by_price && plan_.PriceFits(columns)) passed |= Plan::BitOf(v1::FACET_PRICE);
    return plan_.active & static_cast<uint16_t>(~passed);
  }

  void Judge(const Candidate& candidate) {
    if (part_.is_dead(candidate.number)) return;
    const Segment::Columns& columns = segment_.columns(candidate.number);
    int32_t distance_m = -1;
    if (!PlaceFits(columns, distance_m)) return;
    const absl::Span<const FacetId> facets = segment_.facets(columns);
    const uint16_t missed = Missed(columns, facets);
    if (missed == 0) {
      ++found_.total;
      for (const FacetId id : facets) ++found_.counts[id];
      for (const FacetFilter& filter : plan_.query.filters) ++found_.total_without[filter.facet];
      if (plan_.by_price) ++found_.total_without[v1::FACET_PRICE];
      Keep(candidate, columns, distance_m);
    } else if ((missed & (missed - 1)) == 0) {
      // It misses one facet's filter alone: there it counts, as the filter's own facet is counted without the filter.
      int facet = 0;
      while (Plan::BitOf(facet) != missed) ++facet;
      ++found_.total_without[facet];
      for (const FacetId id : facets) {
        if (plan_.facet_of[id] == facet) ++found_.counts[id];
      }
    }
  }

  void Keep(const Candidate& candidate, const Segment::Columns& columns, int32_t distance_m) {
    const std::shared_ptr<const IndexedDocument>& document = segment_.document(candidate.number);
    Scored scored{static_cast<internal::v1::Tier>(columns.tier), 0, document.get(), &document, candidate, distance_m};
    scored.fit = PointsOfWords(candidate.points, static_cast<int32_t>(plan_.query.stems.size()));
    if (distance_m >= 0) scored.fit += PointsOfDistance(distance_m, plan_.limit_m);
    if (columns.verified) scored.fit += kPointsVerified;
    if (plan_.query.after.has_value()) {
      const Rank& after = *plan_.query.after;
      if (scored.tier < after.tier) return;
      if (scored.tier == after.tier && scored.fit > after.fit) return;
      if (scored.tier == after.tier && scored.fit == after.fit && document->id <= after.id) return;
    }
    // One more than asked for, to know whether there are more.
    const size_t kept = plan_.query.limit + 1;
    if (best_.size() == kept) {
      if (!(scored < best_.front())) return;
      std::pop_heap(best_.begin(), best_.end());
      best_.pop_back();
    }
    best_.push_back(scored);
    std::push_heap(best_.begin(), best_.end());
  }

  const Snapshot::Part& part_;
  const Segment& segment_;
  const Plan& plan_;
  Found& found_;
  std::vector<Scored>& best_;
};

}  // namespace

Found Search(const Snapshot& snapshot, const Query& query) {
  const Plan plan(snapshot, query);
  Found found;
  found.counts.resize(snapshot.facets->size());
  std::vector<Scored> best;
  for (const Snapshot::Part& part : snapshot.parts) Scan(part, plan, found, best).Run();
  std::sort_heap(best.begin(), best.end());
  found.more = best.size() > query.limit;
  if (found.more) best.resize(query.limit);
  for (const Scored& scored : best) {
    Hit hit;
    hit.rank = {scored.tier, scored.fit, scored.document->id};
    hit.document = *scored.owner;
    if (scored.distance_m >= 0) hit.distance_m = scored.distance_m;
    hit.in_title = scored.candidate.in_title;
    hit.in_category = scored.candidate.in_category;
    hit.in_text = scored.candidate.in_text;
    found.hits.push_back(std::move(hit));
  }
  return found;
}

}  // namespace regard::directory
