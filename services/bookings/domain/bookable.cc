#include "services/bookings/domain/bookable.h"

#include <algorithm>

#include "libs/base/time.h"
#include "services/bookings/domain/diary.h"
#include "services/bookings/domain/price.h"
#include "services/bookings/domain/rules.h"

namespace regard::bookings {
namespace {

using internal::v1::ListingCopy;
using internal::v1::ProviderCopy;
using internal::v1::RequestBooking;

absl::optional<Rejection> CheckStanding(const ListingCopy& listing, const ProviderCopy& provider,
                                        absl::string_view provider_id) {
  if (listing.provider_id() != provider_id || provider.provider_id() != provider_id) {
    return NotFound("LISTING_NOT_FOUND");
  }
  switch (provider.phase()) {
    case ProviderCopy::PHASE_ACTIVE:
      break;
    case ProviderCopy::PHASE_UNCLAIMED:
      return RuleRefuses("PROVIDER_UNCLAIMED");
    case ProviderCopy::PHASE_CLOSED:
      return RuleRefuses("PROVIDER_CLOSED");
    case ProviderCopy::PHASE_UNSPECIFIED:
    case internal::v1::ProviderCopy_Phase_ProviderCopy_Phase_INT_MIN_SENTINEL_DO_NOT_USE_:
    case internal::v1::ProviderCopy_Phase_ProviderCopy_Phase_INT_MAX_SENTINEL_DO_NOT_USE_:
      return NotFound("LISTING_NOT_FOUND");
  }
  switch (listing.phase()) {
    case ListingCopy::PHASE_PUBLISHED:
      return absl::nullopt;
    case ListingCopy::PHASE_PAUSED:
      return RuleRefuses("LISTING_PAUSED");
    case ListingCopy::PHASE_SUSPENDED:
      return RuleRefuses("LISTING_SUSPENDED");
    case ListingCopy::PHASE_CLOSED:
      return RuleRefuses("LISTING_CLOSED");
    case ListingCopy::PHASE_DRAFT:
    case ListingCopy::PHASE_UNSPECIFIED:
    case internal::v1::ListingCopy_Phase_ListingCopy_Phase_INT_MIN_SENTINEL_DO_NOT_USE_:
    case internal::v1::ListingCopy_Phase_ListingCopy_Phase_INT_MAX_SENTINEL_DO_NOT_USE_:
      return NotFound("LISTING_NOT_FOUND");
  }
  return NotFound("LISTING_NOT_FOUND");
}

// A session is booked as it is; anything else at any time within an opening. No openings: whatever both agree on.
absl::optional<Rejection> CheckOpening(const providers::v1::ListingTerms& terms, const internal::v1::LocalTime& when) {
  if (terms.windows().empty()) return absl::nullopt;
  const bool group = IsGroup(terms.form());
  for (const providers::v1::WeeklyWindow& window : terms.windows()) {
    if (window.weekday() != when.weekday()) continue;
    const bool same = window.start_minute_of_day() == when.start_minute_of_day() &&
                      window.end_minute_of_day() == when.end_minute_of_day();
    const bool within = window.start_minute_of_day() <= when.start_minute_of_day() &&
                        when.end_minute_of_day() <= window.end_minute_of_day();
    if (group ? same : within) return absl::nullopt;
  }
  return RuleRefuses(group ? "NOT_A_SESSION" : "OUTSIDE_AVAILABILITY");
}

absl::optional<Rejection> CheckTime(const RequestBooking& request, const Rules& rules, absl::Time now) {
  const absl::Time start = FromProto(request.when().start());
  const absl::Time end = FromProto(request.when().end());
  if (end <= start) return Invalid("when", "ENDS_BEFORE_IT_STARTS");
  if (end - start > rules.longest_booking) return Invalid("when", "TOO_LONG");
  if (start <= now) return RuleRefuses("STARTS_IN_THE_PAST");
  if (start > now + rules.furthest_ahead) return RuleRefuses("TOO_FAR_AHEAD");
  return CheckOpening(request.listing().terms(), request.local_when());
}

absl::optional<Rejection> ChooseCategory(const RequestBooking& request, Offer& offer) {
  const auto& categories = request.listing().terms().categories();
  if (request.category().empty()) {
    if (!categories.empty()) offer.category = categories.Get(0);
    return absl::nullopt;
  }
  if (std::find(categories.begin(), categories.end(), request.category()) == categories.end()) {
    return RuleRefuses("CATEGORY_NOT_OF_LISTING");
  }
  offer.category = request.category();
  return absl::nullopt;
}

absl::optional<Rejection> ChooseWorker(const RequestBooking& request, Offer& offer) {
  offer.worker_id = request.worker_id();
  if (offer.worker_id.empty()) return absl::nullopt;
  const std::vector<std::string> workers = WorkersOf(request.listing(), request.provider());
  if (std::find(workers.begin(), workers.end(), offer.worker_id) == workers.end()) {
    return RuleRefuses("WORKER_NOT_OF_LISTING");
  }
  return absl::nullopt;
}

// Regulated Activities Regulations 2014, schedule 1 paragraph 1(4): one individual, working directly for and under the
// control of the person or a related third party. So it is they who say it, and they name who comes.
absl::optional<Rejection> CheckPersonalCare(const RequestBooking& request, v1::BookedBy booked_by, Offer& offer) {
  if (!request.listing().terms().personal_care()) return absl::nullopt;
  if (request.listing().perimeter() == "CQC_REGISTERED") return absl::nullopt;
  if (request.listing().perimeter() != "OWN_ASSISTANT") return RuleRefuses("PERSONAL_CARE_NOT_COVERED");
  if (booked_by == v1::BOOKED_BY_ASSISTED) return RuleRefuses("EXEMPTION_NEEDS_THE_PERSON");
  if (request.exemption_statement().empty()) return RuleRefuses("EXEMPTION_STATEMENT_NEEDED");
  if (offer.worker_id.empty()) {
    const std::vector<std::string> workers = WorkersOf(request.listing(), request.provider());
    if (workers.size() != 1) return RuleRefuses("EXEMPTION_NEEDS_ONE_WORKER");
    offer.worker_id = workers[0];
  }
  offer.own_assistant = true;
  return absl::nullopt;
}

absl::optional<Rejection> CheckMoney(const RequestBooking& request, Offer& offer) {
  const absl::optional<int64_t> amount_pence =
      AmountPence(request.listing().price(), request.listing().terms().form(),
                  FromProto(request.when().end()) - FromProto(request.when().start()));
  if (!amount_pence.has_value()) return RuleRefuses("NO_PRICE");
  if (request.has_expected_amount() && request.expected_amount().pence() != *amount_pence) {
    return RuleRefuses("PRICE_CHANGED");
  }
  if (*amount_pence > 0 && request.budget_id().empty()) return RuleRefuses("BUDGET_NEEDED");
  offer.amount_pence = *amount_pence;
  return absl::nullopt;
}

}  // namespace

std::vector<std::string> WorkersOf(const ListingCopy& listing, const ProviderCopy& provider) {
  const auto& workers = listing.terms().worker_ids().empty() ? provider.worker_ids() : listing.terms().worker_ids();
  return {workers.begin(), workers.end()};
}

absl::optional<Rejection> CheckBookable(const internal::v1::BookingsCommand& command, v1::BookedBy booked_by,
                                        absl::Time now, Offer& offer) {
  const RequestBooking& request = command.request();
  absl::optional<Rejection> refused = CheckStanding(request.listing(), request.provider(), command.provider_id());
  if (!refused.has_value()) refused = CheckTime(request, RulesAt(now), now);
  if (!refused.has_value()) refused = ChooseCategory(request, offer);
  if (!refused.has_value()) refused = ChooseWorker(request, offer);
  if (!refused.has_value()) refused = CheckPersonalCare(request, booked_by, offer);
  if (!refused.has_value() && request.listing().terms().place() == providers::v1::PLACE_KIND_PERSONS_HOME &&
      request.home_postcode().empty()) {
    refused = RuleRefuses("HOME_POSTCODE_NEEDED");
  }
  if (!refused.has_value()) refused = CheckMoney(request, offer);
  return refused;
}

}  // namespace regard::bookings
