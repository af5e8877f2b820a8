// An executor with a thread of its own, which threads that bring it tasks may save the trouble.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "libs/es/executor.h"

namespace regard::es {

// Destroying it runs what was posted, drops what was delayed, and joins.
class ExecutorThread : public Executor {
 public:
  explicit ExecutorThread(const std::string& name);
  ~ExecutorThread() override;

  void Post(Task task) override;
  void RunOrPost(Task task) override;
  void PostAfter(absl::Duration delay, Task task) override;

 private:
  using Instant = std::chrono::steady_clock::time_point;

  void Run();
  // Runs what waits, with the lock before and after it, without while tasks run.
  void RunTasks(std::unique_lock<std::mutex>& lock);
  bool Runnable() const { return !running_ && !tasks_.empty(); }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> tasks_;
  std::deque<Task> batch_;
  std::multimap<Instant, Task> delayed_;
  // Some thread runs tasks, and nobody else may.
  bool running_ = false;
  bool waiting_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace regard::es
