// Is every field of every fact known to be harmless, or marked personal? What nobody looked at must not be stored.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace regard::privacy {

struct Coverage {
  // Fields, by full name, that are neither personal nor listed.
  std::vector<std::string> unlisted;
  // Personal fields that are listed as harmless.
  std::vector<std::string> contradicted;
  // Listed names that no fact reaches, so that the list cannot excuse a field of the same name that comes later.
  std::vector<std::string> stale;
  // Annotations that cannot be sealed: no such subject field, inside a repeated message, ...
  std::vector<std::string> unsealable;

  bool complete() const { return unlisted.empty() && contradicted.empty() && stale.empty() && unsealable.empty(); }
};

// `wrappers` are the oneof messages of the stream kinds. Fields are followed into messages that are not sealed whole;
// messages of google.protobuf count as single values.
Coverage CheckCoverage(const std::vector<const google::protobuf::Descriptor*>& wrappers,
                       const std::set<std::string>& harmless);

// One full name a line; blank lines and lines that start with # are skipped. INVALID_ARGUMENT for a name listed twice.
absl::StatusOr<std::set<std::string>> ParseHarmlessList(absl::string_view text);

}  // namespace regard::privacy
