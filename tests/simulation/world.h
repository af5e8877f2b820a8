// One run from a seed: instances on three machines, clients that retry, a broker, faults, and the checkers beside them.
// First everything is allowed to go wrong; then nothing goes wrong any more, one instance is left, and what was wanted
// must come to rest; then, in some runs, the log is cut and nobody may go on.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libs/privacy/memory_key_store.h"
#include "tests/simulation/answers.h"
#include "tests/simulation/instance.h"
#include "tests/simulation/workload.h"

namespace regard::simulation {

struct RunOptions {
  uint64_t seed = 1;
  Control control = Control::kNone;
  // No faults but those below.
  bool calm = false;
  // The first instance dies at this await, when it is not below 0.
  int64_t die_at_await = -1;
  // How many operations; 0 for as many as the seed says.
  int operations = 0;
  // Lines of what happens on stdout.
  bool trace = false;
};

struct RunResult {
  Verdict verdict;
  Coverage coverage;
  // Of everything that happened, in its order.
  uint64_t digest = 0;
  uint64_t events = 0;
  uint64_t appends = 0;
  uint64_t operations = 0;
  // Of the first instance.
  uint64_t awaits = 0;
  absl::Duration simulated;
};

class World {
 public:
  explicit World(const RunOptions& options);
  ~World();

  RunResult Run();

 private:
  static constexpr int kSlots = 3;

  // Keys that are sometimes away.
  class Keys;

  struct Client {
    std::shared_ptr<Operation> operation;
    // Whom it asks first.
    int slot = 0;
    // Of the try that is waited for.
    int waiting_for = 0;
    // What it may ask for again though it knows.
    std::vector<std::shared_ptr<Operation>> answered;
  };

  // world.cc: processes and phases.
  void Note(absl::string_view what);
  void StartInstance(int slot);
  void Bury(int id);
  void Kill(int slot);
  void Halted(int id, const absl::Status& why);
  Instance* At(int slot) { return instances_[slot].get(); }
  std::vector<int> Alive() const;
  void RunUntil(absl::Duration until, const std::function<bool()>& enough);
  void CalmDown();
  bool AtRest();
  void CheckAtRest();

  // cut.cc: who knows more of the log than it has left.
  struct Witness {
    int slot, topic, partition;
    es::Offset seen;
  };
  std::vector<Witness> Witnesses(bool views);
  void CutTheLog();

  // clients.cc
  void StartClients();
  void Think(int client);
  void Try(int client);
  void OnAnswer(int client, const std::shared_ptr<Operation>& operation, int try_number, int slot,
                const es::Outcome& outcome);

  // chaos.cc: what goes wrong with processes.
  void ChaosTick();
  void Chaos();
  void Pause(int slot);
  void CutPeers();
  void SlowViews(int slot);
  void RaiseLevel(Instance& one);
  void Leap();
  void JumpWall(int slot);

  const RunOptions options_;
  Random random_;
  Random fate_;
  Schedule schedule_;
  Coverage coverage_;
  Verdict verdict_;
  FaultRates rates_;
  const absl::Time start_;
  const int partitions_;
  const int operations_wanted_;
  // Instances share partitions; else each claims all.
  const bool shares_;
  privacy::MemoryKeyStore kept_keys_;
  std::unique_ptr<Keys> keys_;
  std::unique_ptr<Truth> truth_;
  std::unique_ptr<Broker> broker_;
  std::unique_ptr<Answers> answers_;
  std::unique_ptr<Workload> workload_;
  Board board_;
  Disk disks_[kSlots];
  std::unique_ptr<Instance> instances_[kSlots];
  std::vector<Client> clients_;
  int next_instance_ = 1;
  uint64_t operations_ = 0;
  uint64_t first_awaits_ = 0;
  bool calm_ = false;
  bool log_is_cut_ = false;
  bool seasoned_ = false;
  std::vector<std::string> halts_;
  absl::Duration last_record_;
  uint64_t digest_ = 0xcbf29ce484222325u;
};

}  // namespace regard::simulation
