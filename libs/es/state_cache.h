// The states of one partition as the next decision sees them: with everything staged, also what is not durable yet. An
// entry that a record in flight has changed is pinned; without pins it equals its row in the store and may be dropped.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "absl/container/node_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "google/protobuf/message.h"
#include "libs/es/domain.h"
#include "libs/es/store.h"

namespace regard::es {

// Not thread-safe.
class StateCache {
 public:
  struct Entry {
    const Aggregate* aggregate = nullptr;
    std::unique_ptr<google::protobuf::Message> state;
    uint64_t version = 0;
    // As last written to the store, or staged to be.
    absl::optional<absl::Time> due;
    int pins = 0;
    std::list<const std::string*>::iterator used;
  };

  StateCache(const Domain& domain, const Store& store, int partition, size_t capacity);

  // From the store when it is not here; a stream that was never written has version 0. The entry stays until the next
  // Trim. DATA_LOSS when a row does not parse, INVALID_ARGUMENT for a kind that the domain does not have.
  absl::StatusOr<Entry*> Load(absl::string_view stream);
  // Nullptr when it is not here.
  Entry* Find(absl::string_view stream);

  // Drops the longest unused entries over capacity that have no pins.
  void Trim();
  // Drops everything, also what is pinned: after staged facts were lost.
  void Clear();
  size_t size() const { return entries_.size(); }

 private:
  const Domain& domain_;
  const Store& store_;
  const int partition_;
  const size_t capacity_;
  absl::node_hash_map<std::string, Entry> entries_;
  // Longest unused first.
  std::list<const std::string*> by_use_;
};

}  // namespace regard::es
