#include "tests/simulation/faults.h"

namespace regard::simulation {
namespace {

// Half of the faults are absent from a run; the others are rare or frequent.
int Draw(Random& random, int rare, int frequent) {
  switch (random.Below(4)) {
    case 0:
      return frequent;
    case 1:
      return rare;
    default:
      return 0;
  }
}

}  // namespace

FaultRates DrawRates(Random& random) {
  FaultRates rates;
  rates.delayed = Draw(random, 20, 200);
  rates.lost = Draw(random, 10, 60);
  rates.lied = Draw(random, 10, 60);
  rates.late = Draw(random, 10, 60);
  rates.duplicated = Draw(random, 10, 100);
  rates.overtaken = Draw(random, 20, 200);
  rates.read_lag = Draw(random, 5, 50);
  rates.keys_away = Draw(random, 5, 100);
  rates.crash = Draw(random, 10, 80);
  rates.pause = Draw(random, 10, 80);
  rates.cut = Draw(random, 5, 40);
  rates.second = Draw(random, 10, 80);
  rates.stop = Draw(random, 5, 30);
  rates.slow_views = Draw(random, 10, 50);
  rates.wall_jump = Draw(random, 3, 20);
  rates.leap = 70;
  rates.peers_cut = Draw(random, 10, 60);
  rates.raise = Draw(random, 20, 100);
  rates.timeout = random.Between(absl::Milliseconds(5), absl::Milliseconds(200));
  return rates;
}

}  // namespace regard::simulation
