#include "services/feedback/domain/conversation.h"

#include "absl/strings/str_cat.h"
#include "libs/acting/grants.h"
#include "services/feedback/domain/rules.h"

namespace regard::feedback {
namespace {

using es::Decision;
using internal::v1::ChangeState;
using internal::v1::ConversationState;
using internal::v1::FeedbackCommand;

// Who speaks, and for which side.
struct Speaker {
  v1::Side side = v1::SIDE_UNSPECIFIED;
  // The actor, when they speak for the person.
  std::string for_them;
};

Speaker SpeakerOf(absl::string_view person_id, absl::string_view provider_owner_id, const FeedbackCommand& command,
                  const base::v1::Actor& actor) {
  if (actor.subject().empty()) return {};
  if (actor.role() == options::v1::ROLE_PERSON && actor.subject() == person_id) return {v1::SIDE_PERSON, ""};
  if (actor.role() == options::v1::ROLE_PROVIDER && actor.subject() == provider_owner_id) return {v1::SIDE_PROVIDER, ""};
  if (acting::ActsByGrant(actor.role()) && !person_id.empty() && command.acting_for_person_id() == person_id) {
    return {v1::SIDE_PERSON, actor.subject()};
  }
  return {};
}

bool OtherSpoke(const ConversationState& conversation, v1::Side side) {
  return side == v1::SIDE_PERSON ? conversation.provider_spoke() : conversation.person_spoke();
}

int32_t ConsentsUpTo(const ConversationState& conversation, v1::Side side) {
  return side == v1::SIDE_PERSON ? conversation.person_consents_up_to() : conversation.provider_consents_up_to();
}

const ChangeState* FindChange(const ConversationState& conversation, absl::string_view change_id) {
  for (const ChangeState& change : conversation.changes()) {
    if (change.change_id() == change_id) return &change;
  }
  return nullptr;
}

Decision Fact(const FeedbackCommand& command, v1::ConversationFact fact) {
  return Decision::Of(ConversationStream(command.conversation_id()), std::move(fact));
}

v1::ConversationFact Said(const internal::v1::Say& words, const Speaker& speaker, absl::string_view person_id,
                          int32_t number) {
  v1::ConversationFact fact;
  v1::WordsSaid& said = *fact.mutable_said();
  said.set_by(speaker.side);
  said.set_person_id(std::string(person_id));
  said.set_who_you_are_to_me(words.who_you_are_to_me());
  said.set_what_happened(words.what_happened());
  said.set_what_it_taught_me(words.what_it_taught_me());
  said.set_answer(words.answer());
  said.set_number(number);
  said.set_said_for_them_by(speaker.for_them);
  return fact;
}

Decision Start(const ConversationState& conversation, const FeedbackCommand& command,
               const es::CommandContext& context) {
  const internal::v1::StartConversation& start = command.start();
  const Speaker speaker = SpeakerOf(start.person_id(), start.provider_owner_id(), command, context.actor);
  // Somebody who had no part in the booking learns nothing about it.
  if (speaker.side == v1::SIDE_UNSPECIFIED) return Decision::Refused(NotFound("BOOKING_NOT_FOUND"));
  if (!conversation.conversation_id().empty()) return Decision::Nothing();
  v1::ConversationFact fact;
  v1::ConversationStarted& started = *fact.mutable_started();
  started.set_conversation_id(command.conversation_id());
  started.set_person_id(start.person_id());
  started.set_provider_id(start.provider_id());
  started.set_provider_owner_id(start.provider_owner_id());
  started.set_booking_id(start.booking_id());
  started.set_tenant(start.tenant());
  started.set_by(speaker.side);
  Decision decision = Fact(command, std::move(fact));
  return std::move(
      decision.Add(ConversationStream(command.conversation_id()), Said(start.words(), speaker, start.person_id(), 1)));
}

Decision On(const ConversationState& conversation, const FeedbackCommand& command, const Speaker& speaker,
            const internal::v1::Say& say) {
  if (!say.answer().empty() && !OtherSpoke(conversation, speaker.side)) {
    return Decision::Refused(RuleRefuses("NOTHING_TO_ANSWER"));
  }
  if (conversation.entries() >= kMaxEntries) return Decision::Refused(RuleRefuses("CONVERSATION_FULL"));
  return Fact(command, Said(say, speaker, conversation.person_id(), conversation.entries() + 1));
}

Decision On(const ConversationState& conversation, const FeedbackCommand& command, const Speaker& speaker,
            const internal::v1::AgreeChange& agree) {
  if (FindChange(conversation, agree.change_id()) != nullptr) return Decision::Nothing();
  if (!OtherSpoke(conversation, speaker.side)) return Decision::Refused(RuleRefuses("NOTHING_TO_ANSWER"));
  if (conversation.entries() >= kMaxEntries) return Decision::Refused(RuleRefuses("CONVERSATION_FULL"));
  v1::ConversationFact fact;
  v1::ChangeAgreed& agreed = *fact.mutable_change_agreed();
  agreed.set_by(speaker.side);
  agreed.set_change_id(agree.change_id());
  agreed.set_person_id(conversation.person_id());
  agreed.set_what(agree.what());
  agreed.set_number(conversation.entries() + 1);
  return Fact(command, std::move(fact));
}

Decision On(const ConversationState& conversation, const FeedbackCommand& command, const Speaker& speaker,
            const internal::v1::MarkChangeDone& mark) {
  const ChangeState* change = FindChange(conversation, mark.change_id());
  if (change == nullptr) return Decision::Refused(NotFound("CHANGE_NOT_FOUND"));
  if (change->done()) return Decision::Nothing();
  v1::ConversationFact fact;
  fact.mutable_change_done()->set_by(speaker.side);
  fact.mutable_change_done()->set_change_id(mark.change_id());
  return Fact(command, std::move(fact));
}

// What somebody lived through is theirs alone to make public: nobody consents for them.
Decision On(const ConversationState& conversation, const FeedbackCommand& command, const Speaker& speaker,
            const internal::v1::ConsentToPublish&) {
  if (!speaker.for_them.empty()) return Decision::Refused(RuleRefuses("ONLY_THEMSELVES"));
  if (ConsentsUpTo(conversation, speaker.side) == conversation.entries()) return Decision::Nothing();
  v1::ConversationFact fact;
  fact.mutable_publication_consented()->set_by(speaker.side);
  fact.mutable_publication_consented()->set_up_to_number(conversation.entries());
  return Fact(command, std::move(fact));
}

Decision On(const ConversationState& conversation, const FeedbackCommand& command, const Speaker& speaker,
            const internal::v1::WithdrawConsent&) {
  if (ConsentsUpTo(conversation, speaker.side) == 0) return Decision::Nothing();
  v1::ConversationFact fact;
  fact.mutable_publication_withdrawn()->set_by(speaker.side);
  return Fact(command, std::move(fact));
}

void SetConsent(ConversationState& conversation, v1::Side side, int32_t up_to) {
  if (side == v1::SIDE_PERSON) conversation.set_person_consents_up_to(up_to);
  if (side == v1::SIDE_PROVIDER) conversation.set_provider_consents_up_to(up_to);
}

}  // namespace

std::string ConversationStream(absl::string_view conversation_id) {
  return absl::StrCat("conversation/", conversation_id);
}

Decision DecideConversation(const ConversationState& conversation, const FeedbackCommand& command,
                            const es::CommandContext& context) {
  if (command.has_start()) return Start(conversation, command, context);
  const Speaker speaker =
      SpeakerOf(conversation.person_id(), conversation.provider_owner_id(), command, context.actor);
  // Nobody is a side of a conversation that was never started.
  if (speaker.side == v1::SIDE_UNSPECIFIED) {
    return Decision::Refused(NotFound("CONVERSATION_NOT_FOUND"));
  }
  switch (command.command_case()) {
    case FeedbackCommand::kSay: return On(conversation, command, speaker, command.say());
    case FeedbackCommand::kAgreeChange: return On(conversation, command, speaker, command.agree_change());
    case FeedbackCommand::kMarkChangeDone: return On(conversation, command, speaker, command.mark_change_done());
    case FeedbackCommand::kConsent: return On(conversation, command, speaker, command.consent());
    case FeedbackCommand::kWithdraw: return On(conversation, command, speaker, command.withdraw());
    case FeedbackCommand::kStart:
    case FeedbackCommand::kRaise:
    case FeedbackCommand::kTake:
    case FeedbackCommand::kClose:
    case FeedbackCommand::COMMAND_NOT_SET:
      return Decision::Refused(Invalid("command", "COMMAND_UNKNOWN"));
  }
  return Decision::Nothing();
}

namespace {

void Evolve(ConversationState& conversation, const v1::ConversationStarted& fact) {
  conversation.set_conversation_id(fact.conversation_id());
  conversation.set_person_id(fact.person_id());
  conversation.set_provider_owner_id(fact.provider_owner_id());
  conversation.set_tenant(fact.tenant());
}

void Evolve(ConversationState& conversation, const v1::WordsSaid& fact) {
  conversation.set_entries(fact.number());
  if (fact.by() == v1::SIDE_PERSON) conversation.set_person_spoke(true);
  if (fact.by() == v1::SIDE_PROVIDER) conversation.set_provider_spoke(true);
}

void Evolve(ConversationState& conversation, const v1::ChangeAgreed& fact) {
  conversation.set_entries(fact.number());
  conversation.add_changes()->set_change_id(fact.change_id());
}

void Evolve(ConversationState& conversation, const v1::ChangeDone& fact) {
  for (ChangeState& change : *conversation.mutable_changes()) {
    if (change.change_id() == fact.change_id()) change.set_done(true);
  }
}

}  // namespace

void EvolveConversation(ConversationState& conversation, const v1::ConversationFact& fact,
                        const es::FactContext& context) {
  switch (fact.fact_case()) {
    case v1::ConversationFact::kStarted: return Evolve(conversation, fact.started());
    case v1::ConversationFact::kSaid: return Evolve(conversation, fact.said());
    case v1::ConversationFact::kChangeAgreed: return Evolve(conversation, fact.change_agreed());
    case v1::ConversationFact::kChangeDone: return Evolve(conversation, fact.change_done());
    case v1::ConversationFact::kPublicationConsented:
      return SetConsent(conversation, fact.publication_consented().by(), fact.publication_consented().up_to_number());
    case v1::ConversationFact::kPublicationWithdrawn:
      return SetConsent(conversation, fact.publication_withdrawn().by(), 0);
    case v1::ConversationFact::FACT_NOT_SET: return;
  }
}

}  // namespace regard::feedback
