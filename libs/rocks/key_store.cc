#include "libs/rocks/key_store.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/rocks/status.h"
#include "rocksdb/db.h"
#include "rocksdb/utilities/checkpoint.h"

namespace regard::rocks {
namespace {

constexpr size_t kTenantDigits = 4;

// Length first, so that no subject and tenant run into another pair.
std::string NameOf(absl::string_view subject, absl::string_view tenant) {
  return absl::StrCat(absl::Hex(tenant.size(), absl::kZeroPad4), tenant, subject);
}

}  // namespace

KeyStore::KeyStore(std::unique_ptr<rocksdb::DB> db) : db_(std::move(db)) {}
KeyStore::~KeyStore() = default;

absl::StatusOr<std::unique_ptr<KeyStore>> KeyStore::Open(const std::string& path) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.keep_log_file_num = 2;
  options.info_log_level = rocksdb::WARN_LEVEL;
  // Erased keys must not linger in a recycled or archived log.
  options.recycle_log_file_num = 0;
  options.WAL_ttl_seconds = 0;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::Open(options, path, &db);
  if (!opened.ok()) return FromRocks(opened, absl::StrCat("open keys ", path));
  return std::unique_ptr<KeyStore>(new KeyStore(std::unique_ptr<rocksdb::DB>(db)));
}

absl::StatusOr<absl::optional<privacy::Key>> KeyStore::Get(absl::string_view subject, absl::string_view tenant) {
  std::string bytes;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), NameOf(subject, tenant), &bytes);
  if (found.IsNotFound()) return absl::optional<privacy::Key>();
  if (!found.ok()) return FromRocks(found, "read a key");
  absl::StatusOr<privacy::Key> key = privacy::Key::FromBytes(bytes);
  if (!key.ok()) return absl::DataLossError("a stored key has the wrong length");
  return absl::optional<privacy::Key>(*key);
}

absl::StatusOr<privacy::Key> KeyStore::GetOrCreate(absl::string_view subject, absl::string_view tenant) {
  std::lock_guard<std::mutex> lock(making_);
  const absl::StatusOr<absl::optional<privacy::Key>> found = Get(subject, tenant);
  if (!found.ok()) return found.status();
  if (found->has_value()) return **found;
  const privacy::Key key = privacy::Key::Random();
  rocksdb::WriteOptions write;
  write.sync = true;
  const rocksdb::Status written =
      db_->Put(write, NameOf(subject, tenant), rocksdb::Slice(key.bytes().data(), key.bytes().size()));
  if (!written.ok()) return FromRocks(written, "write a key");
  return key;
}

absl::Status KeyStore::Erase(absl::string_view subject, absl::string_view tenant) {
  std::lock_guard<std::mutex> lock(making_);
  rocksdb::WriteOptions write;
  write.sync = true;
  rocksdb::Status status = db_->Delete(write, NameOf(subject, tenant));
  // The deletion alone leaves the key in older files: they are written anew without it, and the log of writes with it
  // is dropped by the flush.
  if (status.ok()) status = db_->Flush(rocksdb::FlushOptions());
  rocksdb::CompactRangeOptions everything;
  everything.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  if (status.ok()) status = db_->CompactRange(everything, nullptr, nullptr);
  return FromRocks(status, "erase a key");
}

absl::Status KeyStore::Visit(
    absl::FunctionRef<absl::Status(absl::string_view, absl::string_view, const privacy::Key&)> visit) {
  const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(rocksdb::ReadOptions()));
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    const absl::string_view name(at->key().data(), at->key().size());
    size_t tenant_size = 0;
    if (name.size() < kTenantDigits || !absl::SimpleHexAtoi(name.substr(0, kTenantDigits), &tenant_size) ||
        tenant_size > name.size() - kTenantDigits) {
      return absl::DataLossError("a stored key has a damaged name");
    }
    const absl::StatusOr<privacy::Key> key =
        privacy::Key::FromBytes(absl::string_view(at->value().data(), at->value().size()));
    if (!key.ok()) return absl::DataLossError("a stored key has the wrong length");
    const absl::Status visited =
        visit(name.substr(kTenantDigits + tenant_size), name.substr(kTenantDigits, tenant_size), *key);
    if (!visited.ok()) return visited;
  }
  return FromRocks(at->status(), "read keys");
}

absl::Status KeyStore::Put(absl::string_view subject, absl::string_view tenant, const privacy::Key& key) {
  std::lock_guard<std::mutex> lock(making_);
  const absl::StatusOr<absl::optional<privacy::Key>> found = Get(subject, tenant);
  if (!found.ok()) return found.status();
  if (found->has_value()) {
    return (*found)->bytes() == key.bytes() ? absl::OkStatus() : absl::AlreadyExistsError("there is another key");
  }
  rocksdb::WriteOptions write;
  write.sync = true;
  return FromRocks(db_->Put(write, NameOf(subject, tenant), rocksdb::Slice(key.bytes().data(), key.bytes().size())),
                   "write a key");
}

absl::Status KeyStore::Backup(const std::string& to) {
  rocksdb::Checkpoint* raw = nullptr;
  const rocksdb::Status made = rocksdb::Checkpoint::Create(db_.get(), &raw);
  if (!made.ok()) return FromRocks(made, "backup");
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
  return FromRocks(checkpoint->CreateCheckpoint(to), absl::StrCat("backup to ", to));
}

}  // namespace regard::rocks
