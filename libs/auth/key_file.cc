#include "libs/auth/key_file.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace regard::auth {
namespace {

constexpr size_t kMaxKeyFileBytes = 64 << 10;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Bio = std::unique_ptr<BIO, FreeBio>;

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  int fd() const { return fd_; }
  bool open() const { return fd_ >= 0; }

 private:
  const int fd_;
};

absl::Status Failed(absl::string_view what, const std::string& path) {
  const int error = errno;
  return absl::ErrnoToStatus(error, absl::StrCat(what, " ", path));
}

std::string Contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

bool IsP256(EVP_PKEY* key) {
  char group[64] = {};
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key, group, sizeof(group), nullptr) == 1 &&
         absl::string_view(group) == "prime256v1";
}

absl::StatusOr<KeyPair> PairOf(EVP_PKEY* key) {
  const Bio private_part(BIO_new(BIO_s_mem()));
  const Bio public_part(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PKCS8PrivateKey(private_part.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_PUBKEY(public_part.get(), key) != 1) {
    return absl::InternalError("the key could not be written as PEM");
  }
  return KeyPair{Contents(private_part.get()), Contents(public_part.get())};
}

absl::StatusOr<std::string> ReadAll(int fd, const std::string& path) {
  std::string contents;
  char buffer[4096];
  for (;;) {
    const ssize_t count = read(fd, buffer, sizeof(buffer));
    if (count == 0) return contents;
    if (count < 0) return Failed("reading", path);
    contents.append(buffer, static_cast<size_t>(count));
    if (contents.size() > kMaxKeyFileBytes) return absl::FailedPreconditionError(absl::StrCat(path, " is no key file"));
  }
}

absl::StatusOr<KeyPair> Load(const std::string& path) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return Failed("opening", path);
  struct stat info;
  if (fstat(file.fd(), &info) != 0) return Failed("examining", path);
  if ((info.st_mode & 077) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " can be read or written by others than its owner; chmod 600 it, and make a new key if "
                           "somebody may have read this one"));
  }
  auto contents = ReadAll(file.fd(), path);
  if (!contents.ok()) return contents.status();
  const Bio bio(BIO_new_mem_buf(contents->data(), static_cast<int>(contents->size())));
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (key == nullptr || !IsP256(key.get())) {
    return absl::FailedPreconditionError(absl::StrCat(path, " holds no P-256 private key"));
  }
  return PairOf(key.get());
}

absl::Status SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const File file(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.open() || fsync(file.fd()) != 0) return Failed("syncing", folder);
  return absl::OkStatus();
}

// Complete before it has its name, so that nobody ever reads half a key. ALREADY_EXISTS when another was quicker.
absl::Status Store(const std::string& path, const std::string& contents) {
  std::string draft = absl::StrCat(path, ".XXXXXX");
  const File file(mkostemp(draft.data(), O_CLOEXEC));  // mode 0600
  if (!file.open()) return Failed("making", draft);
  absl::Status status;
  if (write(file.fd(), contents.data(), contents.size()) != static_cast<ssize_t>(contents.size()) ||
      fsync(file.fd()) != 0) {
    status = Failed("writing", draft);
  } else if (link(draft.c_str(), path.c_str()) != 0) {
    status = Failed("naming", path);
  }
  unlink(draft.c_str());
  return status.ok() ? SyncFolderOf(path) : status;
}

}  // namespace

absl::StatusOr<KeyPair> MakeKeyPair() {
  const Key key(EVP_EC_gen("P-256"));
  if (key == nullptr) return absl::InternalError("no P-256 key could be made");
  return PairOf(key.get());
}

absl::StatusOr<KeyPair> LoadOrMakeKeyFile(const std::string& path) {
  auto loaded = Load(path);
  if (!absl::IsNotFound(loaded.status())) return loaded;
  const auto made = MakeKeyPair();
  if (!made.ok()) return made.status();
  const absl::Status stored = Store(path, made->private_pem);
  if (absl::IsAlreadyExists(stored)) return Load(path);
  if (!stored.ok()) return stored;
  return made;
}

absl::StatusOr<std::string> LoadPublicKey(const std::string& path) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return Failed("opening", path);
  auto contents = ReadAll(file.fd(), path);
  if (!contents.ok()) return contents.status();
  const Bio bio(BIO_new_mem_buf(contents->data(), static_cast<int>(contents->size())));
  const Key key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  if (key == nullptr || !IsP256(key.get())) {
    return absl::FailedPreconditionError(absl::StrCat(path, " holds no P-256 public key"));
  }
  return contents;
}

}  // namespace regard::auth
