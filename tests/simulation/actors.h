// Who does what in the small town: names that the two sides of the workload share.
#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "regard/base/v1/base.pb.h"

namespace regard::simulation {

inline constexpr char kTenant[] = "E1";
// Of every budget.
inline constexpr char kLine[] = "n1";

inline base::v1::Actor ActorOf(const std::string& subject, options::v1::Role role) {
  base::v1::Actor actor;
  actor.set_subject(subject);
  actor.set_role(role);
  actor.set_tenant(kTenant);
  return actor;
}

inline base::v1::Actor Council() { return ActorOf("c1", options::v1::ROLE_PRACTITIONER); }

}  // namespace regard::simulation
