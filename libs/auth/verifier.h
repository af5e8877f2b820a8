// Tells whose bearer token this is. A token that was verified once is remembered until it expires, because a signature
// costs about a millisecond (the library reads the key anew each time) and every call carries one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/auth/identity.h"
#include "libs/auth/signer.h"
#include "libs/base/clock.h"

namespace regard::auth {

class TokenCache;

// Thread-safe.
class Verifier {
 public:
  struct Options {
    // P-256 keys, any of which may have signed: while keys change, the new one and the old.
    std::vector<std::string> public_keys_pem;
    std::string issuer = kDefaultIssuer;
    std::string audience = kAudience;
    // Bound of the cache. Each entry is a token and an identity, about 600 bytes.
    size_t max_cached_tokens = 65536;
  };

  // `clock` outlives the verifier.
  Verifier(Options options, const Clock& clock);
  ~Verifier();

  // A token counts only with alg ES256, a signature by one of the keys, the issuer, the audience, an expiry in the
  // future and a start (nbf) at most 30 s ahead, which is how far clocks may differ.
  // Fails with UNAUTHENTICATED and a Rejection with reason TOKEN_EXPIRED, TOKEN_NOT_YET_VALID or TOKEN_INVALID.
  absl::StatusOr<std::shared_ptr<const Identity>> Verify(absl::string_view token) const;

  // For tests and metrics.
  size_t cached_tokens() const;

 private:
  absl::StatusOr<std::shared_ptr<const Identity>> VerifySlowly(absl::string_view token, absl::Time now) const;

  const Options options_;
  const Clock& clock_;
  const std::unique_ptr<TokenCache> cache_;
};

}  // namespace regard::auth
