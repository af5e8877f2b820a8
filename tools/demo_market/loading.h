// The first morning: real registers and figures are loaded, synthetic providers register, synthetic people get budgets.
#pragma once

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "tools/demo_market/town.h"
#include "tools/demo_market/world.h"

namespace regard::demo {

struct Scale {
  int people = 300;
  int weeks = 13;
  // Half as many micro-providers as people, and at least a few.
  int providers() const { return people < 10 ? 5 : people / 2; }
};

// `data`: the folder with the files that data/README.md describes.
absl::Status Load(World& world, const std::string& data, const Scale& scale, Town& town, std::ostream& out);

}  // namespace regard::demo
