#include "libs/peers/snapshots.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/rejection.h"

namespace regard::peers {
namespace {

constexpr size_t kPieceBytes = 1 << 20;
constexpr absl::Duration kUnused = absl::Minutes(1);

absl::Status Gone() { return ToStatus(NotFound("SNAPSHOT_GONE")); }

}  // namespace

Snapshots::Snapshots(std::string folder, Copy copy, const Clock& clock)
    : folder_(std::move(folder)), copy_(std::move(copy)), clock_(clock) {
  Remove();
}

Snapshots::~Snapshots() { Remove(); }

void Snapshots::Remove() {
  id_.clear();
  files_.clear();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

absl::StatusOr<Snapshots::Opened> Snapshots::Open() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!id_.empty() && clock_.Monotonic() - used_at_ < kUnused) {
    return ToStatus({Rejection::Kind::kTooMuch, "SNAPSHOT_IN_USE", "another instance reads it", ""});
  }
  Remove();
  const absl::Status copied = copy_(folder_);
  if (!copied.ok()) {
    Remove();
    return copied;
  }
  Opened opened;
  std::error_code error;
  for (auto entry = std::filesystem::recursive_directory_iterator(folder_, error);
       !error && entry != std::filesystem::recursive_directory_iterator(); entry.increment(error)) {
    if (!entry->is_regular_file(error) || error) continue;
    const std::string path = entry->path().lexically_relative(folder_).string();
    opened.files.push_back({path, entry->file_size(error)});
  }
  if (error) {
    Remove();
    return absl::UnavailableError(absl::StrCat("snapshot: ", error.message()));
  }
  // One after the other, so that a reader of an earlier one is not given this one's files.
  id_ = opened.id = absl::StrCat(++made_, "-", absl::ToInt64Nanoseconds(clock_.Monotonic()));
  for (const File& file : opened.files) files_[file.path] = file.size;
  used_at_ = clock_.Monotonic();
  return opened;
}

absl::StatusOr<std::string> Snapshots::Read(absl::string_view id, absl::string_view path, uint64_t offset) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = files_.find(path);
  if (id_.empty() || id != id_ || found == files_.end()) return Gone();
  used_at_ = clock_.Monotonic();
  if (offset >= found->second) return std::string();
  std::string piece(std::min<uint64_t>(kPieceBytes, found->second - offset), '\0');
  std::ifstream file(absl::StrCat(folder_, "/", path), std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
  if (!file) {
    return absl::UnavailableError(absl::StrCat("snapshot: ", path, " cannot be read"));
  }
  return piece;
}

void Snapshots::Close(absl::string_view id) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (id == id_) Remove();
}

}  // namespace regard::peers
