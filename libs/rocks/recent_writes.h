// What was written to one store and is not in RocksDB yet. A key that is written again before it gets there costs RocksDB
// nothing, and what does get there comes in order of keys, which is what a memtable takes quickest.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "libs/es/store.h"

namespace regard::rocks {

// Not thread-safe.
class RecentWrites {
 public:
  // Nullopt: deleted.
  using Row = absl::optional<std::string>;

  struct Layer {
    // What was in [first, second) when it was deleted is gone; `rows` came later.
    std::vector<std::pair<std::string, std::string>> deleted_ranges;
    absl::btree_map<std::string, Row, std::less<>> rows;

    bool empty() const { return rows.empty() && deleted_ranges.empty(); }
    bool DeletedInRange(absl::string_view key) const;
    void DeleteRange(const std::string& from, const std::string& to);
  };

  void Apply(const es::StoreBatch& batch);
  // Whether the key was written lately, and if so what it is now.
  absl::optional<Row> Find(absl::string_view key) const;
  // What lies over RocksDB's rows in [from, to); an empty `to` means the end.
  Layer Within(absl::string_view from, absl::string_view to) const;

  // Sets what is there now apart, to be written; it is still found, under whatever is applied later. Stays as it is until
  // it is forgotten, which must come before the next.
  const Layer& SetApart();
  // What was set apart is in RocksDB now. Returns it, so that it can be destroyed outside a lock.
  Layer Forget();

 private:
  Layer fresh_;
  Layer apart_;
};

}  // namespace regard::rocks
