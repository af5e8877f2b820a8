#include "libs/auth/signer.h"

#include <jwt.h>

#include <cstdlib>
#include <memory>

#include "absl/status/status.h"

namespace regard::auth {
namespace {

struct FreeJwt {
  void operator()(jwt_t* jwt) const { jwt_free(jwt); }
};
struct FreeText {
  void operator()(char* text) const { free(text); }
};

}  // namespace

Signer::Signer(std::string private_key_pem, const Clock& clock, std::string issuer)
    : private_key_pem_(std::move(private_key_pem)), clock_(clock), issuer_(std::move(issuer)) {}

absl::StatusOr<std::string> Signer::Sign(const Identity& identity) const {
  if (absl::Status status = CheckIdentity(identity); !status.ok()) return status;
  const absl::Time now = clock_.Now();
  if (identity.expires <= now) return absl::InvalidArgumentError("expires: already past");

  jwt_t* raw = nullptr;
  if (jwt_new(&raw) != 0) return absl::InternalError("jwt_new");
  const std::unique_ptr<jwt_t, FreeJwt> jwt(raw);
  const int64_t starts = absl::ToUnixSeconds(now);
  bool ok = jwt_add_grant(raw, "iss", issuer_.c_str()) == 0 && jwt_add_grant(raw, "aud", kAudience) == 0 &&
            jwt_add_grant(raw, "sub", identity.subject.c_str()) == 0 &&
            jwt_add_grant(raw, "role", std::string(RoleName(identity.role)).c_str()) == 0 &&
            jwt_add_grant_int(raw, "iat", starts) == 0 && jwt_add_grant_int(raw, "nbf", starts) == 0 &&
            jwt_add_grant_int(raw, "exp", absl::ToUnixSeconds(identity.expires)) == 0;
  if (!identity.tenant.empty()) ok = ok && jwt_add_grant(raw, "tenant", identity.tenant.c_str()) == 0;
  ok = ok && jwt_set_alg(raw, JWT_ALG_ES256, reinterpret_cast<const unsigned char*>(private_key_pem_.data()),
                         static_cast<int>(private_key_pem_.size())) == 0;
  if (!ok) return absl::InternalError("the claims could not be set");

  const std::unique_ptr<char, FreeText> token(jwt_encode_str(raw));
  if (token == nullptr) return absl::InternalError("the key cannot sign ES256");
  return std::string(token.get());
}

}  // namespace regard::auth
