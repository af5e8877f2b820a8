// One provider's time. Within a provider a worker is never in two places and a group never over its capacity; the diary
// shares its partition with the provider's bookings, so two racing requests cannot both win. It also knows which
// pairings time may confirm.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/es/domain.h"
#include "regard/bookings/internal/v1/commands.pb.h"
#include "regard/bookings/internal/v1/state.pb.h"
#include "regard/bookings/v1/facts.pb.h"
#include "services/bookings/domain/rules.h"

namespace regard::bookings {

std::string DiaryStream(absl::string_view provider_id);

// Nullptr when the booking has none, or it ended.
const internal::v1::DiaryEntry* FindEntry(const internal::v1::DiaryState& diary, absl::string_view booking_id);

// Why an entry does not fit beside the others: WORKER_ALREADY_BOOKED or GROUP_FULL. nullopt when it fits. People in the
// same session of a group share its worker; an entry without a worker takes nobody's time.
absl::optional<absl::string_view> ConflictOf(const internal::v1::DiaryState& diary,
                                             const internal::v1::DiaryEntry& wanted);

// A group session or a free activity: several people at once.
bool IsGroup(providers::v1::ListingForm form);

bool IsNewProvider(const internal::v1::DiaryState& diary, const Rules& rules, absl::Time now);
// The person never confirmed a visit of this provider themselves.
bool IsNewPairing(const internal::v1::DiaryState& diary, absl::string_view person_id);

// Asks, for each booking that is still to come and not asked about yet, what shall become of it.
es::Decision AskDecisions(const internal::v1::DiaryState& diary, const internal::v1::BookingsCommand& command,
                          const es::CommandContext& context);

// The diary forgets what ended, by record time.
void EvolveDiary(internal::v1::DiaryState& diary, const v1::DiaryFact& fact, const es::FactContext& context);

}  // namespace regard::bookings
