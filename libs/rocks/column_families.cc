#include "libs/rocks/column_families.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/rocks/status.h"
#include "rocksdb/cache.h"
#include "rocksdb/env.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"

namespace regard::rocks {
namespace {

// Written to see whether there is space again.
constexpr size_t kProbeBytes = 1 << 20;

rocksdb::DBOptions DatabaseOptions(const StoreSetOptions& options) {
  rocksdb::DBOptions database;
  database.create_if_missing = true;
  database.create_missing_column_families = true;
  database.max_background_jobs = 2;
  database.keep_log_file_num = 4;
  database.info_log_level = rocksdb::WARN_LEVEL;
  database.max_total_wal_size = 256 << 20;
  if (options.env != nullptr) database.env = options.env;
  return database;
}

rocksdb::ColumnFamilyOptions ColumnOptions(const StoreSetOptions& options) {
  rocksdb::ColumnFamilyOptions column;
  column.write_buffer_size = options.write_buffer_bytes;
  column.memtable_whole_key_filtering = true;
  column.memtable_prefix_bloom_size_ratio = 0.02;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  column.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return column;
}

}  // namespace

ColumnFamilies::ColumnFamilies(std::string path, std::vector<std::string> names, const StoreSetOptions& options)
    : path_(std::move(path)), names_(std::move(names)), options_(options) {}

ColumnFamilies::~ColumnFamilies() { Close(); }

absl::Status ColumnFamilies::Open() {
  const rocksdb::DBOptions database = DatabaseOptions(options_);
  const rocksdb::ColumnFamilyOptions column = ColumnOptions(options_);
  std::vector<std::string> present;
  rocksdb::DB::ListColumnFamilies(database, path_, &present);
  if (options_.read_only) {
    const auto missing = [&](const std::string& name) {
      return std::find(present.begin(), present.end(), name) == present.end();
    };
    names_.erase(std::remove_if(names_.begin(), names_.end(), missing), names_.end());
  }
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const std::string& name : names_) descriptors.emplace_back(name, column);
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, column);
  const size_t wanted = descriptors.size();
  for (const std::string& name : present) {
    const auto same = [&](const rocksdb::ColumnFamilyDescriptor& known) { return known.name == name; };
    if (std::none_of(descriptors.begin(), descriptors.end(), same)) descriptors.emplace_back(name, column);
  }
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      options_.read_only ? rocksdb::DB::OpenForReadOnly(database, path_, descriptors, &columns_, &db)
                         : rocksdb::DB::Open(database, path_, descriptors, &columns_, &db);
  if (!opened.ok()) return FromRocks(opened, absl::StrCat("open stores ", path_));
  db_.reset(db);
  for (size_t i = wanted; i < descriptors.size() && !options_.read_only; ++i) {
    const rocksdb::Status dropped = db_->DropColumnFamily(columns_[i]);
    if (!dropped.ok()) return FromRocks(dropped, absl::StrCat("drop store ", descriptors[i].name));
  }
  return absl::OkStatus();
}

absl::Status ColumnFamilies::OpenAnew() {
  rocksdb::Env* const env = DatabaseOptions(options_).env;
  const std::string probe = path_ + "/PROBE";
  const rocksdb::Status space = rocksdb::WriteStringToFile(env, std::string(kProbeBytes, 'x'), probe, true);
  env->DeleteFile(probe);
  if (!space.ok()) return FromRocks(space, "write");
  std::unique_lock<std::shared_mutex> lock(mutex);
  Close();
  return Open();
}

void ColumnFamilies::Close() {
  for (rocksdb::ColumnFamilyHandle* column : columns_) db_->DestroyColumnFamilyHandle(column);
  columns_.clear();
  db_.reset();
}

}  // namespace regard::rocks
