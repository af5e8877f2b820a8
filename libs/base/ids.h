// UUIDs: version 7 for what a caller chooses (time-ordered), version 5 for what the server derives from it, so that a
// retried creation finds the same aggregate in the same partition.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace regard {

class Uuid {
 public:
  Uuid() = default;

  // 36 characters, lower or upper case. INVALID_ARGUMENT for anything else.
  static absl::StatusOr<Uuid> Parse(absl::string_view text);
  // 16 bytes as stored. INVALID_ARGUMENT for another length.
  static absl::StatusOr<Uuid> FromBytes(absl::string_view bytes);
  // `entropy` fills the 74 random bits.
  static Uuid V7(absl::Time time, uint64_t entropy_high, uint64_t entropy_low);
  // Name-based (SHA-1, RFC 9562) in Regard's own namespace. Parts are length-prefixed, so ("ab","c") != ("a","bc").
  static Uuid Derived(absl::string_view kind, absl::string_view subject, absl::string_view name);

  int version() const { return bytes_[6] >> 4; }
  // Of a version 7.
  absl::Time time() const;
  std::string ToString() const;
  absl::string_view bytes() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

  friend bool operator==(const Uuid&, const Uuid&) = default;
  friend auto operator<=>(const Uuid&, const Uuid&) = default;

 private:
  std::array<uint8_t, 16> bytes_{};
};

}  // namespace regard
