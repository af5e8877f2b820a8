// The folder a process keeps its data in, which no other process opens at the same time.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace regard::app {

// Holds the folder until it is destroyed; the kernel lets go of it when the process dies, however it dies.
class DataFolder {
 public:
  // Makes the folder (mode 0700, and its parents) when it is not there. FAILED_PRECONDITION naming the process that has it
  // open already.
  static absl::StatusOr<DataFolder> Open(const std::string& path);
  // As Open, but NOT_FOUND when there is none: for looking at one.
  static absl::StatusOr<DataFolder> OpenExisting(const std::string& path);

  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;
  ~DataFolder();

  const std::string& path() const { return path_; }
  // "<path>/<name>".
  std::string File(absl::string_view name) const;

 private:
  DataFolder(std::string path, int fd) : path_(std::move(path)), lock_fd_(fd) {}

  std::string path_;
  int lock_fd_;
};

}  // namespace regard::app
