#include "libs/kafka/tail.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace regard::kafka {

Tail::Tail(std::string topic, const std::vector<es::Offset>& ends, const TailLimits& limits)
    : topic_(std::move(topic)), limits_(limits), partitions_(ends.size()) {
  for (size_t i = 0; i < ends.size(); ++i) partitions_[i].end = partitions_[i].expected = ends[i];
}

bool Tail::Add(int partition, es::LoggedRecord record, size_t bytes, From from) {
  std::lock_guard<std::mutex> lock(mutex_);
  Partition& state = partitions_[partition];
  state.expected = std::max(state.expected, record.offset + 1);
  if (record.offset < state.end || !state.damaged.ok()) return false;
  if (record.offset > state.end) {
    if (from == From::kWriter) return false;
    state.damaged = absl::DataLossError(absl::StrCat(topic_, "/", partition, ": offset ", state.end,
                                                     " is missing, the next record is at ", record.offset));
    arrived_.notify_all();
    return false;
  }
  ++state.end;
  state.kept.push_back({std::move(record), bytes});
  state.kept_bytes += bytes;
  while (state.kept.size() > 1 && (state.kept.size() > limits_.records || state.kept_bytes > limits_.bytes)) {
    state.kept_bytes -= state.kept.front().bytes;
    state.kept.pop_front();
  }
  arrived_.notify_all();
  return true;
}

void Tail::Damage(int partition, const absl::Status& why) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (partitions_[partition].damaged.ok()) partitions_[partition].damaged = why;
  arrived_.notify_all();
}

void Tail::Expect(int partition, es::Offset end) {
  std::lock_guard<std::mutex> lock(mutex_);
  partitions_[partition].expected = std::max(partitions_[partition].expected, end);
}

absl::StatusOr<Tail::Found> Tail::Read(int partition, es::Offset from, size_t max_bytes, absl::Duration patience) {
  std::unique_lock<std::mutex> lock(mutex_);
  Partition& state = partitions_[partition];
  const bool arrived = arrived_.wait_until(lock, absl::ToChronoTime(absl::Now() + patience), [&] {
    return !state.damaged.ok() || from < state.end || from >= state.expected;
  });
  // What came before the damage is good.
  if (from >= state.end && !state.damaged.ok()) return state.damaged;
  if (!arrived) {
    return absl::UnavailableError(absl::StrCat(topic_, "/", partition, ": offset ", from, " cannot be read yet"));
  }
  Found found;
  if (from >= state.end) return found;
  const es::Offset first = state.end - static_cast<es::Offset>(state.kept.size());
  if (from < first) {
    found.before = first;
    return found;
  }
  size_t bytes = 0;
  for (size_t i = static_cast<size_t>(from - first); i < state.kept.size(); ++i) {
    bytes += state.kept[i].bytes;
    if (!found.records.empty() && bytes > max_bytes) break;
    found.records.push_back(state.kept[i].record);
  }
  return found;
}

es::Offset Tail::end(int partition) const {
  std::lock_guard<std::mutex> lock(mutex_);
  return partitions_[partition].end;
}

es::Offset Tail::first(int partition) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const Partition& state = partitions_[partition];
  return state.end - static_cast<es::Offset>(state.kept.size());
}

es::Offset Tail::expected(int partition) const {
  std::lock_guard<std::mutex> lock(mutex_);
  return partitions_[partition].expected;
}

}  // namespace regard::kafka
