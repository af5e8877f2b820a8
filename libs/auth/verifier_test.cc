// What a token must be to count. The forged ones are made here by hand, because no library makes them.
#include "libs/auth/verifier.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "libs/auth/key_file.h"
#include "libs/auth/signer.h"
#include "libs/base/manual_clock.h"
#include "libs/base/rejection.h"

namespace regard::auth {
namespace {

class VerifierTest : public testing::Test {
 protected:
  Verifier MakeVerifier(size_t max_cached_tokens = 1000) {
    Verifier::Options options;
    options.public_keys_pem = {key_.public_pem};
    options.max_cached_tokens = max_cached_tokens;
    return Verifier(options, clock_);
  }

  Identity Person(absl::Duration life = absl::Hours(1)) {
    return {"person-1", options::v1::ROLE_PERSON, "E08000009", clock_.Now() + life};
  }

  std::string Token(const Identity& identity) { return *Signer(key_.private_pem, clock_).Sign(identity); }

  std::string ReasonOf(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
    return FromStatus(status).reason;
  }

  ManualClock clock_{absl::FromUnixSeconds(1'780'000'000)};
  const KeyPair key_ = *MakeKeyPair();
};

TEST_F(VerifierTest, SaysWhoSignedTokenIsAbout) {
  const auto verifier = MakeVerifier();
  for (int i = 0; i < 2; ++i) {  // verified, then remembered
    const auto identity = verifier.Verify(Token(Person()));
    ASSERT_TRUE(identity.ok()) << identity.status();
    EXPECT_EQ(**identity, Person());
  }
}

TEST_F(VerifierTest, TakesEveryRole) {
  const auto verifier = MakeVerifier();
  for (int role = options::v1::ROLE_PERSON; role <= options::v1::Role_MAX; ++role) {
    Identity identity = Person();
    identity.role = static_cast<options::v1::Role>(role);
    const auto verified = verifier.Verify(Token(identity));
    ASSERT_TRUE(verified.ok()) << RoleName(identity.role);
    EXPECT_EQ((*verified)->role, identity.role);
  }
}

TEST_F(VerifierTest, OnlyOperatorNeedsNoCouncil) {
  Identity identity = Person();
  identity.tenant = "";
  EXPECT_FALSE(Signer(key_.private_pem, clock_).Sign(identity).ok());
  identity.role = options::v1::ROLE_OPERATOR;
  EXPECT_TRUE(MakeVerifier().Verify(Token(identity)).ok());
}

TEST_F(VerifierTest, ExpiredIsRefusedAlsoWhenRemembered) {
  const auto verifier = MakeVerifier();
  const std::string token = Token(Person(absl::Seconds(10)));
  ASSERT_TRUE(verifier.Verify(token).ok());
  ASSERT_EQ(verifier.cached_tokens(), 1u);
  clock_.Advance(absl::Milliseconds(9999));
  EXPECT_TRUE(verifier.Verify(token).ok());
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_EQ(ReasonOf(verifier.Verify(token).status()), "TOKEN_EXPIRED");
}

TEST_F(VerifierTest, NotYetValidIsRefusedBeyondWhatClocksDiffer) {
  ManualClock ahead(clock_.Now() + absl::Seconds(31));
  const std::string token = *Signer(key_.private_pem, ahead).Sign(Person());
  const auto verifier = MakeVerifier();
  EXPECT_EQ(ReasonOf(verifier.Verify(token).status()), "TOKEN_NOT_YET_VALID");
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(verifier.Verify(token).ok());
}

TEST_F(VerifierTest, AnotherKeyIsRefused) {
  const KeyPair other = *MakeKeyPair();
  const std::string token = *Signer(other.private_pem, clock_).Sign(Person());
  EXPECT_EQ(ReasonOf(MakeVerifier().Verify(token).status()), "TOKEN_INVALID");
}

TEST_F(VerifierTest, EitherKeyCountsWhileKeysChange) {
  const KeyPair next = *MakeKeyPair();
  Verifier::Options options;
  options.public_keys_pem = {next.public_pem, key_.public_pem};
  const Verifier verifier(options, clock_);
  EXPECT_TRUE(verifier.Verify(Token(Person())).ok());
  EXPECT_TRUE(verifier.Verify(*Signer(next.private_pem, clock_).Sign(Person())).ok());
}

TEST_F(VerifierTest, AnotherIssuerOrAudienceIsRefused) {
  const std::string token = *Signer(key_.private_pem, clock_, "elsewhere").Sign(Person());
  EXPECT_EQ(ReasonOf(MakeVerifier().Verify(token).status()), "TOKEN_INVALID");

  Verifier::Options options;
  options.public_keys_pem = {key_.public_pem};
  options.audience = "another";
  EXPECT_EQ(ReasonOf(Verifier(options, clock_).Verify(Token(Person())).status()), "TOKEN_INVALID");
}

TEST_F(VerifierTest, EveryFlippedCharacterIsRefused) {
  const auto verifier = MakeVerifier();
  const std::string token = Token(Person());
  ASSERT_TRUE(verifier.Verify(token).ok());
  // The last character of the signature carries two bits only, and base64 lets the others be anything.
  for (size_t at = 0; at + 1 < token.size(); at += 3) {
    std::string tampered = token;
    tampered[at] = tampered[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(ReasonOf(verifier.Verify(tampered).status()), "TOKEN_INVALID") << at;
  }
  EXPECT_EQ(ReasonOf(verifier.Verify(token.substr(0, token.size() - 8)).status()), "TOKEN_INVALID");
  EXPECT_EQ(ReasonOf(verifier.Verify(token + std::string(1, '\0')).status()), "TOKEN_INVALID");
  EXPECT_EQ(ReasonOf(verifier.Verify("").status()), "TOKEN_INVALID");
  EXPECT_EQ(ReasonOf(verifier.Verify("a.b.c").status()), "TOKEN_INVALID");
}

TEST_F(VerifierTest, AlgNoneIsRefused) {
  const std::vector<std::string> parts = absl::StrSplit(Token(Person()), '.');
  const std::string header = absl::WebSafeBase64Escape(R"({"alg":"none","typ":"JWT"})");
  const auto verifier = MakeVerifier();
  EXPECT_EQ(ReasonOf(verifier.Verify(absl::StrCat(header, ".", parts[1], ".")).status()), "TOKEN_INVALID");
  EXPECT_EQ(ReasonOf(verifier.Verify(absl::StrCat(header, ".", parts[1], ".", parts[2])).status()), "TOKEN_INVALID");
}

// The public key is public: a verifier that lets the token choose HS256 would take it as the shared secret.
TEST_F(VerifierTest, PublicKeyAsSharedSecretIsRefused) {
  const std::vector<std::string> parts = absl::StrSplit(Token(Person()), '.');
  const std::string signed_part =
      absl::StrCat(absl::WebSafeBase64Escape(R"({"alg":"HS256","typ":"JWT"})"), ".", parts[1]);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key_.public_pem.data(), static_cast<int>(key_.public_pem.size()),
       reinterpret_cast<const unsigned char*>(signed_part.data()), signed_part.size(), mac, &size);
  const std::string signature =
      absl::WebSafeBase64Escape(absl::string_view(reinterpret_cast<const char*>(mac), size));
  EXPECT_EQ(ReasonOf(MakeVerifier().Verify(absl::StrCat(signed_part, ".", signature)).status()), "TOKEN_INVALID");
}

TEST_F(VerifierTest, CacheIsBoundedAndForgettingIsHarmless) {
  const auto verifier = MakeVerifier(64);
  const std::string first = Token(Person());
  for (int i = 0; i < 200; ++i) {
    Identity identity = Person();
    identity.subject = absl::StrCat("person-", i);
    ASSERT_TRUE(verifier.Verify(Token(identity)).ok());
  }
  EXPECT_LE(verifier.cached_tokens(), 64u);
  EXPECT_TRUE(verifier.Verify(first).ok());
}

TEST_F(VerifierTest, RefusedTokensAreNotRemembered) {
  const auto verifier = MakeVerifier();
  EXPECT_FALSE(verifier.Verify("a.b.c").ok());
  EXPECT_EQ(verifier.cached_tokens(), 0u);
}

TEST_F(VerifierTest, ManyThreadsAgree) {
  const auto verifier = MakeVerifier();
  const std::string token = Token(Person());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) ASSERT_TRUE(verifier.Verify(token).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(verifier.cached_tokens(), 1u);
}

}  // namespace
}  // namespace regard::auth
