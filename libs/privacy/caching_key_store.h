// A bounded cache of keys in front of a store: the least recently used go first. An erased key is gone from it before
// Erase returns, also when another thread was just reading it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libs/privacy/key_store.h"

namespace regard::privacy {

class CachingKeyStore : public KeyStore {
 public:
  // `behind` must outlive this. A key takes about 200 bytes here.
  CachingKeyStore(KeyStore& behind, size_t max_keys);

  absl::StatusOr<Key> GetOrCreate(absl::string_view subject, absl::string_view tenant) override;
  absl::StatusOr<absl::optional<Key>> Get(absl::string_view subject, absl::string_view tenant) override;
  absl::Status Erase(absl::string_view subject, absl::string_view tenant) override;

  // Drops a key that another process erased from the store behind.
  void Forget(absl::string_view subject, absl::string_view tenant);

  // Keys held now, at most max_keys.
  size_t size() const;

 private:
  struct Entry {
    std::string name;
    Key key;
  };

  absl::optional<Key> Lookup(const std::string& name, uint64_t& epoch);
  void Insert(std::string name, const Key& key, uint64_t epoch);

  KeyStore& behind_;
  const size_t max_keys_;
  mutable std::mutex mutex_;
  // Counts erasures: a key read from behind before one is not cached after it.
  uint64_t epoch_ = 0;
  // Most recently used first.
  std::list<Entry> entries_;
  absl::flat_hash_map<std::string, std::list<Entry>::iterator> by_name_;
};

}  // namespace regard::privacy
