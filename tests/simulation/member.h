// One instance's part in a deployment whose instances share partitions: the real membership and ownership, on a members
// topic and probes that misbehave as the rest of the world does.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libs/cluster/membership.h"
#include "libs/cluster/ownership.h"
#include "libs/es/command_runtime.h"
#include "tests/simulation/process.h"
#include "tests/simulation/random.h"

namespace regard::simulation {

// What instances tell each other through the broker, in one order, and who reaches whom beside it.
struct Board {
  std::vector<cluster::Heartbeat> notes;
  // Of machines: the first does not reach the second.
  std::set<std::pair<int, int>> blocked;
  // Whether the instance of this name lives, runs, and is reached from the machine.
  std::function<bool(int from_slot, const std::string& name)> answers;
};

class Member {
 public:
  // All outlive it. The runtimes have not started.
  Member(Board& board, Random random, std::shared_ptr<Life> life, int slot, const SimClock& clock,
         SimExecutor& executor, const std::vector<es::CommandRuntime*>& runtimes, Coverage& coverage);

  void Start();
  // Gives everything away, then calls `retired`.
  void Retire(std::function<void()> retired);
  // Whether every partition is served here.
  bool OwnsAll() const { return ownership_.served() == partitions_; }

 private:
  void Tick();
  void Hear();
  void Say();
  void Probe();
  void Act(const cluster::Ownership::Action& action);

  Board& board_;
  Random random_;
  const std::shared_ptr<Life> life_;
  const int slot_;
  const SimClock& clock_;
  SimExecutor& executor_;
  std::vector<es::CommandRuntime*> runtimes_;
  Coverage& coverage_;
  int partitions_ = 0;
  cluster::Membership membership_;
  cluster::Ownership ownership_;
  // Of the board's notes.
  size_t heard_;
  uint64_t beat_ = 0;
  bool say_ = false;
  absl::Duration next_beat_;
  absl::Duration next_probe_;
  std::function<void()> retired_;
};

}  // namespace regard::simulation
