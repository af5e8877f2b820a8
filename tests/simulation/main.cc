// Runs seeds one after the other and says what they found and what they reached.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "tests/simulation/world.h"

namespace regard::simulation {
namespace {

uint64_t current_seed = 0;

// Where this program speaks; what the instances say of themselves goes nowhere when there are many seeds.
std::FILE* said = stderr;

// A bug of ours ends the process: say of which seed.
void OnAbort(int) {
  std::fprintf(said, "simulation: seed %llu ended the process\n", static_cast<unsigned long long>(current_seed));
  std::signal(SIGABRT, SIG_DFL);
  std::abort();
}

void QuietInstances() {
  said = fdopen(dup(STDERR_FILENO), "w");
  if (std::freopen("/dev/null", "w", stderr) == nullptr) std::abort();
}

struct Options {
  uint64_t seeds = 2000;
  uint64_t first = 1;
  absl::optional<uint64_t> seed;
  Control control = Control::kNone;
  bool json = false;
};

struct Totals {
  uint64_t runs = 0, failed = 0, first_failed = 0, events = 0, appends = 0, operations = 0, digest = 0;
  absl::Duration simulated;
  Coverage coverage;
};

void Report(uint64_t seed, const RunResult& result, bool json) {
  for (const Violation& violation : result.verdict.violations()) {
    std::fprintf(json ? said : stdout, "seed %llu: %s: %s\n", static_cast<unsigned long long>(seed),
                 violation.checker.c_str(), violation.what.c_str());
  }
}

std::vector<std::string> NeverReached(const Coverage& coverage) {
  std::vector<std::string> never;
  for (int i = 0; i < static_cast<int>(Reached::kCount); ++i) {
    const Reached what = static_cast<Reached>(i);
    if (coverage.Of(what) == 0) never.push_back(std::string(NameOf(what)));
  }
  return never;
}

void Print(const Totals& totals, double seconds, bool json) {
  const double per_second = static_cast<double>(totals.runs) / seconds;
  if (json) {
    std::printf("{\"runs\": %llu, \"failed\": %llu, \"first_failed\": %llu, \"seeds_per_second\": %.1f, "
                "\"events\": %llu, \"appends\": %llu, \"operations\": %llu, \"digest\": \"%016llx\", \"reached\": {",
                static_cast<unsigned long long>(totals.runs), static_cast<unsigned long long>(totals.failed),
                static_cast<unsigned long long>(totals.first_failed), per_second,
                static_cast<unsigned long long>(totals.events), static_cast<unsigned long long>(totals.appends),
                static_cast<unsigned long long>(totals.operations), static_cast<unsigned long long>(totals.digest));
  }
  for (int i = 0; i < static_cast<int>(Reached::kCount); ++i) {
    const Reached what = static_cast<Reached>(i);
    const std::string name(NameOf(what));
    const auto count = static_cast<unsigned long long>(totals.coverage.Of(what));
    if (json) {
      std::printf("%s\"%s\": %llu", i == 0 ? "" : ", ", name.c_str(), count);
    } else {
      std::printf("%12llu  %s\n", count, name.c_str());
    }
  }
  if (json) {
    std::printf("}}\n");
    return;
  }
  std::printf("%llu seeds, %llu failed; %llu operations, %llu appends, %llu events, %s simulated; "
              "%.1f s of one core, %.1f seeds/s; digest %016llx\n",
              static_cast<unsigned long long>(totals.runs), static_cast<unsigned long long>(totals.failed),
              static_cast<unsigned long long>(totals.operations), static_cast<unsigned long long>(totals.appends),
              static_cast<unsigned long long>(totals.events), absl::FormatDuration(totals.simulated).c_str(), seconds,
              per_second, static_cast<unsigned long long>(totals.digest));
}

int RunAll(const Options& options) {
  const uint64_t first = options.seed.value_or(options.first);
  const uint64_t end = options.seed.has_value() ? first + 1 : first + options.seeds;
  // Of one core, whatever else the machine does.
  const std::clock_t began = std::clock();
  Totals totals;
  for (uint64_t seed = first; seed < end; ++seed) {
    current_seed = seed;
    RunOptions run;
    run.seed = seed;
    run.control = options.control;
    run.trace = options.seed.has_value() && !options.json;
    const RunResult result = World(run).Run();
    ++totals.runs;
    totals.events += result.events;
    totals.appends += result.appends;
    totals.operations += result.operations;
    totals.simulated += result.simulated;
    totals.digest = totals.digest * 31 + result.digest;
    totals.coverage.Add(result.coverage);
    if (!result.verdict.failed()) continue;
    ++totals.failed;
    if (totals.first_failed == 0) totals.first_failed = seed;
    Report(seed, result, options.json);
    // A control is done when it is caught.
    if (options.control != Control::kNone) break;
  }
  const double seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  Print(totals, seconds, options.json);
  bool failed = totals.failed > 0;
  // Fewer seeds need not reach everything.
  if (options.control == Control::kNone && totals.runs >= 1000) {
    for (const std::string& never : NeverReached(totals.coverage)) {
      std::fprintf(said, "simulation: never reached: %s\n", never.c_str());
      failed = true;
    }
  }
  return failed ? 1 : 0;
}

}  // namespace
}  // namespace regard::simulation

int main(int argc, char** argv) {
  using namespace regard::simulation;  // NOLINT
  CLI::App app{"Deterministic simulation of several instances of the services on a log that misbehaves"};
  Options options;
  uint64_t seed = 0;
  std::string control;
  app.add_option("--seeds", options.seeds, "How many seeds (default 2000)");
  app.add_option("--first", options.first, "The first of them (default 1)");
  CLI::Option* one = app.add_option("--seed", seed, "Only this seed, and every step of it on stdout");
  app.add_option("--control", control, "A negative control: exits with 1 when it is caught; \"list\" names them");
  app.add_flag("--json", options.json, "One JSON object instead of a table");
  CLI11_PARSE(app, argc, argv);
  if (one->count() > 0) options.seed = seed;
  if (control == "list") {
    for (const ControlInfo& info : AllControls()) {
      std::printf("%s: caught within %d seeds\n", std::string(info.name).c_str(), info.within_seeds);
    }
    return 0;
  }
  if (!control.empty()) {
    const auto named = ControlNamed(control);
    if (!named.has_value()) {
      std::fprintf(stderr, "simulation: no control is called %s\n", control.c_str());
      return 2;
    }
    options.control = *named;
  }
  std::signal(SIGABRT, OnAbort);
  if (!options.seed.has_value()) QuietInstances();
  return RunAll(options);
}
