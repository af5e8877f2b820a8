#include "libs/auth/identity.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace regard::auth {
namespace {

using options::v1::Role;

constexpr size_t kMaxSubjectChars = 128;
constexpr size_t kOnsCodeChars = 9;

bool IsOnsCode(absl::string_view text) {
  return text.size() == kOnsCodeChars && absl::ascii_isupper(text[0]) &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

}  // namespace

absl::string_view RoleName(Role role) {
  switch (role) {
    case options::v1::ROLE_PERSON: return "person";
    case options::v1::ROLE_ACTING_FOR: return "acting_for";
    case options::v1::ROLE_PROVIDER: return "provider";
    case options::v1::ROLE_PRACTITIONER: return "practitioner";
    case options::v1::ROLE_COMMISSIONER: return "commissioner";
    case options::v1::ROLE_PARTNER: return "partner";
    case options::v1::ROLE_OPERATOR: return "operator";
    case options::v1::ROLE_INSTANCE: return "instance";
    case options::v1::ROLE_UNSPECIFIED:
    case options::v1::Role_INT_MIN_SENTINEL_DO_NOT_USE_:
    case options::v1::Role_INT_MAX_SENTINEL_DO_NOT_USE_: break;
  }
  return "";
}

absl::optional<Role> RoleFromName(absl::string_view name) {
  for (int number = options::v1::Role_MIN; number <= options::v1::Role_MAX; ++number) {
    const Role role = static_cast<Role>(number);
    if (role != options::v1::ROLE_UNSPECIFIED && RoleName(role) == name) return role;
  }
  return absl::nullopt;
}

absl::Status CheckIdentity(const Identity& identity) {
  if (identity.subject.empty() || identity.subject.size() > kMaxSubjectChars) {
    return absl::InvalidArgumentError("subject: 1 to 128 characters");
  }
  if (!std::all_of(identity.subject.begin(), identity.subject.end(), [](char c) { return absl::ascii_isgraph(c); })) {
    return absl::InvalidArgumentError("subject: visible ASCII only");
  }
  if (RoleName(identity.role).empty()) return absl::InvalidArgumentError("role: not one of the known ones");
  const bool of_all = identity.role == options::v1::ROLE_OPERATOR || identity.role == options::v1::ROLE_INSTANCE;
  if (identity.tenant.empty() && of_all) return absl::OkStatus();
  if (!IsOnsCode(identity.tenant)) return absl::InvalidArgumentError("tenant: an ONS code such as E08000009");
  return absl::OkStatus();
}

}  // namespace regard::auth
