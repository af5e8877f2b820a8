#include "services/feedback/domain/feedback_domain.h"

#include <string>
#include <vector>

#include "services/feedback/domain/concern.h"
#include "services/feedback/domain/conversation.h"

namespace regard::feedback {
namespace {

using internal::v1::FeedbackCommand;

std::string StreamOf(const FeedbackCommand& command) {
  return command.concern_id().empty() ? ConversationStream(command.conversation_id())
                                      : ConcernStream(command.concern_id());
}

class Rulebook final : public es::Domain {
 public:
  absl::string_view topic() const override { return "feedback"; }
  uint32_t fold_version() const override { return 2; }
  absl::Span<const es::Aggregate> aggregates() const override { return aggregates_; }

  std::vector<std::string> StreamsOf(const google::protobuf::Message& command) const override {
    return {StreamOf(static_cast<const FeedbackCommand&>(command))};
  }

  es::Decision Decide(const es::States& states, const google::protobuf::Message& message,
                      const es::CommandContext& context) const override {
    const auto& command = static_cast<const FeedbackCommand&>(message);
    const std::string stream = StreamOf(command);
    if (!command.concern_id().empty()) {
      return DecideConcern(states.Get<internal::v1::ConcernState>(stream), command, context);
    }
    return DecideConversation(states.Get<internal::v1::ConversationState>(stream), command, context);
  }

 private:
  const std::vector<es::Aggregate> aggregates_ = {
      es::AggregateOf<internal::v1::ConversationState, v1::ConversationFact, EvolveConversation>("conversation"),
      es::AggregateOf<internal::v1::ConcernState, v1::ConcernFact, EvolveConcern>("concern"),
  };
};

}  // namespace

const es::Domain& FeedbackDomain() {
  static const Rulebook* const rulebook = new Rulebook();
  return *rulebook;
}

}  // namespace regard::feedback
