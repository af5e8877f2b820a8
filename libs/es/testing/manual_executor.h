// An executor that runs tasks only when told to, on the caller's thread: deterministic tests and simulations.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <utility>

#include "libs/es/executor.h"

namespace regard::es::testing {

class ManualExecutor : public Executor {
 public:
  void Post(Task task) override {
    std::lock_guard<std::mutex> lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  void PostAfter(absl::Duration delay, Task task) override {
    std::lock_guard<std::mutex> lock(mutex_);
    delayed_.emplace(elapsed_ + delay, std::move(task));
  }

  // Runs one task; false when there is none.
  bool RunOne() {
    Task task;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (tasks_.empty()) return false;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    std::move(task)();
    return true;
  }
  // Runs tasks, also those that they post, until there is none.
  void RunUntilIdle() {
    while (RunOne()) {
    }
  }
  // Lets time pass for delayed tasks and runs all that fall due.
  void Elapse(absl::Duration by) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      elapsed_ += by;
    }
    while (true) {
      RunUntilIdle();
      std::lock_guard<std::mutex> lock(mutex_);
      if (delayed_.empty() || delayed_.begin()->first > elapsed_) return;
      tasks_.push_back(std::move(delayed_.begin()->second));
      delayed_.erase(delayed_.begin());
    }
  }

 private:
  std::mutex mutex_;
  std::deque<Task> tasks_;
  std::multimap<absl::Duration, Task> delayed_;
  absl::Duration elapsed_;
};

}  // namespace regard::es::testing
