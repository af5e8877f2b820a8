#include "libs/auth/token_cache.h"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace regard::auth {

TokenCache::TokenCache(size_t max_entries) : max_entries_per_shard_(std::max<size_t>(1, max_entries / kShards)) {}

// A token ends in its signature, whose characters are as good as random.
size_t TokenCache::ShardOf(absl::string_view token) {
  size_t sum = 0;
  for (size_t back = 2; back <= std::min<size_t>(token.size(), 6); ++back) {
    sum = sum * 31 + static_cast<unsigned char>(token[token.size() - back]);
  }
  return sum % kShards;
}

std::shared_ptr<const Identity> TokenCache::Find(absl::string_view token, absl::Time now) const {
  const Shard& shard = shards_[ShardOf(token)];
  std::shared_lock lock(shard.mutex);
  const auto it = shard.entries.find(token);
  if (it == shard.entries.end() || it->second->expires <= now) return nullptr;
  return it->second;
}

void TokenCache::Insert(absl::string_view token, std::shared_ptr<const Identity> identity, absl::Time now) {
  Shard& shard = shards_[ShardOf(token)];
  std::unique_lock lock(shard.mutex);
  if (shard.entries.size() >= max_entries_per_shard_ && !shard.entries.contains(token)) {
    absl::erase_if(shard.entries, [now](const auto& entry) { return entry.second->expires <= now; });
    if (shard.entries.size() >= max_entries_per_shard_) shard.entries.clear();
  }
  shard.entries.insert_or_assign(std::string(token), std::move(identity));
}

size_t TokenCache::size() const {
  size_t total = 0;
  for (const Shard& shard : shards_) {
    std::shared_lock lock(shard.mutex);
    total += shard.entries.size();
  }
  return total;
}

}  // namespace regard::auth
