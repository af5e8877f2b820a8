// Authenticated encryption of one piece under one key: XChaCha20-Poly1305 with a nonce made of the key's id and a keyed
// digest of what is sealed. So sealing is a function of its inputs, and a nonce comes twice only with the same piece.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/privacy/key.h"

namespace regard::privacy {

struct Box {
  // 24 bytes; the first Key::kIdBytes name the key.
  std::string nonce;
  // As long as the plaintext, and 16 bytes.
  std::string ciphertext;
};

// `associated` is not stored; it opens only with the same.
Box SealBox(const Key& key, absl::string_view associated, absl::string_view plaintext);

// The key id that a nonce carries; empty when it is too short to be one.
absl::string_view KeyIdOf(absl::string_view nonce);

// DATA_LOSS when anything differs from what was sealed.
absl::StatusOr<std::string> OpenBox(const Key& key, absl::string_view associated, absl::string_view nonce,
                                    absl::string_view ciphertext);

}  // namespace regard::privacy
