#include "libs/es/executor_thread.h"

#include <pthread.h>

#include <utility>

#include "libs/es/task_burst.h"

namespace regard::es {

ExecutorThread::ExecutorThread(const std::string& name) : thread_([this] { Run(); }) {
  pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

ExecutorThread::~ExecutorThread() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void ExecutorThread::Post(Task task) {
  bool wake = false;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    tasks_.push_back(std::move(task));
    // Whoever runs tasks looks again before it stops.
    wake = waiting_ && !running_;
    if (wake) waiting_ = false;
  }
  if (wake) wake_.notify_one();
}

void ExecutorThread::RunOrPost(Task task) {
  if (TaskBurst::Take(*this, task)) return;
  std::unique_lock<std::mutex> lock(mutex_);
  if (running_ || !tasks_.empty() || stopping_) {
    lock.unlock();
    return Post(std::move(task));
  }
  tasks_.push_back(std::move(task));
  RunTasks(lock);
  // What these tasks posted themselves belongs to them; what came from elsewhere meanwhile is the thread's.
  if (!tasks_.empty()) RunTasks(lock);
  if (!waiting_ || (tasks_.empty() && !stopping_)) return;
  waiting_ = false;
  // With the lock: after it is given back, the executor may be destroyed.
  wake_.notify_one();
}

void ExecutorThread::PostAfter(absl::Duration delay, Task task) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    delayed_.emplace(std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(delay), std::move(task));
    waiting_ = false;
  }
  wake_.notify_one();
}

void ExecutorThread::RunTasks(std::unique_lock<std::mutex>& lock) {
  running_ = true;
  batch_.swap(tasks_);
  lock.unlock();
  for (Task& task : batch_) std::move(task)();
  batch_.clear();
  lock.lock();
  running_ = false;
}

void ExecutorThread::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    const Instant now = std::chrono::steady_clock::now();
    while (!delayed_.empty() && delayed_.begin()->first <= now) {
      tasks_.push_back(std::move(delayed_.begin()->second));
      delayed_.erase(delayed_.begin());
    }
    if (Runnable()) {
      RunTasks(lock);
      continue;
    }
    if (stopping_ && !running_) return;
    waiting_ = true;
    if (delayed_.empty()) {
      wake_.wait(lock);
    } else {
      wake_.wait_until(lock, delayed_.begin()->first);
    }
    waiting_ = false;
  }
}

}  // namespace regard::es
