#include "tools/demo_market/loading.h"

#include "libs/base/time.h"
#include "tools/demo_market/enrolment.h"
#include "tools/demo_market/registers.h"

namespace regard::demo {

absl::Status Load(World& world, const std::string& data, const Scale& scale, Town& town, std::ostream& out) {
  out << "Real input\n" << std::flush;
  const absl::StatusOr<Registers> registers = LoadRegisters(world, data, town, out);
  if (!registers.ok()) return registers.status();

  out << "Synthetic, from seed " << world.seed() << '\n' << std::flush;
  town.provider_plans = MakeProviders(registers->places, world.seed(), scale.providers(), scale.weeks);
  town.person_plans = MakePeople(registers->places, registers->personal_budget_pence, world.seed(), scale.people,
                                 scale.weeks);
  EnrolProviders(world, town);
  if (world.failed()) return world.failure();
  size_t listings = 0;
  for (const ProviderPlan& plan : town.provider_plans) listings += plan.listings.size();
  out << "  " << town.provider_plans.size() << " micro-providers with " << listings
      << " listings at real postcodes, in proportion to residents\n"
      << std::flush;
  const int claimed = ClaimOrganisations(world, registers->organisations, town);
  if (world.failed()) return world.failure();
  out << "  " << claimed << " of the real community organisations claimed and given a free activity\n" << std::flush;
  OpenBudgets(world, LondonDay(world.now()), town);
  if (world.failed()) return world.failure();
  out << "  " << town.people.size() << " people with budgets of the real amounts (of 2008; prices are of today)\n"
      << std::flush;
  return absl::OkStatus();
}

}  // namespace regard::demo
