// What is in the log of a deployment: every write service's topic and facts. A process that hosts one service reads the
// topics of others too.
#pragma once

#include <vector>

#include "libs/es/domain.h"

namespace regard::deployment {

// In the order in which they are shown.
std::vector<const es::Domain*> Domains();

// Those and the quarantine's: all topics of the log.
std::vector<const es::Domain*> StoredDomains();

}  // namespace regard::deployment
