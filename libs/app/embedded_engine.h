// The inside of a process on the embedded log or on Kafka: one runtime for each domain, one projector for each view,
// reactors between them, and the files under one data folder:
//   log/     the truth                    state/   what domains decide on
//   views/   what queries read            keys/    subjects' keys (opened by whoever seals)
// Everything but log/ and keys/ is made again when it is missing. What an operator set aside (libs/es/quarantine.h) is
// a topic of the log beside the domains'; it is read once, here. On Kafka there is no log/.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "libs/app/logs.h"
#include "libs/base/clock.h"
#include "libs/es/command_runtime.h"
#include "libs/es/consistency.h"
#include "libs/es/executor_thread.h"
#include "libs/es/fact_types.h"
#include "libs/es/projector.h"
#include "libs/es/quarantine.h"
#include "libs/es/reactor.h"
#include "libs/es/view.h"
#include "libs/hosting/module.h"
#include "libs/rocks/store_set.h"
#include "libs/telemetry/metrics.h"

namespace regard::app {

struct EngineOptions {
  std::string data_path;
  rocks::LogStoreOptions log;
  // Where the log is, when it is not in the data folder.
  absl::optional<kafka::Address> log_on_kafka;
  rocks::StoreSetOptions state;
  rocks::StoreSetOptions views;
  es::RuntimeOptions runtime;
};

class EmbeddedEngine final : public hosting::Host {
 public:
  // Opens the files. `domains` are run here, of all whose facts are `stored` in the log; views read any of those. Domains
  // and views outlive the engine; `clock`, `sealer`, `metrics` too. `halted` is called from any thread when what is
  // stored contradicts itself: the process should end, loudly.
  static absl::StatusOr<std::unique_ptr<EmbeddedEngine>> Open(EngineOptions options,
                                                              std::vector<const es::Domain*> domains,
                                                              std::vector<const es::Domain*> stored,
                                                              std::vector<es::View*> views, const Clock& clock,
                                                              es::Sealer& sealer, telemetry::Metrics& metrics,
                                                              std::function<void(const absl::Status&)> halted);
  ~EmbeddedEngine() override;

  void AddReactor(es::ReactorRules& rules, absl::string_view target_topic) override;

  // Claims, replays, brings views up to date, then lets reactors go. Returns when commands and queries can be served,
  // or with why not.
  absl::Status Start();
  // Finishes what was accepted; nothing is called afterwards.
  void Stop();

  // All live as long as the engine. Dies on a name that was not given to Open.
  es::CommandRuntime& runtime(absl::string_view topic) override;
  const es::ViewReader& reader(absl::string_view view) override;
  // Null where the topic is another process's to write.
  es::CommandRuntime* FindRuntime(absl::string_view topic) const;
  es::EventLog& log(absl::string_view topic);
  const es::ConsistencyGate& gate() const override { return gate_; }
  // Before Start, where the log is shared with other instances. It outlives the engine's Stop.
  void ShareWith(es::Elsewhere& others) { gate_.SetElsewhere(&others); }
  std::vector<es::CommandRuntime*> runtimes() const;
  const es::FactTypes& fact_types() const { return types_; }
  es::Executor& timer() override { return *timer_; }
  const std::vector<std::unique_ptr<es::Projector>>& projectors() const { return projectors_; }
  const std::vector<std::unique_ptr<es::Reactor>>& reactors() const { return reactors_; }
  const std::vector<const es::Domain*>& domains() const { return domains_; }
  // Whose facts are in the log, also those that others write.
  const std::vector<const es::Domain*>& stored() const { return stored_; }
  // As of when it was opened.
  const es::Quarantine& quarantine() const { return quarantine_; }

  // After the clock was moved: runs what fell due, until timers, reactors and views have come to rest.
  absl::Status Settle(absl::Duration patience);

  // A consistent copy of log, state and views: what is made from the log first, so that it is never ahead of it.
  absl::Status Backup(const std::string& to);

 private:
  EmbeddedEngine(EngineOptions options, std::vector<const es::Domain*> domains,
                 std::vector<const es::Domain*> stored, std::vector<es::View*> views, const Clock& clock,
                 es::Sealer& sealer, telemetry::Metrics& metrics, std::function<void(const absl::Status&)> halted);

  absl::Status OpenFiles();
  void WatchQuarantine(absl::string_view reader);
  void WatchMetrics();
  absl::Status Await(const std::function<void(std::function<void()> arrived)>& start, int arrivals);
  bool AtRest();

  EngineOptions options_;
  const std::vector<const es::Domain*> domains_;
  const std::vector<const es::Domain*> stored_;
  const std::vector<es::View*> views_;
  const Clock& clock_;
  es::Sealer& sealer_;
  telemetry::Metrics& metrics_;
  const std::function<void(const absl::Status&)> halted_;
  es::FactTypes types_;
  es::Quarantine quarantine_;

  std::unique_ptr<Logs> log_store_;
  std::unique_ptr<rocks::StoreSet> state_stores_;
  std::unique_ptr<rocks::StoreSet> view_stores_;
  std::vector<std::unique_ptr<es::EngineParts>> parts_;
  std::vector<std::unique_ptr<es::CommandRuntime>> runtimes_;
  std::vector<std::unique_ptr<es::ViewReader>> readers_;
  std::vector<std::unique_ptr<es::Projector>> projectors_;
  std::vector<std::unique_ptr<es::Reactor>> reactors_;
  es::ConsistencyGate gate_;
  std::function<void()> serving_arrived_;
  // Last, so that they stop before what their tasks touch.
  std::vector<std::unique_ptr<es::ExecutorThread>> command_executors_;
  std::unique_ptr<es::ExecutorThread> view_executor_;
  std::unique_ptr<es::ExecutorThread> timer_;
};

}  // namespace regard::app
