// How to talk to a demonstration that was left running: lines that work when pasted.
#pragma once

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "tools/demo_market/town.h"
#include "tools/demo_market/world.h"

namespace regard::demo {

// `cli`: how to call the regard program from here.
absl::Status PrintTalk(World& world, const Town& town, const std::string& server, const std::string& cli,
                       std::ostream& out);

}  // namespace regard::demo
