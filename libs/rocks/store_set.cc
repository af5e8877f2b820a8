#include "libs/rocks/store_set.h"

#include <pthread.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/rocks/column_families.h"
#include "libs/rocks/recent_writes.h"
#include "libs/rocks/status.h"
#include "rocksdb/db.h"
#include "rocksdb/utilities/checkpoint.h"

namespace regard::rocks {
namespace {

rocksdb::Slice SliceOf(absl::string_view text) { return {text.data(), text.size()}; }
absl::string_view ViewOf(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

absl::Status Away() { return absl::UnavailableError("the stores are being opened anew"); }

class Flusher;

// One store: recent writes over a column family.
class ColumnStore : public es::Store {
 public:
  ColumnStore(const ColumnFamilies& database, size_t name, Flusher& flusher)
      : database_(database), name_(name), flusher_(flusher) {}

  absl::StatusOr<absl::optional<std::string>> Get(absl::string_view key) const override {
    {
      std::shared_lock<std::shared_mutex> lock(mutex_);
      if (absl::optional<RecentWrites::Row> row = recent_.Find(key); row.has_value()) return *std::move(row);
    }
    // Not lately written, so RocksDB has it, whatever was flushed since.
    std::shared_lock<std::shared_mutex> lock(database_.mutex);
    if (database_.db() == nullptr) return Away();
    std::string value;
    const rocksdb::Status status =
        database_.db()->Get(rocksdb::ReadOptions(), database_.column(name_), SliceOf(key), &value);
    if (status.IsNotFound()) return absl::optional<std::string>();
    if (!status.ok()) return FromRocks(status, "read");
    return absl::optional<std::string>(std::move(value));
  }

  absl::Status Scan(absl::string_view from, absl::string_view to,
                    absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) const override {
    if (!to.empty() && from >= to) return absl::OkStatus();
    rocksdb::ReadOptions read;
    const rocksdb::Slice upper = SliceOf(to);
    if (!to.empty()) read.iterate_upper_bound = &upper;
    RecentWrites::Layer recent;
    std::unique_ptr<rocksdb::Iterator> at;
    std::shared_lock<std::shared_mutex> opened(database_.mutex);
    if (database_.db() == nullptr) return Away();
    {
      // Both of one moment: what is flushed later the iterator does not see.
      std::shared_lock<std::shared_mutex> lock(mutex_);
      recent = recent_.Within(from, to);
      at.reset(database_.db()->NewIterator(read, database_.column(name_)));
    }
    at->Seek(SliceOf(from));
    for (auto row = recent.rows.begin(); at->Valid() || row != recent.rows.end();) {
      const bool is_recent = row != recent.rows.end() && (!at->Valid() || row->first <= ViewOf(at->key()));
      if (!is_recent) {
        const bool deleted = recent.DeletedInRange(ViewOf(at->key()));
        if (!deleted && !visit(ViewOf(at->key()), ViewOf(at->value()))) break;
        at->Next();
        continue;
      }
      if (row->second.has_value() && !visit(row->first, *row->second)) break;
      if (at->Valid() && ViewOf(at->key()) == row->first) at->Next();
      ++row;
    }
    return FromRocks(at->status(), "scan");
  }

  // FAILED_PRECONDITION when the set was opened for reading. Another error means that RocksDB has taken nothing for long:
  // what was written is readable until then, and lost with the process.
  absl::Status Write(const es::StoreBatch& batch, Durability durability) override;

  // For the flusher.
  void SetApart() {
    std::lock_guard<std::shared_mutex> lock(mutex_);
    apart_ = &recent_.SetApart();
  }
  void AddApart(rocksdb::WriteBatch& writes) const {
    // Read without a lock: nobody changes what is set apart until it is forgotten.
    rocksdb::ColumnFamilyHandle* const column = database_.column(name_);
    for (const auto& [from, to] : apart_->deleted_ranges) writes.DeleteRange(column, from, to);
    for (const auto& [key, value] : apart_->rows) {
      if (value.has_value()) {
        writes.Put(column, key, *value);
      } else {
        writes.Delete(column, key);
      }
    }
  }
  void Forget() {
    RecentWrites::Layer forgotten;
    std::lock_guard<std::shared_mutex> lock(mutex_);
    forgotten = recent_.Forget();
  }

 private:
  const ColumnFamilies& database_;
  const size_t name_;
  Flusher& flusher_;
  mutable std::shared_mutex mutex_;
  RecentWrites recent_;
  const RecentWrites::Layer* apart_ = nullptr;
};

// Brings what was written lately to RocksDB: all stores of the set in one batch, on a thread of its own.
class Flusher {
 public:
  Flusher(ColumnFamilies& database, const StoreSetOptions& options) : database_(database), options_(options) {}

  void Start(std::vector<ColumnStore*> stores) {
    stores_ = std::move(stores);
    thread_ = std::thread([this] { Run(); });
    pthread_setname_np(thread_.native_handle(), "store-flusher");
  }
  bool read_only() const { return options_.read_only; }

  // Tries once more to flush what is left.
  void Stop() {
    if (!thread_.joinable()) return;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  // A store took `bytes`. Waits when far more is recent than RocksDB takes; the error when it takes nothing.
  absl::Status Took(size_t bytes) {
    std::unique_lock<std::mutex> lock(mutex_);
    const bool first = recent_bytes_ == 0;
    recent_bytes_ += bytes;
    if (first || recent_bytes_ >= options_.flush_bytes) changed_.notify_all();
    const auto fits = [this] { return recent_bytes_ < kFlushesBehind * options_.flush_bytes; };
    changed_.wait(lock, [&] { return fits() || !status_.ok(); });
    return fits() ? absl::OkStatus() : status_;
  }

  // Returns when everything written before is in RocksDB, or an attempt to get it there failed.
  absl::Status Flush() {
    std::unique_lock<std::mutex> lock(mutex_);
    const uint64_t wanted = ++asked_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return attempted_ >= wanted; });
    return status_;
  }

 private:
  static constexpr size_t kFlushesBehind = 4;

  void Run() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      const auto asked = [this] { return stopping_ || asked_ > attempted_; };
      changed_.wait(lock, [&] { return asked() || recent_bytes_ > 0 || !status_.ok(); });
      // After a failure only time, or somebody who asks, is a reason to try again.
      changed_.wait_for(lock, absl::ToChronoMilliseconds(options_.flush_after), [&] {
        return asked() || (status_.ok() && recent_bytes_ >= options_.flush_bytes);
      });
      const uint64_t asked_before = asked_;
      const bool last = stopping_;
      if (!left_apart_) recent_bytes_ = 0;
      lock.unlock();
      const absl::Status flushed = FlushOnce();
      lock.lock();
      status_ = flushed;
      attempted_ = asked_before;
      changed_.notify_all();
      if (last) return;
    }
  }

