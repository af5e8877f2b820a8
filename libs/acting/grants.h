// What a grant allows, and how a person's grants fold. Pure, so that deciders and views read grants in the same way.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "regard/base/v1/base.pb.h"
#include "regard/budgets/v1/facts.pb.h"

namespace regard::acting {

// Of one person, in the order they were made. At most one has a given id.
using Grants = google::protobuf::RepeatedPtrField<budgets::v1::ActingGranted>;

// More living grants than this of one person are refused.
constexpr int kMaxGrants = 50;

// Total: a grant with the same id replaces the earlier one, a revocation of an unknown one changes nothing. What proves
// a grant is not kept; a new grant drops those that are over.
void Fold(const budgets::v1::PersonFact& fact, absl::Time record_time, Grants& grants);

// nullptr when there is none.
const budgets::v1::ActingGranted* FindGrant(const Grants& grants, absl::string_view grant_id);

// Not past its end.
bool IsLiving(const budgets::v1::ActingGranted& grant, absl::Time now);

// Whether a living grant lets the actor do what needs `scope`. An app acts by the person's consent to an app and by
// nothing else, and nobody else acts by that. With `reaches`, only grants that it accepts count.
bool Allows(const Grants& grants, const base::v1::Actor& actor, budgets::v1::Scope scope, absl::Time now);
bool Allows(const Grants& grants, const base::v1::Actor& actor, budgets::v1::Scope scope, absl::Time now,
            absl::FunctionRef<bool(const budgets::v1::ActingGranted&)> reaches);

// Whether a grant reaches all that is the person's: they gave it, or its holder's right is not the council's that
// recorded it (attorney and deputy: Mental Capacity Act 2005 ss9, 16). Any other that a council gave reaches what is
// that council's: its money, and bookings that it has a part in.
bool ReachesAll(const budgets::v1::ActingGranted& grant);

// Whether the grant is the actor's to act by, whatever its scopes and its end.
bool IsOf(const budgets::v1::ActingGranted& grant, const base::v1::Actor& actor);

// Roles whose rights are grants: somebody who helps, or a partner app.
bool ActsByGrant(options::v1::Role role);

}  // namespace regard::acting
