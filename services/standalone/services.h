// Every service's doors and reactors on one engine: what each needs is in its constructor's arguments.
#pragma once

#include <memory>
#include <vector>

#include "libs/app/embedded_engine.h"
#include "libs/base/clock.h"
#include "libs/es/view.h"
#include "libs/privacy/digester.h"
#include "libs/privacy/sealer.h"
#include "libs/rpc/doors.h"
#include "libs/rpc/shell.h"

namespace regard::standalone {

class Services {
 public:
  // Before the engine starts. All outlive it; `views` are those that the engine was opened with. `forwarder` is null
  // where all partitions are owned here.
  Services(rpc::Shell& shell, app::EmbeddedEngine& engine, const std::vector<es::View*>& views,
           const privacy::Digester& digester, const privacy::Opener& opener, const Clock& clock,
           rpc::Forwarder* forwarder = nullptr);
  ~Services();

  // What views keep in memory beside their rows. After the files are open, before the engine starts.
  absl::Status Load(app::EmbeddedEngine& engine);

  std::vector<rpc::Service*> served();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace regard::standalone
