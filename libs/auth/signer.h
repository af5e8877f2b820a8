// Makes bearer tokens: JWTs signed with ES256. Whoever holds the private key can be anybody.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/auth/identity.h"
#include "libs/base/clock.h"

namespace regard::auth {

constexpr char kDefaultIssuer[] = "regard";
constexpr char kAudience[] = "regard";

// Thread-safe.
class Signer {
 public:
  // `private_key_pem`: a P-256 key. `clock` outlives the signer.
  Signer(std::string private_key_pem, const Clock& clock, std::string issuer = kDefaultIssuer);

  // Valid from now until identity.expires, in whole seconds (rounded down). INVALID_ARGUMENT for an identity that
  // CheckIdentity refuses or that has expired; INTERNAL when the key cannot sign.
  absl::StatusOr<std::string> Sign(const Identity& identity) const;

 private:
  const std::string private_key_pem_;
  const Clock& clock_;
  const std::string issuer_;
};

}  // namespace regard::auth
