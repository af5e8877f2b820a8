#include "libs/rocks/store_set.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/rocks/status.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"
#include "rocksdb/utilities/checkpoint.h"

namespace regard::rocks {
namespace {

rocksdb::Slice SliceOf(absl::string_view text) { return {text.data(), text.size()}; }
absl::string_view ViewOf(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

class ColumnStore : public es::Store {
 public:
  ColumnStore(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* column, const StoreSetOptions& options)
      : db_(db), column_(column), tap_(options.tap) {}

  absl::StatusOr<absl::optional<std::string>> Get(absl::string_view key) const override {
    std::string value;
    const rocksdb::Status status = db_.Get(rocksdb::ReadOptions(), column_, SliceOf(key), &value);
    if (status.IsNotFound()) return absl::optional<std::string>();
    if (!status.ok()) return FromRocks(status, "read");
    return absl::optional<std::string>(std::move(value));
  }

  absl::Status Scan(absl::string_view from, absl::string_view to,
                    absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) const override {
    rocksdb::ReadOptions read;
    const rocksdb::Slice upper = SliceOf(to);
    if (!to.empty()) read.iterate_upper_bound = &upper;
    std::unique_ptr<rocksdb::Iterator> at(db_.NewIterator(read, column_));
    for (at->Seek(SliceOf(from)); at->Valid(); at->Next()) {
      if (!visit(ViewOf(at->key()), ViewOf(at->value()))) break;
    }
    return FromRocks(at->status(), "scan");
  }

  absl::Status Write(const es::StoreBatch& batch, Durability durability) override {
    rocksdb::WriteBatch writes;
    for (const es::StoreBatch::Operation& operation : batch.operations()) {
      switch (operation.kind) {
        case es::StoreBatch::Operation::Kind::kPut:
          writes.Put(column_, operation.key, operation.value);
          break;
        case es::StoreBatch::Operation::Kind::kDelete:
          writes.Delete(column_, operation.key);
          break;
        case es::StoreBatch::Operation::Kind::kDeleteRange:
          writes.DeleteRange(column_, operation.key, operation.value);
          break;
      }
    }
    rocksdb::WriteOptions write;
    write.sync = durability == Durability::kSynced;
    if (tap_) tap_(writes.Data());
    return FromRocks(db_.Write(write, &writes), "write");
  }

 private:
  rocksdb::DB& db_;
  rocksdb::ColumnFamilyHandle* column_;
  const std::function<void(absl::string_view batch)> tap_;
};

class Database : public StoreSet {
 public:
  ~Database() override {
    stores_.clear();
    for (rocksdb::ColumnFamilyHandle* column : columns_) db_->DestroyColumnFamilyHandle(column);
  }

  absl::Status Start(const std::string& path, const std::vector<std::string>& names, const StoreSetOptions& options) {
    rocksdb::DBOptions database;
    database.create_if_missing = true;
    database.create_missing_column_families = true;
    database.max_background_jobs = 2;
    database.keep_log_file_num = 4;
    database.info_log_level = rocksdb::WARN_LEVEL;
    database.max_total_wal_size = 256 << 20;
    if (options.env != nullptr) database.env = options.env;

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

    std::vector<std::string> present;
    rocksdb::DB::ListColumnFamilies(database, path, &present);
    std::vector<rocksdb::ColumnFamilyDescriptor> columns;
    columns.emplace_back(rocksdb::kDefaultColumnFamilyName, column);
    for (const std::string& name : names) columns.emplace_back(name, column);
    for (const std::string& name : present) {
      const auto same = [&](const rocksdb::ColumnFamilyDescriptor& known) { return known.name == name; };
      if (std::none_of(columns.begin(), columns.end(), same)) columns.emplace_back(name, column);
    }
    rocksdb::DB* db = nullptr;
    const rocksdb::Status opened =
        options.read_only ? rocksdb::DB::OpenForReadOnly(database, path, columns, &columns_, &db)
                          : rocksdb::DB::Open(database, path, columns, &columns_, &db);
    if (!opened.ok()) return FromRocks(opened, absl::StrCat("open stores ", path));
    db_.reset(db);
    for (size_t i = 1; i < columns.size(); ++i) {
      if (i <= names.size()) {
        stores_[names[i - 1]] = std::make_unique<ColumnStore>(*db_, columns_[i], options);
      } else if (!options.read_only) {
        const rocksdb::Status dropped = db_->DropColumnFamily(columns_[i]);
        if (!dropped.ok()) return FromRocks(dropped, absl::StrCat("drop store ", columns[i].name));
      }
    }
    return absl::OkStatus();
  }

  es::Store* store(absl::string_view name) override {
    const auto found = stores_.find(name);
    return found == stores_.end() ? nullptr : found->second.get();
  }

  absl::Status Backup(const std::string& to) override {
    rocksdb::Checkpoint* raw = nullptr;
    const rocksdb::Status made = rocksdb::Checkpoint::Create(db_.get(), &raw);
    if (!made.ok()) return FromRocks(made, "backup");
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
    return FromRocks(checkpoint->CreateCheckpoint(to), absl::StrCat("backup to ", to));
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> columns_;
  std::map<std::string, std::unique_ptr<ColumnStore>, std::less<>> stores_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<StoreSet>> StoreSet::Open(const std::string& path, const std::vector<std::string>& names,
                                                         StoreSetOptions options) {
  auto database = std::make_unique<Database>();
  const absl::Status started = database->Start(path, names, options);
  if (!started.ok()) return started;
  return database;
}

}  // namespace regard::rocks
