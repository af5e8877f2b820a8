// What a person wants to see at the end: a search, somebody's money, a provider's week, the shape of the market, what
// support costs, and whether the money adds up.
#pragma once

#include <ostream>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tools/demo_market/tally.h"
#include "tools/demo_market/town.h"
#include "tools/demo_market/world.h"

namespace regard::demo {

struct Speed {
  int64_t commands = 0;
  absl::Duration took;
};

absl::Status PrintFindings(World& world, const Town& town, const Tally& tally, const Speed& speed, std::ostream& out);

}  // namespace regard::demo
