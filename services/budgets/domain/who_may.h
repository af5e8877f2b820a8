// Who may do what with a budget. A budget that is not the caller's to see is refused as if it did not exist.
#pragma once

#include "absl/types/optional.h"
#include "libs/acting/grants.h"
#include "libs/base/rejection.h"
#include "libs/es/domain.h"
#include "regard/budgets/internal/v1/commands.pb.h"
#include "regard/budgets/internal/v1/state.pb.h"

namespace regard::budgets {

// nullopt when the actor may; a reactor or timer may do everything.

// Reserving and spending: the person, a helper or app with the scope PAY, a practitioner of the council whose money it
// is. A council sees nothing of a wallet of a person's own money. `grants` is null unless the command is by a helper.
absl::optional<Rejection> AgainstSpending(const internal::v1::BudgetState& budget, const acting::Grants* grants,
                                          const es::CommandContext& context);

// Whether a grant reaches a budget of this funder and council (acting::ReachesAll). What a council granted reaches its
// own money only, never the person's.
bool Reaches(const v1::ActingGranted& grant, v1::Funder funder, absl::string_view tenant);

// Booking with a budget: as AgainstSpending, and by a helper or app with the scope BOOK. The booking's own service
// checked the scope when it was asked; here it is checked beside the grants, so that one taken back meanwhile is gone.
absl::optional<Rejection> AgainstBooking(const internal::v1::BudgetState& budget, const acting::Grants* grants,
                                         const base::v1::Actor& asked_by, absl::Time now);

// Changing the money: the council's practitioner, or the person for a wallet of their own.
absl::optional<Rejection> AgainstChanging(const internal::v1::BudgetState& budget, const es::CommandContext& context);

// Opening one.
absl::optional<Rejection> AgainstOpening(absl::string_view person_id, const internal::v1::OpenBudget& command,
                                         const es::CommandContext& context);

// Saying who acts for the person. `budget` is the person's, named by a practitioner to show that they serve the person;
// null when none was named.
absl::optional<Rejection> AgainstGranting(absl::string_view person_id, const internal::v1::BudgetState* budget,
                                          const es::CommandContext& context);

// Recording a council's figures.
absl::optional<Rejection> AgainstRecording(absl::string_view tenant, const es::CommandContext& context);

}  // namespace regard::budgets
