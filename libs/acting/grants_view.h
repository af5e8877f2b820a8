// A service's own copy of who acts for whom, and which councils are theirs: one row per person, from the facts of the
// topic "budgets", where all about one person is in one partition.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/acting/grants.h"
#include "libs/es/view.h"

namespace regard::acting {

// For a view that keeps these rows among others. Facts of other streams are passed over.
void ApplyGrants(const es::FactEvent& event, std::string key_of_person, es::Rows& rows);
// "person/<id>" holds PersonFacts.
bool IsPersonStream(absl::string_view stream);

class GrantsView : public es::View {
 public:
  // "bookings.acting": the service's name and ".acting".
  explicit GrantsView(std::string name) : name_(std::move(name)) {}

  absl::string_view name() const override { return name_; }
  uint32_t version() const override { return 2; }
  std::vector<std::string> topics() const override { return {"budgets"}; }
  absl::Status Apply(const es::FactEvent& event, es::Rows& rows) override;

 private:
  const std::string name_;
};

// Whether the actor may do for this person what needs `scope`: the person always, a helper or an app by a living grant
// that reaches all. False for every other role: a council's right comes from the object, not from the person. `grants`
// reads a GrantsView.
absl::StatusOr<bool> MayAct(const es::ViewReader& grants, absl::string_view person_id, const base::v1::Actor& actor,
                            budgets::v1::Scope scope, absl::Time now);

// What living grants let a helper or an app do for a person; nothing for every other role.
struct Rights {
  // By grants that reach all.
  std::set<budgets::v1::Scope> scopes;
  // By those that councils gave, by the council.
  std::map<std::string, std::set<budgets::v1::Scope>> by_council;
};
absl::StatusOr<Rights> RightsOf(const es::ViewReader& grants, absl::string_view person_id,
                                const base::v1::Actor& actor, absl::Time now);

// The council whose person this is, as far as the actor can say: the actor's own for the person themselves and for
// staff of a council that serves them; for who acts by a grant what the grant says; else the council that came last.
// The actor's where nothing is known. A council serves whom it opened a budget for, and whoever says that it does.
absl::StatusOr<std::string> CouncilOf(const es::ViewReader& grants, absl::string_view person_id,
                                      const base::v1::Actor& actor, absl::Time now);

}  // namespace regard::acting
