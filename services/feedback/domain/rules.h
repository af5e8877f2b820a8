// Numbers and words of the feedback rules, with a version, the day they hold from and where they come from.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace regard::feedback {

struct Rules {
  absl::string_view version;
  absl::CivilDay valid_from;
  absl::string_view source;
  absl::string_view emergency_number;
  // Shown to whoever raises a concern.
  absl::string_view emergency_text;
};

// Those in force at a moment; before the first version, the first.
const Rules& RulesAt(absl::Time now);

// The body whose team takes a concern: the council where the person is, unless its own staff are part of it. Then the
// regulator of the country (in England the Care Quality Commission), a tenant of its own under the country's ONS code.
std::string TakenTo(absl::string_view tenant, bool staff_implicated);

// Words and agreed changes of one conversation. Ours, to keep its state and its row small.
constexpr int kMaxEntries = 100;

}  // namespace regard::feedback
