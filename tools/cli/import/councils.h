// The ONS codes of councils that data files name in words.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace regard::cli {

// "West Sussex", or a code itself. Codes as they were when the files were written.
absl::optional<std::string> CouncilCode(absl::string_view name);
// The code itself for a council that no file names.
std::string CouncilName(absl::string_view code);
// A letter and eight digits.
bool IsCouncilCode(absl::string_view text);

}  // namespace regard::cli
