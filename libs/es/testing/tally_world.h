// One instance of the tallies on a given log and store, in one thread: what a crash loses is what is not in them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libs/base/manual_clock.h"
#include "libs/es/command_runtime.h"
#include "libs/es/testing/manual_executor.h"
#include "libs/es/testing/plain_sealer.h"
#include "libs/es/testing/tally_domain.h"

namespace regard::es::testing {

class TallyWorld {
 public:
  // Log and store outlive it. Two worlds on one log are two instances that fight for it.
  TallyWorld(EventLog& log, Store& store, ManualExecutor& executor, ManualClock& clock, std::string name = "one")
      : executor_(executor), clock_(clock) {
    options_.instance.instance_id = std::move(name);
    parts_ = std::make_unique<EngineParts>(
        EngineParts{TallyDomain(), log, store, sealer_, clock_, executor_, options_});
  }

  RuntimeOptions& options() { return options_; }

  void Start() {
    runtime_ = std::make_unique<CommandRuntime>(
        *parts_, CommandRuntime::Hooks{[] {}, [this](const absl::Status& why) { halted_ = why; }});
    runtime_->Start();
    executor_.RunUntilIdle();
  }

  static Command Add(std::vector<std::string> tallies, int64_t add, int64_t limit = 0) {
    Command command;
    auto body = std::make_unique<TallyCommand>();
    for (const std::string& tally : tallies) body->add_tallies(tally);
    body->set_add(add);
    body->set_limit(limit);
    command.routing_key = tallies.front();
    command.body = std::move(body);
    command.actor.set_subject("tester");
    return command;
  }

  // The outcome appears in the returned place when it is known.
  std::shared_ptr<absl::optional<Outcome>> Submit(Command command) {
    auto outcome = std::make_shared<absl::optional<Outcome>>();
    runtime_->Submit(std::move(command), [outcome](const Outcome& done) { *outcome = done; });
    return outcome;
  }
  Outcome Run(Command command) {
    auto outcome = Submit(std::move(command));
    executor_.RunUntilIdle();
    return outcome->value_or(Outcome{Outcome::Kind::kUnknown, Unavailable("NO_ANSWER"), 0, 0, 0, false});
  }

  CommandRuntime& runtime() { return *runtime_; }
  const absl::Status& halted() const { return halted_; }

 private:
  ManualExecutor& executor_;
  ManualClock& clock_;
  PlainSealer sealer_;
  RuntimeOptions options_;
  std::unique_ptr<EngineParts> parts_;
  absl::Status halted_;
  std::unique_ptr<CommandRuntime> runtime_;
};

}  // namespace regard::es::testing
