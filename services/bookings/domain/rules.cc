#include "services/bookings/domain/rules.h"

#include <algorithm>

#include "absl/time/civil_time.h"

namespace regard::bookings {
namespace {

constexpr absl::string_view kWaivedReasons[] = {"HEALTH", "BEREAVEMENT"};

}  // namespace

const Rules& RulesAt(absl::Time time) {
  // Time alone never confirms a new provider or pairing: Individual Learning Accounts fell in 2001 because accounts
  // could be drawn on without their holders' knowledge (National Audit Office, HC 1235, October 2002).
  static const Rules kVersions[] = {
      {"bookings-1", absl::FromCivil(absl::CivilDay(2025, 1, 1), absl::UTCTimeZone()),
       "Regard, first terms; National Audit Office HC 1235 (2002) for what time may confirm", absl::Hours(24),
       absl::Hours(48), 3, absl::Hours(28 * 24), kWaivedReasons, absl::Hours(24), absl::Hours(366 * 24),
       absl::Hours(24)},
  };
  const Rules* in_force = &kVersions[0];
  for (const Rules& version : kVersions) {
    if (version.valid_from <= time) in_force = &version;
  }
  return *in_force;
}

bool IsWaived(const Rules& rules, absl::string_view reason) {
  return std::find(rules.waived_reasons.begin(), rules.waived_reasons.end(), reason) != rules.waived_reasons.end();
}

}  // namespace regard::bookings
