#include "libs/acting/grants_view.h"

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

absl::Status GrantsView::Apply(const es::FactEvent& event, es::Rows& rows) {
  ApplyGrants(event, std::string(es::IdOf(event.logged.stream())), rows);
  return absl::OkStatus();
}

absl::StatusOr<bool> MayAct(const es::ViewReader& grants, absl::string_view person_id, const base::v1::Actor& actor,
                            budgets::v1::Scope scope, absl::Time now) {
  if (actor.role() == options::v1::ROLE_PERSON) return actor.subject() == person_id;
  if (!ActsByGrant(actor.role())) return false;
  const absl::StatusOr<absl::optional<GrantsRow>> row = grants.Get<GrantsRow>(person_id);
  if (!row.ok()) return row.status();
  return row->has_value() && Allows((*row)->grants(), actor.subject(), scope, now);
}

}  // namespace regard::acting
