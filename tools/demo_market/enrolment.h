// Synthetic providers register and publish, a few real organisations are claimed, synthetic people get their budgets.
#pragma once

#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "tools/demo_market/registers.h"
#include "tools/demo_market/town.h"
#include "tools/demo_market/world.h"

namespace regard::demo {

constexpr int kClaimedOrganisations = 12;

// All take the plans in `town`. What goes wrong is in world.failure().
void EnrolProviders(World& world, Town& town);
// Claims what says that it does something of the kind, and gives it a free activity. Answers how many.
int ClaimOrganisations(World& world, const std::vector<Organisation>& organisations, Town& town);
void OpenBudgets(World& world, absl::CivilDay first_day, Town& town);

// Insurance from now until `expires`, recorded by the owner and verified by the council.
void RenewInsurance(World& world, const ProviderAccount& account, absl::Time expires);

}  // namespace regard::demo
