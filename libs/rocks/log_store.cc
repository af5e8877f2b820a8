#include "libs/rocks/log_store.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "libs/es/log_identity.h"
#include "libs/es/log_watchers.h"
#include "libs/es/task_burst.h"
#include "libs/rocks/status.h"
#include "libs/rocks/witness.h"
#include "rocksdb/db.h"
#include "rocksdb/utilities/checkpoint.h"

namespace regard::rocks {
namespace {

// Written to see whether there is space again.
constexpr size_t kProbeBytes = 1 << 20;

constexpr char kWitnessName[] = "/WITNESS";

// No topic starts with a zero byte.
const std::string kIdentityKey("\0identity", 9);

void AppendBigEndian(std::string& out, uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

std::string RecordKey(absl::string_view topic, int partition, es::Offset offset) {
  std::string key(topic);
  key.push_back('\0');
  AppendBigEndian(key, partition, 2);
  AppendBigEndian(key, static_cast<uint64_t>(offset), 8);
  return key;
}

es::Offset OffsetOf(const rocksdb::Slice& key) {
  uint64_t offset = 0;
  for (size_t i = key.size() - 8; i < key.size(); ++i) offset = offset << 8 | static_cast<uint8_t>(key[i]);
  return static_cast<es::Offset>(offset);
}

rocksdb::Options DatabaseOptions(const LogStoreOptions& options) {
  rocksdb::Options database;
  database.create_if_missing = true;
  // Never the default, which opens a log that was cut or flipped in the middle without a word.
  database.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  database.paranoid_checks = true;
  database.write_buffer_size = options.write_buffer_bytes;
  database.max_write_buffer_number = 3;
  database.max_background_jobs = 2;
  database.keep_log_file_num = 4;
  database.info_log_level = rocksdb::WARN_LEVEL;
  if (options.env != nullptr) database.env = options.env;
  return database;
}

class Log;

class Database : public LogStore {
 public:
  Database(std::string path, LogStoreOptions options, bool read_only)
      : path_(std::move(path)), options_(std::move(options)), read_only_(read_only) {}
  ~Database() override;

  absl::Status Start(const std::vector<std::string>& topics);
  es::EventLog* topic(absl::string_view name) override;
  const log::v1::LogIdentity& identity() const override { return identity_; }
  absl::Status Backup(const std::string& to) override;

 private:
  friend class Log;
  struct Queued {
    Log* log;
    int partition;
    std::shared_ptr<const log::v1::Record> record;
    es::EventLog::AppendDone done;
  };

  absl::Status CheckIdentity();
  absl::Status CheckWitness();
  std::string WitnessPath() const { return path_ + kWitnessName; }
  PartitionEnds Ends() const;
  void Enqueue(Queued queued);
  void WriterLoop();
  void WriteAll(std::vector<Queued>& queued);
  void DoWhatIsDue();
  void RenewWitness();
  rocksdb::Status Reopen();

  const std::string path_;
  const LogStoreOptions options_;
  const bool read_only_;
  log::v1::LogIdentity identity_;
  // Shared while it is read, exclusive while it is opened anew. The writer thread reads it without: only it opens.
  std::shared_mutex db_mutex_;
  std::unique_ptr<rocksdb::DB> db_;
  std::map<std::string, std::unique_ptr<Log>, std::less<>> topics_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Queued> queue_;
  bool waiting_ = false;
  bool stopping_ = false;
  std::thread writer_;
  // The writer's own.
  absl::Time tell_due_ = absl::InfiniteFuture();
  absl::Time witness_due_ = absl::InfiniteFuture();
  bool broken_ = false;
};

// One topic.
class Log : public es::EventLog {
 public:
  Log(Database& database, std::string topic, int partition_count)
      : database_(database), topic_(std::move(topic)), partitions_(partition_count), is_untold_(partition_count) {}

  const std::string& topic() const override { return topic_; }
  const log::v1::LogIdentity& identity() const override { return database_.identity_; }

  void Append(int partition, std::shared_ptr<const log::v1::Record> record, AppendDone done) override {
    database_.Enqueue({this, partition, std::move(record), std::move(done)});
  }
  absl::StatusOr<std::vector<es::LoggedRecord>> Read(int partition, es::Offset from, size_t max_bytes) override;
  absl::StatusOr<es::Offset> End(int partition) override {
    return partitions_[partition].end.load(std::memory_order_acquire);
  }
  std::unique_ptr<es::LogWatch> Watch(absl::AnyInvocable<void(int partition)> grown) override {
    return watchers_.Add(std::move(grown));
  }

  absl::Status FindEnds();
  // The writer's side: offset of the next record, then what became durable.
  es::Offset next(int partition) const { return partitions_[partition].end.load(std::memory_order_relaxed); }
  void Grew(int partition, std::vector<es::LoggedRecord> records);
  // Tells watchers of what grew since it was called last.
  void TellWatchers();

  int partition_count() const { return static_cast<int>(partitions_.size()); }

 private:
  struct Partition {
    std::atomic<es::Offset> end{0};
    std::mutex mutex;
    std::deque<es::LoggedRecord> tail;
  };

  absl::Status FirstUnreadable(int partition, const rocksdb::Status& why);
  bool ReadTail(int partition, es::Offset from, es::Offset end, size_t max_bytes, std::vector<es::LoggedRecord>& out);
  absl::Status Damaged(int partition, es::Offset offset, absl::string_view what) const {
    return absl::DataLossError(absl::StrCat(topic_, "/", partition, " offset ", offset, ": ", what));
  }

  Database& database_;
  const std::string topic_;
  std::vector<Partition> partitions_;
  // The writer's own: partitions that watchers have not been told of.
  std::vector<char> is_untold_;
  std::vector<int> untold_;
  es::LogWatchers watchers_;
};

absl::Status Log::FindEnds() {
  for (int partition = 0; partition < partition_count(); ++partition) {
    rocksdb::ReadOptions read;
    std::unique_ptr<rocksdb::Iterator> at(database_.db_->NewIterator(read));
    const std::string prefix = RecordKey(topic_, partition, 0).substr(0, topic_.size() + 3);
    at->SeekForPrev(RecordKey(topic_, partition, INT64_MAX));
    if (!at->status().ok()) return FirstUnreadable(partition, at->status());
    if (at->Valid() && at->key().starts_with(prefix)) partitions_[partition].end.store(OffsetOf(at->key()) + 1);
  }
  return absl::OkStatus();
}

// Where the partition can be read to, for whoever has to decide what to do about it.
absl::Status Log::FirstUnreadable(int partition, const rocksdb::Status& why) {
  std::unique_ptr<rocksdb::Iterator> at(database_.db_->NewIterator(rocksdb::ReadOptions()));
  const std::string prefix = RecordKey(topic_, partition, 0).substr(0, topic_.size() + 3);
  es::Offset readable = 0;
  for (at->Seek(RecordKey(topic_, partition, 0)); at->Valid() && at->key().starts_with(prefix); at->Next()) {
    readable = OffsetOf(at->key()) + 1;
  }
  return Damaged(partition, readable, why.ToString());
}

bool Log::ReadTail(int partition, es::Offset from, es::Offset end, size_t max_bytes,
                   std::vector<es::LoggedRecord>& out) {
  Partition& state = partitions_[partition];
  std::lock_guard<std::mutex> lock(state.mutex);
  if (state.tail.empty() || state.tail.front().offset > from) return false;
  size_t bytes = 0;
  for (size_t i = static_cast<size_t>(from - state.tail.front().offset); i < state.tail.size(); ++i) {
    if (state.tail[i].offset >= end) break;
    bytes += state.tail[i].record->GetCachedSize();
    if (!out.empty() && bytes > max_bytes) break;
    out.push_back(state.tail[i]);
  }
  return true;
}

absl::StatusOr<std::vector<es::LoggedRecord>> Log::Read(int partition, es::Offset from, size_t max_bytes) {
  std::vector<es::LoggedRecord> records;
  const es::Offset end = partitions_[partition].end.load(std::memory_order_acquire);
  if (from >= end || ReadTail(partition, from, end, max_bytes, records)) return records;
  std::shared_lock<std::shared_mutex> lock(database_.db_mutex_);
  if (database_.db_ == nullptr) return absl::UnavailableError("the log is being opened anew");
  rocksdb::ReadOptions read;
  const std::string upper = RecordKey(topic_, partition, end);
  const rocksdb::Slice upper_slice(upper);
  read.iterate_upper_bound = &upper_slice;
  read.readahead_size = 256 << 10;
  std::unique_ptr<rocksdb::Iterator> at(database_.db_->NewIterator(read));
  size_t bytes = 0;
  es::Offset expected = from;
  for (at->Seek(RecordKey(topic_, partition, from)); at->Valid(); at->Next(), ++expected) {
    if (OffsetOf(at->key()) != expected) return Damaged(partition, expected, "a record is missing");
    bytes += at->value().size();
    if (!records.empty() && bytes > max_bytes) return records;
    auto record = std::make_shared<log::v1::Record>();
    if (!record->ParseFromArray(at->value().data(), static_cast<int>(at->value().size()))) {
      return Damaged(partition, expected, "a record does not parse");
    }
    records.push_back({expected, std::move(record)});
  }
  if (!at->status().ok()) return Damaged(partition, expected, at->status().ToString());
  if (expected < end) return Damaged(partition, expected, "a record is missing");
  return records;
}

void Log::Grew(int partition, std::vector<es::LoggedRecord> records) {
  Partition& state = partitions_[partition];
  const es::Offset end = records.back().offset + 1;
  {
    std::lock_guard<std::mutex> lock(state.mutex);
    for (es::LoggedRecord& record : records) state.tail.push_back(std::move(record));
    while (state.tail.size() > database_.options_.tail_records) state.tail.pop_front();
  }
  state.end.store(end, std::memory_order_release);
  if (is_untold_[partition]) return;
  is_untold_[partition] = 1;
  untold_.push_back(partition);
}

void Log::TellWatchers() {
  for (int partition : untold_) {
    is_untold_[partition] = 0;
    watchers_.Tell(partition);
  }
  untold_.clear();
}

absl::Status Database::Start(const std::vector<std::string>& topics) {
  rocksdb::Options options = DatabaseOptions(options_);
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = read_only_ ? rocksdb::DB::OpenForReadOnly(options, path_, &db)
                                            : rocksdb::DB::Open(options, path_, &db);
  if (!opened.ok()) return FromRocks(opened, absl::StrCat("open log ", path_));
  db_.reset(db);
  absl::Status status = CheckIdentity();
  if (!status.ok()) return status;
  for (const std::string& name : topics) {
    auto log = std::make_unique<Log>(*this, name, static_cast<int>(identity_.partition_count()));
    status = log->FindEnds();
    if (!status.ok()) return status;
    topics_[name] = std::move(log);
  }
  status = CheckWitness();
  if (!status.ok() || read_only_) return status;
  writer_ = std::thread([this] { WriterLoop(); });
  pthread_setname_np(writer_.native_handle(), "log-writer");
  return absl::OkStatus();
}

absl::Status Database::CheckIdentity() {
  std::string stored;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), kIdentityKey, &stored);
  if (found.ok()) {
    if (!identity_.ParseFromString(stored)) return absl::DataLossError("the log's identity does not parse");
    if (!read_only_ && static_cast<int>(identity_.partition_count()) != options_.partition_count) {
      return absl::FailedPreconditionError(absl::StrCat("the log was made with ", identity_.partition_count(),
                                                        " partitions, not ", options_.partition_count));
    }
    return es::CheckLogIdentity(path_, identity_);
  }
  if (!found.IsNotFound()) return FromRocks(found, "read the log's identity");
  if (read_only_) return absl::NotFoundError(absl::StrCat(path_, " holds no log"));
  absl::StatusOr<log::v1::LogIdentity> made = es::NewLogIdentity(options_.partition_count);
  if (!made.ok()) return made.status();
  identity_ = *std::move(made);
  rocksdb::WriteOptions write;
  write.sync = options_.sync;
  return FromRocks(db_->Put(write, kIdentityKey, identity_.SerializeAsString()), "write the log's identity");
}

absl::Status Database::CheckWitness() {
  const absl::StatusOr<PartitionEnds> witness = ReadWitness(WitnessPath());
  if (!witness.ok()) return witness.status();
  for (const auto& [where, end] : *witness) {
    const auto log = topics_.find(where.first);
    if (log == topics_.end()) continue;
    const es::Offset found = log->second->next(where.second);
    if (found < end) {
      return absl::DataLossError(absl::StrCat(where.first, "/", where.second, ": the log ends at offset ", found,
                                              ", its witness saw offset ", end - 1));
    }
  }
  return absl::OkStatus();
}

es::EventLog* Database::topic(absl::string_view name) {
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : found->second.get();
}

void Database::Enqueue(Queued queued) {
  if (read_only_) return std::move(queued.done)(absl::FailedPreconditionError("opened for reading"));
  bool wake = false;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(std::move(queued));
    wake = waiting_;
    waiting_ = false;
  }
  if (wake) wake_.notify_one();
}

