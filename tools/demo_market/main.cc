// regard-demo: loads the real input into a fresh server with a simulated clock, runs the market for some weeks, and prints
// what a person wants to see. tools/demo starts the server and this.
#include <cstdio>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "libs/app/flags.h"
#include "tools/demo_market/arranging.h"
#include "tools/demo_market/budget_life.h"
#include "tools/demo_market/findings.h"
#include "tools/demo_market/loading.h"
#include "tools/demo_market/talk.h"
#include "tools/demo_market/week.h"

namespace regard::demo {
namespace {

struct Settings {
  std::string server = "127.0.0.1:7300";
  std::string key;
  std::string input = "data";
  uint64_t seed = 1;
  Scale scale;
  bool serve = false;
  std::string cli = "regard";
};

absl::Status RunWeeks(World& world, Town& town, const Scale& scale, Tally& tally, std::ostream& out) {
  const absl::Time first_monday = world.now();
  for (int number = 0; number < scale.weeks; ++number) {
    const absl::Time began = absl::Now();
    const int64_t requested = tally.requested;
    const int64_t recorded = tally.recorded;
    LiveBudgets(world, town, number);
    Arrange(world, town, number, tally);
    if (world.failed()) return world.failure();
    Week week(world, town, number, first_monday + number * absl::Hours(7 * 24), tally);
    if (const absl::Status ran = week.Run(); !ran.ok()) return ran;
    out << "  week " << number + 1 << " of " << scale.weeks << ": " << tally.requested - requested << " requested, "
        << tally.recorded - recorded << " visits, " << absl::StrFormat("%.1f s", absl::ToDoubleSeconds(absl::Now() - began))
        << '\n'
        << std::flush;
  }
  // The coming week is booked and not lived, so that there is something to look at.
  LiveBudgets(world, town, scale.weeks);
  Arrange(world, town, scale.weeks, tally);
  ConfirmWhatWaits(world, town, scale.weeks, tally);
  if (world.failed()) return world.failure();
  Week coming(world, town, scale.weeks, world.now(), tally);
  if (const absl::Status asked = coming.AskAndAnswer(); !asked.ok()) return asked;
  return world.AdvanceTo(world.now() + absl::Minutes(1));
}

absl::Status Run(const Settings& settings, std::ostream& out) {
  absl::StatusOr<std::unique_ptr<World>> world = World::Open(settings.server, settings.key, settings.seed);
  if (!world.ok()) return world.status();
  Town town;
  Tally tally;
  if (auto loaded = Load(**world, settings.input, settings.scale, town, out); !loaded.ok()) return loaded;
  // Everything loaded is in every view once the clock has moved.
  if (auto moved = (*world)->AdvanceTo((*world)->now() + absl::Hours(1)); !moved.ok()) return moved;
  out << settings.scale.weeks << " simulated weeks from " << absl::FormatTime("%a %d %b %Y", (*world)->now(), absl::UTCTimeZone())
      << '\n'
      << std::flush;
  const int64_t commands = (*world)->commands();
  const absl::Time began = absl::Now();
  if (auto ran = RunWeeks(**world, town, settings.scale, tally, out); !ran.ok()) return ran;
  const Speed speed{(*world)->commands() - commands, absl::Now() - began};
  if (auto printed = PrintFindings(**world, town, tally, speed, out); !printed.ok()) return printed;
  return settings.serve ? PrintTalk(**world, town, settings.server, settings.cli, out) : absl::OkStatus();
}

int Main(int argc, char** argv) {
  Settings settings;
  app::Flags flags("regard-demo", "Runs a market on a fresh server with a simulated clock; tools/demo starts both.");
  flags.Add("server", &settings.server, "host:port of the server, or SERVICE=HOST:PORT,...;SERVICE=...");
  flags.Add("key", &settings.key, "The server's signing key: auth.key in its data folder");
  flags.Add("input", &settings.input, "Folder with the real input");
  flags.Add("seed", &settings.seed, "What is synthetic depends on this alone");
  flags.Add("people", &settings.scale.people, "People with budgets; half as many micro-providers");
  flags.Add("weeks", &settings.scale.weeks, "Simulated weeks");
  flags.Add("serve", &settings.serve, "Print how to talk to the server, which stays");
  flags.Add("cli", &settings.cli, "How to call the regard program in what is printed");
  if (const absl::optional<int> code = flags.Parse(argc, argv); code.has_value()) return *code;
  if (settings.scale.people < 1 || settings.scale.people > 9999 || settings.scale.weeks < 1 || settings.scale.weeks > 50) {
    std::fprintf(stderr, "regard-demo: --people is 1 to 9999, --weeks 1 to 50\n");
    return app::kExitUsage;
  }
  const absl::Status status = Run(settings, std::cout);
  std::cout << std::flush;
  if (status.ok()) return app::kExitOk;
  std::fprintf(stderr, "regard-demo: %s\n", cli::Explained(status).c_str());
  return app::kExitFailed;
}

}  // namespace
}  // namespace regard::demo

int main(int argc, char** argv) { return regard::demo::Main(argc, argv); }
