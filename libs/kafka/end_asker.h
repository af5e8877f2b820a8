// Asks brokers where partitions end, for who must not wait for them: one thread, which asks for everything that is wanted
// by then at once.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "libs/es/event_log.h"
#include "libs/kafka/client.h"

namespace regard::kafka {

// Thread-safe.
class EndAsker {
 public:
  // `handle` outlives it.
  EndAsker(const Handle& handle, absl::Duration patience);
  // What was not answered by then is never.
  ~EndAsker();

  // `done` from the asker's thread: UNAVAILABLE when the leader did not answer within the patience.
  void Ask(TopicPartition of, es::EventLog::EndDone done);

 private:
  struct Question {
    TopicPartition of;
    es::EventLog::EndDone done;
  };

  void Loop();
  // Empty when it stops. New questions come together, and before those that must be asked apart.
  std::vector<Question> Next();

  const Handle& handle_;
  const absl::Duration patience_;
  std::mutex mutex_;
  std::condition_variable asked_;
  std::vector<Question> questions_;
  // Of which one of those that were asked together has no leader.
  std::deque<Question> apart_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace regard::kafka
