// Given facts, when a command, then facts or a refusal: a domain's rules, tested without a runtime. Texts are textproto.
//
//   Scenario s(BudgetsDomain());
//   s.Given("budget/b1", R"pb(opened { ... })pb")
//    .When(R"pb(person_id: "p1" budget_id: "b1" place_hold { ... })pb")
//    .Then("budget/b1", R"pb(hold_placed { ... })pb");
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "libs/es/domain.h"

namespace regard::es::testing {

// Failures are reported as GoogleTest failures. Facts are matched in part: fields that the expectation does not name are
// not compared, except that a named message or list is compared as the expectation writes it.
class Scenario {
 public:
  // `command` is the default instance of the domain's command message.
  Scenario(const Domain& domain, const google::protobuf::Message& command);

  // Record time and actor of what follows.
  Scenario& At(absl::Time now);
  Scenario& By(absl::string_view actor_textproto);

  Scenario& Given(absl::string_view stream, absl::string_view fact_textproto);
  Scenario& When(absl::string_view command_textproto);
  // The stream falls due.
  Scenario& WhenDue(absl::string_view stream);

  // Exactly this fact is next; every fact must be named, in order, before ThenNoMore, the next When or the end.
  Scenario& Then(absl::string_view stream, absl::string_view fact_textproto);
  Scenario& ThenNoMore();
  Scenario& ThenNothing();
  Scenario& ThenRefused(absl::string_view reason);

  // When the stream next falls due; InfiniteFuture for never.
  absl::Time NextDue(absl::string_view stream);
  template <class State>
  const State& StateOf(absl::string_view stream) {
    return static_cast<const State&>(*StateFor(stream));
  }
  ~Scenario();

 private:
  class LoadedStates;

  google::protobuf::Message* StateFor(absl::string_view stream);
  void Decided(Decision decision);

  const Domain& domain_;
  const google::protobuf::Message& command_;
  CommandContext context_;
  std::map<std::string, std::unique_ptr<google::protobuf::Message>> states_;
  Decision decision_ = Decision::Nothing();
  size_t matched_ = 0;
  bool decided_ = false;
  bool refusal_matched_ = false;
};

}  // namespace regard::es::testing
