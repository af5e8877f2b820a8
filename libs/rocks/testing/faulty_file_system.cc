#include "libs/rocks/testing/faulty_file_system.h"

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

namespace regard::rocks::testing {

struct FaultyFileSystem::State {
  std::mutex mutex;
  bool dead = false;
  bool full = false;
  // Files written since the start: how long they are for sure.
  std::map<std::string, uint64_t> synced_bytes;

  rocksdb::IOStatus Check() {
    if (dead) return rocksdb::IOStatus::IOError("no power");
    if (full) return rocksdb::IOStatus::NoSpace("no space left on device");
    return rocksdb::IOStatus::OK();
  }
};

class FaultyFileSystem::WritableFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WritableFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path, std::shared_ptr<State> state)
      : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), state_(std::move(state)) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    std::lock_guard<std::mutex> lock(state_->mutex);
    rocksdb::IOStatus status = state_->Check();
    if (status.ok()) status = target()->Append(data, options, debug);
    if (status.ok()) bytes_ += data.size();
    return status;
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    return Synced([&] { return target()->Sync(options, debug); });
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    return Synced([&] { return target()->Fsync(options, debug); });
  }
  rocksdb::IOStatus Flush(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    std::lock_guard<std::mutex> lock(state_->mutex);
    if (state_->dead) return rocksdb::IOStatus::IOError("no power");
    return target()->Flush(options, debug);
  }

 private:
  template <class Action>
  rocksdb::IOStatus Synced(Action action) {
    std::lock_guard<std::mutex> lock(state_->mutex);
    if (state_->dead) return rocksdb::IOStatus::IOError("no power");
    const rocksdb::IOStatus status = action();
    if (status.ok()) state_->synced_bytes[path_] = bytes_;
    return status;
  }

  const std::string path_;
  const std::shared_ptr<State> state_;
  uint64_t bytes_ = 0;
};

class FaultyFileSystem::Files : public rocksdb::FileSystemWrapper {
 public:
  explicit Files(std::shared_ptr<State> state)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), state_(std::move(state)) {}

  const char* Name() const override { return "FaultyFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    rocksdb::FileOptions plain = options;
    plain.use_mmap_writes = false;
    {
      std::lock_guard<std::mutex> lock(state_->mutex);
      const rocksdb::IOStatus status = state_->Check();
      if (!status.ok()) return status;
      state_->synced_bytes[path] = 0;
    }
    std::unique_ptr<rocksdb::FSWritableFile> real;
    const rocksdb::IOStatus made = target()->NewWritableFile(path, plain, &real, debug);
    if (made.ok()) *file = std::make_unique<WritableFile>(std::move(real), path, state_);
    return made;
  }
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    std::lock_guard<std::mutex> lock(state_->mutex);
    if (state_->dead) return rocksdb::IOStatus::IOError("no power");
    const auto found = state_->synced_bytes.find(from);
    if (found != state_->synced_bytes.end()) {
      state_->synced_bytes[to] = found->second;
      state_->synced_bytes.erase(from);
    }
    return target()->RenameFile(from, to, options, debug);
  }
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    std::lock_guard<std::mutex> lock(state_->mutex);
    if (state_->dead) return rocksdb::IOStatus::IOError("no power");
    state_->synced_bytes.erase(path);
    return target()->DeleteFile(path, options, debug);
  }

 private:
  const std::shared_ptr<State> state_;
};

FaultyFileSystem::FaultyFileSystem()
    : state_(std::make_shared<State>()), env_(rocksdb::NewCompositeEnv(std::make_shared<Files>(state_))) {}

FaultyFileSystem::~FaultyFileSystem() = default;

rocksdb::Env* FaultyFileSystem::env() { return env_.get(); }

void FaultyFileSystem::CutPower() {
  std::lock_guard<std::mutex> lock(state_->mutex);
  state_->dead = true;
}

void FaultyFileSystem::RestorePower() {
  std::lock_guard<std::mutex> lock(state_->mutex);
  for (const auto& [path, bytes] : state_->synced_bytes) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored) && std::filesystem::file_size(path, ignored) > bytes) {
      std::filesystem::resize_file(path, bytes, ignored);
    }
  }
  state_->synced_bytes.clear();
  state_->dead = false;
}

void FaultyFileSystem::SetFull(bool full) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  state_->full = full;
}

}  // namespace regard::rocks::testing
