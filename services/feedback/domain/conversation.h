// The conversation aggregate: two sides say who the other is to them, what happened and what it taught them, answer, agree
// what will change and say when it is done. It is the two's alone until both consent, and then only what was there when
// they did. What they say is sealed; no rule reads it.
#pragma once

#include <string>

#include "libs/es/domain.h"
#include "regard/feedback/internal/v1/commands.pb.h"
#include "regard/feedback/internal/v1/state.pb.h"
#include "regard/feedback/v1/facts.pb.h"

namespace regard::feedback {

std::string ConversationStream(absl::string_view conversation_id);

// `command.acting_for_person_id` says for whom the actor may speak beside themselves.
es::Decision DecideConversation(const internal::v1::ConversationState& conversation,
                                const internal::v1::FeedbackCommand& command, const es::CommandContext& context);

void EvolveConversation(internal::v1::ConversationState& conversation, const v1::ConversationFact& fact,
                        const es::FactContext& context);

}  // namespace regard::feedback
