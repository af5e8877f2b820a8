// Two instances that share the partitions, and a caller for each partition that does not give up.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/bench/kafka/deployment.h"

namespace regard::bench {

// Two instances that live, with half of the partitions each.
class Pair {
 public:
  explicit Pair(Deployment& deployment);
  // Stops both.
  ~Pair();

  load::StandaloneProcess& instance(int which) { return *instances_[which]; }
  // Starts one again that was killed, and waits until it has its half again.
  void Restart(int which);

 private:
  Deployment& deployment_;
  std::array<std::unique_ptr<load::StandaloneProcess>, 2> instances_;
};

// Holds on one budget of each of the partitions, one after the other for each partition. `held` is called with each
// that succeeded, from many threads, until it says false for the partition; one that failed is asked for again, as the
// same request. Returns when all are done.
void HoldEach(const load::Target& target, const std::vector<int>& partitions, const std::function<bool(int)>& held);

}  // namespace regard::bench
