#include "services/budgets/domain/who_may.h"

namespace regard::budgets {
namespace {

using internal::v1::BudgetState;

Rejection NoBudget() { return NotFound("BUDGET_NOT_FOUND"); }

bool IsOfCouncil(const BudgetState& budget, const base::v1::Actor& actor) {
  return !actor.tenant().empty() && budget.tenant() == actor.tenant() && budget.funder() != v1::FUNDER_SELF;
}

bool Allows(const acting::Grants& grants, const BudgetState& budget, const base::v1::Actor& actor, v1::Scope scope,
            absl::Time now) {
  return acting::Allows(grants, actor, scope, now, [&](const v1::ActingGranted& grant) {
    return Reaches(grant, budget.funder(), budget.tenant());
  });
}

}  // namespace

bool Reaches(const v1::ActingGranted& grant, v1::Funder funder, absl::string_view tenant) {
  return acting::ReachesAll(grant) || (funder != v1::FUNDER_SELF && grant.tenant() == tenant);
}

absl::optional<Rejection> AgainstBooking(const BudgetState& budget, const acting::Grants* grants,
                                         const base::v1::Actor& asked_by, absl::Time now) {
  if (acting::ActsByGrant(asked_by.role())) {
    if (grants != nullptr && Allows(*grants, budget, asked_by, v1::SCOPE_BOOK, now)) return absl::nullopt;
    return NoBudget();
  }
  return AgainstSpending(budget, grants, {now, asked_by});
}

absl::optional<Rejection> AgainstSpending(const BudgetState& budget, const acting::Grants* grants,
                                          const es::CommandContext& context) {
  const base::v1::Actor& actor = context.actor;
  switch (actor.role()) {
    case options::v1::ROLE_UNSPECIFIED:
      return absl::nullopt;
    case options::v1::ROLE_PERSON:
      if (actor.subject() == budget.person_id()) return absl::nullopt;
      return NoBudget();
    case options::v1::ROLE_PRACTITIONER:
      if (IsOfCouncil(budget, actor)) return absl::nullopt;
      return NoBudget();
    case options::v1::ROLE_ACTING_FOR:
    case options::v1::ROLE_PARTNER:
      if (grants == nullptr) return NoBudget();
      if (Allows(*grants, budget, actor, v1::SCOPE_PAY, context.now)) return absl::nullopt;
      if (Allows(*grants, budget, actor, v1::SCOPE_SEE, context.now)) {
        return RuleRefuses("SCOPE_MISSING", "the person did not grant paying");
      }
      return NoBudget();
    case options::v1::ROLE_PROVIDER:
    case options::v1::ROLE_COMMISSIONER:
    case options::v1::ROLE_OPERATOR:
    case options::v1::ROLE_INSTANCE:
    case options::v1::Role_INT_MIN_SENTINEL_DO_NOT_USE_:
    case options::v1::Role_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return NoBudget();
}

absl::optional<Rejection> AgainstChanging(const BudgetState& budget, const es::CommandContext& context) {
  const base::v1::Actor& actor = context.actor;
  if (actor.role() == options::v1::ROLE_UNSPECIFIED) return absl::nullopt;
  if (actor.role() == options::v1::ROLE_PRACTITIONER && IsOfCouncil(budget, actor)) return absl::nullopt;
  if (actor.role() == options::v1::ROLE_PERSON && actor.subject() == budget.person_id()) {
    if (budget.funder() == v1::FUNDER_SELF) return absl::nullopt;
    return RuleRefuses("ONLY_THE_FUNDER", "the council that funds this budget decides it");
  }
  return NoBudget();
}

absl::optional<Rejection> AgainstOpening(absl::string_view person_id, const internal::v1::OpenBudget& command,
                                         const es::CommandContext& context) {
  const base::v1::Actor& actor = context.actor;
  const bool own_money = command.funder() == v1::FUNDER_SELF;
  switch (actor.role()) {
    case options::v1::ROLE_UNSPECIFIED:
    case options::v1::ROLE_OPERATOR:
      return absl::nullopt;
    case options::v1::ROLE_PERSON:
      if (actor.subject() != person_id) return NotFound("PERSON_NOT_FOUND");
      if (actor.tenant() != command.tenant()) return NotFound("COUNCIL_NOT_FOUND");
      if (!own_money) return RuleRefuses("ONLY_THE_FUNDER", "a person opens a wallet of their own money only");
      return absl::nullopt;
    case options::v1::ROLE_PRACTITIONER:
      if (actor.tenant() != command.tenant()) return NotFound("COUNCIL_NOT_FOUND");
      if (own_money) return RuleRefuses("ONLY_THE_PERSON", "a wallet of a person's own money is theirs to open");
      return absl::nullopt;
    case options::v1::ROLE_ACTING_FOR:
    case options::v1::ROLE_PARTNER:
    case options::v1::ROLE_PROVIDER:
    case options::v1::ROLE_COMMISSIONER:
    case options::v1::ROLE_INSTANCE:
    case options::v1::Role_INT_MIN_SENTINEL_DO_NOT_USE_:
    case options::v1::Role_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return NotFound("PERSON_NOT_FOUND");
}

absl::optional<Rejection> AgainstGranting(absl::string_view person_id, const BudgetState* budget,
                                          const es::CommandContext& context) {
  const base::v1::Actor& actor = context.actor;
  if (actor.role() == options::v1::ROLE_UNSPECIFIED) return absl::nullopt;
  if (actor.role() == options::v1::ROLE_PERSON && actor.subject() == person_id) return absl::nullopt;
  // Once it is closed the council serves them no longer by it.
  if (actor.role() == options::v1::ROLE_PRACTITIONER && budget != nullptr && budget->person_id() == person_id &&
      budget->phase() == BudgetState::PHASE_OPEN && IsOfCouncil(*budget, actor)) {
    return absl::nullopt;
  }
  return NotFound("PERSON_NOT_FOUND");
}

absl::optional<Rejection> AgainstRecording(absl::string_view tenant, const es::CommandContext& context) {
  const base::v1::Actor& actor = context.actor;
  if (actor.role() == options::v1::ROLE_UNSPECIFIED || actor.role() == options::v1::ROLE_OPERATOR) {
    return absl::nullopt;
  }
  const bool is_staff =
      actor.role() == options::v1::ROLE_PRACTITIONER || actor.role() == options::v1::ROLE_COMMISSIONER;
  if (is_staff && actor.tenant() == tenant) return absl::nullopt;
  return NotFound("COUNCIL_NOT_FOUND");
}

}  // namespace regard::budgets
