// How an instance says who it is to the others: a token that it signs for itself with the deployment's key.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/auth/signer.h"

namespace regard::peers {

inline constexpr absl::Duration kInstanceTokenLife = absl::Hours(1);

// Valid for so long from `now`.
inline absl::StatusOr<std::string> InstanceToken(const auth::Signer& signer, const std::string& instance_id,
                                                 absl::Time now) {
  auth::Identity self;
  self.subject = instance_id;
  self.role = options::v1::ROLE_INSTANCE;
  self.expires = now + kInstanceTokenLife;
  return signer.Sign(self);
}

}  // namespace regard::peers
