// Who a verified token says its holder is, and nothing that can change: who acts for whom is read from facts.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "regard/options/v1/options.pb.h"

namespace regard::auth {

struct Identity {
  // For ROLE_PERSON the person id; for the others the id of the signed-in account. Never a name.
  std::string subject;
  options::v1::Role role = options::v1::ROLE_UNSPECIFIED;
  // The council's ONS code, such as E08000009. Empty for an operator of the whole deployment and for its
  // instances, and for nobody else.
  std::string tenant;
  absl::Time expires;

  friend bool operator==(const Identity&, const Identity&) = default;
};

// As tokens and the command line spell it: "person", "acting_for", ...
absl::string_view RoleName(options::v1::Role role);
absl::optional<options::v1::Role> RoleFromName(absl::string_view name);

// INVALID_ARGUMENT unless there is a subject of at most 128 visible ASCII characters, a role, and the tenant that the role needs.
absl::Status CheckIdentity(const Identity& identity);

}  // namespace regard::auth
