#include "libs/es/task_burst.h"

#include <algorithm>

namespace regard::es {
namespace {

thread_local TaskBurst* current = nullptr;

}  // namespace

TaskBurst::TaskBurst() { current = this; }

TaskBurst::~TaskBurst() {
  current = nullptr;
  for (auto& [executor, tasks] : taken_) {
    executor->RunOrPost([tasks = std::move(tasks)]() mutable {
      for (Executor::Task& task : tasks) std::move(task)();
    });
  }
}

bool TaskBurst::Take(Executor& executor, Executor::Task& task) {
  if (current == nullptr) return false;
  auto& taken = current->taken_;
  auto found = std::find_if(taken.begin(), taken.end(), [&](const auto& one) { return one.first == &executor; });
  if (found == taken.end()) found = taken.emplace(taken.end(), &executor, std::vector<Executor::Task>());
  found->second.push_back(std::move(task));
  return true;
}

}  // namespace regard::es
