// The deployment's members topic: short-lived notes that all instances see in one order. What is not delivered within
// seconds is dropped, and the past is not read.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/kafka/client.h"

namespace regard::kafka {

// Thread-safe.
class MembersTopic {
 public:
  // `heard` is called from one thread with each note written from now on, by anybody, also by this one. NOT_FOUND when
  // there is no such topic.
  static absl::StatusOr<std::unique_ptr<MembersTopic>> Open(const Cluster& cluster, absl::string_view deployment,
                                                            std::function<void(absl::string_view note)> heard);
  // After it nothing is called.
  ~MembersTopic();

  // Never blocks.
  void Post(absl::string_view note);

 private:
  MembersTopic(Handle consumer, Handle producer, std::string topic, std::function<void(absl::string_view)> heard);

  void Loop();

  const Handle consumer_;
  const Handle producer_;
  const std::string topic_;
  const std::function<void(absl::string_view)> heard_;
  TopicHandle reading_;
  TopicHandle writing_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace regard::kafka
