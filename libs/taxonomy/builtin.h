// The text of data/categories.csv as it was when this was built. Only taxonomy.cc reads it.
#pragma once

#include "absl/strings/string_view.h"

namespace regard::taxonomy {

absl::string_view BuiltinCategoriesCsv();

}  // namespace regard::taxonomy
