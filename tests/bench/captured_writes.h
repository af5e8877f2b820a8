// Every batch that an engine writes, in order and as RocksDB encodes it; and the same batches written again by one thread
// into databases with the same options, which is what the writes alone cost.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
}

namespace regard::bench {

// The folders of an engine's databases, under its data folder.
enum class Database { kLog, kState, kViews };

struct CapturedBatch {
  Database database;
  std::string data;
};

// Thread-safe; in memory.
class Capture {
 public:
  // For the tap of that database's options. This outlives it.
  std::function<void(absl::string_view batch)> TapOf(Database database);
  // What came since the last call.
  std::vector<CapturedBatch> Take();

 private:
  std::mutex mutex_;
  std::vector<CapturedBatch> batches_;
};

// Databases to write captured batches into. Dies when one cannot be written.
class Replay {
 public:
  // `data_path` was made by an engine with the same domains and views, and nobody has it open: its options and column
  // families are taken from there. Only those of `databases` are opened.
  Replay(const std::string& data_path, const std::vector<Database>& databases, size_t block_cache_bytes);
  ~Replay();

  // In order; the log synced, the others not, as the engine writes them.
  void Write(const std::vector<CapturedBatch>& batches);

 private:
  struct Opened {
    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> columns;
  };

  Opened& Of(Database database) { return opened_[static_cast<size_t>(database)]; }

  Opened opened_[3];
};

}  // namespace regard::bench
