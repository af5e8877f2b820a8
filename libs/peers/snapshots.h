// The snapshot that an instance gives to one that has none: a copy of its states and views on its own disk, by hard links,
// read by the other in pieces.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"

namespace regard::peers {

// Thread-safe; Open and Read wait for the disk.
class Snapshots {
 public:
  // Makes a consistent copy in a folder that does not exist.
  using Copy = std::function<absl::Status(const std::string& to)>;

  // `folder` is where the copy goes; what a former process left there is removed. `clock` outlives it.
  Snapshots(std::string folder, Copy copy, const Clock& clock);
  ~Snapshots();

  struct File {
    std::string path;
    uint64_t size;
  };
  struct Opened {
    std::string id;
    std::vector<File> files;
  };
  absl::StatusOr<Opened> Open();
  absl::StatusOr<std::string> Read(absl::string_view id, absl::string_view path, uint64_t offset);
  void Close(absl::string_view id);

 private:
  void Remove();

  const std::string folder_;
  const Copy copy_;
  const Clock& clock_;
  std::mutex mutex_;
  // Empty without a snapshot.
  std::string id_;
  std::map<std::string, uint64_t, std::less<>> files_;
  uint64_t made_ = 0;
  absl::Duration used_at_;
};

}  // namespace regard::peers
