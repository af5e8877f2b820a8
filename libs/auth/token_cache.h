// Tokens that were verified, until they expire. Reading takes a shared lock on one of many shards; the full token is the
// key, so that no two tokens can be taken for one another.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <shared_mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/auth/identity.h"

namespace regard::auth {

// Thread-safe.
class TokenCache {
 public:
  explicit TokenCache(size_t max_entries);

  // Null for a token that is not known or has expired by `now`.
  std::shared_ptr<const Identity> Find(absl::string_view token, absl::Time now) const;
  // Makes room by dropping what has expired and, when that is nothing, the shard: its tokens are verified once more.
  void Insert(absl::string_view token, std::shared_ptr<const Identity> identity, absl::Time now);

  size_t size() const;

 private:
  static constexpr size_t kShards = 32;
  struct alignas(64) Shard {
    mutable std::shared_mutex mutex;
    absl::flat_hash_map<std::string, std::shared_ptr<const Identity>> entries;
  };

  static size_t ShardOf(absl::string_view token);

  const size_t max_entries_per_shard_;
  std::array<Shard, kShards> shards_;
};

}  // namespace regard::auth
