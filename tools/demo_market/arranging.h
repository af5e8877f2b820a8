// People look for what they want with the public search and arrange visits or places for every week, as far as their
// budget goes. What they do not find they say.
#pragma once

#include "tools/demo_market/tally.h"
#include "tools/demo_market/town.h"
#include "tools/demo_market/world.h"

namespace regard::demo {

// At the start of a week: in the first one everything, later in place of what came to nothing.
void Arrange(World& world, Town& town, int week, Tally& tally);

}  // namespace regard::demo
