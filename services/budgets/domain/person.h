// One person, as far as money is concerned: who may act for them. A grant that is taken back is gone at once.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "libs/es/domain.h"
#include "regard/budgets/internal/v1/commands.pb.h"
#include "regard/budgets/internal/v1/state.pb.h"
#include "regard/budgets/v1/facts.pb.h"

namespace regard::budgets {

std::string PersonStream(absl::string_view person_id);

// The command is one of a person. `budget` is the one that the command names, null when it names none.
es::Decision Decide(const internal::v1::PersonState& person, const internal::v1::BudgetState* budget,
                    const internal::v1::BudgetsCommand& command, const es::CommandContext& context);

void Evolve(internal::v1::PersonState& person, const v1::PersonFact& fact, const es::FactContext& context);

}  // namespace regard::budgets
