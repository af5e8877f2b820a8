// Whom a log tells that it grew: what every adapter's Watch is made of.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "absl/functional/any_invocable.h"
#include "libs/es/event_log.h"

namespace regard::es {

// Thread-safe. Outlives the watches.
class LogWatchers {
 public:
  // As EventLog::Watch.
  std::unique_ptr<LogWatch> Add(absl::AnyInvocable<void(int partition)> grown);
  // Calls everybody, on this thread; a watch that ends meanwhile waits for it.
  void Tell(int partition);

 private:
  class Handle;

  std::mutex mutex_;
  int next_ = 0;
  std::map<int, absl::AnyInvocable<void(int)>> grown_;
};

}  // namespace regard::es
