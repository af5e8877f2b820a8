// The scheduler port: runs tasks one after the other. What belongs to one executor needs no locks among itself, and a
// simulation runs many of them in one thread.
#pragma once

#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"

namespace regard::es {

// Thread-safe to call; tasks never overlap.
class Executor {
 public:
  using Task = absl::AnyInvocable<void() &&>;

  virtual ~Executor() = default;
  // In the order of the calls.
  virtual void Post(Task task) = 0;
  // Like Post, but when nothing runs or waits the task may run before this returns, on the calling thread: to wake another
  // takes longer than most tasks do. For callers that hold no lock.
  virtual void RunOrPost(Task task) { Post(std::move(task)); }
  // Not before `delay` of monotonic time.
  virtual void PostAfter(absl::Duration delay, Task task) = 0;
};

}  // namespace regard::es
