// One council, as far as budgets are concerned: what packages of support cost it, each recorded once.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "libs/es/domain.h"
#include "regard/budgets/internal/v1/commands.pb.h"
#include "regard/budgets/internal/v1/state.pb.h"
#include "regard/budgets/v1/facts.pb.h"

namespace regard::budgets {

// Of one council.
constexpr int kMaxPackageCosts = 20000;

std::string CouncilStream(absl::string_view tenant);

es::Decision Decide(const internal::v1::CouncilState& council, const internal::v1::RecordPackageCost& command,
                    const es::CommandContext& context);

void Evolve(internal::v1::CouncilState& council, const v1::CouncilFact& fact, const es::FactContext& context);

}  // namespace regard::budgets
