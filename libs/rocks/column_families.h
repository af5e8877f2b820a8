// A RocksDB database with one column family for each store, which can be opened anew. Only for this room's .cc files.
#pragma once

#include <memory>
#include <shared_mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/rocks/store_set.h"
#include "rocksdb/db.h"

namespace regard::rocks {

// Whoever reads or writes the database holds `mutex` shared, since it may be opened anew.
class ColumnFamilies {
 public:
  // `options` outlives it.
  ColumnFamilies(std::string path, std::vector<std::string> names, const StoreSetOptions& options);
  ~ColumnFamilies();

  // Makes those that are missing and drops those that are not named. Read-only, it does neither: what is missing then is no
  // longer among the names.
  absl::Status Open();
  // For after an error: RocksDB then refuses writes and does not always find back by itself. Takes `mutex`. An error
  // while the disk has no space.
  absl::Status OpenAnew();

  // Null when it could not be opened anew.
  rocksdb::DB* db() const { return db_.get(); }
  // By place among the names.
  rocksdb::ColumnFamilyHandle* column(size_t name) const { return columns_[name]; }
  const std::vector<std::string>& names() const { return names_; }

  mutable std::shared_mutex mutex;

 private:
  void Close();

  const std::string path_;
  std::vector<std::string> names_;
  const StoreSetOptions& options_;
  std::unique_ptr<rocksdb::DB> db_;
  // In the order of the names.
  std::vector<rocksdb::ColumnFamilyHandle*> columns_;
};

}  // namespace regard::rocks
