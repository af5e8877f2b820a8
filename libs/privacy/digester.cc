#include "libs/privacy/digester.h"

#include <sodium.h>

#include "libs/privacy/key_file.h"

namespace regard::privacy {

absl::StatusOr<Digester> Digester::FromFile(const std::string& path) {
  const absl::StatusOr<Key> key = LoadOrCreateKey(path);
  if (!key.ok()) return key.status();
  return Digester(*key);
}

std::string Digester::Digest(absl::string_view bytes) const {
  std::string digest(kDigestBytes, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(digest.data()), digest.size(),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                     reinterpret_cast<const unsigned char*>(key_.bytes().data()), Key::kBytes);
  return digest;
}

}  // namespace regard::privacy
