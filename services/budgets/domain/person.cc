#include "services/budgets/domain/person.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/acting/grants.h"
#include "libs/base/rejection.h"
#include "libs/base/time.h"
#include "services/budgets/domain/who_may.h"

namespace regard::budgets {

using es::CommandContext;
using es::Decision;
using internal::v1::BudgetsCommand;
using internal::v1::BudgetState;
using internal::v1::PersonState;
using v1::PersonFact;

std::string PersonStream(absl::string_view person_id) { return absl::StrCat("person/", person_id); }

namespace {

// Standing that a council or a court establishes, never the person alone.
bool NeedsCouncil(v1::ActingBasis basis) {
  return basis == v1::ACTING_BASIS_AUTHORISED_PERSON || basis == v1::ACTING_BASIS_ATTORNEY ||
         basis == v1::ACTING_BASIS_DEPUTY;
}

Decision On(const PersonState& person, const BudgetState* budget, const BudgetsCommand& command,
            const internal::v1::GrantActing& grant, const CommandContext& context) {
  if (auto refused = AgainstGranting(command.person_id(), budget, context)) {
    return Decision::Refused(*std::move(refused));
  }
  if (acting::FindGrant(person.grants(), grant.grant_id()) != nullptr) return Decision::Nothing();
  if (context.actor.role() == options::v1::ROLE_PERSON && NeedsCouncil(grant.basis())) {
    return Decision::Refused(RuleRefuses("BASIS_NEEDS_COUNCIL", "a council or court establishes this standing"));
  }
  if (context.actor.role() == options::v1::ROLE_PRACTITIONER && grant.basis() == v1::ACTING_BASIS_PARTNER_APP) {
    return Decision::Refused(RuleRefuses("CONSENT_IS_THE_PERSONS", "only the person consents to an app"));
  }
  if (grant.helper_id() == command.person_id()) return Decision::Refused(RuleRefuses("HELPER_IS_THE_PERSON"));
  if (grant.has_until() && FromProto(grant.until()) <= context.now) {
    return Decision::Refused(RuleRefuses("GRANT_ALREADY_OVER"));
  }
  int living = 0;
  for (const v1::ActingGranted& known : person.grants()) living += acting::IsLiving(known, context.now);
  if (living >= acting::kMaxGrants) return Decision::Refused({Rejection::Kind::kTooMuch, "TOO_MANY_GRANTS", "", ""});

  PersonFact fact;
  v1::ActingGranted& granted = *fact.mutable_acting_granted();
  granted.set_grant_id(grant.grant_id());
  granted.set_person_id(command.person_id());
  granted.set_helper_id(grant.helper_id());
  granted.set_basis(grant.basis());
  *granted.mutable_scopes() = grant.scopes();
  if (grant.has_until()) *granted.mutable_until() = grant.until();
  granted.set_evidence(grant.evidence());
  granted.set_tenant(context.actor.tenant());
  granted.set_by_council(context.actor.role() == options::v1::ROLE_PRACTITIONER);
  return Decision::Of(PersonStream(command.person_id()), std::move(fact));
}

Decision On(const PersonState& person, const BudgetState* budget, const BudgetsCommand& command,
            const internal::v1::RevokeActing& revoke, const CommandContext& context) {
  const v1::ActingGranted* grant = acting::FindGrant(person.grants(), revoke.grant_id());
  if (acting::ActsByGrant(context.actor.role())) {
    // What is not theirs looks like what does not exist.
    if (grant == nullptr || grant->helper_id() != context.actor.subject()) {
      return Decision::Refused(NotFound("GRANT_NOT_FOUND"));
    }
  } else if (auto refused = AgainstGranting(command.person_id(), budget, context)) {
    return Decision::Refused(*std::move(refused));
  }
  if (grant == nullptr) return Decision::Refused(NotFound("GRANT_NOT_FOUND"));
  PersonFact fact;
  v1::ActingRevoked& revoked = *fact.mutable_acting_revoked();
  revoked.set_grant_id(revoke.grant_id());
  revoked.set_person_id(command.person_id());
  revoked.set_helper_id(grant->helper_id());
  revoked.set_reason(revoke.reason());
  return Decision::Of(PersonStream(command.person_id()), std::move(fact));
}

}  // namespace

Decision Decide(const PersonState& person, const BudgetState* budget, const BudgetsCommand& command,
                const CommandContext& context) {
  if (command.has_grant_acting()) return On(person, budget, command, command.grant_acting(), context);
  if (command.has_revoke_acting()) return On(person, budget, command, command.revoke_acting(), context);
  return Decision::Nothing();
}

void Evolve(PersonState& person, const PersonFact& fact, const es::FactContext& context) {
  acting::Fold(fact, context.record_time, *person.mutable_grants());
}

}  // namespace regard::budgets
