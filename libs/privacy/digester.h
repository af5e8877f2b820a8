// A keyed digest (BLAKE2b, 16 bytes): tells whether two requests are the same without keeping them. The key makes it
// useless for guessing what a request said.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/privacy/key.h"

namespace regard::privacy {

// Immutable, thread-safe. Digests are stored, so a deployment keeps its key for ever: it belongs into every backup.
class Digester {
 public:
  static constexpr size_t kDigestBytes = 16;

  explicit Digester(const Key& key) : key_(key) {}
  // Makes the file on first use; errors as LoadOrCreateKey.
  static absl::StatusOr<Digester> FromFile(const std::string& path);

  // kDigestBytes.
  std::string Digest(absl::string_view bytes) const;

 private:
  Key key_;
};

}  // namespace regard::privacy
