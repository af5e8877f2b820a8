// Categories for what somebody is typing: every word typed must begin a word of the label, or of one synonym.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "libs/taxonomy/taxonomy.h"
#include "services/directory/views/index.h"

namespace regard::directory {

struct Suggestion {
  const taxonomy::Category* category = nullptr;
  // The synonym that matched; empty when the label did.
  std::string matched;
  int64_t count = 0;
};

// Thread-safe.
class Suggestions {
 public:
  // Labels before synonyms, then those with most to find. Empty text: all with something to find.
  std::vector<Suggestion> For(absl::string_view text, const std::shared_ptr<const Snapshot>& snapshot, size_t limit);

 private:
  using Counts = absl::flat_hash_map<std::string, int64_t>;
  std::shared_ptr<const Counts> CountsOf(const std::shared_ptr<const Snapshot>& snapshot);

  // People type faster than the index changes: counted once per snapshot, which must not live on for that.
  std::mutex mutex_;
  std::weak_ptr<const Snapshot> counted_;
  std::shared_ptr<const Counts> counts_;
};

}  // namespace regard::directory
