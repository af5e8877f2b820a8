// What a register's entry says about itself, read for search: which categories its words name, and whether it raises or
// gives money rather than supporting anybody directly. Nothing here invents an offer.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/taxonomy/taxonomy.h"

namespace regard::directory {

struct OwnWords {
  // A parent-teacher association, a freemasons' charity, a grant giver, one that says it has closed: found, but behind
  // everything else.
  bool not_direct_support = false;
  // In the taxonomy's order. Empty where it is not direct support.
  std::vector<const taxonomy::Category*> categories;
};

// Thread-safe. Part of the rows' meaning: a change of any rule here needs a new version of the view.
OwnWords ReadOwnWords(absl::string_view name, absl::string_view activities);

}  // namespace regard::directory
