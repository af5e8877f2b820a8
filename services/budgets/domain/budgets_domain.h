// The rules of the service budgets, as the runtime takes them: budgets and people in one partition by person, councils
// by tenant.
#pragma once

#include "libs/es/domain.h"
#include "regard/budgets/internal/v1/commands.pb.h"

namespace regard::budgets {

// Lives as long as the program.
const es::Domain& BudgetsDomain();

// What decides a command's partition: the person, or for a council's command the tenant.
const std::string& RoutingKeyOf(const internal::v1::BudgetsCommand& command);

}  // namespace regard::budgets
