// Parts of row keys. Ids have no slash, so a slash ends them; times sort as they pass.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace regard::bookings {

// 16 hex digits of the microseconds since 1970, which sort like the time; what is before 1970 is 1970.
std::string TimeKey(absl::Time time);

// The part of a key after its last slash.
absl::string_view LastPart(absl::string_view key);

}  // namespace regard::bookings
