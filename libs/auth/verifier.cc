#include "libs/auth/verifier.h"

#include <jwt.h>

#include <cerrno>
#include <utility>

#include "absl/types/optional.h"
#include "libs/auth/token_cache.h"
#include "libs/base/rejection.h"

namespace regard::auth {
namespace {

constexpr size_t kMaxTokenBytes = 4096;
constexpr absl::Duration kClocksDiffer = absl::Seconds(30);

struct FreeJwt {
  void operator()(jwt_t* jwt) const { jwt_free(jwt); }
};
using Jwt = std::unique_ptr<jwt_t, FreeJwt>;

absl::Status Unauthenticated(absl::string_view reason, absl::string_view message) {
  return ToStatus({Rejection::Kind::kUnauthenticated, std::string(reason), std::string(message), ""});
}

absl::Status Malformed(absl::string_view message) { return Unauthenticated("TOKEN_INVALID", message); }

// Null unless `key` signed the token with ES256. libjwt takes the algorithm from the token, so "none" and HS256 with the
// public key as its secret pass its own check: what it used is looked at afterwards.
Jwt Decode(const std::string& token, const std::string& key) {
  jwt_t* raw = nullptr;
  const int failed = jwt_decode(&raw, token.c_str(), reinterpret_cast<const unsigned char*>(key.data()),
                                static_cast<int>(key.size()));
  Jwt jwt(failed == 0 ? raw : nullptr);
  if (jwt != nullptr && jwt_get_alg(jwt.get()) != JWT_ALG_ES256) jwt.reset();
  return jwt;
}

std::string Text(jwt_t* jwt, const char* claim) {
  const char* const value = jwt_get_grant(jwt, claim);
  return value == nullptr ? "" : value;
}

absl::optional<absl::Time> Seconds(jwt_t* jwt, const char* claim) {
  errno = 0;
  const long value = jwt_get_grant_int(jwt, claim);
  if (errno != 0) return absl::nullopt;
  return absl::FromUnixSeconds(value);
}

}  // namespace

Verifier::Verifier(Options options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), cache_(std::make_unique<TokenCache>(options_.max_cached_tokens)) {}

Verifier::~Verifier() = default;

absl::StatusOr<std::shared_ptr<const Identity>> Verifier::Verify(absl::string_view token) const {
  const absl::Time now = clock_.Now();
  if (auto known = cache_->Find(token, now)) return known;
  auto identity = VerifySlowly(token, now);
  if (identity.ok()) cache_->Insert(token, *identity, now);
  return identity;
}

absl::StatusOr<std::shared_ptr<const Identity>> Verifier::VerifySlowly(absl::string_view token, absl::Time now) const {
  if (token.empty() || token.size() > kMaxTokenBytes) return Malformed("the token is empty or too long");
  // libjwt reads up to the first NUL, the cache keys by the whole: they must mean the same.
  if (token.find('\0') != absl::string_view::npos) return Malformed("the token is malformed");

  const std::string text(token);
  Jwt jwt;
  for (const std::string& key : options_.public_keys_pem) {
    if (jwt = Decode(text, key); jwt != nullptr) break;
  }
  if (jwt == nullptr) return Malformed("the token was not signed by a known key");
  if (Text(jwt.get(), "iss") != options_.issuer) return Malformed("the token was issued by somebody else");
  if (Text(jwt.get(), "aud") != options_.audience) return Malformed("the token was issued for something else");

  const auto expires = Seconds(jwt.get(), "exp");
  if (!expires.has_value()) return Malformed("the token never expires");
  if (*expires <= now) return Unauthenticated("TOKEN_EXPIRED", "the token has expired");
  const auto starts = Seconds(jwt.get(), "nbf");
  if (starts.has_value() && *starts > now + kClocksDiffer) {
    return Unauthenticated("TOKEN_NOT_YET_VALID", "the token is not valid yet");
  }

  Identity identity;
  identity.subject = Text(jwt.get(), "sub");
  identity.role = RoleFromName(Text(jwt.get(), "role")).value_or(options::v1::ROLE_UNSPECIFIED);
  identity.tenant = Text(jwt.get(), "tenant");
  identity.expires = *expires;
  if (!CheckIdentity(identity).ok()) return Malformed("the token does not say who its holder is");
  return std::make_shared<const Identity>(std::move(identity));
}

size_t Verifier::cached_tokens() const { return cache_->size(); }

}  // namespace regard::auth