void Database::WriterLoop() {
  std::vector<Queued> batch;
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    if (!queue_.empty()) {
      batch.swap(queue_);
      lock.unlock();
      WriteAll(batch);
      batch.clear();
      DoWhatIsDue();
      lock.lock();
      continue;
    }
    if (stopping_) return;
    waiting_ = true;
    const absl::Time due = std::min(tell_due_, witness_due_);
    if (due == absl::InfiniteFuture()) {
      wake_.wait(lock);
    } else {
      wake_.wait_until(lock, absl::ToChronoTime(due));
    }
    waiting_ = false;
    lock.unlock();
    DoWhatIsDue();
    lock.lock();
  }
}

void Database::DoWhatIsDue() {
  if (tell_due_ == absl::InfiniteFuture() && witness_due_ == absl::InfiniteFuture()) return;
  const absl::Time now = absl::Now();
  if (now >= tell_due_) {
    tell_due_ = absl::InfiniteFuture();
    for (auto& [name, log] : topics_) log->TellWatchers();
  }
  if (now >= witness_due_) {
    witness_due_ = absl::InfiniteFuture();
    RenewWitness();
  }
}

// After an error RocksDB refuses writes and does not always find back by itself. When there is space again, opening it anew
// is the one way that is always right: what the failed write left behind is then either there, under its offset, or not.
rocksdb::Status Database::Reopen() {
  rocksdb::Options options = DatabaseOptions(options_);
  const std::string probe = path_ + "/PROBE";
  rocksdb::Status status = rocksdb::WriteStringToFile(options.env, std::string(kProbeBytes, 'x'), probe, true);
  options.env->DeleteFile(probe);
  if (!status.ok()) return status;
  {
    std::unique_lock<std::shared_mutex> lock(db_mutex_);
    db_.reset();
    rocksdb::DB* db = nullptr;
    status = rocksdb::DB::Open(options, path_, &db);
    if (!status.ok()) return status;
    db_.reset(db);
  }
  for (auto& [name, log] : topics_) {
    if (!log->FindEnds().ok()) return rocksdb::Status::IOError("the ends of partitions cannot be read");
  }
  return status;
}

