// A need that was not met, on the person's word. What declined and expired bookings did not meet is in their own facts.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "libs/es/domain.h"
#include "regard/bookings/internal/v1/commands.pb.h"
#include "regard/bookings/internal/v1/state.pb.h"
#include "regard/bookings/v1/facts.pb.h"

namespace regard::bookings {

std::string NeedStream(absl::string_view need_id);

es::Decision NoteUnmetNeed(const internal::v1::NeedState& need, const internal::v1::BookingsCommand& command,
                           const es::CommandContext& context);

void EvolveNeed(internal::v1::NeedState& need, const v1::NeedFact& fact, const es::FactContext& context);

}  // namespace regard::bookings
