// Which faults a run has and how often. Every seed leaves some out, so that what hides behind a frequent one is found
// too.
#pragma once

#include "absl/time/time.h"
#include "tests/simulation/random.h"

namespace regard::simulation {

struct FaultRates {
  // Of a thousand records.
  int delayed = 0;
  int lost = 0;
  int lied = 0;
  int late = 0;
  int duplicated = 0;
  int overtaken = 0;
  // Of a thousand records and readers.
  int read_lag = 0;
  // Of a thousand facts with personal fields.
  int keys_away = 0;
  // Of a thousand moments of the chaos.
  int crash = 0;
  int pause = 0;
  int cut = 0;
  int second = 0;
  int stop = 0;
  int slow_views = 0;
  int wall_jump = 0;
  int peers_cut = 0;
  int leap = 0;
  // An operator's doing, no fault: the feature level of a partition is raised.
  int raise = 0;
  // How long an error takes to be reported.
  absl::Duration timeout = absl::Milliseconds(50);
};

FaultRates DrawRates(Random& random);

}  // namespace regard::simulation
