#include "libs/acting/grants_view.h"

#include <algorithm>

#include "libs/base/time.h"
#include "libs/es/domain.h"
#include "regard/acting/internal/v1/rows.pb.h"

namespace regard::acting {

using internal::v1::GrantsRow;

bool IsPersonStream(absl::string_view stream) { return es::KindOf(stream) == "person"; }

void ApplyGrants(const es::FactEvent& event, std::string key_of_person, es::Rows& rows) {
  if (!IsPersonStream(event.logged.stream())) return;
  Fold(event.As<budgets::v1::PersonFact>(), FromProto(event.append.record_time()),
       *rows.Mutable<GrantsRow>(key_of_person).mutable_grants());
}

namespace {

void AddCouncil(const std::string& tenant, const std::string& person_id, es::Rows& rows) {
  if (tenant.empty() || person_id.empty()) return;
  auto& tenants = *rows.Mutable<GrantsRow>(person_id).mutable_tenants();
  tenants.erase(std::remove(tenants.begin(), tenants.end(), tenant), tenants.end());
  *tenants.Add() = tenant;
}

}  // namespace

absl::Status GrantsView::Apply(const es::FactEvent& event, es::Rows& rows) {
  const std::string id(es::IdOf(event.logged.stream()));
  ApplyGrants(event, id, rows);
  if (IsPersonStream(event.logged.stream())) {
    AddCouncil(event.As<budgets::v1::PersonFact>().acting_granted().tenant(), id, rows);
  } else if (es::KindOf(event.logged.stream()) == "budget") {
    const budgets::v1::BudgetOpened& opened = event.As<budgets::v1::BudgetFact>().opened();
    AddCouncil(opened.tenant(), opened.person_id(), rows);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> MayAct(const es::ViewReader& grants, absl::string_view person_id, const base::v1::Actor& actor,
                            budgets::v1::Scope scope, absl::Time now) {
  if (actor.role() == options::v1::ROLE_PERSON) return actor.subject() == person_id;
  if (!ActsByGrant(actor.role())) return false;
  const absl::StatusOr<absl::optional<GrantsRow>> row = grants.Get<GrantsRow>(person_id);
  if (!row.ok()) return row.status();
  return row->has_value() && Allows((*row)->grants(), actor, scope, now, ReachesAll);
}

absl::StatusOr<Rights> RightsOf(const es::ViewReader& grants, absl::string_view person_id,
                                const base::v1::Actor& actor, absl::Time now) {
  Rights rights;
  if (!ActsByGrant(actor.role())) return rights;
  const absl::StatusOr<absl::optional<GrantsRow>> row = grants.Get<GrantsRow>(person_id);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return rights;
  for (const budgets::v1::ActingGranted& grant : (*row)->grants()) {
    if (!IsOf(grant, actor) || !IsLiving(grant, now)) continue;
    std::set<budgets::v1::Scope>& scopes = ReachesAll(grant) ? rights.scopes : rights.by_council[grant.tenant()];
    for (const int scope : grant.scopes()) scopes.insert(static_cast<budgets::v1::Scope>(scope));
  }
  return rights;
}

absl::StatusOr<std::string> CouncilOf(const es::ViewReader& grants, absl::string_view person_id,
                                      const base::v1::Actor& actor, absl::Time now) {
  if (actor.role() == options::v1::ROLE_PERSON && actor.subject() == person_id) return actor.tenant();
  const absl::StatusOr<absl::optional<GrantsRow>> row = grants.Get<GrantsRow>(person_id);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return actor.tenant();
  const auto& tenants = (*row)->tenants();
  const bool is_staff =
      actor.role() == options::v1::ROLE_PRACTITIONER || actor.role() == options::v1::ROLE_COMMISSIONER;
  if (is_staff && std::find(tenants.begin(), tenants.end(), actor.tenant()) != tenants.end()) return actor.tenant();
  for (int i = (*row)->grants_size() - 1; i >= 0; --i) {
    const budgets::v1::ActingGranted& grant = (*row)->grants(i);
    if (IsOf(grant, actor) && IsLiving(grant, now) && !grant.tenant().empty()) return grant.tenant();
  }
  return tenants.empty() ? actor.tenant() : tenants.Get(tenants.size() - 1);
}

}  // namespace regard::acting
