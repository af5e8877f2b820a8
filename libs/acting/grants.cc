#include "libs/acting/grants.h"

#include <algorithm>

#include "libs/base/time.h"

namespace regard::acting {
namespace {

void Remove(absl::string_view grant_id, Grants& grants) {
  for (int i = 0; i < grants.size(); ++i) {
    if (grants[i].grant_id() == grant_id) {
      grants.DeleteSubrange(i, 1);
      return;
    }
  }
}

}  // namespace

void Fold(const budgets::v1::PersonFact& fact, absl::Time record_time, Grants& grants) {
  switch (fact.fact_case()) {
    case budgets::v1::PersonFact::kActingGranted:
      Remove(fact.acting_granted().grant_id(), grants);
      grants.erase(std::remove_if(grants.begin(), grants.end(),
                                  [&](const auto& grant) { return !IsLiving(grant, record_time); }),
                   grants.end());
      *grants.Add() = fact.acting_granted();
      grants.rbegin()->clear_evidence();
      return;
    case budgets::v1::PersonFact::kActingRevoked:
      return Remove(fact.acting_revoked().grant_id(), grants);
    case budgets::v1::PersonFact::FACT_NOT_SET:
      return;
  }
}

const budgets::v1::ActingGranted* FindGrant(const Grants& grants, absl::string_view grant_id) {
  for (const budgets::v1::ActingGranted& grant : grants) {
    if (grant.grant_id() == grant_id) return &grant;
  }
  return nullptr;
}

bool IsLiving(const budgets::v1::ActingGranted& grant, absl::Time now) {
  return !grant.has_until() || now < FromProto(grant.until());
}

bool ReachesAll(const budgets::v1::ActingGranted& grant) {
  return !grant.by_council() || grant.basis() == budgets::v1::ACTING_BASIS_ATTORNEY ||
         grant.basis() == budgets::v1::ACTING_BASIS_DEPUTY;
}

bool IsOf(const budgets::v1::ActingGranted& grant, const base::v1::Actor& actor) {
  const bool to_app = grant.basis() == budgets::v1::ACTING_BASIS_PARTNER_APP;
  return grant.helper_id() == actor.subject() &&
         actor.role() == (to_app ? options::v1::ROLE_PARTNER : options::v1::ROLE_ACTING_FOR);
}

bool Allows(const Grants& grants, const base::v1::Actor& actor, budgets::v1::Scope scope, absl::Time now) {
  return Allows(grants, actor, scope, now, [](const budgets::v1::ActingGranted&) { return true; });
}

bool Allows(const Grants& grants, const base::v1::Actor& actor, budgets::v1::Scope scope, absl::Time now,
            absl::FunctionRef<bool(const budgets::v1::ActingGranted&)> reaches) {
  return std::any_of(grants.begin(), grants.end(), [&](const budgets::v1::ActingGranted& grant) {
    return IsOf(grant, actor) && IsLiving(grant, now) && reaches(grant) &&
           std::find(grant.scopes().begin(), grant.scopes().end(), scope) != grant.scopes().end();
  });
}

bool ActsByGrant(options::v1::Role role) {
  return role == options::v1::ROLE_ACTING_FOR || role == options::v1::ROLE_PARTNER;
}

}  // namespace regard::acting
