// Keys in memory, derived from a seed, so that a simulated run with the same seed seals the same bytes. For tests and
// simulation: nothing survives the object.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "libs/privacy/key_store.h"

namespace regard::privacy {

class MemoryKeyStore : public KeyStore {
 public:
  explicit MemoryKeyStore(uint64_t seed = 1) : seed_(seed) {}

  absl::StatusOr<Key> GetOrCreate(absl::string_view subject, absl::string_view tenant) override;
  absl::StatusOr<absl::optional<Key>> Get(absl::string_view subject, absl::string_view tenant) override;
  absl::Status Erase(absl::string_view subject, absl::string_view tenant) override;

 private:
  struct Entry {
    // How many keys this subject had before.
    uint64_t erasures = 0;
    absl::optional<Key> key;
  };

  const uint64_t seed_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Entry> entries_;
};

}  // namespace regard::privacy
