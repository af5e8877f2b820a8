// A secret key of one person in one council. Wiped from memory when it goes; never printed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace regard::privacy {

class Key {
 public:
  static constexpr size_t kBytes = 32;
  static constexpr size_t kIdBytes = 8;

  // INVALID_ARGUMENT unless there are kBytes.
  static absl::StatusOr<Key> FromBytes(absl::string_view bytes);
  // From the operating system's generator.
  static Key Random();

  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  ~Key();

  absl::string_view bytes() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }
  // Names the key without revealing it (a digest of it): what it sealed carries this, so that a new key made after an
  // erasure is never mistaken for the old one.
  absl::string_view id() const { return {reinterpret_cast<const char*>(id_.data()), id_.size()}; }

 private:
  Key() = default;
  void ComputeId();

  std::array<uint8_t, kBytes> bytes_{};
  std::array<uint8_t, kIdBytes> id_{};
};

}  // namespace regard::privacy
