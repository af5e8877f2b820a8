#include "services/budgets/reactors/on_bookings.h"

#include <memory>
#include <utility>

#include "libs/acting/grants.h"
#include "libs/base/ids.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "libs/es/domain.h"
#include "regard/bookings/v1/facts.pb.h"
#include "regard/budgets/internal/v1/commands.pb.h"

namespace regard::budgets {
namespace {

using bookings::v1::BookingFact;
using internal::v1::BudgetsCommand;
using internal::v1::ProviderStandingRow;

// Pence an hour; 0 for what is not paid by time.
int64_t HourlyPricePence(const bookings::v1::BookingRequested& requested) {
  switch (requested.price().unit()) {
    case providers::v1::PRICE_UNIT_HOUR:
      return requested.price().amount().pence();
    case providers::v1::PRICE_UNIT_VISIT: {
      const int64_t minutes = (requested.when().end().seconds() - requested.when().start().seconds()) / 60;
      return minutes > 0 ? requested.price().amount().pence() * 60 / minutes : 0;
    }
    case providers::v1::PRICE_UNIT_UNSPECIFIED:
    case providers::v1::PRICE_UNIT_FREE:
    case providers::v1::PRICE_UNIT_PLACE:
    case providers::v1::PriceUnit_INT_MIN_SENTINEL_DO_NOT_USE_:
    case providers::v1::PriceUnit_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return 0;
}

es::Reaction ReactionOf(std::unique_ptr<BudgetsCommand> command) {
  std::string routing_key = command->person_id();
  return {std::move(routing_key), std::move(command)};
}

es::Reaction Placing(const bookings::v1::BookingRequested& requested, const ProviderStandingRow& provider,
                     const base::v1::Actor& asked_by) {
  auto command = std::make_unique<BudgetsCommand>();
  command->set_person_id(requested.person_id());
  command->set_budget_id(requested.budget_id());
  command->set_by_helper(acting::ActsByGrant(asked_by.role()));
  internal::v1::PlaceHold& place = *command->mutable_place_hold();
  place.set_hold_id(HoldIdOfBooking(requested.booking_id()));
  place.set_line_id(requested.line_id());
  *place.mutable_amount() = Pounds(requested.amount().pence());
  place.set_booking_id(requested.booking_id());
  place.set_provider_id(requested.provider_id());
  place.set_category(requested.category());
  *place.mutable_effective() = ToProto(LondonDay(FromProto(requested.when().start())));
  place.set_standing(provider.standing());
  place.set_provider_kind(requested.provider_kind());
  place.set_provider_tenant(provider.tenant());
  place.set_relative_in_household(requested.relative_in_household());
  place.set_hourly_price_pence(HourlyPricePence(requested));
  place.set_from_booking(true);
  *place.mutable_asked_by() = asked_by;
  return ReactionOf(std::move(command));
}

// Posts when something is to be paid, voids when nothing is. `Fact` carries whose money it is.
template <class Fact>
std::vector<es::Reaction> Settling(absl::string_view booking_id, const Fact& fact, int64_t pay_pence,
                                   v1::SettlementReason paid, v1::SettlementReason not_paid,
                                   const base::v1::Date* effective = nullptr) {
  if (fact.budget_id().empty()) return {};
  auto command = std::make_unique<BudgetsCommand>();
  command->set_person_id(fact.person_id());
  command->set_budget_id(fact.budget_id());
  if (pay_pence > 0) {
    internal::v1::PostHold& post = *command->mutable_post_hold();
    post.set_hold_id(HoldIdOfBooking(booking_id));
    post.set_booking_id(std::string(booking_id));
    post.set_provider_id(fact.provider_id());
    *post.mutable_amount() = Pounds(pay_pence);
    post.set_reason(paid);
    if (effective != nullptr && IsValid(*effective)) *post.mutable_effective() = *effective;
    post.set_from_booking(true);
  } else {
    internal::v1::VoidHold& hold = *command->mutable_void_hold();
    hold.set_hold_id(HoldIdOfBooking(booking_id));
    hold.set_booking_id(std::string(booking_id));
    hold.set_provider_id(fact.provider_id());
    hold.set_reason(not_paid);
    hold.set_from_booking(true);
  }
  std::vector<es::Reaction> reactions;
  reactions.push_back(ReactionOf(std::move(command)));
  return reactions;
}

v1::SettlementReason WhoDidNotCome(const bookings::v1::NoShowRecorded& no_show) {
  return no_show.absent() == bookings::v1::NO_SHOW_PARTY_PROVIDER ? v1::SETTLEMENT_REASON_PROVIDER_NO_SHOW
                                                                 : v1::SETTLEMENT_REASON_CANCELLED;
}

}  // namespace

std::string HoldIdOfBooking(absl::string_view booking_id) {
  return Uuid::Derived("hold", "booking", booking_id).ToString();
}

absl::StatusOr<std::vector<es::Reaction>> OnBookings::React(const es::FactEvent& event) {
  if (es::KindOf(event.logged.stream()) != "booking") return std::vector<es::Reaction>();
  const absl::string_view booking_id = es::IdOf(event.logged.stream());
  const auto& fact = event.As<BookingFact>();
  switch (fact.fact_case()) {
    case BookingFact::kRequested: {
      std::vector<es::Reaction> reactions;
      if (fact.requested().budget_id().empty()) return reactions;
      const absl::StatusOr<ProviderStandingRow> provider = providers_.Of(fact.requested().provider_id());
      if (!provider.ok()) return provider.status();
      reactions.push_back(Placing(fact.requested(), *provider, event.append.actor()));
      return reactions;
    }
    case BookingFact::kDeclined:
      // The budget's own refusal held nothing.
      if (fact.declined().by_budget()) return std::vector<es::Reaction>();
      return Settling(booking_id, fact.declined(), 0, v1::SETTLEMENT_REASON_UNSPECIFIED,
                      v1::SETTLEMENT_REASON_DECLINED);
    case BookingFact::kExpired:
      return Settling(booking_id, fact.expired(), 0, v1::SETTLEMENT_REASON_UNSPECIFIED, v1::SETTLEMENT_REASON_EXPIRED);
    case BookingFact::kCancelled:
      return Settling(booking_id, fact.cancelled(), fact.cancelled().fee().pence(),
                      v1::SETTLEMENT_REASON_CANCELLATION_FEE, v1::SETTLEMENT_REASON_CANCELLED);
    case BookingFact::kConfirmed:
      return Settling(booking_id, fact.confirmed(), fact.confirmed().amount().pence(), v1::SETTLEMENT_REASON_CONFIRMED,
                      v1::SETTLEMENT_REASON_CONFIRMED, &fact.confirmed().effective());
    case BookingFact::kNoShow:
      return Settling(booking_id, fact.no_show(), fact.no_show().fee().pence(), v1::SETTLEMENT_REASON_NO_SHOW_FEE,
                      WhoDidNotCome(fact.no_show()));
    case BookingFact::kDisputeResolved:
      return Settling(booking_id, fact.dispute_resolved(), fact.dispute_resolved().pay().pence(),
                      v1::SETTLEMENT_REASON_DISPUTE_RESOLVED, v1::SETTLEMENT_REASON_DISPUTE_RESOLVED);
    case BookingFact::kFunded:
    case BookingFact::kAccepted:
    case BookingFact::kVisitRecorded:
    case BookingFact::kDisputed:
    case BookingFact::kSettled:
    case BookingFact::kFundingCameTooLate:
    case BookingFact::kDecisionTaken:
    case BookingFact::kSettlementFailed:
    case BookingFact::FACT_NOT_SET:
      break;
  }
  return std::vector<es::Reaction>();
}

}  // namespace regard::budgets
