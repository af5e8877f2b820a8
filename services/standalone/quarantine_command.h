// What regard-standalone does with --quarantine: on a stopped folder, then it ends.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "libs/app/flags.h"

namespace regard::standalone {

struct QuarantineFlags {
  // list, set-aside or take-back; empty: not asked for.
  std::string action;
  std::string place;
  // Names with commas between; "all".
  std::string readers;
  std::string by;
  std::string why;

  void AddTo(app::Flags& flags);
  bool asked() const { return !action.empty(); }
};

// Prints what is in the quarantine afterwards, as JSON.
absl::Status RunQuarantine(const QuarantineFlags& flags, const std::string& data_path);

}  // namespace regard::standalone
