#include "libs/privacy/box.h"

#include <sodium.h>

#include <cstring>

#include "absl/status/status.h"

namespace regard::privacy {
namespace {

constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(Key::kBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

// Keeps the digest that makes nonces apart from every other use of the key.
constexpr unsigned char kNoncePersonal[crypto_generichash_blake2b_PERSONALBYTES] = {'r', 'e', 'g', 'a', 'r', 'd', '.',
                                                                                   'n', 'o', 'n', 'c', 'e'};

const unsigned char* Bytes(absl::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

unsigned char* MutableBytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string NonceFor(const Key& key, absl::string_view associated, absl::string_view plaintext) {
  std::string nonce(key.id());
  nonce.resize(kNonceBytes);
  crypto_generichash_blake2b_state state;
  crypto_generichash_blake2b_init_salt_personal(&state, Bytes(key.bytes()), Key::kBytes, kNonceBytes - Key::kIdBytes,
                                                nullptr, kNoncePersonal);
  const uint64_t associated_size = associated.size();
  unsigned char size_bytes[sizeof(associated_size)];
  for (size_t i = 0; i < sizeof(size_bytes); ++i) {
    size_bytes[i] = static_cast<unsigned char>(associated_size >> (8 * i));
  }
  crypto_generichash_blake2b_update(&state, size_bytes, sizeof(size_bytes));
  crypto_generichash_blake2b_update(&state, Bytes(associated), associated.size());
  crypto_generichash_blake2b_update(&state, Bytes(plaintext), plaintext.size());
  crypto_generichash_blake2b_final(&state, MutableBytes(nonce) + Key::kIdBytes, kNonceBytes - Key::kIdBytes);
  sodium_memzero(&state, sizeof(state));
  return nonce;
}

}  // namespace

Box SealBox(const Key& key, absl::string_view associated, absl::string_view plaintext) {
  Box box{NonceFor(key, associated, plaintext), std::string(plaintext.size() + kTagBytes, '\0')};
  crypto_aead_xchacha20poly1305_ietf_encrypt(MutableBytes(box.ciphertext), nullptr, Bytes(plaintext), plaintext.size(),
                                             Bytes(associated), associated.size(), nullptr, Bytes(box.nonce),
                                             Bytes(key.bytes()));
  return box;
}

absl::string_view KeyIdOf(absl::string_view nonce) {
  return nonce.size() == kNonceBytes ? nonce.substr(0, Key::kIdBytes) : absl::string_view();
}

absl::StatusOr<std::string> OpenBox(const Key& key, absl::string_view associated, absl::string_view nonce,
                                    absl::string_view ciphertext) {
  if (nonce.size() != kNonceBytes || ciphertext.size() < kTagBytes) {
    return absl::DataLossError("a sealed part is cut short");
  }
  std::string plaintext(ciphertext.size() - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(MutableBytes(plaintext), nullptr, nullptr, Bytes(ciphertext),
                                                 ciphertext.size(), Bytes(associated), associated.size(),
                                                 Bytes(nonce), Bytes(key.bytes())) != 0) {
    return absl::DataLossError("a sealed part does not authenticate: it was changed, or moved from its fact");
  }
  return plaintext;
}

}  // namespace regard::privacy
