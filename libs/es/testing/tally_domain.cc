#include "libs/es/testing/tally_domain.h"

#include "absl/strings/str_cat.h"

namespace regard::es::testing {
namespace {

void Evolve(TallyState& state, const TallyFact& fact, const FactContext&) {
  switch (fact.fact_case()) {
    case TallyFact::kAdded:
      state.set_sum(state.sum() + fact.added().add());
      if (fact.added().due_unix_s() != 0) state.set_due_unix_s(fact.added().due_unix_s());
      state.set_ring_anew(fact.added().ring_anew());
      return;
    case TallyFact::kAddedAnew:
      state.set_sum(state.sum() + fact.added_anew().add());
      return;
    case TallyFact::kRang:
    case TallyFact::kRangAnew:
      state.set_rings(state.rings() + 1);
      state.clear_due_unix_s();
      return;
    case TallyFact::kFromTheFuture:
    case TallyFact::FACT_NOT_SET:
      return;
  }
}

absl::optional<absl::Time> NextDue(const TallyState& state) {
  if (state.due_unix_s() == 0) return absl::nullopt;
  return absl::FromUnixSeconds(state.due_unix_s());
}

class Tallies : public Domain {
 public:
  absl::string_view topic() const override { return "tallies"; }
  uint32_t fold_version() const override { return 1; }
  absl::Span<const Aggregate> aggregates() const override {
    static const Aggregate kAll[] = {AggregateOf<TallyState, TallyFact, &Evolve, &NextDue>("tally")};
    return kAll;
  }
  std::vector<std::string> StreamsOf(const google::protobuf::Message& message) const override {
    const auto& command = static_cast<const TallyCommand&>(message);
    std::vector<std::string> streams;
    for (const std::string& id : command.tallies()) streams.push_back(absl::StrCat("tally/", id));
    return streams;
  }
  Decision Decide(const States& states, const google::protobuf::Message& message,
                  const CommandContext& context) const override {
    const auto& command = static_cast<const TallyCommand&>(message);
    Decision decision = Decision::Nothing();
    if (command.add() == 0 && command.due_in_s() == 0) return decision;
    for (const std::string& stream : StreamsOf(message)) {
      const TallyState& state = states.Get<TallyState>(stream);
      if (command.limit() != 0 && state.sum() + command.add() > command.limit()) {
        return Decision::Refused(RuleRefuses("TALLY_FULL"));
      }
      TallyFact fact;
      if (command.anew() || (command.anew_if_raised() && context.feature_level >= 2)) {
        fact.mutable_added_anew()->set_add(command.add());
        decision.Add(stream, std::move(fact));
        continue;
      }
      fact.mutable_added()->set_add(command.add());
      fact.mutable_added()->set_ring_anew(command.ring_anew());
      if (command.due_in_s() != 0) {
        fact.mutable_added()->set_due_unix_s(absl::ToUnixSeconds(context.now) + command.due_in_s());
      }
      decision.Add(stream, std::move(fact));
    }
    return decision;
  }
  Decision DecideDue(const States& states, absl::string_view stream, const CommandContext& context) const override {
    const absl::optional<absl::Time> due = NextDue(states.Get<TallyState>(stream));
    if (!due.has_value() || *due > context.now) return Decision::Nothing();
    TallyFact fact;
    TallyRang& rang = states.Get<TallyState>(stream).ring_anew() ? *fact.mutable_rang_anew() : *fact.mutable_rang();
    rang.set_at_unix_s(absl::ToUnixSeconds(context.now));
    return Decision::Of(std::string(stream), std::move(fact));
  }
};

}  // namespace

const Domain& TallyDomain() {
  static const Tallies domain;
  return domain;
}

}  // namespace regard::es::testing
