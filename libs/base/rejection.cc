#include "libs/base/rejection.h"

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace regard {
namespace {

constexpr char kPayload[] = "regard/rejection";

absl::StatusCode CodeOf(Rejection::Kind kind) {
  switch (kind) {
    case Rejection::Kind::kInvalid: return absl::StatusCode::kInvalidArgument;
    case Rejection::Kind::kRule: return absl::StatusCode::kFailedPrecondition;
    case Rejection::Kind::kNotFound: return absl::StatusCode::kNotFound;
    case Rejection::Kind::kConflict: return absl::StatusCode::kAborted;
    case Rejection::Kind::kTooMuch: return absl::StatusCode::kResourceExhausted;
    case Rejection::Kind::kUnavailable: return absl::StatusCode::kUnavailable;
    case Rejection::Kind::kDenied: return absl::StatusCode::kPermissionDenied;
    case Rejection::Kind::kUnauthenticated: return absl::StatusCode::kUnauthenticated;
    case Rejection::Kind::kDeadline: return absl::StatusCode::kDeadlineExceeded;
    case Rejection::Kind::kInternal: return absl::StatusCode::kInternal;
  }
  return absl::StatusCode::kInternal;
}

Rejection::Kind KindOf(absl::StatusCode code) {
  for (Rejection::Kind kind :
       {Rejection::Kind::kInvalid, Rejection::Kind::kRule, Rejection::Kind::kNotFound, Rejection::Kind::kConflict,
        Rejection::Kind::kTooMuch, Rejection::Kind::kUnavailable, Rejection::Kind::kDenied,
        Rejection::Kind::kUnauthenticated, Rejection::Kind::kDeadline}) {
    if (CodeOf(kind) == code) return kind;
  }
  return Rejection::Kind::kInternal;
}

Rejection Make(Rejection::Kind kind, absl::string_view reason, absl::string_view message, absl::string_view field) {
  return {kind, std::string(reason), std::string(message.empty() ? reason : message), std::string(field)};
}

}  // namespace

Rejection Invalid(absl::string_view field, absl::string_view reason, absl::string_view message) {
  return Make(Rejection::Kind::kInvalid, reason, message, field);
}
Rejection RuleRefuses(absl::string_view reason, absl::string_view message) {
  return Make(Rejection::Kind::kRule, reason, message, "");
}
Rejection NotFound(absl::string_view reason, absl::string_view message) {
  return Make(Rejection::Kind::kNotFound, reason, message, "");
}
Rejection Conflict(absl::string_view reason, absl::string_view message) {
  return Make(Rejection::Kind::kConflict, reason, message, "");
}
Rejection Unavailable(absl::string_view reason, absl::string_view message) {
  return Make(Rejection::Kind::kUnavailable, reason, message, "");
}

absl::Status ToStatus(const Rejection& rejection) {
  absl::Status status(CodeOf(rejection.kind), rejection.message);
  status.SetPayload(kPayload, absl::Cord(absl::StrCat(rejection.reason, "\n", rejection.field)));
  return status;
}

Rejection FromStatus(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayload);
  if (!payload.has_value()) {
    return Make(KindOf(status.code()), absl::StatusCodeToString(status.code()), status.message(), "");
  }
  const std::pair<std::string, std::string> parts = absl::StrSplit(std::string(*payload), absl::MaxSplits('\n', 1));
  return Make(KindOf(status.code()), parts.first, status.message(), parts.second);
}

}  // namespace regard
