// The concern aggregate: somebody may be at risk. Anybody may raise one about anybody; only the team that it went to acts
// on it or reads it.
#pragma once

#include <string>

#include "libs/es/domain.h"
#include "regard/feedback/internal/v1/commands.pb.h"
#include "regard/feedback/internal/v1/state.pb.h"
#include "regard/feedback/v1/facts.pb.h"

namespace regard::feedback {

std::string ConcernStream(absl::string_view concern_id);

es::Decision DecideConcern(const internal::v1::ConcernState& concern, const internal::v1::FeedbackCommand& command,
                           const es::CommandContext& context);

void EvolveConcern(internal::v1::ConcernState& concern, const v1::ConcernFact& fact, const es::FactContext& context);

}  // namespace regard::feedback
