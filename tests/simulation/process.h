// One running process as the world sees it: alive, paused, cut off from the broker; its clock and its executors. A dead
// process's ports do nothing any more, so that a crash in the middle of a task is one at that very call.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "libs/base/clock.h"
#include "libs/es/executor.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/random.h"
#include "tests/simulation/schedule.h"

namespace regard::simulation {

// Where a process can die: before each of these, and after the last two.
enum class Await { kTask, kAppend, kAppended, kWrite, kWritten, kAnswer };

class Life {
 public:
  Life(int id, std::string name, Coverage& coverage) : id_(id), name_(std::move(name)), coverage_(coverage) {}

  int id() const { return id_; }
  const std::string& name() const { return name_; }
  bool alive() const { return alive_; }
  bool running() const { return alive_ && !paused; }

  // Dies at the nth await from now on, counted from 0.
  void DieAt(int64_t nth) { awaits_left_ = nth; }
  // False when the process is dead, also when it dies here.
  bool Pass(Await where);
  void Die() { alive_ = false; }
  uint64_t awaits() const { return awaits_; }

  bool paused = false;
  bool cut = false;
  // Was paused while another took over.
  bool woken = false;
  // How many times slower its views are read.
  int view_slowness = 1;
  // Called once when it dies by itself.
  std::function<void()> died = [] {};

 private:
  const int id_;
  const std::string name_;
  Coverage& coverage_;
  bool alive_ = true;
  int64_t awaits_left_ = -1;
  uint64_t awaits_ = 0;
};

// Wall time may be wrong, monotonic time is not.
class SimClock : public Clock {
 public:
  SimClock(const Schedule& schedule, absl::Time start) : schedule_(schedule), start_(start) {}
  absl::Time Now() const override { return start_ + schedule_.now() + wall_error_; }
  absl::Duration Monotonic() const override { return schedule_.now(); }
  void JumpWall(absl::Duration by) { wall_error_ += by; }

 private:
  const Schedule& schedule_;
  const absl::Time start_;
  absl::Duration wall_error_;
};

// Runs a process's tasks one by one, each a moment after the one before, as the seed says.
class SimExecutor : public es::Executor {
 public:
  // `slowness` may be null; then tasks take what they take.
  SimExecutor(Schedule& schedule, Random random, std::shared_ptr<Life> life, bool is_view);

  void Post(Task task) override;
  void RunOrPost(Task task) override;
  void PostAfter(absl::Duration delay, Task task) override;
  // After a pause.
  void Resume();
  // Drops what waits, when the process is dead.
  void Drop();
  bool idle() const { return core_->tasks.empty(); }

 private:
  struct Core {
    Schedule& schedule;
    Random random;
    std::shared_ptr<Life> life;
    bool is_view;
    std::deque<Task> tasks;
    bool scheduled = false;
    bool busy = false;
  };
  static void Run(Core& core, Task task);
  static void Arrange(const std::shared_ptr<Core>& core);

  std::shared_ptr<Core> core_;
};

}  // namespace regard::simulation
