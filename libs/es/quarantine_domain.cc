#include "libs/es/quarantine_domain.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "libs/es/quarantine.h"
#include "regard/log/internal/v1/quarantine.pb.h"
#include "regard/log/v1/facts.pb.h"

namespace regard::es {
namespace {

using log::internal::v1::QuarantineCommand;
using log::internal::v1::QuarantineState;
using log::v1::FactPlace;
using log::v1::FactSetAside;
using log::v1::FactTakenBack;
using log::v1::QuarantineFact;

auto Find(const QuarantineState& state, const FactPlace& place) {
  return std::find_if(state.places().begin(), state.places().end(), [&](const FactPlace& one) {
    return google::protobuf::util::MessageDifferencer::Equals(one, place);
  });
}

std::string StreamOf(absl::string_view reader) { return absl::StrCat("quarantine/", reader); }

Decision On(const QuarantineState& state, const FactSetAside& command) {
  if (command.why().empty()) return Decision::Refused(Invalid("why", "MISSING"));
  if (Find(state, command.place()) != state.places().end()) return Decision::Nothing();
  QuarantineFact fact;
  *fact.mutable_set_aside() = command;
  return Decision::Of(StreamOf(command.reader()), std::move(fact));
}

Decision On(const QuarantineState& state, const FactTakenBack& command) {
  if (command.why().empty()) return Decision::Refused(Invalid("why", "MISSING"));
  if (Find(state, command.place()) == state.places().end()) {
    return Decision::Refused(RuleRefuses("NOT_IN_QUARANTINE"));
  }
  QuarantineFact fact;
  *fact.mutable_taken_back() = command;
  return Decision::Of(StreamOf(command.reader()), std::move(fact));
}

void Evolve(QuarantineState& state, const QuarantineFact& fact, const FactContext&) {
  switch (fact.fact_case()) {
    case QuarantineFact::kSetAside:
      if (Find(state, fact.set_aside().place()) == state.places().end()) {
        *state.add_places() = fact.set_aside().place();
      }
      return;
    case QuarantineFact::kTakenBack:
      if (const auto at = Find(state, fact.taken_back().place()); at != state.places().end()) {
        state.mutable_places()->erase(at);
      }
      return;
    case QuarantineFact::FACT_NOT_SET:
      return;
  }
}

class Rules : public Domain {
 public:
  absl::string_view topic() const override { return kQuarantineTopic; }
  uint32_t fold_version() const override { return 1; }
  absl::Span<const Aggregate> aggregates() const override {
    static const Aggregate kAll[] = {AggregateOf<QuarantineState, QuarantineFact, &Evolve>("quarantine")};
    return kAll;
  }
  std::vector<std::string> StreamsOf(const google::protobuf::Message& message) const override {
    const auto& command = static_cast<const QuarantineCommand&>(message);
    return {StreamOf(command.has_set_aside() ? command.set_aside().reader() : command.take_back().reader())};
  }
  Decision Decide(const States& states, const google::protobuf::Message& message,
                  const CommandContext&) const override {
    const auto& command = static_cast<const QuarantineCommand&>(message);
    const auto& state = states.Get<QuarantineState>(StreamsOf(message).front());
    switch (command.command_case()) {
      case QuarantineCommand::kSetAside:
        return On(state, command.set_aside());
      case QuarantineCommand::kTakeBack:
        return On(state, command.take_back());
      case QuarantineCommand::COMMAND_NOT_SET:
        return Decision::Refused(Invalid("command", "MISSING"));
    }
    return Decision::Nothing();
  }
};

}  // namespace

const Domain& QuarantineDomain() {
  static const Rules domain;
  return domain;
}

}  // namespace regard::es
