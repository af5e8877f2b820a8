#include "services/directory/api/answer.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "services/directory/api/search_request.h"

namespace regard::directory {
namespace {

// More distinct values of one facet than anybody reads; the most frequent ones.
constexpr int kMaxCountsPerFacet = 50;

void AddReason(v1::ReasonCode code, std::string value, int64_t number, v1::SearchResult& result) {
  v1::Reason& reason = *result.add_reasons();
  reason.set_code(code);
  reason.set_value(std::move(value));
  reason.set_number(number);
}

void AddWordsReason(const Query& query, uint32_t found, v1::ReasonCode code, v1::SearchResult& result) {
  if (found == 0) return;
  std::vector<absl::string_view> words;
  for (size_t word = 0; word < query.stems.size(); ++word) {
    if ((found >> word & 1) != 0) words.push_back(query.stems[word]);
  }
  AddReason(code, absl::StrJoin(words, " "), 0, result);
}

void AddFundingReason(const Query& query, v1::SearchResult& result) {
  for (const FacetFilter& filter : query.filters) {
    if (filter.facet != v1::FACET_FUNDING) continue;
    for (const int accepted : result.listing().funding_accepted()) {
      const std::string& name = base::v1::Holding_Name(accepted);
      if (std::find(filter.values.begin(), filter.values.end(), name) != filter.values.end()) {
        AddReason(v1::REASON_CODE_FUNDING_ACCEPTED, name, 0, result);
      }
    }
  }
}

void AddReasons(const Query& query, const Hit& hit, v1::SearchResult& result) {
  const v1::Listing& listing = result.listing();
  if (listing.standing() == v1::STANDING_KNOWN_NOT_HERE) AddReason(v1::REASON_CODE_KNOWN_NOT_HERE, listing.source(), 0, result);
  if (listing.standing() == v1::STANDING_NO_OFFER_NOW) AddReason(v1::REASON_CODE_NO_OFFER_NOW, "", 0, result);
  if (listing.not_direct_support()) AddReason(v1::REASON_CODE_NOT_DIRECT_SUPPORT, "", 0, result);
  AddWordsReason(query, hit.in_title, v1::REASON_CODE_WORDS_IN_TITLE, result);
  AddWordsReason(query, hit.in_category, v1::REASON_CODE_WORDS_IN_CATEGORY, result);
  AddWordsReason(query, hit.in_text, v1::REASON_CODE_WORDS_IN_DESCRIPTION, result);
  if (hit.distance_m.has_value()) AddReason(v1::REASON_CODE_DISTANCE_M, "", *hit.distance_m, result);
  if (hit.document->comes_to_you && hit.distance_m.has_value()) {
    AddReason(v1::REASON_CODE_COMES_TO_YOU, "", hit.document->radius_m, result);
  }
  if (hit.document->online) AddReason(v1::REASON_CODE_ONLINE, "", 0, result);
  if (!listing.verified_credentials().empty()) {
    std::vector<std::string> kinds;
    for (const int kind : listing.verified_credentials()) {
      kinds.push_back(providers::v1::CredentialKind_Name(static_cast<providers::v1::CredentialKind>(kind)));
    }
    AddReason(v1::REASON_CODE_VERIFIED, absl::StrJoin(kinds, " "), 0, result);
  }
  if (listing.has_price() && listing.price().amount().pence() == 0) AddReason(v1::REASON_CODE_FREE, "", 0, result);
  AddFundingReason(query, result);
}

// Only how many.
int64_t TotalOf(const Snapshot& snapshot, Query query) {
  query.limit = 0;
  query.after.reset();
  return Search(snapshot, query).total;
}

v1::WiderSearch& AddWider(v1::Widening widening, int64_t total, v1::SearchResponse& response) {
  v1::WiderSearch& wider = *response.add_wider();
  wider.set_widening(widening);
  wider.set_total(total);
  return wider;
}

}  // namespace

void FillResults(const Query& query, const Found& found, v1::SearchResponse& response) {
  response.set_total(found.total);
  for (const Hit& hit : found.hits) {
    v1::SearchResult& result = *response.add_results();
    // Made by us from a row that was read: it parses.
    result.mutable_listing()->ParseFromString(hit.document->listing);
    if (hit.distance_m.has_value()) result.set_distance_m(*hit.distance_m);
    result.set_fit(hit.rank.fit);
    AddReasons(query, hit, result);
  }
}

void FillFacets(const Snapshot& snapshot, const Found& found, v1::SearchResponse& response) {
  std::vector<std::vector<FacetId>> by_facet(v1::Facet_ARRAYSIZE);
  for (size_t id = 0; id < found.counts.size(); ++id) {
    if (found.counts[id] == 0) continue;
    by_facet[(*snapshot.facets)[static_cast<FacetId>(id)].facet].push_back(static_cast<FacetId>(id));
  }
  for (int facet = 0; facet < v1::Facet_ARRAYSIZE; ++facet) {
    std::vector<FacetId>& ids = by_facet[facet];
    if (ids.empty()) continue;
    std::sort(ids.begin(), ids.end(), [&](FacetId a, FacetId b) {
      if (found.counts[a] != found.counts[b]) return found.counts[a] > found.counts[b];
      return (*snapshot.facets)[a].value < (*snapshot.facets)[b].value;
    });
    if (ids.size() > kMaxCountsPerFacet) ids.resize(kMaxCountsPerFacet);
    v1::FacetCounts& counts = *response.add_facets();
    counts.set_facet(static_cast<v1::Facet>(facet));
    for (const FacetId id : ids) {
      v1::FacetCount& count = *counts.add_counts();
      count.set_value((*snapshot.facets)[id].value);
      count.set_label((*snapshot.facets)[id].label);
      count.set_count(found.counts[id]);
    }
  }
}

void FillWider(const Snapshot& snapshot, const Query& query, const Found& found, v1::SearchResponse& response) {
  for (int64_t within_m = int64_t{query.within_m} * 2; query.within_m > 0; within_m *= 2) {
    Query further = query;
    further.within_m = static_cast<int32_t>(std::min<int64_t>(within_m, kMaxWithinM));
    if (further.within_m == query.within_m) break;
    if (const int64_t total = TotalOf(snapshot, further); total > 0) {
      AddWider(v1::WIDENING_FURTHER_AWAY, total, response).set_within_m(further.within_m);
      break;
    }
    if (further.within_m == kMaxWithinM) break;
  }
  if (query.stems.size() > 1 && !query.any_word) {
    Query any = query;
    any.any_word = true;
    if (const int64_t total = TotalOf(snapshot, any); total > 0) AddWider(v1::WIDENING_ANY_WORD, total, response);
  }
  bool one_filter_is_enough = false;
  for (int facet = 0; facet < v1::Facet_ARRAYSIZE; ++facet) {
    if (found.total_without[facet] == 0) continue;
    one_filter_is_enough = true;
    AddWider(v1::WIDENING_WITHOUT_FILTER, found.total_without[facet], response).set_facet(static_cast<v1::Facet>(facet));
  }
  if (one_filter_is_enough) return;
  Query without = query;
  without.filters.clear();
  without.max_price_pence.reset();
  without.price_unit = providers::v1::PRICE_UNIT_UNSPECIFIED;
  if (const int64_t total = TotalOf(snapshot, without); total > 0) {
    AddWider(v1::WIDENING_WITHOUT_FILTERS, total, response);
  }
}

}  // namespace regard::directory
