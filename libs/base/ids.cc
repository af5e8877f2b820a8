#include "libs/base/ids.h"

#include <openssl/evp.h>

#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace regard {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Regard's namespace for derived ids; any fixed value would do, this one never changes.
constexpr uint8_t kNamespace[16] = {0x5b, 0x1e, 0x9c, 0x3a, 0x77, 0x40, 0x4d, 0x52,
                                    0x8f, 0x61, 0x2a, 0xd4, 0x0c, 0xe8, 0x93, 0xb7};

void AppendPart(std::string& out, absl::string_view part) {
  const uint32_t size = part.size();
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(size >> shift));
  out.append(part.data(), part.size());
}

}  // namespace

absl::StatusOr<Uuid> Uuid::Parse(absl::string_view text) {
  if (text.size() != 36) return absl::InvalidArgumentError("a UUID has 36 characters");
  Uuid id;
  size_t byte = 0;
  for (size_t i = 0; i < 36;) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return absl::InvalidArgumentError("a UUID has dashes after 8, 12, 16 and 20 digits");
      ++i;
      continue;
    }
    const int high = HexValue(text[i]);
    const int low = HexValue(text[i + 1]);
    if (high < 0 || low < 0) return absl::InvalidArgumentError("a UUID has hexadecimal digits");
    id.bytes_[byte++] = static_cast<uint8_t>(high << 4 | low);
    i += 2;
  }
  return id;
}

absl::StatusOr<Uuid> Uuid::FromBytes(absl::string_view bytes) {
  if (bytes.size() != 16) return absl::InvalidArgumentError("a stored UUID has 16 bytes");
  Uuid id;
  std::memcpy(id.bytes_.data(), bytes.data(), 16);
  return id;
}

Uuid Uuid::V7(absl::Time time, uint64_t entropy_high, uint64_t entropy_low) {
  Uuid id;
  const uint64_t millis = absl::ToUnixMillis(time);
  for (int i = 0; i < 6; ++i) id.bytes_[i] = static_cast<uint8_t>(millis >> (40 - 8 * i));
  id.bytes_[6] = static_cast<uint8_t>(0x70 | ((entropy_high >> 8) & 0x0f));
  id.bytes_[7] = static_cast<uint8_t>(entropy_high);
  for (int i = 0; i < 8; ++i) id.bytes_[8 + i] = static_cast<uint8_t>(entropy_low >> (56 - 8 * i));
  id.bytes_[8] = static_cast<uint8_t>(0x80 | (id.bytes_[8] & 0x3f));
  return id;
}

Uuid Uuid::Derived(absl::string_view kind, absl::string_view subject, absl::string_view name) {
  std::string input(reinterpret_cast<const char*>(kNamespace), sizeof(kNamespace));
  AppendPart(input, kind);
  AppendPart(input, subject);
  AppendPart(input, name);
  // Looked up once: EVP_sha1() is looked up for every digest.
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(input.data(), input.size(), digest, &size, sha1, nullptr);
  Uuid id;
  std::memcpy(id.bytes_.data(), digest, 16);
  id.bytes_[6] = static_cast<uint8_t>(0x50 | (id.bytes_[6] & 0x0f));
  id.bytes_[8] = static_cast<uint8_t>(0x80 | (id.bytes_[8] & 0x3f));
  return id;
}

absl::Time Uuid::time() const {
  uint64_t millis = 0;
  for (int i = 0; i < 6; ++i) millis = millis << 8 | bytes_[i];
  return absl::FromUnixMillis(static_cast<int64_t>(millis));
}

std::string Uuid::ToString() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
    text.push_back(kDigits[bytes_[i] >> 4]);
    text.push_back(kDigits[bytes_[i] & 0x0f]);
  }
  return text;
}

}  // namespace regard
