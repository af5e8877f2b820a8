#include "services/bookings/views/keys.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace regard::bookings {

std::string TimeKey(absl::Time time) {
  const int64_t micros = std::max<int64_t>(0, absl::ToUnixMicros(time));
  return absl::StrCat(absl::Hex(micros, absl::kZeroPad16));
}

absl::string_view LastPart(absl::string_view key) { return key.substr(key.rfind('/') + 1); }

}  // namespace regard::bookings
