// What happens to budgets besides bookings: contributions, the next quarter's money, somebody who moves away.
#pragma once

#include "tools/demo_market/town.h"
#include "tools/demo_market/world.h"

namespace regard::demo {

// On the Monday that `week` begins; 0 is the first.
void LiveBudgets(World& world, Town& town, int week);

}  // namespace regard::demo
