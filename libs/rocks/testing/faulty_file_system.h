// A file system under RocksDB that loses what was not synced when the power goes, and has no space when told so. A killed
// process never shows either, because the page cache survives it.
#pragma once

#include <memory>

namespace rocksdb {
class Env;
}

namespace regard::rocks::testing {

// Thread-safe. Outlives every database opened on its env.
class FaultyFileSystem {
 public:
  FaultyFileSystem();
  ~FaultyFileSystem();

  rocksdb::Env* env();

  // From now on nothing reaches the disk and every write fails. Close the database, then call RestorePower.
  void CutPower();
  // Drops from every file what was not synced before the power was cut, and works again.
  void RestorePower();

  // Writes fail as on a full disk.
  void SetFull(bool full);

 private:
  struct State;
  class Files;
  class WritableFile;

  std::shared_ptr<State> state_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace regard::rocks::testing
