// Makes what a caller reads out of rows: opens what is sealed, leaves out what was erased, and of what is published hides
// who the person is.
#pragma once

#include "absl/status/statusor.h"
#include "libs/auth/identity.h"
#include "libs/privacy/sealer.h"
#include "regard/feedback/internal/v1/rows.pb.h"
#include "regard/feedback/v1/feedback_service.pb.h"

namespace regard::feedback {

// One of the two sides. Somebody who acts for the person is judged by their grant, elsewhere.
bool IsSide(const internal::v1::ConversationRow& row, const auth::Identity& caller);

// Without its entries; nothing sealed is opened.
v1::Conversation Headed(const internal::v1::ConversationRow& row);
// For the two sides. DATA_LOSS when something sealed does not open although its key is there.
absl::StatusOr<v1::Conversation> Whole(const internal::v1::ConversationRow& row, const privacy::Opener& opener);
// For everybody: what both consented to, without the person, the booking or who entered it.
absl::StatusOr<v1::Conversation> Published(const internal::v1::ConversationRow& row, const privacy::Opener& opener);

// For the team that takes it.
absl::StatusOr<v1::Concern> Whole(const internal::v1::ConcernRow& row, const privacy::Opener& opener);

}  // namespace regard::feedback
