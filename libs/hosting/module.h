// One service as a process hosts it: its domain, its views, its reactors, its doors. A process hosts one of them or several;
// a service knows nothing of the others, nor of where log and rows are kept.
#pragma once

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/base/clock.h"
#include "libs/es/command_runtime.h"
#include "libs/es/consistency.h"
#include "libs/es/domain.h"
#include "libs/es/executor.h"
#include "libs/es/reactor.h"
#include "libs/es/view.h"
#include "libs/privacy/digester.h"
#include "libs/privacy/sealer.h"
#include "libs/rpc/doors.h"
#include "libs/rpc/shell.h"

namespace regard::hosting {

// What runs a service's domain, views and reactors. Everything it gives lives as long as it does.
class Host {
 public:
  virtual ~Host() = default;
  // Of this process's own services; dies on any other name.
  virtual es::CommandRuntime& runtime(absl::string_view topic) = 0;
  virtual const es::ViewReader& reader(absl::string_view view) = 0;
  virtual const es::ConsistencyGate& gate() const = 0;
  virtual es::Executor& timer() = 0;
  // Before it starts. `rules` outlives it.
  virtual void AddReactor(es::ReactorRules& rules, absl::string_view target_topic) = 0;
};

// All outlive the service.
struct Surroundings {
  rpc::Shell& shell;
  Host& host;
  const privacy::Digester& digester;
  const privacy::Opener& opener;
  const Clock& clock;
  // Null where all partitions are owned here.
  rpc::Forwarder* forwarder = nullptr;
};

// A service put together, before the host starts.
class Hosted {
 public:
  virtual ~Hosted() = default;
  // What views keep in memory beside their rows. After the files are open, before the host starts.
  virtual absl::Status Load() { return absl::OkStatus(); }
  virtual rpc::Service& api() = 0;
};

struct ReactorLink {
  std::string name;
  std::string source_topic;
  std::string target_topic;
};

// Immutable.
class Module {
 public:
  virtual ~Module() = default;
  virtual absl::string_view name() const = 0;
  // Null for a service that only reads.
  virtual const es::Domain* domain() const { return nullptr; }
  virtual std::vector<ReactorLink> reactors() const { return {}; }
  // Fresh ones.
  virtual std::vector<std::unique_ptr<es::View>> MakeViews() const = 0;
  // `views` are those of MakeViews that the host runs; they outlive the service.
  virtual std::unique_ptr<Hosted> Assemble(const Surroundings& around,
                                           const std::vector<std::unique_ptr<es::View>>& views) const = 0;
};

// Fresh views of all of them.
inline std::vector<std::unique_ptr<es::View>> MakeViewsOf(const std::vector<const Module*>& modules) {
  std::vector<std::unique_ptr<es::View>> all;
  for (const Module* module : modules) {
    std::vector<std::unique_ptr<es::View>> views = module->MakeViews();
    std::move(views.begin(), views.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace regard::hosting
