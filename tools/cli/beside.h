// Another program of ours: the one that stands beside this one, or the one on the path.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace regard::cli {

// Runs it to its end, with standard error as it is here, and answers its exit code; what it printed is in `printed`.
// FAILED_PRECONDITION when there is none, INTERNAL when it was killed.
absl::StatusOr<int> RunBeside(const std::string& program, std::vector<std::string> arguments, std::string& printed);

}  // namespace regard::cli
