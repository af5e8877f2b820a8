#include "tests/bench/captured_writes.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "rocksdb/cache.h"
#include "rocksdb/convenience.h"
#include "rocksdb/db.h"
#include "rocksdb/utilities/options_util.h"
#include "rocksdb/write_batch.h"

namespace regard::bench {
namespace {

void OrDie(const rocksdb::Status& status, const char* doing) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s: %s\n", doing, status.ToString().c_str());
  std::abort();
}

const char* FolderOf(Database database) {
  switch (database) {
    case Database::kLog: return "/log";
    case Database::kState: return "/state";
    case Database::kViews: return "/views";
  }
  std::abort();
}

}  // namespace

std::function<void(absl::string_view)> Capture::TapOf(Database database) {
  return [this, database](absl::string_view batch) {
    CapturedBatch captured{database, std::string(batch)};
    std::lock_guard<std::mutex> lock(mutex_);
    batches_.push_back(std::move(captured));
  };
}

std::vector<CapturedBatch> Capture::Take() {
  std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(batches_, {});
}

Replay::Replay(const std::string& data_path, const std::vector<Database>& databases, size_t block_cache_bytes) {
  for (const Database database : databases) {
    const std::string path = data_path + FolderOf(database);
    rocksdb::DBOptions options;
    std::vector<rocksdb::ColumnFamilyDescriptor> columns;
    // Options files name every option but the cache.
    std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(block_cache_bytes);
    OrDie(rocksdb::LoadLatestOptions(rocksdb::ConfigOptions(), path, &options, &columns, &cache), "read options");
    rocksdb::DB* db = nullptr;
    OrDie(rocksdb::DB::Open(options, path, columns, &Of(database).columns, &db), "open for replay");
    Of(database).db.reset(db);
  }
}

Replay::~Replay() {
  for (Opened& opened : opened_) {
    for (rocksdb::ColumnFamilyHandle* column : opened.columns) opened.db->DestroyColumnFamilyHandle(column);
  }
}

void Replay::Write(const std::vector<CapturedBatch>& batches) {
  for (const CapturedBatch& captured : batches) {
    rocksdb::WriteBatch batch(captured.data);
    rocksdb::WriteOptions write;
    write.sync = captured.database == Database::kLog;
    OrDie(Of(captured.database).db->Write(write, &batch), "replay");
  }
}

}  // namespace regard::bench
