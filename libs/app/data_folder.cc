#include "libs/app/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace regard::app {
namespace {

constexpr char kLockName[] = "LOCKED_BY";

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::absolute(path).lexically_normal().parent_path();
  std::filesystem::create_directories(parent, error);
  if (error) return absl::FailedPreconditionError(absl::StrCat(parent.string(), ": ", error.message()));
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return absl::ErrnoToStatus(errno, absl::StrCat("making ", path));
  return absl::OkStatus();
}

std::string HolderOf(int fd) {
  char pid[32];
  const ssize_t size = pread(fd, pid, sizeof(pid), 0);
  return size <= 0 ? "another process"
                   : absl::StrCat("process ", absl::StripAsciiWhitespace(absl::string_view(pid, size)));
}

}  // namespace

absl::StatusOr<DataFolder> DataFolder::Open(const std::string& path) {
  if (const absl::Status made = MakeFolder(path); !made.ok()) return made;
  const std::string lock_path = absl::StrCat(path, "/", kLockName);
  const int fd = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("opening ", lock_path));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const absl::Status status =
        errno == EWOULDBLOCK ? absl::FailedPreconditionError(absl::StrCat(path, " is in use by ", HolderOf(fd)))
                             : absl::ErrnoToStatus(errno, absl::StrCat("locking ", lock_path));
    close(fd);
    return status;
  }
  // Only told to people; the lock itself is the kernel's.
  const std::string pid = absl::StrCat(getpid(), "\n");
  if (ftruncate(fd, 0) != 0 || pwrite(fd, pid.data(), pid.size(), 0) < 0) {
    const absl::Status status = absl::ErrnoToStatus(errno, absl::StrCat("writing ", lock_path));
    close(fd);
    return status;
  }
  return DataFolder(path, fd);
}

absl::StatusOr<DataFolder> DataFolder::OpenExisting(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::exists(absl::StrCat(path, "/log"), none)) {
    return absl::NotFoundError(absl::StrCat(path, " is no data folder: it has no log"));
  }
  return Open(path);
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_fd_(std::exchange(other.lock_fd_, -1)) {}

DataFolder::~DataFolder() {
  if (lock_fd_ >= 0) close(lock_fd_);
}

std::string DataFolder::File(absl::string_view name) const { return absl::StrCat(path_, "/", name); }

}  // namespace regard::app
