// A key in a file of its own that only its owner can read (mode 0600).
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/privacy/key.h"

namespace regard::privacy {

// Reads the key at `path`, or makes a random one there, durable before this returns; of several processes that start at
// once all get the same. FAILED_PRECONDITION when group or others may read the file; DATA_LOSS when it has another
// length than a key's; UNAVAILABLE for errors of the file system.
absl::StatusOr<Key> LoadOrCreateKey(const std::string& path);

}  // namespace regard::privacy
