#include "tools/demo_market/cast.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/money.h"

namespace regard::demo {
namespace {

using base::v1::Holding;

constexpr char kZone[] = "Europe/London";
constexpr int kHour = 60;
constexpr absl::string_view kCareAtHome = "esdServiceType:242";
constexpr absl::string_view kTeamWords[] = {"Helpers", "Neighbours", "Companions", "Collective", "Friends", "Team"};
constexpr absl::string_view kTowns[] = {"Sale",      "Stretford", "Urmston", "Altrincham", "Old Trafford",
                                        "Partington", "Timperley", "Davyhulme"};

Holding HoldingOf(Dice& dice) {
  switch (dice.Weighted({55, 25, 12, 8})) {
    case 0: return base::v1::HOLDING_DIRECT_PAYMENT;
    case 1: return base::v1::HOLDING_COUNCIL_MANAGED;
    case 2: return base::v1::HOLDING_INDIVIDUAL_SERVICE_FUND;
    default: return base::v1::HOLDING_THIRD_PARTY;
  }
}

void AddWindow(int weekday, int start_hour, int end_hour, providers::v1::ListingTerms& terms) {
  providers::v1::WeeklyWindow& window = *terms.add_windows();
  window.set_weekday(weekday);
  window.set_start_minute_of_day(start_hour * kHour);
  window.set_end_minute_of_day(end_hour * kHour);
}

// Weekdays mostly; some evenings and weekends, which are scarce in life too.
void AddVisitWindows(Dice& dice, providers::v1::ListingTerms& terms) {
  std::vector<int> days{1, 2, 3, 4, 5};
  dice.Shuffle(days);
  days.resize(dice.Between(2, 5));
  std::sort(days.begin(), days.end());
  const bool mornings = dice.Chance(0.75);
  const bool afternoons = !mornings || dice.Chance(0.7);
  const bool evenings = dice.Chance(0.2);
  for (const int day : days) {
    AddWindow(day, mornings ? 9 : 13, afternoons ? 17 : 13, terms);
    if (evenings) AddWindow(day, 18, 21, terms);
  }
  if (dice.Chance(0.25)) AddWindow(6, 10, 16, terms);
  if (dice.Chance(0.12)) AddWindow(7, 10, 16, terms);
}

ProviderPlan::Listing MakeListing(const Offer& offer, const ProviderPlan& provider, const Places& places, Dice& dice) {
  ProviderPlan::Listing listing;
  providers::v1::ListingTerms& terms = listing.terms;
  terms.set_title(std::string(offer.title));
  terms.set_description(std::string(offer.description));
  terms.add_categories(std::string(offer.category));
  terms.set_form(offer.form);
  terms.set_time_zone(kZone);
  terms.add_languages("en");
  if (dice.Chance(0.12)) terms.add_languages(dice.Chance(0.5) ? "pa" : "ur");
  terms.add_funding_accepted(base::v1::HOLDING_DIRECT_PAYMENT);
  terms.add_funding_accepted(base::v1::HOLDING_SELF_FUNDED);
  for (const Holding holding : {base::v1::HOLDING_COUNCIL_MANAGED, base::v1::HOLDING_INDIVIDUAL_SERVICE_FUND,
                                base::v1::HOLDING_THIRD_PARTY}) {
    if (dice.Chance(0.75)) terms.add_funding_accepted(holding);
  }
  terms.mutable_cancellation()->set_notice_minutes(dice.Chance(0.7) ? 24 * kHour : 48 * kHour);
  terms.mutable_cancellation()->set_fee_percent(dice.Chance(0.5) ? 50 : 100);
  terms.set_meet_first(dice.Chance(0.6));
  terms.set_personal_care(offer.personal_care);
  terms.set_as_own_assistant(offer.personal_care && !provider.has_cqc);
  const int steps = (offer.max_pence - offer.min_pence) / 50;
  *listing.price.mutable_amount() = Pounds(offer.min_pence + 50 * dice.Between(0, steps));
  if (offer.form == providers::v1::LISTING_FORM_GROUP_SESSION) {
    listing.price.set_unit(providers::v1::PRICE_UNIT_PLACE);
    terms.set_place(providers::v1::PLACE_KIND_VENUE);
    terms.set_postcode(places.PickByResidents(dice));
    terms.set_capacity(dice.Between(6, 14));
    if (dice.Chance(0.7)) terms.add_accessibility("step-free");
    const int start = dice.Between(10, 14);
    AddWindow(dice.Between(1, 6), start, start + dice.Between(2, 3), terms);
    return listing;
  }
  listing.price.set_unit(providers::v1::PRICE_UNIT_HOUR);
  terms.set_place(providers::v1::PLACE_KIND_PERSONS_HOME);
  terms.set_postcode(provider.postcode);
  terms.set_radius_m(dice.Between(3, 8) * 1000);
  terms.set_capacity(1);
  AddVisitWindows(dice, terms);
  return listing;
}

void ChooseKind(ProviderPlan& provider, int number, Dice& dice) {
  const std::string first(dice.Pick(FirstNames()));
  int workers = 1;
  switch (dice.Weighted({62, 20, 10, 8})) {
    case 0:
      workers = 1 + static_cast<int>(dice.Weighted({60, 28, 12}));
      provider.name = absl::StrCat(first, "'s ", workers == 1 ? "Help at Home" : "Little Team");
      if (workers > 1) provider.ownership = providers::v1::OWNERSHIP_COMPANY;
      break;
    case 1:
      provider.kind = base::v1::PROVIDER_KIND_PERSONAL_ASSISTANT;
      provider.name = absl::StrCat(first, ", personal assistant");
      break;
    case 2:
      provider.kind = base::v1::PROVIDER_KIND_SELF_MANAGED_TEAM;
      provider.ownership = providers::v1::OWNERSHIP_COOPERATIVE;
      provider.community_owned = true;
      workers = dice.Between(3, 8);
      provider.name = absl::StrCat(dice.Pick(kTowns), " ", dice.Pick(kTeamWords));
      break;
    default:
      provider.ownership = providers::v1::OWNERSHIP_COMMUNITY_INTEREST_COMPANY;
      provider.community_owned = true;
      workers = dice.Between(2, 5);
      provider.name = absl::StrCat(dice.Pick(kTowns), " ", dice.Pick(kTeamWords), " CIC");
      break;
  }
  absl::StrAppend(&provider.name, " ", number, " (synthetic)");
  for (int i = 0; i < workers; ++i) provider.worker_names.push_back(i == 0 ? first : std::string(dice.Pick(FirstNames())));
}

}  // namespace

std::vector<ProviderPlan> MakeProviders(const Places& places, uint64_t seed, int count, int weeks) {
  std::vector<ProviderPlan> providers;
  for (int i = 0; i < count; ++i) {
    Dice dice(seed, absl::StrCat("provider ", i));
    ProviderPlan provider;
    provider.owner_id = absl::StrFormat("owner-%04d", i + 1);
    provider.postcode = places.PickByResidents(dice);
    ChooseKind(provider, i + 1, dice);
    provider.has_cqc = provider.worker_names.size() >= 3 && dice.Chance(0.4);
    if (weeks > 4 && dice.Chance(0.06)) provider.lapses_in_week = dice.Between(2, weeks - 3);
    const bool alone = provider.worker_names.size() == 1;
    std::vector<double> weights;
    size_t care_at_home = 0;
    for (const Offer& offer : Offers()) {
      if (offer.category == kCareAtHome) care_at_home = weights.size();
      // Personal care needs a registration, or is given by one individual as somebody's own assistant.
      const bool may = !offer.personal_care ||
                       (offer.category == kCareAtHome ? provider.has_cqc : (alone && !provider.has_cqc));
      weights.push_back(may ? offer.weight : 0);
    }
    const int listings = 1 + static_cast<int>(dice.Weighted({30, 35, 22, 13}));
    for (int j = 0; j < listings; ++j) {
      // Whoever registers for care at home offers it.
      const size_t chosen = j == 0 && provider.has_cqc ? care_at_home : dice.Weighted(weights);
      weights[chosen] = 0;
      provider.listings.push_back(MakeListing(Offers()[chosen], provider, places, dice));
    }
    providers.push_back(std::move(provider));
  }
  return providers;
}

std::vector<PersonPlan> MakePeople(const Places& places, const std::vector<int64_t>& annual_pence, uint64_t seed,
                                   int count, int weeks) {
  std::vector<PersonPlan> people;
  for (int i = 0; i < count; ++i) {
    Dice dice(seed, absl::StrCat("person ", i));
    PersonPlan person;
    person.person_id = absl::StrFormat("person-%04d", i + 1);
    person.postcode = places.PickByLimitedALot(dice);
    person.annual_pence = dice.Pick(annual_pence);
    person.holding = HoldingOf(dice);
    switch (dice.Weighted({90, 5, 3, 2})) {
      case 0: person.funder = budgets::v1::FUNDER_COUNCIL; break;
      case 1: person.funder = budgets::v1::FUNDER_CARER_BUDGET; break;
      case 2: person.funder = budgets::v1::FUNDER_NHS; break;
      default:
        person.funder = budgets::v1::FUNDER_SELF;
        person.holding = base::v1::HOLDING_SELF_FUNDED;
        break;
    }
    if (dice.Chance(0.15)) person.hourly_price_limit_pence = 100 * dice.Between(18, 24);
    std::vector<double> weights;
    for (const Offer& offer : Offers()) weights.push_back(offer.weight);
    for (int wants = dice.Between(1, 4); wants > 0; --wants) {
      const size_t chosen = dice.Weighted(weights);
      weights[chosen] = 0;
      person.wants.emplace_back(Offers()[chosen].category);
    }
    // Some budgets are for some things only, and what is wanted besides is refused.
    if (dice.Chance(0.1)) {
      person.allowed_categories.assign(person.wants.begin(), person.wants.begin() + (person.wants.size() + 1) / 2);
    }
    switch (dice.Weighted({80, 12, 8})) {
      case 0: person.books_by = BooksBy::kSelf; break;
      case 1: person.books_by = BooksBy::kHelper; break;
      default: person.books_by = BooksBy::kPractitioner; break;
    }
    // A council books nothing for somebody's own money.
    if (person.funder == budgets::v1::FUNDER_SELF) person.books_by = BooksBy::kSelf;
    const bool of_council = person.funder == budgets::v1::FUNDER_COUNCIL;
    person.paid_quarterly = of_council && dice.Chance(0.35);
    if (of_council && dice.Chance(0.15)) person.contribution_pence = 100 * dice.Between(10, 60);
    if (of_council && weeks > 6 && dice.Chance(0.015)) person.moves_in_week = dice.Between(5, weeks - 1);
    person.pace = dice.Chance(0.04) ? 4 : 0.6 + 0.7 * dice.Unit();
    person.likes_free_activities = dice.Chance(0.2);
    person.confirms_at_once = dice.Chance(0.7) ? 0.85 : 0.15;
    people.push_back(std::move(person));
  }
  return people;
}

}  // namespace regard::demo