  // What a failed attempt left apart is tried again; nothing that was written is given up, and all of it stays readable.
  absl::Status FlushOnce() {
    if (left_apart_) {
      const absl::Status opened = database_.OpenAnew();
      if (!opened.ok()) return opened;
    }
    std::shared_lock<std::shared_mutex> lock(database_.mutex);
    if (database_.db() == nullptr) return Away();
    rocksdb::WriteBatch writes;
    for (ColumnStore* store : stores_) {
      if (!left_apart_) store->SetApart();
      store->AddApart(writes);
    }
    if (writes.Count() > 0) {
      if (options_.tap) options_.tap(writes.Data());
      const rocksdb::Status written = database_.db()->Write(rocksdb::WriteOptions(), &writes);
      left_apart_ = !written.ok();
      if (left_apart_) return FromRocks(written, "write");
    }
    for (ColumnStore* store : stores_) store->Forget();
    return absl::OkStatus();
  }

  ColumnFamilies& database_;
  const StoreSetOptions& options_;
  std::vector<ColumnStore*> stores_;
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t recent_bytes_ = 0;
  uint64_t asked_ = 0;
  uint64_t attempted_ = 0;
  bool stopping_ = false;
  // Of the last attempt.
  absl::Status status_;
  // The thread's own.
  bool left_apart_ = false;
  std::thread thread_;
};

absl::Status ColumnStore::Write(const es::StoreBatch& batch, Durability durability) {
  if (flusher_.read_only()) return absl::FailedPreconditionError("opened for reading");
  size_t bytes = 0;
  for (const es::StoreBatch::Operation& operation : batch.operations()) {
    bytes += operation.key.size() + operation.value.size();
  }
  {
    std::lock_guard<std::shared_mutex> lock(mutex_);
    recent_.Apply(batch);
  }
  absl::Status status = flusher_.Took(bytes);
  if (!status.ok() || durability == Durability::kBuffered) return status;
  status = flusher_.Flush();
  if (!status.ok()) return status;
  std::shared_lock<std::shared_mutex> lock(database_.mutex);
  return database_.db() == nullptr ? Away() : FromRocks(database_.db()->SyncWAL(), "sync");
}

class Set : public StoreSet {
 public:
  Set(const std::string& path, const std::vector<std::string>& names, StoreSetOptions options)
      : options_(std::move(options)), database_(path, names, options_), flusher_(database_, options_) {}
  ~Set() override { flusher_.Stop(); }

  absl::Status Start() {
    const absl::Status opened = database_.Open();
    if (!opened.ok()) return opened;
    std::vector<ColumnStore*> flushed;
    for (size_t i = 0; i < database_.names().size(); ++i) {
      auto& store = stores_[database_.names()[i]];
      store = std::make_unique<ColumnStore>(database_, i, flusher_);
      flushed.push_back(store.get());
    }
    if (!options_.read_only) flusher_.Start(std::move(flushed));
    return absl::OkStatus();
  }

  es::Store* store(absl::string_view name) override {
    const auto found = stores_.find(name);
    return found == stores_.end() ? nullptr : found->second.get();
  }

  absl::Status Backup(const std::string& to) override {
    const absl::Status flushed = flusher_.Flush();
    if (!flushed.ok()) return flushed;
    std::shared_lock<std::shared_mutex> lock(database_.mutex);
    if (database_.db() == nullptr) return Away();
    rocksdb::Checkpoint* raw = nullptr;
    const rocksdb::Status made = rocksdb::Checkpoint::Create(database_.db(), &raw);
    if (!made.ok()) return FromRocks(made, "backup");
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
    return FromRocks(checkpoint->CreateCheckpoint(to), absl::StrCat("backup to ", to));
  }

 private:
  const StoreSetOptions options_;
  ColumnFamilies database_;
  Flusher flusher_;
  std::map<std::string, std::unique_ptr<ColumnStore>, std::less<>> stores_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<StoreSet>> StoreSet::Open(const std::string& path, const std::vector<std::string>& names,
                                                         StoreSetOptions options) {
  auto set = std::make_unique<Set>(path, names, std::move(options));
  const absl::Status started = set->Start();
  if (!started.ok()) return started;
  return set;
}

}  // namespace regard::rocks
