#include "services/bookings/api/sight.h"

#include <algorithm>

#include "regard/bookings/v1/facts.pb.h"
#include "services/bookings/domain/party.h"

namespace regard::bookings {
namespace {

// Somebody is about to come, came, or it is disputed whether they did.
bool ConcernsTheProviderNow(v1::BookingPhase phase) {
  return phase == v1::BOOKING_PHASE_ACCEPTED || phase == v1::BOOKING_PHASE_DELIVERED ||
         phase == v1::BOOKING_PHASE_DISPUTED;
}

void Take(const v1::BookingFact& fact, v1::BookingDetails& details) {
  if (fact.has_requested()) {
    details.set_home_postcode(fact.requested().home_postcode());
    details.set_note(fact.requested().note());
    if (fact.requested().has_back_up()) *details.mutable_back_up() = fact.requested().back_up();
    details.set_exemption_statement(fact.requested().exemption().statement());
  }
  if (fact.has_declined()) details.set_decline_note(fact.declined().note());
  if (fact.has_disputed()) details.set_dispute_note(fact.disputed().note());
}

}  // namespace

absl::optional<Sight> SightOf(const internal::v1::BookingRow& row, const internal::v1::Standing& standing,
                              const base::v1::Actor& actor) {
  const v1::Booking& booking = row.booking();
  const absl::string_view council = row.council_has_part() ? absl::string_view(booking.tenant()) : "";
  switch (const Party party = PartyTo(booking.person_id(), council, standing, actor)) {
    case Party::kPerson:
    case Party::kCouncil:
      return Sight{true, true};
    case Party::kHelper:
      if (!IsPersonsSide(party, standing, budgets::v1::SCOPE_SEE, council)) return absl::nullopt;
      return Sight{true, true};
    case Party::kProvider:
      return Sight{false, ConcernsTheProviderNow(booking.phase())};
    case Party::kNobody:
      return absl::nullopt;
  }
  return absl::nullopt;
}

bool MaySeeAny(const std::string& person_id, const internal::v1::Standing& standing, const base::v1::Actor& actor) {
  internal::v1::BookingRow any;
  any.mutable_booking()->set_person_id(person_id);
  any.set_council_has_part(true);
  any.mutable_booking()->set_tenant(actor.tenant());
  if (SightOf(any, standing, actor).has_value()) return true;
  return std::any_of(standing.by_council().begin(), standing.by_council().end(), [&](const auto& given) {
    any.mutable_booking()->set_tenant(given.tenant());
    return SightOf(any, standing, actor).has_value();
  });
}

v1::Booking Seen(const v1::Booking& booking, const Sight& sight) {
  v1::Booking seen = booking;
  seen.clear_details();
  if (!sight.money) {
    seen.clear_budget_id();
    seen.clear_line_id();
  }
  return seen;
}

absl::StatusOr<absl::optional<v1::BookingDetails>> OpenDetails(const internal::v1::BookingRow& row,
                                                               const privacy::Opener& opener) {
  absl::optional<v1::BookingDetails> details;
  for (const internal::v1::SealedFact& sealed : row.sealed()) {
    v1::BookingFact fact;
    for (const log::v1::SealedPart& part : sealed.parts()) {
      const absl::StatusOr<privacy::Opening> opening = opener.OpenPart({sealed.stream(), sealed.version()}, part, fact);
      if (!opening.ok()) return opening.status();
    }
    if (fact.fact_case() == v1::BookingFact::FACT_NOT_SET) continue;
    if (!details.has_value()) details.emplace();
    Take(fact, *details);
  }
  return details;
}

}  // namespace regard::bookings
