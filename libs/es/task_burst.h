// Tasks of one thread for others' executors, held back so that they run together: whoever brings several results at once
// has them handled, and answered, in one go.
#pragma once

#include <utility>
#include <vector>

#include "libs/es/executor.h"

namespace regard::es {

// While one lives on a thread, what the thread gives to RunOrPost waits; when it ends, what waits for an executor goes
// there as one task, in order. One at a time on a thread, which holds no lock when it ends.
class TaskBurst {
 public:
  TaskBurst();
  ~TaskBurst();
  TaskBurst(const TaskBurst&) = delete;
  TaskBurst& operator=(const TaskBurst&) = delete;

  // For executors. False, and the task untouched, when none lives on this thread.
  static bool Take(Executor& executor, Executor::Task& task);

 private:
  std::vector<std::pair<Executor*, std::vector<Executor::Task>>> taken_;
};

}  // namespace regard::es
