// Stores in one RocksDB database, each with its own keys. For what can be made again from the log: a write is in memory
// and readable at once, and comes to RocksDB within `flush_after`, together with what was written meanwhile. A process
// that is killed loses at most that, and then the latest writes of all stores of the set and none before.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/es/store.h"

namespace rocksdb {
class Env;
}

namespace regard::rocks {

struct StoreSetOptions {
  // Shared by all stores of the set; bounds their memory together with the write buffers.
  size_t block_cache_bytes = 128 << 20;
  size_t write_buffer_bytes = 32 << 20;
  bool read_only = false;
  absl::Duration flush_after = absl::Seconds(1);
  // Flushed earlier when so much was written. Writers wait when it is four times as much.
  size_t flush_bytes = 16 << 20;
  // Called with every batch before it is written, as RocksDB encodes it, from the writing thread; for measuring what the
  // writes alone cost.
  std::function<void(absl::string_view batch)> tap;
  rocksdb::Env* env = nullptr;
};

// Thread-safe.
class StoreSet {
 public:
  // Makes stores that are missing; drops those of `path` that are not named. Read-only, it does neither.
  static absl::StatusOr<std::unique_ptr<StoreSet>> Open(const std::string& path, const std::vector<std::string>& names,
                                                        StoreSetOptions options);
  virtual ~StoreSet() = default;

  // Nullptr for a name that was not given, and for one that is missing when it is read only. Lives as long as the set.
  virtual es::Store* store(absl::string_view name) = 0;
  virtual absl::Status Backup(const std::string& to) = 0;
};

}  // namespace regard::rocks
