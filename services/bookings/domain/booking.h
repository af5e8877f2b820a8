// One booking from request to settlement. Each step is one fact by one actor with a reason; the amount is fixed by the
// request, and what is to be paid by the fact that ends it. What is free has no budget: it is funded when it is
// requested and settled when it ends.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/es/domain.h"
#include "regard/bookings/internal/v1/commands.pb.h"
#include "regard/bookings/internal/v1/state.pb.h"
#include "regard/bookings/v1/booking.pb.h"
#include "regard/bookings/v1/facts.pb.h"

namespace regard::bookings {

// State.

std::string BookingStream(absl::string_view booking_id);

// Not requested, or of another provider in the same partition.
bool IsAbsent(const internal::v1::BookingState& booking, const internal::v1::BookingsCommand& command);

// "BOOKING_IS_EXPIRED": the one reason for what cannot be done any more, or not yet.
es::Decision RefusedInPhase(const internal::v1::BookingState& booking);
es::Decision NoSuchBooking();

// Decisions. A refusal for whoever may not know of the booking is BOOKING_NOT_FOUND.

// booking_request.cc: the person's side asks, the budget answers.
es::Decision Request(const internal::v1::BookingState& booking, const internal::v1::DiaryState& diary,
                     const internal::v1::BookingsCommand& command, const es::CommandContext& context);
es::Decision Fund(const internal::v1::BookingState& booking, const internal::v1::BookingsCommand& command);
es::Decision DeclineByBudget(const internal::v1::BookingState& booking, const internal::v1::BookingsCommand& command);
es::Decision Settle(const internal::v1::BookingState& booking, const internal::v1::BookingsCommand& command);
es::Decision ReportSettlementFailure(const internal::v1::BookingState& booking,
                                     const internal::v1::BookingsCommand& command);

// booking_course.cc: accepted or not, given up, and what is decided when something changes underneath.
es::Decision Accept(const internal::v1::BookingState& booking, const internal::v1::DiaryState& diary,
                    const internal::v1::BookingsCommand& command, const es::CommandContext& context);
es::Decision Decline(const internal::v1::BookingState& booking, const internal::v1::BookingsCommand& command,
                     const es::CommandContext& context);
es::Decision Cancel(const internal::v1::BookingState& booking, const internal::v1::DiaryState& diary,
                    const internal::v1::BookingsCommand& command, const es::CommandContext& context);
es::Decision TakeDecision(const internal::v1::BookingState& booking, const internal::v1::DiaryState& diary,
                          const internal::v1::BookingsCommand& command, const es::CommandContext& context);

// booking_visit.cc: given, confirmed, missed or disputed.
es::Decision RecordVisit(const internal::v1::BookingState& booking, const internal::v1::DiaryState& diary,
                         const internal::v1::BookingsCommand& command, const es::CommandContext& context);
es::Decision Confirm(const internal::v1::BookingState& booking, const internal::v1::DiaryState& diary,
                     const internal::v1::BookingsCommand& command, const es::CommandContext& context);
es::Decision RecordNoShow(const internal::v1::BookingState& booking, const internal::v1::BookingsCommand& command,
                          const es::CommandContext& context);
es::Decision Dispute(const internal::v1::BookingState& booking, const internal::v1::BookingsCommand& command,
                     const es::CommandContext& context);
es::Decision ResolveDispute(const internal::v1::BookingState& booking, const internal::v1::BookingsCommand& command,
                            const es::CommandContext& context);

// A request that nobody accepted expires; a visit that time may confirm is confirmed.
absl::optional<absl::Time> NextDue(const internal::v1::BookingState& booking);
es::Decision DecideDue(const internal::v1::BookingState& booking, const es::CommandContext& context);

// Evolve.

void EvolveBooking(internal::v1::BookingState& booking, const v1::BookingFact& fact, const es::FactContext& context);

}  // namespace regard::bookings
