// Every fact that concerns another service has had its effect there exactly once, and nothing else had one. What
// concerns whom is said here again, apart from the reactors.
#pragma once

#include "tests/simulation/truth.h"

namespace regard::simulation {

// Reactions that have not happened yet.
int ReactionsOpen(const Truth& truth, int partitions);

// When all of them have come to rest.
void CheckReactions(const Truth& truth, int partitions, Verdict& verdict);

}  // namespace regard::simulation