void Database::WriteAll(std::vector<Queued>& queued) {
  rocksdb::Status written = broken_ ? Reopen() : rocksdb::Status::OK();
  rocksdb::WriteBatch batch;
  // Offsets given out in this batch, per partition.
  absl::flat_hash_map<std::pair<Log*, int>, std::vector<es::LoggedRecord>> grown;
  std::vector<es::Offset> offsets;
  offsets.reserve(queued.size());
  std::string bytes;
  for (Queued& one : queued) {
    std::vector<es::LoggedRecord>& records = grown[{one.log, one.partition}];
    const es::Offset offset = one.log->next(one.partition) + static_cast<es::Offset>(records.size());
    one.record->SerializeToString(&bytes);
    batch.Put(RecordKey(one.log->topic(), one.partition, offset), bytes);
    records.push_back({offset, std::move(one.record)});
    offsets.push_back(offset);
  }
  rocksdb::WriteOptions write;
  write.sync = options_.sync;
  const absl::Time started = absl::Now();
  if (options_.tap) options_.tap(batch.Data());
  if (written.ok()) written = db_->Write(write, &batch);
  broken_ = !written.ok();
  if (options_.synced) options_.synced(absl::Now() - started, queued.size(), batch.GetDataSize());
  if (!written.ok()) {
    const absl::Status error = FromRocks(written, "append");
    for (Queued& one : queued) std::move(one.done)(error);
    return;
  }
  for (auto& [where, records] : grown) where.first->Grew(where.second, std::move(records));
  const absl::Time now = absl::Now();
  if (tell_due_ == absl::InfiniteFuture()) tell_due_ = now + options_.tell_after;
  if (witness_due_ == absl::InfiniteFuture()) witness_due_ = now + options_.witness_interval;
  const es::TaskBurst burst;
  for (size_t i = 0; i < queued.size(); ++i) std::move(queued[i].done)(offsets[i]);
}

