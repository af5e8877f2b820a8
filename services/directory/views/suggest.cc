#include "services/directory/views/suggest.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/match.h"
#include "services/directory/views/search.h"
#include "services/directory/views/text.h"

namespace regard::directory {
namespace {

bool BeginsWords(const std::vector<std::string>& typed, absl::string_view text) {
  const std::vector<std::string> words = Words(text);
  return std::all_of(typed.begin(), typed.end(), [&](const std::string& prefix) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      return absl::StartsWith(word, prefix) || Stem(word) == Stem(prefix);
    });
  });
}

}  // namespace

std::shared_ptr<const Suggestions::Counts> Suggestions::CountsOf(const std::shared_ptr<const Snapshot>& snapshot) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (counts_ != nullptr && counted_.lock() == snapshot) return counts_;
  }
  Query everything;
  everything.limit = 0;
  const Found found = Search(*snapshot, everything);
  auto counts = std::make_shared<Counts>();
  for (size_t id = 0; id < snapshot->facets->size(); ++id) {
    const FacetValue& value = (*snapshot->facets)[static_cast<FacetId>(id)];
    if (value.facet == v1::FACET_CATEGORY) (*counts)[value.value] = found.counts[id];
  }
  std::lock_guard<std::mutex> lock(mutex_);
  counted_ = snapshot;
  counts_ = counts;
  return counts;
}

std::vector<Suggestion> Suggestions::For(absl::string_view text, const std::shared_ptr<const Snapshot>& snapshot,
                                         size_t limit) {
  const std::vector<std::string> typed = Words(text);
  const std::shared_ptr<const Counts> counts = CountsOf(snapshot);
  std::vector<Suggestion> suggestions;
  for (const taxonomy::Category& category : taxonomy::Taxonomy::Regard().categories()) {
    const auto counted = counts->find(category.curie);
    Suggestion suggestion{&category, "", counted == counts->end() ? 0 : counted->second};
    if (typed.empty()) {
      if (suggestion.count == 0) continue;
    } else if (!BeginsWords(typed, category.label)) {
      const auto synonym = std::find_if(category.synonyms.begin(), category.synonyms.end(),
                                        [&](const std::string& words) { return BeginsWords(typed, words); });
      if (synonym == category.synonyms.end()) continue;
      suggestion.matched = *synonym;
    }
    suggestions.push_back(std::move(suggestion));
  }
  const auto key = [](const Suggestion& s) { return std::make_tuple(!s.matched.empty(), -s.count, s.category->curie); };
  std::sort(suggestions.begin(), suggestions.end(),
            [&](const Suggestion& a, const Suggestion& b) { return key(a) < key(b); });
  if (suggestions.size() > limit) suggestions.resize(limit);
  return suggestions;
}

}  // namespace regard::directory
