#include "tools/cli/show_search.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "tools/cli/names.h"
#include "tools/cli/options.h"
#include "tools/cli/output.h"

namespace regard::cli {
namespace {

using directory::v1::ReasonCode;

std::string Kilometres(int64_t metres) {
  return metres < 1000 ? absl::StrCat(metres, " m") : absl::StrFormat("%.1f km", static_cast<double>(metres) / 1000);
}

std::string ReasonText(const directory::v1::Reason& reason) {
  switch (reason.code()) {
    case directory::v1::REASON_CODE_WORDS_IN_TITLE: return "in the title";
    case directory::v1::REASON_CODE_WORDS_IN_CATEGORY: return "in the category";
    case directory::v1::REASON_CODE_WORDS_IN_DESCRIPTION: return "in the description";
    case directory::v1::REASON_CODE_DISTANCE_M: return "";  // has a column
    case directory::v1::REASON_CODE_COMES_TO_YOU: return "comes to you";
    case directory::v1::REASON_CODE_ONLINE: return "online";
    case directory::v1::REASON_CODE_VERIFIED: return "verified";
    case directory::v1::REASON_CODE_FREE: return "free";
    case directory::v1::REASON_CODE_FUNDING_ACCEPTED: return "takes that money";
    case directory::v1::REASON_CODE_KNOWN_NOT_HERE: return "known, not here yet";
    case directory::v1::REASON_CODE_NO_OFFER_NOW: return "no offer now";
    case directory::v1::REASON_CODE_NOT_DIRECT_SUPPORT: return "gives or raises money only";
    case directory::v1::REASON_CODE_UNSPECIFIED:
    case directory::v1::ReasonCode_INT_MIN_SENTINEL_DO_NOT_USE_:
    case directory::v1::ReasonCode_INT_MAX_SENTINEL_DO_NOT_USE_:
      return "";
  }
  return "";
}

std::string Wider(const directory::v1::WiderSearch& wider) {
  switch (wider.widening()) {
    case directory::v1::WIDENING_FURTHER_AWAY: return absl::StrCat("within ", Kilometres(wider.within_m()));
    case directory::v1::WIDENING_ANY_WORD: return "with any of the words";
    case directory::v1::WIDENING_WITHOUT_FILTER: return absl::StrCat("whatever the ", Word(wider.facet()));
    case directory::v1::WIDENING_WITHOUT_FILTERS: return "without any filter";
    case directory::v1::WIDENING_UNSPECIFIED:
    case directory::v1::Widening_INT_MIN_SENTINEL_DO_NOT_USE_:
    case directory::v1::Widening_INT_MAX_SENTINEL_DO_NOT_USE_:
      return "";
  }
  return "";
}

}  // namespace

std::string Reasons(const directory::v1::SearchResult& result) {
  std::vector<std::string> texts;
  for (const auto& reason : result.reasons()) {
    if (std::string text = ReasonText(reason); !text.empty()) texts.push_back(std::move(text));
  }
  return absl::StrJoin(texts, ", ");
}

void ShowResults(const directory::v1::SearchResponse& response, std::ostream& out) {
  Table table({"what", "by", "price", ">away", "why", "listing"});
  for (const auto& result : response.results()) {
    const auto& listing = result.listing();
    table.Row({Shortened(listing.title().empty() ? listing.provider_name() : listing.title(), 36),
               Shortened(listing.provider_name(), 40), ShowPrice(listing.price()),
               result.has_distance_m() ? Kilometres(result.distance_m()) : "", Reasons(result), listing.listing_id()});
  }
  if (!table.empty()) table.Print(out);
  out << response.results_size() << " of " << response.total() << '\n';
  for (const auto& wider : response.wider()) {
    out << "  " << wider.total() << ' ' << Wider(wider) << '\n';
  }
}

void ShowFacets(const directory::v1::SearchResponse& response, std::ostream& out) {
  for (const auto& facet : response.facets()) {
    std::vector<std::string> counts;
    for (const auto& count : facet.counts()) {
      counts.push_back(absl::StrCat(count.label().empty() ? count.value() : count.label(), " ", count.count()));
    }
    out << Word(facet.facet()) << ": " << absl::StrJoin(counts, ", ") << '\n';
  }
}

}  // namespace regard::cli
