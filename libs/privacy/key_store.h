// Where keys live: one per subject and council. Deleting one is the erasure of everything that it sealed.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "libs/privacy/key.h"

namespace regard::privacy {

// Implementations are thread-safe. An error (UNAVAILABLE and the like) means that nothing is known; absence is a value.
class KeyStore {
 public:
  virtual ~KeyStore() = default;

  // The same key for every caller until it is erased. A new one is durable before this returns, because what it seals
  // must never outlive it unreadable. After an erasure a new, different key is made: what was erased stays erased.
  virtual absl::StatusOr<Key> GetOrCreate(absl::string_view subject, absl::string_view tenant) = 0;

  // nullopt when it was never made or was erased; the two look alike.
  virtual absl::StatusOr<absl::optional<Key>> Get(absl::string_view subject, absl::string_view tenant) = 0;

  // Durably gone, also from whatever the medium keeps of deleted entries, once this returns OK. Erasing what is absent
  // is OK.
  virtual absl::Status Erase(absl::string_view subject, absl::string_view tenant) = 0;
};

}  // namespace regard::privacy
