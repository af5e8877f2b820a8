// An executor that is one thread.
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
  void PostAfter(absl::Duration delay, Task task) override;

 private:
  using Instant = std::chrono::steady_clock::time_point;

  void Run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> tasks_;
  std::multimap<Instant, Task> delayed_;
  bool waiting_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace regard::es