PartitionEnds Database::Ends() const {
  PartitionEnds ends;
  for (const auto& [name, log] : topics_) {
    for (int partition = 0; partition < log->partition_count(); ++partition) {
      if (log->next(partition) > 0) ends[{name, partition}] = log->next(partition);
    }
  }
  return ends;
}

void Database::RenewWitness() {
  // Failing to renew it loses nothing but sharpness; the next renewal tries again.
  if (options_.sync && !WriteWitness(WitnessPath(), Ends()).ok()) witness_due_ = absl::Now() + options_.witness_interval;
}

absl::Status Database::Backup(const std::string& to) {
  std::shared_lock<std::shared_mutex> lock(db_mutex_);
  if (db_ == nullptr) return absl::UnavailableError("the log is being opened anew");
  rocksdb::Checkpoint* raw = nullptr;
  const rocksdb::Status made = rocksdb::Checkpoint::Create(db_.get(), &raw);
  if (!made.ok()) return FromRocks(made, "backup");
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
  // Looked at before, so that the copy is never behind its own witness.
  const PartitionEnds ends = Ends();
  const absl::Status copied = FromRocks(checkpoint->CreateCheckpoint(to), absl::StrCat("backup to ", to));
  return copied.ok() ? WriteWitness(to + kWitnessName, ends) : copied;
}

Database::~Database() {
  if (writer_.joinable()) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    writer_.join();
    RenewWitness();
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogStore>> LogStore::Open(const std::string& path,
                                                         const std::vector<std::string>& topics,
                                                         LogStoreOptions options) {
  auto database = std::make_unique<Database>(path, std::move(options), false);
  const absl::Status started = database->Start(topics);
  if (!started.ok()) return started;
  return database;
}

absl::StatusOr<std::unique_ptr<LogStore>> LogStore::OpenReadOnly(const std::string& path,
                                                                 const std::vector<std::string>& topics) {
  auto database = std::make_unique<Database>(path, LogStoreOptions(), true);
  const absl::Status started = database->Start(topics);
  if (!started.ok()) return started;
  return database;
}

}  // namespace regard::rocks
