#include "libs/es/testing/scenario.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/field_comparator.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

namespace regard::es::testing {
namespace {

void ParseText(absl::string_view text, google::protobuf::Message* into) {
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text), into)) << text;
}

}  // namespace

class Scenario::LoadedStates : public States {
 public:
  LoadedStates(Scenario& scenario, std::vector<std::string> named) : scenario_(scenario), named_(std::move(named)) {}
  const google::protobuf::Message& Get(absl::string_view stream) const override {
    bool is_named = false;
    for (const std::string& name : named_) is_named |= name == stream;
    EXPECT_TRUE(is_named) << "the decision read " << stream << ", which the command did not name";
    return *scenario_.StateFor(stream);
  }

 private:
  Scenario& scenario_;
  std::vector<std::string> named_;
};

Scenario::Scenario(const Domain& domain, const google::protobuf::Message& command)
    : domain_(domain), command_(command) {
  context_.now = absl::FromUnixSeconds(1'767'600'000);  // Monday 5 January 2026, 08:00 in London
}

Scenario& Scenario::At(absl::Time now) {
  context_.now = now;
  return *this;
}

Scenario& Scenario::By(absl::string_view actor_textproto) {
  context_.actor.Clear();
  ParseText(actor_textproto, &context_.actor);
  return *this;
}

google::protobuf::Message* Scenario::StateFor(absl::string_view stream) {
  auto& state = states_[std::string(stream)];
  if (state == nullptr) {
    const Aggregate* aggregate = FindAggregate(domain_, stream);
    EXPECT_NE(aggregate, nullptr) << "no aggregate for " << stream;
    state.reset(aggregate->state->New());
  }
  return state.get();
}

Scenario& Scenario::Given(absl::string_view stream, absl::string_view fact_textproto) {
  google::protobuf::Message* state = StateFor(stream);
  const Aggregate* aggregate = FindAggregate(domain_, stream);
  std::unique_ptr<google::protobuf::Message> fact(aggregate->fact->New());
  ParseText(fact_textproto, fact.get());
  aggregate->evolve(*state, *fact, {context_.now});
  return *this;
}

Scenario& Scenario::When(absl::string_view command_textproto) {
  if (decided_ && !decision_.rejection().has_value()) ThenNoMore();
  std::unique_ptr<google::protobuf::Message> command(command_.New());
  ParseText(command_textproto, command.get());
  Decided(domain_.Decide(LoadedStates(*this, domain_.StreamsOf(*command)), *command, context_));
  return *this;
}

Scenario& Scenario::WhenDue(absl::string_view stream) {
  if (decided_ && !decision_.rejection().has_value()) ThenNoMore();
  Decided(domain_.DecideDue(LoadedStates(*this, domain_.StreamsOfDue(stream)), stream, context_));
  return *this;
}

void Scenario::Decided(Decision decision) {
  decision_ = std::move(decision);
  matched_ = 0;
  decided_ = true;
  refusal_matched_ = false;
  // Facts fold at once, as they would in the runtime, so that a scenario can go on.
  for (StreamFact& fact : decision_.facts()) {
    FindAggregate(domain_, fact.stream)->evolve(*StateFor(fact.stream), *fact.fact, {context_.now});
  }
}

Scenario& Scenario::Then(absl::string_view stream, absl::string_view fact_textproto) {
  if (decision_.rejection().has_value()) {
    ADD_FAILURE() << "refused: " << decision_.rejection()->reason << " (" << decision_.rejection()->message << ")";
    return *this;
  }
  if (matched_ >= decision_.facts().size()) {
    ADD_FAILURE() << "no more facts; expected " << stream << " " << fact_textproto;
    return *this;
  }
  const StreamFact& fact = decision_.facts()[matched_++];
  EXPECT_EQ(fact.stream, stream);
  std::unique_ptr<google::protobuf::Message> expected(fact.fact->New());
  ParseText(fact_textproto, expected.get());
  google::protobuf::util::MessageDifferencer differencer;
  differencer.set_scope(google::protobuf::util::MessageDifferencer::PARTIAL);
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(*expected, *fact.fact)) << difference << "in\n" << fact.fact->DebugString();
  return *this;
}

Scenario& Scenario::ThenNoMore() {
  for (; matched_ < decision_.facts().size(); ++matched_) {
    ADD_FAILURE() << "unexpected fact of " << decision_.facts()[matched_].stream << ":\n"
                  << decision_.facts()[matched_].fact->DebugString();
  }
  return *this;
}

Scenario& Scenario::ThenNothing() {
  if (decision_.rejection().has_value()) ADD_FAILURE() << "refused: " << decision_.rejection()->reason;
  return ThenNoMore();
}

Scenario& Scenario::ThenRefused(absl::string_view reason) {
  ThenNoMore();
  refusal_matched_ = true;
  if (!decision_.rejection().has_value()) {
    ADD_FAILURE() << "not refused; expected " << reason;
  } else {
    EXPECT_EQ(decision_.rejection()->reason, reason);
  }
  return *this;
}

absl::Time Scenario::NextDue(absl::string_view stream) {
  const Aggregate* aggregate = FindAggregate(domain_, stream);
  if (aggregate == nullptr || aggregate->next_due == nullptr) return absl::InfiniteFuture();
  return aggregate->next_due(*StateFor(stream)).value_or(absl::InfiniteFuture());
}

Scenario::~Scenario() {
  if (!decided_) return;
  if (decision_.rejection().has_value()) {
    EXPECT_TRUE(refusal_matched_) << "refused: " << decision_.rejection()->reason << " ("
                                  << decision_.rejection()->message << ")";
  } else {
    ThenNoMore();
  }
}

}  // namespace regard::es::testing
