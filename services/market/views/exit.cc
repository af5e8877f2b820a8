#include "services/market/views/exit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/market/views/free_time.h"
#include "services/market/views/suppression.h"

namespace regard::market {
namespace {

using internal::v1::BookingRow;
using internal::v1::ListingRow;
using internal::v1::ProviderRow;

constexpr double kMinutesPerHour = 60;

// What one person has of the provider in one category.
struct Use {
  double minutes_a_week = 0;
  bool personal_care = false;
};

struct Person {
  std::string area_code;
  absl::optional<geo::Point> at;
  std::map<std::string, Use> by_category;
};

using PeopleById = std::map<std::string, Person>;

// A provider that could do a category instead.
struct Candidate {
  const ProviderRow* provider = nullptr;
  double free_minutes = 0;
  double free_personal_care_minutes = 0;
  // Nearest affected person whom it could take on.
  absl::optional<double> distance_m;
  bool reaches_somebody = false;
};

// By category, then by provider id.
using Candidates = std::map<std::string, std::map<std::string, Candidate>>;

bool Has(const ListingRow& listing, const std::string& category) {
  return std::find(listing.categories().begin(), listing.categories().end(), category) != listing.categories().end();
}

// With free bookings too; not those that people pay for themselves, which are not the council's to know.
bool Counts(const BookingRow& booking) {
  return TakesTime(booking) && IsSupport(booking.form()) && !booking.self_funded();
}

std::string LargestProvider(const Evidence& evidence) {
  std::map<std::string, int64_t> minutes;
  for (const BookingRow& booking : evidence.bookings) {
    const ProviderRow* provider = FindProvider(evidence, booking.provider_id());
    if (provider == nullptr || provider->tenant() != evidence.tenant || provider->closed()) continue;
    if (TakesTime(booking) && IsSupport(booking.form())) minutes[booking.provider_id()] += booking.booked_minutes();
  }
  std::string largest;
  int64_t most = 0;
  for (const auto& [provider_id, booked] : minutes) {
    if (booked <= most) continue;
    most = booked;
    largest = provider_id;
  }
  return largest;
}

// Where the person is; where that is not known, where the support is.
absl::optional<geo::Point> Locate(const Evidence& evidence, const ProviderRow& provider, const BookingRow& booking) {
  const auto area = evidence.areas.find(booking.area_code());
  if (area != evidence.areas.end() && area->second.centre.has_value()) return area->second.centre;
  for (const ListingRow& listing : provider.listings()) {
    if (listing.listing_id() == booking.listing_id()) return PlaceOf(evidence, listing);
  }
  return absl::nullopt;
}

PeopleById AffectedPeople(const Evidence& evidence, const ProviderRow& provider) {
  PeopleById people;
  const auto add = [&](const BookingRow& booking, double minutes_a_week) {
    if (booking.provider_id() != provider.provider_id() || !Counts(booking)) return;
    Person& person = people[booking.person_id()];
    if (person.area_code.empty()) person.area_code = booking.area_code();
    if (!person.at.has_value()) person.at = Locate(evidence, provider, booking);
    Use& use = person.by_category[booking.category()];
    use.minutes_a_week += minutes_a_week;
    use.personal_care |= booking.personal_care();
  };
  for (const BookingRow& booking : evidence.bookings) add(booking, booking.booked_minutes() / evidence.window.weeks());
  for (const BookingRow& booking : evidence.later_bookings) add(booking, 0);
  return people;
}

Candidates FindCandidates(const Evidence& evidence, const PeopleById& people, const std::string& closing) {
  Candidates candidates;
  for (const auto& [person_id, person] : people) {
    for (const auto& [category, use] : person.by_category) candidates[category];
  }
  const BookingsByProvider bookings = GroupByProvider(evidence);
  const Bookings none;
  for (auto& [category, by_provider] : candidates) {
    for (const ProviderRow& provider : evidence.providers) {
      if (provider.provider_id() == closing || !IsHere(provider)) continue;
      const auto booked = bookings.find(provider.provider_id());
      const auto free = [&](bool personal_care) {
        const Capacity capacity = CapacityOf(provider, booked == bookings.end() ? none : booked->second,
                                             evidence.window.weeks(), [&, &of = category](const ListingRow& listing) {
                                               return Has(listing, of) && (!personal_care || listing.personal_care());
                                             });
        return Sum(capacity.free);
      };
      const double free_minutes = free(false);
      if (free_minutes > 0) by_provider[provider.provider_id()] = {&provider, free_minutes, free(true), {}, false};
    }
  }
  return candidates;
}

// How far away the provider's nearest listing that would serve the person is: 0 for what is online. nullopt: none does.
absl::optional<double> DistanceTo(const Evidence& evidence, const Person& person, const ProviderRow& provider,
                                  const std::string& category, bool personal_care, int within_m) {
  absl::optional<double> nearest;
  for (const ListingRow& listing : provider.listings()) {
    if (!listing.published() || !IsSupport(listing.form()) || !Has(listing, category)) continue;
    if (personal_care && !listing.personal_care()) continue;
    if (listing.place() == providers::v1::PLACE_KIND_ONLINE) return 0;
    const absl::optional<geo::Point> place = PlaceOf(evidence, listing);
    if (!place.has_value() || !person.at.has_value()) continue;
    const double distance_m = geo::DistanceM(*place, *person.at);
    // Who comes to the person's home says how far; a venue is where people go.
    const bool travels = listing.place() == providers::v1::PLACE_KIND_PERSONS_HOME && listing.radius_m() > 0;
    if (distance_m > within_m || (travels && distance_m > listing.radius_m())) continue;
    if (!nearest.has_value() || distance_m < *nearest) nearest = distance_m;
  }
  return nearest;
}

// Ids of those who could take on all that the person has in a category; notes how near they are.
std::vector<std::string> ReplacementsFor(const Evidence& evidence, const Person& person, const std::string& category,
                                         const Use& use, int within_m, std::map<std::string, Candidate>& candidates) {
  std::vector<std::string> found;
  for (auto& [provider_id, candidate] : candidates) {
    const double free = use.personal_care ? candidate.free_personal_care_minutes : candidate.free_minutes;
    if (free <= 0 || free < use.minutes_a_week) continue;
    const absl::optional<double> distance_m =
        DistanceTo(evidence, person, *candidate.provider, category, use.personal_care, within_m);
    if (!distance_m.has_value()) continue;
    found.push_back(provider_id);
    candidate.reaches_somebody = true;
    if (*distance_m > 0 && (!candidate.distance_m.has_value() || *distance_m < *candidate.distance_m)) {
      candidate.distance_m = distance_m;
    }
  }
  return found;
}

void FillReplacements(const Candidates& candidates, v1::GetProviderExitResponse& out) {
  std::vector<v1::Replacement> replacements;
  for (const auto& [category, by_provider] : candidates) {
    for (const auto& [provider_id, candidate] : by_provider) {
      if (!candidate.reaches_somebody) continue;
      v1::Replacement replacement;
      replacement.set_provider_id(provider_id);
      replacement.set_provider_name(candidate.provider->name());
      replacement.set_provider_kind(candidate.provider->kind());
      replacement.set_category(category);
      replacement.set_free_hours_a_week(candidate.free_minutes / kMinutesPerHour);
      if (candidate.distance_m.has_value()) replacement.set_distance_m(std::lround(*candidate.distance_m));
      replacements.push_back(std::move(replacement));
    }
  }
  const auto distance = [](const v1::Replacement& replacement) {
    return replacement.has_distance_m() ? replacement.distance_m() : std::numeric_limits<int32_t>::max();
  };
  std::stable_sort(replacements.begin(), replacements.end(),
                   [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
  for (v1::Replacement& replacement : replacements) *out.add_replacements() = std::move(replacement);
}

void FillCount(const People& people, bool suppressed, v1::Count& out) {
  out.set_suppressed(suppressed);
  if (!suppressed) out.set_value(static_cast<int64_t>(people.size()));
}

void FillCategories(const PeopleById& people, const Candidates& candidates, int below, bool total_suppressed,
                    v1::GetProviderExitResponse& out) {
  std::vector<People> cells;
  std::vector<double> minutes;
  for (const auto& [category, by_provider] : candidates) {
    cells.emplace_back();
    minutes.push_back(0);
    for (const auto& [person_id, person] : people) {
      const auto use = person.by_category.find(category);
      if (use == person.by_category.end()) continue;
      cells.back().insert(person_id);
      minutes.back() += use->second.minutes_a_week;
    }
  }
  const Suppressed suppressed = Suppress(cells, below);
  size_t index = 0;
  for (const auto& [category, by_provider] : candidates) {
    v1::ExitCategory* row = out.add_categories();
    row->set_category(category);
    const bool hide = suppressed.cells[index] || total_suppressed;
    FillCount(cells[index], hide, *row->mutable_people());
    if (!hide) row->set_hours_a_week(minutes[index] / kMinutesPerHour);
    row->set_replacements(std::count_if(by_provider.begin(), by_provider.end(),
                                        [](const auto& entry) { return entry.second.reaches_somebody; }));
    ++index;
  }
}

void AddNotes(v1::GetProviderExitResponse& out) {
  out.add_notes("Each person was looked at alone: two of them may need the same free hours.");
  out.add_notes("Free hours are of the whole week: they may not be at the hours that the person needs.");
  out.add_notes("A replacement is somebody to ask, not somebody who agreed; the person decides.");
  out.add_notes("People who pay with their own money are affected too and are not counted.");
}

}  // namespace

absl::optional<v1::GetProviderExitResponse> ExitOf(const Evidence& evidence, const ExitQuestion& question) {
  const std::string provider_id = question.provider_id.empty() ? LargestProvider(evidence) : question.provider_id;
  const ProviderRow* provider = FindProvider(evidence, provider_id);
  if (provider == nullptr) return absl::nullopt;

  v1::GetProviderExitResponse out;
  out.set_tenant(evidence.tenant);
  *out.mutable_window() = ToProto(evidence.window);
  out.set_suppressed_below(question.suppress_below);
  out.set_within_m(question.within_m);
  out.set_provider_id(provider_id);
  out.set_provider_name(provider->name());
  out.set_provider_kind(provider->kind());

  const PeopleById people = AffectedPeople(evidence, *provider);
  Candidates candidates = FindCandidates(evidence, people, provider_id);
  People replaced;
  People left_alone;
  double minutes_a_week = 0;
  for (const auto& [person_id, person] : people) {
    v1::AffectedPerson affected;
    affected.set_person_id(person_id);
    affected.set_area_code(person.area_code);
    bool every = true;
    double minutes = 0;
    for (const auto& [category, use] : person.by_category) {
      v1::PersonCategory* row = affected.add_categories();
      row->set_category(category);
      row->set_hours_a_week(use.minutes_a_week / kMinutesPerHour);
      for (std::string& id :
           ReplacementsFor(evidence, person, category, use, question.within_m, candidates[category])) {
        row->add_replacement_provider_ids(std::move(id));
      }
      every &= row->replacement_provider_ids_size() > 0;
      minutes += use.minutes_a_week;
    }
    affected.set_hours_a_week(minutes / kMinutesPerHour);
    affected.set_has_replacement(every);
    minutes_a_week += minutes;
    (every ? replaced : left_alone).insert(person_id);
    if (question.with_people) *out.add_affected() = std::move(affected);
  }

  // The council's practitioners know these people anyway; to everybody else they are a number.
  const int below = question.with_people ? 1 : question.suppress_below;
  const Suppressed split = Suppress({replaced, left_alone}, below);
  People all = replaced;
  all.insert(left_alone.begin(), left_alone.end());
  FillCategories(people, candidates, below, split.total, out);
  FillCount(all, split.total, *out.mutable_people());
  FillCount(replaced, split.cells[0] || split.total, *out.mutable_people_with_replacement());
  FillCount(left_alone, split.cells[1] || split.total, *out.mutable_people_with_none());
  if (!split.total) out.set_hours_a_week(minutes_a_week / kMinutesPerHour);
  FillReplacements(candidates, out);
  if (split.total) {
    // So few people that a distance would say where they live.
    for (v1::Replacement& replacement : *out.mutable_replacements()) replacement.clear_distance_m();
  }
  AddNotes(out);
  return out;
}

}  // namespace regard::market
