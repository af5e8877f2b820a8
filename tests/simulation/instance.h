// One process of Regard: the real domains of providers, bookings and budgets on real runtimes, the real reactors
// between them, the real views through real projectors, and the real sealer; on simulated ports. What an instance's api
// would add to a request from its views, it adds here.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/es/command_runtime.h"
#include "libs/es/fact_types.h"
#include "libs/es/projector.h"
#include "libs/es/reactor.h"
#include "libs/privacy/key_store.h"
#include "libs/privacy/sealer.h"
#include "services/bookings/reactors/on_budgets.h"
#include "services/bookings/reactors/on_providers.h"
#include "services/budgets/reactors/on_bookings.h"
#include "services/budgets/views/provider_standing.h"
#include "tests/simulation/broker.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/member.h"
#include "tests/simulation/operation.h"
#include "tests/simulation/process.h"

namespace regard::simulation {

// The services that are simulated, by topic.
const std::vector<const es::Domain*>& Domains();
std::vector<std::unique_ptr<es::View>> MakeViews();
const es::FactTypes& Types();
int TopicNamed(absl::string_view name);

// What instances share; all of it outlives them.
struct Surroundings {
  Schedule& schedule;
  Broker& broker;
  privacy::KeyStore& keys;
  const FaultRates& rates;
  Coverage& coverage;
  Control control;
  absl::Time start;
  // Null where each instance claims all.
  Board* board;
};

class Instance {
 public:
  // `early` when the answer was given before it was safe, which only a control does: its position means nothing.
  using Answered = std::function<void(const es::Outcome& outcome, bool early)>;

  // `disk` outlives the instance.
  Instance(const Surroundings& around, Random random, int id, std::string name, int slot, Disk& disk,
           std::function<void(const absl::Status&)> halted);
  ~Instance();

  void Start();
  // A request arrives. Never answered when the instance dies first.
  void Arrive(std::shared_ptr<Operation> operation, absl::Duration patience, Answered answered);
  // An operator wants the partition at the level of this build.
  void Raise(int topic, int partition, absl::Duration patience, std::function<void(const es::Outcome&)> answered);
  // Finishes what was accepted, then dies.
  void Stop();
  void Pause();
  void Resume();
  void Heal();

  Life& life() { return *life_; }
  SimClock& clock() { return clock_; }
  int slot() const { return slot_; }
  bool stopping() const { return stopping_; }
  bool serving() const { return member_ != nullptr ? member_->OwnsAll() : serving_ == kTopics; }
  const std::vector<std::unique_ptr<es::Projector>>& projectors() const { return projectors_; }

 private:
  std::unique_ptr<google::protobuf::Message> Complete(const Operation& operation) const;
  const es::ViewReader& rows(absl::string_view view) const;
  void MakeProjectors(Random& random);
  void StopRuntimes();
  void MakeReactor(es::ReactorRules& rules, int target, Random& random);

  Surroundings around_;
  const int slot_;
  const std::shared_ptr<Life> life_;
  SimClock clock_;
  const std::function<void(const absl::Status&)> halted_;
  privacy::Sealer sealer_;
  es::RuntimeOptions options_;
  int serving_ = 0;
  bool stopping_ = false;
  size_t views_caught_up_ = 0;

  std::vector<std::unique_ptr<SimExecutor>> executors_;
  std::unique_ptr<SimExecutor> view_executor_;
  std::unique_ptr<SimExecutor> rpc_executor_;
  // A runtime's own, and what everything else reads with.
  std::vector<std::unique_ptr<SimLog>> writer_logs_;
  std::vector<std::unique_ptr<SimLog>> reader_logs_;
  std::vector<std::unique_ptr<StoreOfProcess>> stores_;
  std::vector<std::unique_ptr<StoreOfProcess>> view_stores_;
  std::vector<std::unique_ptr<es::Domain>> domains_;
  std::vector<std::unique_ptr<es::EngineParts>> parts_;
  std::vector<std::unique_ptr<es::View>> views_;
  std::vector<std::unique_ptr<es::ViewReader>> readers_;
  std::vector<std::unique_ptr<es::CommandRuntime>> runtimes_;
  std::vector<std::unique_ptr<es::Projector>> projectors_;
  std::unique_ptr<budgets::ProviderStandings> standings_;
  std::unique_ptr<budgets::OnBookings> budgets_on_bookings_;
  bookings::OnBudgets bookings_on_budgets_;
  bookings::OnProviders bookings_on_providers_;
  std::vector<std::unique_ptr<es::Reactor>> reactors_;
  std::unique_ptr<Member> member_;
  // By command: who hears that it is refused when that is decided.
  std::map<const google::protobuf::Message*, std::function<void(const Rejection&)>> deciding_;
};

}  // namespace regard::simulation
