#include "libs/es/executor_thread.h"

#include <pthread.h>

#include <utility>

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
    wake = waiting_;
    waiting_ = false;
  }
  if (wake) wake_.notify_one();
}

void ExecutorThread::PostAfter(absl::Duration delay, Task task) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    delayed_.emplace(std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(delay), std::move(task));
    waiting_ = false;
  }
  wake_.notify_one();
}

void ExecutorThread::Run() {
  std::deque<Task> batch;
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    const Instant now = std::chrono::steady_clock::now();
    while (!delayed_.empty() && delayed_.begin()->first <= now) {
      tasks_.push_back(std::move(delayed_.begin()->second));
      delayed_.erase(delayed_.begin());
    }
    if (!tasks_.empty()) {
      batch.swap(tasks_);
      lock.unlock();
      for (Task& task : batch) std::move(task)();
      batch.clear();
      lock.lock();
      continue;
    }
    if (stopping_) return;
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
