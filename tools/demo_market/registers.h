// Real input: postcodes, areas, community organisations, care homes and what support cost, as regard import sends them.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/demo_market/places.h"
#include "tools/demo_market/town.h"
#include "tools/demo_market/world.h"

namespace regard::demo {

struct Organisation {
  std::string source;
  std::string name;
  std::string activities;
  std::string postcode;
};

struct Registers {
  Places places;
  std::vector<Organisation> organisations;
  // The real personal budgets, in pence of 2008.
  std::vector<int64_t> personal_budget_pence;
};

absl::StatusOr<Registers> LoadRegisters(World& world, const std::string& data, Town& town, std::ostream& out);

}  // namespace regard::demo
