// What is inside a standalone process, named once: every service's domain and views. The server runs them, verification
// builds them again.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libs/es/domain.h"
#include "libs/es/view.h"

namespace regard::standalone {

// The topics, in the order in which they are shown.
std::vector<const es::Domain*> Domains();

// Those and the quarantine's: all topics of the log.
std::vector<const es::Domain*> StoredDomains();

struct ReactorLink {
  std::string name;
  std::string source_topic;
  std::string target_topic;
};
std::vector<ReactorLink> Reactors();

// Fresh views of all services.
std::vector<std::unique_ptr<es::View>> MakeViews();

}  // namespace regard::standalone
