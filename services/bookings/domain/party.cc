#include "services/bookings/domain/party.h"

#include <algorithm>

namespace regard::bookings {
namespace {

bool HasScopes(const internal::v1::Standing& standing, absl::string_view tenant) {
  return standing.scopes_size() > 0 ||
         std::any_of(standing.by_council().begin(), standing.by_council().end(),
                     [&](const auto& given) { return !tenant.empty() && given.tenant() == tenant; });
}

}  // namespace

Party PartyTo(absl::string_view person_id, absl::string_view tenant, const internal::v1::Standing& standing,
              const base::v1::Actor& actor) {
  switch (actor.role()) {
    case options::v1::ROLE_PERSON:
      return actor.subject() == person_id ? Party::kPerson : Party::kNobody;
    case options::v1::ROLE_ACTING_FOR:
    case options::v1::ROLE_PARTNER:
      return standing.acting_for() == person_id && HasScopes(standing, tenant) ? Party::kHelper : Party::kNobody;
    case options::v1::ROLE_PROVIDER:
      return !actor.subject().empty() && standing.provider_owner_id() == actor.subject() ? Party::kProvider
                                                                                         : Party::kNobody;
    case options::v1::ROLE_PRACTITIONER:
      return !tenant.empty() && actor.tenant() == tenant ? Party::kCouncil : Party::kNobody;
    case options::v1::ROLE_UNSPECIFIED:
    case options::v1::ROLE_COMMISSIONER:
    case options::v1::ROLE_OPERATOR:
    case options::v1::ROLE_INSTANCE:
    case options::v1::Role_INT_MIN_SENTINEL_DO_NOT_USE_:
    case options::v1::Role_INT_MAX_SENTINEL_DO_NOT_USE_:
      return Party::kNobody;
  }
  return Party::kNobody;
}

absl::string_view CouncilOfPerson(const internal::v1::Standing& standing, const base::v1::Actor& actor) {
  return standing.tenant().empty() ? actor.tenant() : standing.tenant();
}

bool IsPersonsSide(Party party, const internal::v1::Standing& standing, budgets::v1::Scope scope,
                   absl::string_view tenant) {
  if (party == Party::kPerson) return true;
  if (party != Party::kHelper) return false;
  const auto has = [scope](const auto& scopes) {
    return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
  };
  return has(standing.scopes()) ||
         std::any_of(standing.by_council().begin(), standing.by_council().end(), [&](const auto& given) {
           return !tenant.empty() && given.tenant() == tenant && has(given.scopes());
         });
}

}  // namespace regard::bookings
