#include "services/feedback/domain/concern.h"

#include "absl/strings/str_cat.h"
#include "services/feedback/domain/rules.h"

namespace regard::feedback {
namespace {

using es::Decision;
using internal::v1::ConcernState;
using internal::v1::FeedbackCommand;

bool IsOfTheTeam(const ConcernState& concern, const base::v1::Actor& actor) {
  return actor.role() == options::v1::ROLE_PRACTITIONER && !actor.tenant().empty() &&
         actor.tenant() == concern.taken_to();
}

Decision Fact(const FeedbackCommand& command, v1::ConcernFact fact) {
  return Decision::Of(ConcernStream(command.concern_id()), std::move(fact));
}

Decision Raise(const ConcernState& concern, const FeedbackCommand& command, const es::CommandContext& context) {
  if (concern.phase() != ConcernState::PHASE_UNSPECIFIED) {
    return concern.raised_by() == context.actor.subject() ? Decision::Nothing()
                                                          : Decision::Refused(Conflict("CONCERN_EXISTS"));
  }
  const internal::v1::RaiseConcern& raise = command.raise();
  v1::ConcernFact fact;
  v1::ConcernRaised& raised = *fact.mutable_raised();
  raised.set_concern_id(command.concern_id());
  raised.set_tenant(raise.tenant());
  raised.set_person_id(raise.person_id());
  raised.set_raised_by(context.actor.subject());
  raised.set_provider_id(raise.provider_id());
  raised.set_what(raise.what());
  raised.set_persons_wishes(raise.persons_wishes());
  raised.set_staff_implicated(raise.staff_implicated());
  raised.set_taken_to(TakenTo(raise.tenant(), raise.staff_implicated()));
  return Fact(command, std::move(fact));
}

Decision Take(const ConcernState& concern, const FeedbackCommand& command, const es::CommandContext& context) {
  if (concern.phase() == ConcernState::PHASE_CLOSED) return Decision::Refused(RuleRefuses("CONCERN_CLOSED"));
  if (concern.taken_by() == context.actor.subject()) return Decision::Nothing();
  v1::ConcernFact fact;
  fact.mutable_taken()->set_by(context.actor.subject());
  return Fact(command, std::move(fact));
}

Decision Close(const ConcernState& concern, const FeedbackCommand& command, const es::CommandContext& context) {
  if (concern.phase() == ConcernState::PHASE_CLOSED) return Decision::Nothing();
  if (concern.phase() != ConcernState::PHASE_TAKEN) return Decision::Refused(RuleRefuses("CONCERN_NOT_TAKEN"));
  v1::ConcernFact fact;
  fact.mutable_closed()->set_by(context.actor.subject());
  fact.mutable_closed()->set_person_id(concern.person_id());
  fact.mutable_closed()->set_outcome(command.close().outcome());
  return Fact(command, std::move(fact));
}

}  // namespace

std::string ConcernStream(absl::string_view concern_id) { return absl::StrCat("concern/", concern_id); }

Decision DecideConcern(const ConcernState& concern, const FeedbackCommand& command, const es::CommandContext& context) {
  if (command.has_raise()) return Raise(concern, command, context);
  if (!IsOfTheTeam(concern, context.actor)) return Decision::Refused(NotFound("CONCERN_NOT_FOUND"));
  switch (command.command_case()) {
    case FeedbackCommand::kTake: return Take(concern, command, context);
    case FeedbackCommand::kClose: return Close(concern, command, context);
    case FeedbackCommand::kRaise:
    case FeedbackCommand::kStart:
    case FeedbackCommand::kSay:
    case FeedbackCommand::kAgreeChange:
    case FeedbackCommand::kMarkChangeDone:
    case FeedbackCommand::kConsent:
    case FeedbackCommand::kWithdraw:
    case FeedbackCommand::COMMAND_NOT_SET:
      return Decision::Refused(Invalid("command", "COMMAND_UNKNOWN"));
  }
  return Decision::Nothing();
}

void EvolveConcern(ConcernState& concern, const v1::ConcernFact& fact, const es::FactContext& context) {
  switch (fact.fact_case()) {
    case v1::ConcernFact::kRaised:
      concern.set_phase(ConcernState::PHASE_RAISED);
      concern.set_concern_id(fact.raised().concern_id());
      concern.set_person_id(fact.raised().person_id());
      concern.set_raised_by(fact.raised().raised_by());
      concern.set_taken_to(fact.raised().taken_to());
      concern.set_tenant(fact.raised().tenant());
      return;
    case v1::ConcernFact::kTaken:
      concern.set_phase(ConcernState::PHASE_TAKEN);
      concern.set_taken_by(fact.taken().by());
      return;
    case v1::ConcernFact::kClosed:
      concern.set_phase(ConcernState::PHASE_CLOSED);
      return;
    case v1::ConcernFact::FACT_NOT_SET:
      return;
  }
}

}  // namespace regard::feedback
