#include "tests/simulation/controls.h"

namespace regard::simulation {

const std::vector<ControlInfo>& AllControls() {
  static const std::vector<ControlInfo>* const kAll = new std::vector<ControlInfo>{
      {Control::kGapCheckRemoved, "gap-check-removed", 50},
      {Control::kSequenceCheckRemoved, "sequence-check-removed", 50},
      {Control::kOffsetOrderUnchecked, "offset-order-unchecked", 50},
      {Control::kClaimNotReplayed, "claim-not-replayed", 50},
      {Control::kRefusalReleasedEarly, "refusal-released-early", 50},
      {Control::kDeduplicationForgotten, "deduplication-forgotten", 50},
      {Control::kLevelForgotten, "level-forgotten", 50},
      {Control::kCursorOutsideLog, "cursor-outside-log", 50},
      {Control::kCheckpointFirst, "checkpoint-first", 50},
      {Control::kLimitAtPosting, "limit-at-posting", 50},
  };
  return *kAll;
}

absl::optional<Control> ControlNamed(absl::string_view name) {
  for (const ControlInfo& info : AllControls()) {
    if (info.name == name) return info.control;
  }
  return absl::nullopt;
}

}  // namespace regard::simulation
