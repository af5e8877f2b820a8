// The signing key of a deployment that has no other: made on first start, readable by its owner alone.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace regard::auth {

struct KeyPair {
  std::string private_pem;
  std::string public_pem;
};

// A fresh P-256 key.
absl::StatusOr<KeyPair> MakeKeyPair();

// Reads the key at `path`, or makes one there (mode 0600, durable before this returns; when two processes race, both get
// the same one). FAILED_PRECONDITION when anybody but the owner may read or write the file, or when it holds no P-256
// private key.
absl::StatusOr<KeyPair> LoadOrMakeKeyFile(const std::string& path);

// For a process that verifies and never signs. The file may be readable by all.
absl::StatusOr<std::string> LoadPublicKey(const std::string& path);

}  // namespace regard::auth
