// What is inside a standalone process: every service. The server runs them, verification builds their views again.
#pragma once

#include <memory>
#include <vector>

#include "libs/es/view.h"
#include "libs/hosting/module.h"

namespace regard::standalone {

// In the order in which they are shown.
std::vector<const hosting::Module*> Modules();

std::vector<hosting::ReactorLink> Reactors();

// Fresh views of all services.
std::vector<std::unique_ptr<es::View>> MakeViews();

}  // namespace regard::standalone
