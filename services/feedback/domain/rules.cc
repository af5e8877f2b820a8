#include "services/feedback/domain/rules.h"

#include "absl/strings/match.h"
#include "libs/base/time.h"

namespace regard::feedback {
namespace {

// Oldest first; a new version is a new line, and never changes an old one.
const Rules kVersions[] = {
    {"feedback-1", absl::CivilDay(2026, 1, 1), "Care Act 2014 s42; the emergency services' number in the United Kingdom.",
     "999",
     "If somebody is in danger now, ring 999. This was sent to the team that looks after people's safety; they will read "
     "it, but nobody watches it by the minute."},
};

}  // namespace

const Rules& RulesAt(absl::Time now) {
  const absl::CivilDay today = LondonDay(now);
  const Rules* in_force = &kVersions[0];
  for (const Rules& rules : kVersions) {
    if (rules.valid_from <= today) in_force = &rules;
  }
  return *in_force;
}

std::string TakenTo(absl::string_view tenant, bool staff_implicated) {
  if (!staff_implicated) return std::string(tenant);
  // ONS codes begin with their country's letter.
  if (absl::StartsWith(tenant, "W")) return "W92000004";
  if (absl::StartsWith(tenant, "S")) return "S92000003";
  if (absl::StartsWith(tenant, "N")) return "N92000002";
  return "E92000001";
}

}  // namespace regard::feedback
