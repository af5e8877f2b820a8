// Whose booking it is, seen from the caller. What cannot change is in the actor (the token); what can is in the
// command's Standing, read from facts when the command was made. Anybody else learns only that there is no such
// booking.
#pragma once

#include "absl/strings/string_view.h"
#include "regard/base/v1/base.pb.h"
#include "regard/bookings/internal/v1/commands.pb.h"

namespace regard::bookings {

enum class Party {
  kNobody,
  kPerson,
  // Acts for the person under a living grant, with its scopes.
  kHelper,
  // Runs the provider.
  kProvider,
  // A practitioner of the person's council.
  kCouncil,
};

// `tenant` is the person's council; empty where no council has a part.
Party PartyTo(absl::string_view person_id, absl::string_view tenant, const internal::v1::Standing& standing,
              const base::v1::Actor& actor);

// The council of the person that a command names, as far as the caller can say.
absl::string_view CouncilOfPerson(const internal::v1::Standing& standing, const base::v1::Actor& actor);

// The person, or a helper whose grant has the scope; one that a council gave only where `tenant` is that council.
bool IsPersonsSide(Party party, const internal::v1::Standing& standing, budgets::v1::Scope scope,
                   absl::string_view tenant);

}  // namespace regard::bookings
