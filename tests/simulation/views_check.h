// What is derived equals what it is derived from: every view on a disk equals one that is built again, partitions
// interleaved in another way, up to where the disk's is; every stored state equals the fold of its stream's facts.
#pragma once

#include "tests/simulation/disk.h"
#include "tests/simulation/truth.h"

namespace regard::simulation {

void CheckViews(const Truth& truth, const Broker& broker, Disk& disk, Random random, Verdict& verdict);
void CheckStates(const Truth& truth, const Broker& broker, Disk& disk, Verdict& verdict);

// The offset up to which a disk's states, or the furthest of its views, have read a partition.
es::Offset SeenByStates(const Broker& broker, Disk& disk, int topic, int partition);
es::Offset SeenByViews(const Broker& broker, Disk& disk, int topic, int partition);

}  // namespace regard::simulation
