// What requests of the bookings service must look like, and what is read out of them: local times, page places.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "libs/auth/identity.h"
#include "regard/bookings/internal/v1/commands.pb.h"
#include "regard/bookings/v1/bookings_service.pb.h"

namespace regard::bookings {

// INVALID_ARGUMENT with the first field that is wrong. Request ids are the door's to check.
absl::Status Check(const v1::RequestBookingRequest& request);
absl::Status Check(const v1::AcceptBookingRequest& request);
absl::Status Check(const v1::DeclineBookingRequest& request);
absl::Status Check(const v1::RecordVisitRequest& request);
absl::Status Check(const v1::ResolveDisputeRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::NoteUnmetNeedRequest& request);
absl::Status Check(const v1::GetBookingRequest& request);
absl::Status Check(const v1::ListBookingsRequest& request);
absl::Status Check(const v1::GetDiaryRequest& request);
absl::Status Check(const v1::ListUnmetNeedsRequest& request);
absl::Status Check(const v1::GetContinuityRequest& request);
// Somebody who acts for others says for whom.
absl::Status Check(const v1::CancelBookingRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::ConfirmVisitRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::RecordNoShowRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::DisputeVisitRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::TakeDecisionRequest& request, const auth::Identity& caller);

// On the clock of `time_zone`; London's when that is none.
internal::v1::LocalTime LocalTimeOf(const base::v1::Interval& when, const std::string& time_zone);

// "GO_ON" of DECISION_CHOICE_GO_ON.
std::string WordOf(v1::DecisionChoice choice);

// Unset: no bound.
absl::Time FromOf(bool has, const google::protobuf::Timestamp& from);
absl::Time UntilOf(bool has, const google::protobuf::Timestamp& until);

// Opaque to callers. nullopt for what is none of ours; empty for empty.
std::string PageTokenOf(absl::string_view place);
absl::optional<std::string> PlaceOf(absl::string_view page_token);

}  // namespace regard::bookings
