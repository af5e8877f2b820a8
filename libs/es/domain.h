// What the runtime needs to know of a service's rules: which streams a command is decided on, the decision, and how
// facts fold. All of it is pure: no clock, no chance, no I/O.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "google/protobuf/message.h"
#include "libs/base/rejection.h"
#include "regard/base/v1/base.pb.h"

namespace regard::es {

struct CommandContext {
  // Record time: never before the last one of the partition.
  absl::Time now;
  // Role unspecified for reactors and timers.
  base::v1::Actor actor;
  // Of the partition (feature_level.h): a decision that can be said with older facts too looks at it.
  uint32_t feature_level = 1;
};

struct FactContext {
  absl::Time record_time;
};

// Read access to the states that a command named. A stream that was never written has its default state.
class States {
 public:
  virtual ~States() = default;
  virtual const google::protobuf::Message& Get(absl::string_view stream) const = 0;

  template <class State>
  const State& Get(absl::string_view stream) const {
    return static_cast<const State&>(Get(stream));
  }
};

struct StreamFact {
  std::string stream;
  std::unique_ptr<google::protobuf::Message> fact;
};

// Facts, or a refusal, or neither: it is already so.
class Decision {
 public:
  static Decision Nothing() { return Decision(); }
  static Decision Refused(Rejection rejection) {
    Decision decision;
    decision.rejection_ = std::move(rejection);
    return decision;
  }
  template <class Fact>
  static Decision Of(std::string stream, Fact fact) {
    Decision decision;
    decision.Add(std::move(stream), std::move(fact));
    return decision;
  }

  // `fact` is the stream's fact wrapper, e.g. BudgetFact.
  template <class Fact>
  Decision& Add(std::string stream, Fact fact) {
    facts_.push_back({std::move(stream), std::make_unique<Fact>(std::move(fact))});
    return *this;
  }

  const absl::optional<Rejection>& rejection() const { return rejection_; }
  const std::vector<StreamFact>& facts() const { return facts_; }
  std::vector<StreamFact>& facts() { return facts_; }

 private:
  std::vector<StreamFact> facts_;
  absl::optional<Rejection> rejection_;
};

// One kind of stream: "budget" in "budget/<id>".
struct Aggregate {
  absl::string_view kind;
  // Default instances; live as long as the program.
  const google::protobuf::Message* state;
  const google::protobuf::Message* fact;
  // Total: every stored fact folds, also with its personal fields absent.
  void (*evolve)(google::protobuf::Message& state, const google::protobuf::Message& fact, const FactContext& context);
  // When something falls due by itself; null for aggregates without timers.
  absl::optional<absl::Time> (*next_due)(const google::protobuf::Message& state);
  // The council that the stream belongs to from its first fact on; null for aggregates whose state has no `tenant`.
  absl::string_view (*council)(const google::protobuf::Message& state) = nullptr;
};

// `Evolve` is void(State&, const Fact&, const FactContext&); `NextDue`, when given, optional<Time>(const State&).
template <class State, class Fact, auto Evolve, auto NextDue = nullptr>
Aggregate AggregateOf(absl::string_view kind) {
  Aggregate aggregate{kind, &State::default_instance(), &Fact::default_instance(),
                      [](google::protobuf::Message& state, const google::protobuf::Message& fact,
                         const FactContext& context) {
                        Evolve(static_cast<State&>(state), static_cast<const Fact&>(fact), context);
                      },
                      nullptr};
  // By type: comparing an address with null is not a constant expression under every sanitizer.
  if constexpr (!std::is_null_pointer_v<decltype(NextDue)>) {
    aggregate.next_due = [](const google::protobuf::Message& state) {
      return NextDue(static_cast<const State&>(state));
    };
  }
  if constexpr (requires(const State& state) { absl::string_view(state.tenant()); }) {
    aggregate.council = [](const google::protobuf::Message& state) {
      return absl::string_view(static_cast<const State&>(state).tenant());
    };
  }
  return aggregate;
}

// Thread-safe, since it is pure.
class Domain {
 public:
  virtual ~Domain() = default;

  // The service, its topic and its state store: "budgets".
  virtual absl::string_view topic() const = 0;
  // Grows when a fold changes: stored states are then made again.
  virtual uint32_t fold_version() const = 0;
  virtual absl::Span<const Aggregate> aggregates() const = 0;
  // The streams that the command is decided on and may write, its own first.
  virtual std::vector<std::string> StreamsOf(const google::protobuf::Message& command) const = 0;
  virtual Decision Decide(const States& states, const google::protobuf::Message& command,
                          const CommandContext& context) const = 0;

  // For a stream whose next_due has come: the streams to decide on (that one first), and the decision. It must move
  // next_due on.
  virtual std::vector<std::string> StreamsOfDue(absl::string_view stream) const { return {std::string(stream)}; }
  virtual Decision DecideDue(const States& states, absl::string_view stream, const CommandContext& context) const {
    return Decision::Nothing();
  }
};

// "budget" of "budget/<id>"; the whole when there is no slash.
inline absl::string_view KindOf(absl::string_view stream) { return stream.substr(0, stream.find('/')); }
// "<id>" of "budget/<id>".
inline absl::string_view IdOf(absl::string_view stream) {
  const size_t slash = stream.find('/');
  return slash == absl::string_view::npos ? absl::string_view() : stream.substr(slash + 1);
}

const Aggregate* FindAggregate(const Domain& domain, absl::string_view stream);

}  // namespace regard::es
