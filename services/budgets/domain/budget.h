// One budget: money on lines, reserved by holds, spent by posting them. The invariant is ledger.h's. A hold is posted
// or voided once; nothing is adjusted below what is held and spent; a closed budget has nothing free.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "libs/acting/grants.h"
#include "libs/es/domain.h"
#include "regard/budgets/internal/v1/commands.pb.h"
#include "regard/budgets/internal/v1/state.pb.h"
#include "regard/budgets/v1/facts.pb.h"

namespace regard::budgets {

// At most one per kind and provider.
constexpr int kMaxExceptions = 200;

std::string BudgetStream(absl::string_view budget_id);

// A caller's command that the rules refuse stores nothing; a booking's (from_booking) is refused by a fact. `grants` is
// null unless the command is by a helper. The command is one of a budget.
es::Decision Decide(const internal::v1::BudgetState& budget, const acting::Grants* grants,
                    const internal::v1::BudgetsCommand& command, const es::CommandContext& context);

void Evolve(internal::v1::BudgetState& budget, const v1::BudgetFact& fact, const es::FactContext& context);

}  // namespace regard::budgets
