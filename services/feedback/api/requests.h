// What requests of the feedback service must look like.
#pragma once

#include "absl/status/status.h"
#include "libs/auth/identity.h"
#include "regard/feedback/v1/feedback_service.pb.h"

namespace regard::feedback {

// INVALID_ARGUMENT with the first field that is wrong. Request ids are the door's to check.
absl::Status Check(const v1::StartConversationRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::SayRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::AnswerRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::AgreeChangeRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::MarkChangeDoneRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::ConsentToPublishRequest& request);
absl::Status Check(const v1::WithdrawConsentRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::GetConversationRequest& request);
absl::Status Check(const v1::ListConversationsRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::ListPublishedRequest& request);
absl::Status Check(const v1::RaiseConcernRequest& request, const auth::Identity& caller);
absl::Status Check(const v1::TakeConcernRequest& request);
absl::Status Check(const v1::CloseConcernRequest& request);
absl::Status Check(const v1::ListConcernsRequest& request);

}  // namespace regard::feedback
