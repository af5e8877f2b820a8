// Subjects' keys in a RocksDB database of their own, so that no backup of the log carries them and erasing one leaves
// nothing behind.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "libs/privacy/key_store.h"

namespace rocksdb {
class DB;
}

namespace regard::rocks {

// Thread-safe. Every new key and every erasure is synced.
class KeyStore : public privacy::KeyStore {
 public:
  static absl::StatusOr<std::unique_ptr<KeyStore>> Open(const std::string& path);
  ~KeyStore() override;

  absl::StatusOr<privacy::Key> GetOrCreate(absl::string_view subject, absl::string_view tenant) override;
  absl::StatusOr<absl::optional<privacy::Key>> Get(absl::string_view subject, absl::string_view tenant) override;
  absl::Status Erase(absl::string_view subject, absl::string_view tenant) override;

  // Every living key, until `visit` fails: its error.
  absl::Status Visit(absl::FunctionRef<absl::Status(absl::string_view subject, absl::string_view tenant,
                                                    const privacy::Key& key)> visit);
  // A key that was made elsewhere. ALREADY_EXISTS when there is another.
  absl::Status Put(absl::string_view subject, absl::string_view tenant, const privacy::Key& key);

  // A copy in a folder that must not exist. A restored copy brings erased keys back that were erased after it.
  absl::Status Backup(const std::string& to);

 private:
  explicit KeyStore(std::unique_ptr<rocksdb::DB> db);

  std::unique_ptr<rocksdb::DB> db_;
  // Making a key is read, then write.
  std::mutex making_;
};

}  // namespace regard::rocks
