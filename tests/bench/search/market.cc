#include "tests/bench/search/market.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/taxonomy/taxonomy.h"

namespace regard::bench {
namespace {

using providers::v1::ListingForm;
using providers::v1::ListingTerms;
using providers::v1::PlaceKind;
using providers::v1::ProviderFact;

// Towns in a rectangle of about 80 by 60 km, of 10 sectors with 30 postcodes each.
constexpr int kTowns = 60;
constexpr int kSectorsPerTown = 10;
constexpr int kPostcodesPerSector = 30;
constexpr double kSouthDeg = 53.2;
constexpr double kWestDeg = -2.9;
constexpr double kHeightDeg = 0.54;
constexpr double kWidthDeg = 1.2;
constexpr double kTownDeg = 0.05;
// Of a hundred documents.
constexpr size_t kOrganisationsPercent = 5;

constexpr absl::string_view kAreas[] = {"M", "WA", "SK", "OL", "BL", "WN"};
constexpr absl::string_view kUnitLetters = "ABDEFGHJLN";
constexpr absl::string_view kManners[] = {"Friendly", "Patient", "Reliable", "Weekly", "Morning", "Evening", "Gentle",
                                          "Cheerful", "Careful", "Family",   "Quiet",  "Lively",  "Small",   "Trusted"};
constexpr absl::string_view kOrdinaryWords =
    "calm warm kind house street park river station market school church village town bridge hill tea coffee biscuit table "
    "chair window door kitchen lunch dinner breakfast walk bus train car bicycle phone letter picture story song film game "
    "puzzle flower tree bird cat summer winter spring autumn monday tuesday wednesday thursday friday morning afternoon "
    "neighbour friend sister brother mother father grandchild member team group circle table visit hour week month season "
    "experience trained insured checked flexible punctual honest listening laughing learning sharing planning building "
    "fresh healthy gentle strong quiet open welcome easy simple steady regular first second third small large warm bright";
constexpr absl::string_view kSearches[] = {
    "gardening",   "gardener lawn", "dog walking",     "companionship", "befriending",  "shopping",       "swimming",
    "cooking",     "dementia cafe", "cleaning",        "transport",     "yoga",         "reading group",  "singing choir",
    "arts crafts", "computer",      "personal care",   "day centre",    "meals",        "carers",         "football",
    "ironing",     "counselling",   "friendly garden", "tennis",        "weekly tea", "patient driver", "mental health"};

int64_t RoundedPrice(double unit) { return 900 + static_cast<int64_t>(unit * 52) * 50; }

}  // namespace

Market::Market(uint64_t seed) : random_(seed), vocabulary_(absl::StrSplit(kOrdinaryWords, ' ')) { MakePlaces(); }

void Market::MakePlaces() {
  for (int town = 0; town < kTowns; ++town) {
    const geo::Point middle{kSouthDeg + kHeightDeg * Unit(), kWestDeg + kWidthDeg * Unit()};
    const std::string outcode = absl::StrCat(kAreas[town % std::size(kAreas)], 1 + town / std::size(kAreas));
    for (int s = 0; s < kSectorsPerTown; ++s) {
      providers::v1::PlaceFact place;
      providers::v1::PostcodesImported& imported = *place.mutable_postcodes_imported();
      imported.set_sector(absl::StrCat(outcode, " ", s));
      imported.set_tenant("E08000000");
      const geo::Point centre{middle.latitude_deg + kTownDeg * (Unit() - 0.5),
                              middle.longitude_deg + 2 * kTownDeg * (Unit() - 0.5)};
      for (int unit = 0; unit < kPostcodesPerSector; ++unit) {
        const geo::Point point{centre.latitude_deg + 0.008 * (Unit() - 0.5),
                               centre.longitude_deg + 0.014 * (Unit() - 0.5)};
        const std::string postcode =
            absl::StrCat(imported.sector(), kUnitLetters.substr(unit / 10, 1), kUnitLetters.substr(unit % 10, 1));
        providers::v1::Postcode& row = *imported.add_postcodes();
        row.set_postcode(postcode);
        row.mutable_point()->set_latitude_deg(point.latitude_deg);
        row.mutable_point()->set_longitude_deg(point.longitude_deg);
        spots_.push_back({postcode, imported.sector(), point});
      }
      places_.push_back(std::move(place));
    }
  }
}

std::string Market::Text(int words) {
  const std::vector<taxonomy::Category>& categories = taxonomy::Taxonomy::Regard().categories();
  std::string text;
  for (int i = 0; i < words; ++i) {
    // One word in fifteen is about some kind of support, not always the listing's own.
    const std::string& word =
        Pick(15) == 0 ? AnyOf(AnyOf(categories).synonyms) : AnyOf(vocabulary_);
    absl::StrAppend(&text, i == 0 ? "" : " ", word);
  }
  return text;
}

ListingTerms Market::Terms() {
  ListingTerms terms;
  // Some kinds of support are common and some are rare: the lower of two draws.
  const std::vector<taxonomy::Category>& categories = taxonomy::Taxonomy::Regard().categories();
  const taxonomy::Category& category = categories[std::min(Pick(categories.size()), Pick(categories.size()))];
  terms.add_categories(category.curie);
  if (Pick(4) == 0) terms.add_categories(AnyOf(categories).curie);
  terms.set_title(absl::StrCat(AnyOf(kManners), " ", absl::AsciiStrToLower(category.label)));
  terms.set_description(Text(static_cast<int>(15 + Pick(35))));
  constexpr ListingForm kForms[] = {providers::v1::LISTING_FORM_VISIT, providers::v1::LISTING_FORM_VISIT,
                                    providers::v1::LISTING_FORM_VISIT, providers::v1::LISTING_FORM_GROUP_SESSION,
                                    providers::v1::LISTING_FORM_FREE_ACTIVITY};
  terms.set_form(AnyOf(kForms));
  const Spot& spot = AnyOf(spots_);
  if (terms.form() == providers::v1::LISTING_FORM_VISIT) {
    terms.set_place(providers::v1::PLACE_KIND_PERSONS_HOME);
    terms.set_postcode(spot.sector);
    terms.set_radius_m(static_cast<int32_t>(3000 + 1000 * Pick(13)));
  } else {
    terms.set_place(providers::v1::PLACE_KIND_VENUE);
    terms.set_postcode(spot.postcode);
  }
  for (const char* const language : {"ur", "pl", "pa", "ar"}) {
    if (Pick(8) == 0) terms.add_languages(language);
  }
  terms.add_languages("en");
  for (const base::v1::Holding holding :
       {base::v1::HOLDING_DIRECT_PAYMENT, base::v1::HOLDING_SELF_FUNDED, base::v1::HOLDING_COUNCIL_MANAGED}) {
    if (Pick(3) != 0) terms.add_funding_accepted(holding);
  }
  if (Pick(3) == 0) terms.add_accessibility("step-free");
  for (int i = 0; i < 3; ++i) {
    providers::v1::WeeklyWindow& window = *terms.add_windows();
    window.set_weekday(static_cast<int32_t>(1 + Pick(7)));
    window.set_start_minute_of_day(static_cast<int32_t>(360 + 30 * Pick(28)));
    window.set_end_minute_of_day(window.start_minute_of_day() + 120);
  }
  terms.set_meet_first(Pick(2) == 0);
  return terms;
}

ProviderHistory Market::Organisation(const std::string& id) {
  ProviderHistory history{id, {}};
  providers::v1::ProviderKnown& known = *history.facts.emplace_back().mutable_known();
  known.set_provider_id(id);
  known.set_tenant("E08000000");
  known.set_kind(base::v1::PROVIDER_KIND_VOLUNTARY_ORGANISATION);
  known.set_name(absl::StrCat(AnyOf(kManners), " ", AnyOf(vocabulary_), " society"));
  known.set_activities(Text(25));
  known.set_postcode(AnyOf(spots_).postcode);
  return history;
}

ProviderHistory Market::Provider(const std::string& id, int listings) {
  ProviderHistory history{id, {}};
  providers::v1::ProviderRegistered& registered = *history.facts.emplace_back().mutable_registered();
  registered.set_provider_id(id);
  registered.set_tenant("E08000000");
  constexpr base::v1::ProviderKind kKinds[] = {
      base::v1::PROVIDER_KIND_MICRO_ENTERPRISE, base::v1::PROVIDER_KIND_MICRO_ENTERPRISE,
      base::v1::PROVIDER_KIND_PERSONAL_ASSISTANT, base::v1::PROVIDER_KIND_COMMUNITY_GROUP, base::v1::PROVIDER_KIND_AGENCY};
  registered.set_kind(AnyOf(kKinds));
  registered.set_name(absl::StrCat(AnyOf(kManners), " ", AnyOf(vocabulary_), " ", AnyOf(vocabulary_)));
  if (Pick(2) == 0) {
    history.facts.emplace_back().mutable_credential_recorded()->set_credential_id("c");
    history.facts.back().mutable_credential_recorded()->set_kind(providers::v1::CREDENTIAL_KIND_DBS);
    history.facts.emplace_back().mutable_credential_verified()->set_credential_id("c");
  }
  for (int i = 0; i < listings; ++i) {
    const std::string listing_id = absl::StrCat(id, "-", i);
    providers::v1::ListingDrafted& drafted = *history.facts.emplace_back().mutable_listing_drafted();
    drafted.set_listing_id(listing_id);
    *drafted.mutable_terms() = Terms();
    const bool free = drafted.terms().form() == providers::v1::LISTING_FORM_FREE_ACTIVITY;
    drafted.mutable_price()->mutable_amount()->set_pence(free ? 0 : RoundedPrice(Unit()));
    drafted.mutable_price()->set_unit(free ? providers::v1::PRICE_UNIT_FREE : providers::v1::PRICE_UNIT_HOUR);
    history.facts.emplace_back().mutable_listing_published()->set_listing_id(listing_id);
  }
  return history;
}

std::vector<ProviderHistory> Market::MakeProviders(int documents) {
  std::vector<ProviderHistory> providers;
  for (int made = 0; made < documents;) {
    const std::string id = absl::StrCat("p", providers.size());
    if (Pick(100) < kOrganisationsPercent) {
      providers.push_back(Organisation(id));
      ++made;
    } else {
      const int listings = std::min(static_cast<int>(1 + Pick(4)), documents - made);
      providers.push_back(Provider(id, listings));
      made += listings;
    }
  }
  return providers;
}

std::vector<directory::v1::SearchRequest> Market::MakeSearches(int count) {
  std::vector<directory::v1::SearchRequest> searches;
  for (int i = 0; i < count; ++i) {
    directory::v1::SearchRequest& request = searches.emplace_back();
    request.set_words(std::string(AnyOf(kSearches)));
    const geo::Point& point = AnyOf(spots_).point;
    request.mutable_point()->set_latitude_deg(point.latitude_deg);
    request.mutable_point()->set_longitude_deg(point.longitude_deg);
    request.set_within_m(static_cast<int32_t>(3000 + 1000 * Pick(5)));
    request.set_max_price_pence(static_cast<int64_t>(1500 + 250 * Pick(5)));
    request.add_forms(providers::v1::LISTING_FORM_VISIT);
    request.add_funding_accepted(base::v1::HOLDING_DIRECT_PAYMENT);
  }
  return searches;
}

}  // namespace regard::bench
