#include "libs/privacy/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"

namespace regard::privacy {
namespace {

absl::Status FileError(absl::string_view what, const std::string& path) {
  return absl::UnavailableError(absl::StrCat("cannot ", what, " ", path, ": ", std::strerror(errno)));
}

// nullopt when there is no such file.
absl::StatusOr<absl::optional<Key>> Load(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return absl::optional<Key>();
    return FileError("open", path);
  }
  const absl::Cleanup close_fd = [fd] { close(fd); };
  struct stat info;
  if (fstat(fd, &info) != 0) return FileError("look at", path);
  if ((info.st_mode & 077) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(path, " can be read by others: chmod 600 it"));
  }
  char buffer[Key::kBytes + 1];
  const ssize_t size = read(fd, buffer, sizeof(buffer));
  if (size < 0) return FileError("read", path);
  if (size != static_cast<ssize_t>(Key::kBytes)) {
    return absl::DataLossError(absl::StrCat(path, " does not hold a key of ", Key::kBytes, " bytes"));
  }
  absl::StatusOr<Key> key = Key::FromBytes({buffer, Key::kBytes});
  explicit_bzero(buffer, sizeof(buffer));
  if (!key.ok()) return key.status();
  return absl::optional<Key>(*key);
}

absl::Status SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return FileError("open", folder);
  const absl::Cleanup close_fd = [fd] { close(fd); };
  return fsync(fd) == 0 ? absl::OkStatus() : FileError("sync", folder);
}

// A whole file appears at `path`, or none; OK also when somebody else made one first.
absl::Status Create(const std::string& path) {
  std::string draft = absl::StrCat(path, ".XXXXXX");
  const int fd = mkstemp(draft.data());  // mode 0600
  if (fd < 0) return FileError("create", draft);
  const absl::Cleanup remove = [fd, &draft] {
    close(fd);
    unlink(draft.c_str());
  };
  const Key key = Key::Random();
  if (write(fd, key.bytes().data(), key.bytes().size()) != static_cast<ssize_t>(Key::kBytes)) {
    return FileError("write", draft);
  }
  if (fsync(fd) != 0) return FileError("sync", draft);
  // Unlike rename this never replaces a key that is there.
  if (link(draft.c_str(), path.c_str()) != 0 && errno != EEXIST) return FileError("create", path);
  return SyncFolderOf(path);
}

}  // namespace

absl::StatusOr<Key> LoadOrCreateKey(const std::string& path) {
  absl::StatusOr<absl::optional<Key>> key = Load(path);
  if (key.ok() && !key->has_value()) {
    const absl::Status created = Create(path);
    if (!created.ok()) return created;
    key = Load(path);
  }
  if (!key.ok()) return key.status();
  if (!key->has_value()) return absl::UnavailableError(absl::StrCat(path, " went away"));
  return **key;
}

}  // namespace regard::privacy
