// The negative controls: one known defect each, which the checkers must catch. They are made of faulty adapters of the
// ports and of a faulty domain, so that no line of the product knows about them.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace regard::simulation {

enum class Control {
  kNone,
  // A writer does not look for claims between its own records.
  kGapCheckRemoved,
  // Readers accept any record under the latest claim.
  kSequenceCheckRemoved,
  // A writer acknowledges what was delivered before what it delivered earlier.
  kOffsetOrderUnchecked,
  // An owner reads up to the end that it knew when it claimed.
  kClaimNotReplayed,
  // A refusal is answered when it is decided.
  kRefusalReleasedEarly,
  // What was answered before a restart is not known after it.
  kDeduplicationForgotten,
  // That a partition was raised is not known after a restart.
  kLevelForgotten,
  // Appends do not carry what caused them.
  kCursorOutsideLog,
  // State and view stores get the checkpoint in a write of its own, before the rows.
  kCheckpointFirst,
  // A hold is placed whatever is free, and refused when it is posted.
  kLimitAtPosting,
};

struct ControlInfo {
  Control control;
  absl::string_view name;
  // Caught within so many seeds from 1 on; the tests hold it to that.
  int within_seeds;
};

const std::vector<ControlInfo>& AllControls();
absl::optional<Control> ControlNamed(absl::string_view name);

}  // namespace regard::simulation
