// Why a command or a query was refused, as a value. The reason is part of the interface: stable, upper case, tested.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace regard {

struct Rejection {
  enum class Kind {
    kInvalid,       // malformed request: INVALID_ARGUMENT with the field
    kRule,          // a rule refuses: FAILED_PRECONDITION
    kNotFound,      // absent, or not the caller's to see: NOT_FOUND
    kConflict,      // stale version, request id used for something else: ABORTED
    kTooMuch,       // too many: RESOURCE_EXHAUSTED
    kUnavailable,   // fenced, away, overloaded, unknown outcome: UNAVAILABLE, may be retried with the same request id
    kDenied,        // the role may not call this at all: PERMISSION_DENIED
    kUnauthenticated,
    kDeadline,
    kInternal,
  };
  Kind kind = Kind::kRule;
  std::string reason;
  // For people; tests never look at it. Never carries personal data.
  std::string message;
  // The request's field, for kInvalid.
  std::string field;

  friend bool operator==(const Rejection&, const Rejection&) = default;
};

Rejection Invalid(absl::string_view field, absl::string_view reason, absl::string_view message = "");
Rejection RuleRefuses(absl::string_view reason, absl::string_view message = "");
Rejection NotFound(absl::string_view reason, absl::string_view message = "");
Rejection Conflict(absl::string_view reason, absl::string_view message = "");
Rejection Unavailable(absl::string_view reason, absl::string_view message = "");

// A rejection travels through absl::Status as a payload, so that functions with other failures need one return type.
absl::Status ToStatus(const Rejection& rejection);
// A status without the payload becomes kInternal or what its code says, with the code's name as reason.
Rejection FromStatus(const absl::Status& status);

}  // namespace regard
