#include "libs/privacy/key.h"

#include <sodium.h>

#include <cstdlib>
#include <cstring>

#include "absl/status/status.h"

namespace regard::privacy {
namespace {

// Chooses the processor's fastest routines, once; every use of sodium starts from a key.
void StartSodium() {
  static const bool started = [] {
    if (sodium_init() < 0) std::abort();  // no generator of the operating system: nothing can be sealed
    return true;
  }();
  static_cast<void>(started);
}

constexpr unsigned char kIdPersonal[crypto_generichash_blake2b_PERSONALBYTES] = {'r', 'e', 'g', 'a', 'r', 'd',
                                                                                '.', 'k', 'e', 'y', 'i', 'd'};

}  // namespace

absl::StatusOr<Key> Key::FromBytes(absl::string_view bytes) {
  if (bytes.size() != kBytes) return absl::InvalidArgumentError("a key has 32 bytes");
  StartSodium();
  Key key;
  std::memcpy(key.bytes_.data(), bytes.data(), kBytes);
  key.ComputeId();
  return key;
}

Key Key::Random() {
  StartSodium();
  Key key;
  randombytes_buf(key.bytes_.data(), kBytes);
  key.ComputeId();
  return key;
}

Key::~Key() { sodium_memzero(bytes_.data(), bytes_.size()); }

void Key::ComputeId() {
  // BLAKE2b gives 16 bytes at least; the first 8 are enough to tell a person's few keys apart.
  unsigned char digest[crypto_generichash_blake2b_BYTES_MIN];
  crypto_generichash_blake2b_salt_personal(digest, sizeof(digest), nullptr, 0, bytes_.data(), kBytes, nullptr,
                                           kIdPersonal);
  std::memcpy(id_.data(), digest, kIdBytes);
}

}  // namespace regard::privacy
