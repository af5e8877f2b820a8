#include "tests/simulation/process.h"

namespace regard::simulation {

bool Life::Pass(Await where) {
  if (!alive_) return false;
  ++awaits_;
  if (awaits_left_ < 0 || awaits_left_-- > 0) return true;
  switch (where) {
    case Await::kTask:
      coverage_.Hit(Reached::kCrashBeforeTask);
      break;
    case Await::kAppend:
      coverage_.Hit(Reached::kCrashBeforeAppend);
      break;
    case Await::kAppended:
      coverage_.Hit(Reached::kCrashAfterAppend);
      break;
    case Await::kWrite:
      // What reached the file of a batch that was not finished is thrown away when the file is opened again.
      coverage_.Hit(Reached::kCrashBeforeWrite);
      coverage_.Hit(Reached::kTornBatch);
      break;
    case Await::kWritten:
      coverage_.Hit(Reached::kCrashAfterWrite);
      break;
    case Await::kAnswer:
      coverage_.Hit(Reached::kCrashBeforeAnswer);
      break;
  }
  alive_ = false;
  died();
  return false;
}

SimExecutor::SimExecutor(Schedule& schedule, Random random, std::shared_ptr<Life> life, bool is_view)
    : core_(std::make_shared<Core>(Core{schedule, random, std::move(life), is_view, {}})) {}

void SimExecutor::Post(Task task) {
  if (!core_->life->alive()) return;
  core_->tasks.push_back(std::move(task));
  Arrange(core_);
}

// Sometimes at once, on whoever brings it.
void SimExecutor::RunOrPost(Task task) {
  Core& core = *core_;
  if (core.busy || !core.tasks.empty() || !core.life->running() || !core.random.PerMille(500)) {
    return Post(std::move(task));
  }
  if (core.life->Pass(Await::kTask)) Run(core, std::move(task));
}

void SimExecutor::Run(Core& core, Task task) {
  core.busy = true;
  std::move(task)();
  core.busy = false;
}

void SimExecutor::PostAfter(absl::Duration delay, Task task) {
  core_->schedule.After(delay, [core = core_, task = std::move(task)]() mutable {
    if (!core->life->alive()) return;
    core->tasks.push_back(std::move(task));
    Arrange(core);
  });
}

void SimExecutor::Resume() { Arrange(core_); }

void SimExecutor::Drop() {
  std::deque<Task> dropped;
  dropped.swap(core_->tasks);
}

void SimExecutor::Arrange(const std::shared_ptr<Core>& core) {
  if (core->scheduled || core->tasks.empty() || !core->life->running()) return;
  core->scheduled = true;
  absl::Duration wait = core->random.Between(absl::Microseconds(1), absl::Microseconds(30));
  if (core->random.PerMille(5)) wait = core->random.Between(absl::Milliseconds(1), absl::Milliseconds(20));
  if (core->is_view) wait *= core->life->view_slowness;
  core->schedule.After(wait, [core] {
    core->scheduled = false;
    if (!core->life->running() || core->tasks.empty()) return;
    if (!core->life->Pass(Await::kTask)) return;
    Task task = std::move(core->tasks.front());
    core->tasks.pop_front();
    Run(*core, std::move(task));
    Arrange(core);
  });
}

}  // namespace regard::simulation
