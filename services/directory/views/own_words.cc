#include "services/directory/views/own_words.h"

#include <algorithm>
#include <array>

#include "services/directory/views/text.h"

namespace regard::directory {
namespace {

// In a name these settle it.
constexpr absl::string_view kNamesOfFundraisers[] = {"pta",
                                                     "psa",
                                                     "pfa",
                                                     "ptfa",
                                                     "parent teacher",
                                                     "parents and teachers",
                                                     "parents association",
                                                     "parent association",
                                                     "parents staff and friends",
                                                     "parent and staff",
                                                     "parents and friends",
                                                     "parent support group",
                                                     "school association",
                                                     "freemasons",
                                                     "masonic",
                                                     "lodge",
                                                     "round table",
                                                     "rotary club",
                                                     "lions club",
                                                     "charity fund",
                                                     "trust fund",
                                                     "benevolent fund",
                                                     "endowment",
                                                     "charitable trust",
                                                     "foundation"};

// In what they say they do these settle it, too.
constexpr absl::string_view kNothingDoneNow[] = {"now closed", "non active", "not active", "no longer active",
                                                 "ceased to operate", "dormant"};

// These say that money is raised or given; whether anything else is done, the next list tells.
constexpr absl::string_view kMoneyWords[] = {"fundraising",
                                             "fundraisers",
                                             "fund raising",
                                             "fund raiser",
                                             "raise funds",
                                             "raises funds",
                                             "raising funds",
                                             "raise money",
                                             "raises money",
                                             "raising money",
                                             "provide funds",
                                             "grant",
                                             "grants",
                                             "donation",
                                             "general charitable purposes",
                                             "charitable objects",
                                             "charitable causes",
                                             "parent teacher association",
                                             "pta"};

// Somebody is supported, taught or met.
constexpr absl::string_view kDoneForPeople[] = {
    "we provide", "we offer",  "we run",    "provides a",  "provision of", "providing a", "offers",      "services for",
    "support to", "support for", "support services", "help and support", "advice", "counselling", "helpline", "day care",
    "drop in",    "lunch club", "befriending", "home visits", "carers",       "sessions",    "classes",     "play schemes",
    "run by and for", "self help", "meets",  "weekly",     "groups for",   "activities for", "activity groups", "rooms for hire", "use of all people"};

// "Friends of" these are friends of a school.
constexpr absl::string_view kSchools[] = {"school", "academy", "pupils", "infants"};

using Phrases = std::vector<StemPhrase>;

template <size_t n>
Phrases ToPhrases(const absl::string_view (&words)[n]) {
  Phrases phrases;
  for (const absl::string_view word : words) phrases.push_back(ToPhrase(word));
  return phrases;
}

bool ContainsAny(const std::vector<std::string>& text, const Phrases& phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [&](const StemPhrase& phrase) { return Contains(text, phrase); });
}

struct CategoryPhrases {
  const taxonomy::Category* category;
  Phrases phrases;
};

const std::vector<CategoryPhrases>& AllCategoryPhrases() {
  static const auto* const all = [] {
    auto* const made = new std::vector<CategoryPhrases>;
    for (const taxonomy::Category& category : taxonomy::Taxonomy::Regard().categories()) {
      CategoryPhrases entry{&category, {}};
      // A label such as "Arts and crafts" is for people; one word of it alone is among the synonyms where it tells enough.
      entry.phrases.push_back(ToPhrase(category.label));
      for (const std::string& synonym : category.synonyms) entry.phrases.push_back(ToPhrase(synonym));
      made->push_back(std::move(entry));
    }
    return made;
  }();
  return *all;
}

bool IsNotDirectSupport(const std::vector<std::string>& name, const std::vector<std::string>& activities) {
  static const auto* const names = new Phrases(ToPhrases(kNamesOfFundraisers));
  static const auto* const nothing = new Phrases(ToPhrases(kNothingDoneNow));
  static const auto* const money = new Phrases(ToPhrases(kMoneyWords));
  static const auto* const people = new Phrases(ToPhrases(kDoneForPeople));
  static const auto* const friends_of = new StemPhrase(ToPhrase("friends of"));
  static const auto* const schools = new Phrases(ToPhrases(kSchools));
  if (ContainsAny(activities, *nothing)) return true;
  const bool does_something = ContainsAny(activities, *people);
  const bool friends_of_school =
      Contains(name, *friends_of) && (ContainsAny(name, *schools) || ContainsAny(activities, *schools));
  if (ContainsAny(name, *names) || friends_of_school) return !does_something || ContainsAny(activities, *money);
  return ContainsAny(activities, *money) && !does_something;
}

}  // namespace

OwnWords ReadOwnWords(absl::string_view name, absl::string_view activities) {
  const std::vector<std::string> name_stems = StemsInOrder(name);
  const std::vector<std::string> activity_stems = StemsInOrder(activities);
  OwnWords own;
  own.not_direct_support = IsNotDirectSupport(name_stems, activity_stems);
  if (own.not_direct_support) return own;
  for (const CategoryPhrases& entry : AllCategoryPhrases()) {
    if (ContainsAny(name_stems, entry.phrases) || ContainsAny(activity_stems, entry.phrases)) {
      own.categories.push_back(entry.category);
    }
  }
  return own;
}

}  // namespace regard::directory
