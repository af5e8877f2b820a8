#include "tools/demo_market/arranging.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "tools/cli/parallel.h"

namespace regard::demo {
namespace {

using directory::v1::DirectoryService;

constexpr int kMostArrangements = 4;
constexpr int kWithinM = 6000;
constexpr int kResults = 12;
constexpr int kWeeksOfYear = 52;
constexpr int kStepMinutes = 30;

directory::v1::SearchRequest SearchFor(const Person& person, const std::string& category) {
  directory::v1::SearchRequest request;
  request.set_postcode(person.plan->postcode);
  request.set_within_m(kWithinM);
  request.add_categories(category);
  request.add_forms(providers::v1::LISTING_FORM_VISIT);
  request.add_forms(providers::v1::LISTING_FORM_GROUP_SESSION);
  request.add_funding_accepted(person.plan->holding);
  request.set_bookable_only(true);
  if (person.knows_price_limit) request.set_max_price_pence(person.plan->hourly_price_limit_pence);
  request.set_page_size(kResults);
  return request;
}

directory::v1::SearchRequest SearchFreeActivities(const Person& person) {
  directory::v1::SearchRequest request;
  request.set_postcode(person.plan->postcode);
  request.set_within_m(kWithinM);
  request.add_forms(providers::v1::LISTING_FORM_FREE_ACTIVITY);
  request.set_bookable_only(true);
  request.set_page_size(kResults);
  return request;
}

// Earlier results are likelier, since they fit better.
std::vector<double> ByRank(size_t count) {
  std::vector<double> weights;
  for (size_t i = 0; i < count; ++i) weights.push_back(1.0 / static_cast<double>(i + 2));
  return weights;
}

bool Overlaps(const Arrangement& a, const Arrangement& b) {
  return !b.over && a.weekday == b.weekday && a.start_minute_of_day < b.start_minute_of_day + b.minutes &&
         b.start_minute_of_day < a.start_minute_of_day + a.minutes;
}

bool IsGroup(providers::v1::ListingForm form) {
  return form == providers::v1::LISTING_FORM_GROUP_SESSION || form == providers::v1::LISTING_FORM_FREE_ACTIVITY;
}

// A time within an opening of the listing; all of it for a group. Nothing when the person is elsewhere then.
absl::optional<Arrangement> ChooseTime(const directory::v1::Listing& listing, const Person& person, Dice& dice) {
  if (listing.windows().empty()) return absl::nullopt;
  const auto& window = listing.windows(dice.Below(listing.windows_size()));
  const int open = window.end_minute_of_day() - window.start_minute_of_day();
  Arrangement arrangement;
  arrangement.weekday = window.weekday();
  arrangement.minutes = IsGroup(listing.form()) ? open : std::min(open, 60 + kStepMinutes * dice.Below(3));
  arrangement.start_minute_of_day =
      window.start_minute_of_day() + kStepMinutes * dice.Below((open - arrangement.minutes) / kStepMinutes + 1);
  for (const Arrangement& other : person.arrangements) {
    if (Overlaps(arrangement, other)) return absl::nullopt;
  }
  return arrangement;
}

int64_t AmountPence(const directory::v1::Listing& listing, int minutes) {
  const int64_t pence = listing.price().amount().pence();
  if (listing.price().unit() != providers::v1::PRICE_UNIT_HOUR) return pence;
  return (pence * minutes + 30) / 60;
}

// The best of a few tries among what was found; nothing when none suits.
absl::optional<Arrangement> ChooseAmong(const directory::v1::SearchResponse& found, const Person& person, Dice& dice) {
  for (int tries = 0; tries < 6 && !found.results().empty(); ++tries) {
    const auto& listing = found.results(static_cast<int>(dice.Weighted(ByRank(found.results_size())))).listing();
    // An own assistant is taken on by the person or somebody for them, never by the council.
    if (listing.as_own_assistant() && person.plan->books_by == BooksBy::kPractitioner) continue;
    absl::optional<Arrangement> arrangement = ChooseTime(listing, person, dice);
    if (!arrangement.has_value()) continue;
    arrangement->provider_id = listing.provider_id();
    arrangement->listing_id = listing.listing_id();
    arrangement->form = listing.form();
    arrangement->at_home = listing.place() == providers::v1::PLACE_KIND_PERSONS_HOME;
    arrangement->own_assistant = listing.as_own_assistant();
    arrangement->amount_pence = AmountPence(listing, arrangement->minutes);
    return arrangement;
  }
  return absl::nullopt;
}

void SayUnmet(World& world, const Person& person, const std::string& category, int week, Tally& tally) {
  bookings::v1::NoteUnmetNeedRequest request;
  request.set_person_id(person.plan->person_id);
  request.set_category(category);
  request.set_postcode(person.plan->postcode);
  request.set_reason("NOTHING_FOUND");
  bookings::v1::NoteUnmetNeedResponse response;
  if (world.Expect(world.Tell(world.stubs().bookings, &bookings::v1::BookingsService::Stub::NoteUnmetNeed, person.token,
                              absl::StrCat("unmet ", person.plan->person_id, " ", category, " ", week), request, response),
                   "say what was not found")) {
    ++tally.unmet_said;
  }
}

// Adds an arrangement for `category`. False when nothing was found.
bool Seek(World& world, Person& person, const std::string& category, const directory::v1::SearchRequest& request,
          Dice& dice) {
  directory::v1::SearchResponse found;
  if (!world.Expect(world.Ask(world.stubs().directory, &DirectoryService::Stub::Search, person.token, request, found),
                    "search")) {
    return false;
  }
  absl::optional<Arrangement> arrangement = ChooseAmong(found, person, dice);
  if (!arrangement.has_value()) return false;
  arrangement->category = category;
  person.arrangements.push_back(*std::move(arrangement));
  return true;
}

int64_t WeeklyPence(const Person& person) {
  int64_t sum = 0;
  for (const Arrangement& arrangement : person.arrangements) sum += arrangement.over ? 0 : arrangement.amount_pence;
  return sum;
}

int Living(const Person& person) {
  return static_cast<int>(std::count_if(person.arrangements.begin(), person.arrangements.end(),
                                        [](const Arrangement& arrangement) { return !arrangement.over; }));
}

void ArrangeFor(World& world, Person& person, int week, Tally& tally) {
  Dice dice = world.DiceFor(absl::StrCat("arrange ", person.plan->person_id, " ", week));
  const auto can_spend_pence = static_cast<int64_t>(static_cast<double>(person.plan->annual_pence) / kWeeksOfYear *
                                                    person.plan->pace);
  if (week == 0 && person.plan->likes_free_activities) {
    Seek(world, person, "", SearchFreeActivities(person), dice);
  }
  std::vector<std::string> wants = person.wants;
  for (size_t i = 0; !wants.empty() && i < 2 * kMostArrangements && !world.failed(); ++i) {
    if (Living(person) >= kMostArrangements || (i > 0 && WeeklyPence(person) >= can_spend_pence)) break;
    const std::string category = wants[i % wants.size()];
    if (Seek(world, person, category, SearchFor(person, category), dice)) continue;
    // They say it once, and go on with what there is.
    wants.erase(std::find(wants.begin(), wants.end(), category));
    if (std::find(person.unmet.begin(), person.unmet.end(), category) == person.unmet.end()) {
      person.unmet.push_back(category);
      SayUnmet(world, person, category, week, tally);
    }
  }
}

}  // namespace

void Arrange(World& world, Town& town, int week, Tally& tally) {
  cli::InParallel(town.people.size(), kAtOnce, [&](size_t i) {
    Person& person = town.people[i];
    if (world.failed()) return;
    if (week == 0) person.wants = person.plan->wants;
    bool lost_one = false;
    for (const Arrangement& arrangement : person.arrangements) {
      lost_one |= arrangement.over;
      person.knows_price_limit |= arrangement.too_dear;
      if (arrangement.not_allowed && person.wants.size() > 1) {
        person.wants.erase(std::remove(person.wants.begin(), person.wants.end(), arrangement.category), person.wants.end());
      }
    }
    person.arrangements.erase(std::remove_if(person.arrangements.begin(), person.arrangements.end(),
                                             [](const Arrangement& arrangement) { return arrangement.over; }),
                              person.arrangements.end());
    if ((week == 0 || lost_one) && !person.moved) ArrangeFor(world, person, week, tally);
  });
}

}  // namespace regard::demo
