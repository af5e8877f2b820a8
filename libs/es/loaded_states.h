// What a command is decided on.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/es/domain.h"
#include "libs/es/state_cache.h"

namespace regard::es {

// A decision outside of its streams is our bug: stop at once, a restart replays.
[[noreturn]] inline void StopAtBug(absl::string_view why) {
  std::fprintf(stderr, "regard: %.*s\n", static_cast<int>(why.size()), why.data());
  std::abort();
}

// The states that a command named, loaded before it is decided. Names and entries are the caller's and the cache's: both
// outlive it, and nothing is trimmed meanwhile.
class LoadedStates : public States {
 public:
  absl::Status Load(StateCache& cache, const std::vector<std::string>& streams) {
    for (const std::string& stream : streams) {
      absl::StatusOr<StateCache::Entry*> entry = cache.Load(stream);
      if (!entry.ok()) return entry.status();
      entries_.push_back({stream, *entry});
    }
    return absl::OkStatus();
  }

  const google::protobuf::Message& Get(absl::string_view stream) const override {
    for (const auto& [name, entry] : entries_) {
      if (name == stream) return *entry->state;
    }
    StopAtBug(absl::StrCat("a decision read ", stream, ", which its command did not name"));
  }

  uint64_t own_version() const { return entries_.empty() ? 0 : entries_.front().second->version; }

 private:
  absl::InlinedVector<std::pair<absl::string_view, StateCache::Entry*>, 4> entries_;
};

}  // namespace regard::es
