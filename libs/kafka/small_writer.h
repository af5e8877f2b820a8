// Records written one at a time and waited for: for what is rare and cannot go on without.
#pragma once

#include <mutex>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "libs/kafka/client.h"

namespace regard::kafka {

// Thread-safe. Writes to partition 0 of one topic.
class SmallWriter {
 public:
  SmallWriter(Cluster cluster, std::string topic) : cluster_(std::move(cluster)), topic_(std::move(topic)) {}

  // The offset when all replicas in sync have it. A value of nullopt is a tombstone, an empty key none. An error says
  // nothing about whether it was written.
  absl::StatusOr<int64_t> Write(absl::string_view key, absl::optional<absl::string_view> value,
                                absl::Duration patience);

 private:
  const Cluster cluster_;
  const std::string topic_;
  std::mutex mutex_;
  Handle handle_;
  TopicHandle rkt_;
  // Of the record that is waited for.
  uint64_t id_ = 0;
  absl::optional<absl::StatusOr<int64_t>> result_;
};

}  // namespace regard::kafka
