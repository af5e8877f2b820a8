// How supply is used, by how few, and how the visits went.
#include <algorithm>
#include <functional>

#include "services/market/views/figures.h"
#include "services/market/views/free_time.h"
#include "services/market/views/rules.h"
#include "services/market/views/shape.h"
#include "services/market/views/suppression.h"

namespace regard::market {
namespace {

using internal::v1::BookingRow;
using internal::v1::ListingRow;
using internal::v1::ProviderRow;

constexpr double kMinutesPerHour = 60;

// Of one category, or of everything.
struct Use {
  People people;
  std::map<std::string, double> minutes_by_provider;
  double minutes = 0;
  // Of those, with this council's providers.
  double minutes_at_home = 0;
  int64_t recorded = 0;
  int64_t short_visits = 0;
  int64_t confirmed = 0;
  int64_t by_time = 0;

  void Add(const BookingRow& booking, bool at_home) {
    people.insert(booking.person_id());
    minutes_by_provider[booking.provider_id()] += booking.booked_minutes();
    minutes += booking.booked_minutes();
    if (at_home) minutes_at_home += booking.booked_minutes();
    const bool is_confirmed = booking.phase() == internal::v1::BOOKING_PHASE_CONFIRMED;
    if (is_confirmed || booking.phase() == internal::v1::BOOKING_PHASE_DELIVERED) {
      ++recorded;
      short_visits += booking.delivered_minutes() * 100 < booking.booked_minutes() * kShortVisitPercent;
    }
    confirmed += is_confirmed;
    by_time += is_confirmed && booking.confirmed_by_time();
  }
};

double OfferedMinutes(const Evidence& evidence, const std::function<bool(const ListingRow&)>& counts) {
  double offered = 0;
  for (const ProviderRow& provider : evidence.providers) {
    if (provider.tenant() != evidence.tenant || !IsHere(provider)) continue;
    offered += Sum(CapacityOf(provider, {}, 1, counts).offered);
  }
  return offered;
}

void FillRow(const Use& use, double offered_minutes, double weeks, v1::CategoryUse& row) {
  row.set_booked_hours_a_week(use.minutes / kMinutesPerHour / weeks);
  if (offered_minutes > 0) row.set_capacity_used(use.minutes_at_home / weeks / offered_minutes);
  row.set_providers(static_cast<int64_t>(use.minutes_by_provider.size()));
  std::vector<double> sizes;
  double largest = -1;
  for (const auto& [provider_id, minutes] : use.minutes_by_provider) {
    sizes.push_back(minutes);
    if (minutes <= largest) continue;
    largest = minutes;
    row.set_largest_provider_id(provider_id);
  }
  if (use.minutes > 0) row.set_largest_share(largest / use.minutes);
  if (const auto hhi = HerfindahlHirschman(sizes)) row.set_hhi(*hhi);
  row.set_visits_recorded(use.recorded);
  if (use.recorded > 0) row.set_short_visit_rate(static_cast<double>(use.short_visits) / use.recorded);
  if (use.confirmed > 0) row.set_confirmed_by_time_share(static_cast<double>(use.by_time) / use.confirmed);
}

struct Kind {
  const char* name;
  bool (*is)(const ProviderRow&);
};

constexpr Kind kKinds[] = {
    {"MICRO_ENTERPRISE",
     [](const ProviderRow& provider) { return provider.kind() == base::v1::PROVIDER_KIND_MICRO_ENTERPRISE; }},
    {"COMMUNITY_OWNED", [](const ProviderRow& provider) { return provider.community_owned(); }},
    {"SHARED_LIVES",
     [](const ProviderRow& provider) {
       return provider.kind() == base::v1::PROVIDER_KIND_SHARED_LIVES_SCHEME ||
              provider.kind() == base::v1::PROVIDER_KIND_SHARED_LIVES_CARER;
     }},
};

using ProvidersById = std::map<std::string, const ProviderRow*>;

void FillShare(const Kind& kind, const Evidence& evidence, const ProvidersById& providers, int suppress_below,
               bool total_suppressed, v1::KindShare& share) {
  share.set_kind(kind.name);
  int64_t here = 0;
  for (const ProviderRow& provider : evidence.providers) {
    if (provider.tenant() != evidence.tenant || !IsHere(provider)) continue;
    ++here;
    if (kind.is(provider)) share.set_providers(share.providers() + 1);
  }
  if (here > 0) share.set_of_providers(static_cast<double>(share.providers()) / here);
  // Of that kind, and of all others.
  std::vector<People> people(2);
  double minutes[2] = {0, 0};
  for (const BookingRow& booking : evidence.bookings) {
    if (!TakesTime(booking) || !IsSupport(booking.form())) continue;
    const auto provider = providers.find(booking.provider_id());
    const int other = provider == providers.end() || !kind.is(*provider->second);
    people[other].insert(booking.person_id());
    minutes[other] += booking.booked_minutes();
  }
  share.set_suppressed(total_suppressed || Suppress(people, suppress_below).cells[0]);
  if (!share.suppressed() && minutes[0] + minutes[1] > 0) share.set_of_hours(minutes[0] / (minutes[0] + minutes[1]));
}

}  // namespace

void FillUse(const Evidence& evidence, int suppress_below, v1::GetShapeResponse& out) {
  ProvidersById providers;
  for (const ProviderRow& provider : evidence.providers) providers[provider.provider_id()] = &provider;
  Use all;
  std::map<std::string, Use> categories;
  for (const BookingRow& booking : evidence.bookings) {
    if (!TakesTime(booking) || !IsSupport(booking.form())) continue;
    const auto provider = providers.find(booking.provider_id());
    const bool at_home = provider != providers.end() && provider->second->tenant() == evidence.tenant;
    all.Add(booking, at_home);
    categories[booking.category()].Add(booking, at_home);
  }
  std::vector<People> people;
  for (const auto& [category, use] : categories) people.push_back(use.people);
  const Suppressed suppressed = Suppress(people, suppress_below);

  const double weeks = evidence.window.weeks();
  v1::CategoryUse* total = out.add_use();
  total->set_suppressed(suppressed.total);
  if (!suppressed.total) {
    FillRow(all, OfferedMinutes(evidence, [](const ListingRow&) { return true; }), weeks, *total);
  }
  size_t index = 0;
  for (const auto& [category, use] : categories) {
    v1::CategoryUse* row = out.add_use();
    row->set_category(category);
    row->set_suppressed(suppressed.cells[index++]);
    if (row->suppressed()) continue;
    const std::string& of = category;
    const double offered = OfferedMinutes(evidence, [&of](const ListingRow& listing) {
      return std::find(listing.categories().begin(), listing.categories().end(), of) != listing.categories().end();
    });
    FillRow(use, offered, weeks, *row);
  }
  for (const Kind& kind : kKinds) {
    FillShare(kind, evidence, providers, suppress_below, suppressed.total, *out.add_shares());
  }
}

}  // namespace regard::market
