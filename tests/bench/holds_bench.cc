// Holds and balances over gRPC beside an echo that carries the same metadata and bytes to the same client. Server and
// yardstick are processes of their own, measured in turns, so that a noisy machine is noisy for both.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/bench/echo.h"
#include "tests/bench/measuring.h"
#include "tests/bench/result_line.h"
#include "tests/load/hold_load.h"
#include "tests/load/standalone_process.h"

namespace regard::bench {
namespace {

using load::LoadOptions;
using load::LoadResult;
using load::Target;

constexpr int kRounds = 5;
constexpr absl::Duration kRound = absl::Seconds(3);
constexpr uint64_t kBudgets = 10'000;
constexpr uint64_t kManyBudgets = 1'000'000;

// A 4 kB append and an fdatasync, in microseconds.
double MedianSyncMicros(const std::string& folder) {
  const std::string path = folder + "/sync";
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const std::string block(4096, 'x');
  std::vector<double> micros;
  for (int i = 0; i < 300; ++i) {
    const absl::Time start = absl::Now();
    if (write(file, block.data(), block.size()) < 0 || fdatasync(file) != 0) std::abort();
    micros.push_back(absl::ToDoubleMicroseconds(absl::Now() - start));
  }
  close(file);
  return Median(micros);
}

uint64_t ResidentBytes(pid_t pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) {
      uint64_t kilobytes = 0;
      std::sscanf(line.c_str(), "VmRSS: %lu", &kilobytes);
      return kilobytes * 1024;
    }
  }
  return 0;
}

void Complain(const LoadResult& result, const char* what) {
  if (result.failed > 0) {
    std::fprintf(stderr, "%s: %lu calls failed, first: %s\n", what, result.failed, result.first_error.c_str());
  }
}

class Bench {
 public:
  Bench(const char* self, const std::string& standalone, const std::string& folder)
      : folder_(folder), echo_(self), server_(standalone, folder + "/data") {}

  bool Prepare() {
    const absl::Status started = server_.Start();
    if (!started.ok()) {
      std::fprintf(stderr, "%s\n", std::string(started.message()).c_str());
      return false;
    }
    const std::string provider_id = load::RegisterProvider(
        server_.address(), load::SignToken(server_.data_path(), "owner-1", "provider", "E08000009"));
    const std::string token = load::SignToken(server_.data_path(), "practitioner-1", "practitioner", "E08000009");
    real_ = load::TargetAt(server_.address(), token, provider_id);
    yardstick_ = load::TargetAt(echo_.address(), token, provider_id);
    const uint64_t failed = load::OpenBudgets(real_, 0, kBudgets, 64);
    if (failed > 0) std::fprintf(stderr, "%lu budgets were not opened\n", failed);
    return failed == 0;
  }

  void Rate(const std::string& name, int in_flight, const std::string& reach, bool balances = false) {
    std::vector<double> real, echo, ratios, cpu, echo_cpu;
    const auto run = balances ? load::GetBalances : load::PlaceHolds;
    LoadOptions options = OptionsOf(in_flight);
    for (int round = -1; round < kRounds; ++round) {
      options.duration = round < 0 ? absl::Seconds(1) : kRound;
      options.seed = 100 + static_cast<uint64_t>(round + 1);
      const double before = CpuMicros(server_.pid());
      const LoadResult mine = run(real_, options);
      const double between = CpuMicros(server_.pid());
      const double echo_before = CpuMicros(echo_.pid());
      const LoadResult theirs = run(yardstick_, options);
      Complain(mine, name.c_str());
      if (round < 0) continue;  // warms both up
      cpu.push_back((between - before) / static_cast<double>(mine.ok));
      echo_cpu.push_back((CpuMicros(echo_.pid()) - echo_before) / static_cast<double>(theirs.ok));
      real.push_back(mine.per_second());
      echo.push_back(theirs.per_second());
      ratios.push_back(mine.per_second() / theirs.per_second());
    }
    PrintResult(name, Median(real), balances ? "queries/s" : "holds/s", Median(echo), "echo/s", Median(ratios), reach);
    std::fprintf(stderr, "%s: processor time of the server %.1f us a call, of the echo %.1f us\n", name.c_str(),
                 Median(cpu), Median(echo_cpu));
  }

  void Latency() {
    std::vector<double> real, yardstick, ratios;
    LoadOptions options = OptionsOf(1);
    for (int round = -1; round < kRounds; ++round) {
      options.duration = absl::Seconds(1);
      LoadResult mine = load::PlaceHolds(real_, options);
      LoadResult theirs = load::PlaceHolds(yardstick_, options);
      const double sync = MedianSyncMicros(folder_);
      Complain(mine, "hold_1");
      if (round < 0) continue;
      real.push_back(absl::ToDoubleMicroseconds(mine.Percentile(0.5)));
      yardstick.push_back(absl::ToDoubleMicroseconds(theirs.Percentile(0.5)) + sync);
      ratios.push_back(real.back() / yardstick.back());
    }
    PrintResult("hold_1", Median(real), "us p50", Median(yardstick), "echo p50 + one fdatasync", Median(ratios),
                "at most 1.6");
  }

  // The same work with 10^4 and with 10^6 budgets there.
  void Growth() {
    const double few = HoldSeconds(kBudgets);
    const uint64_t before = ResidentBytes(server_.pid());
    const uint64_t failed = load::OpenBudgets(real_, kBudgets, kManyBudgets, 256);
    if (failed > 0) std::fprintf(stderr, "%lu budgets were not opened\n", failed);
    const double many = HoldSeconds(kManyBudgets);
    PrintResult("growth", many * 1e6, "us/hold", few * 1e6, "us/hold with 10^4 budgets", many / few, "at most 1.2");
    const double resident = static_cast<double>(ResidentBytes(server_.pid()));
    std::fprintf(stderr, "memory: %.0f MiB before the million, %.0f bytes a budget\n",
                 static_cast<double>(before) / (1 << 20), (resident - static_cast<double>(before)) / kManyBudgets);
    PrintResult("memory", resident / (1 << 20), "MiB resident", 1024, "MiB", resident / (1u << 30), "at most 1");
  }

 private:
  static LoadOptions OptionsOf(int in_flight) {
    LoadOptions options;
    options.budgets = kBudgets;
    options.in_flight = in_flight;
    return options;
  }
  double HoldSeconds(uint64_t budgets) {
    std::vector<double> seconds;
    LoadOptions options = OptionsOf(64);
    options.budgets = budgets;
    options.duration = kRound;
    for (int round = 0; round < kRounds; ++round) {
      options.seed = 900 + static_cast<uint64_t>(round);
      const LoadResult result = load::PlaceHolds(real_, options);
      Complain(result, "growth");
      if (round > 0) seconds.push_back(1 / result.per_second());
    }
    return Median(seconds);
  }

  const std::string folder_;
  EchoProcess echo_;
  load::StandaloneProcess server_;
  Target real_;
  Target yardstick_;
};

int Main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "--echo") ServeEcho();
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s STANDALONE FOLDER [NAME...]\n", argv[0]);
    return 2;
  }
  const std::set<std::string> wanted(argv + 3, argv + argc);
  const auto wants = [&](const char* name) { return wanted.empty() || wanted.count(name) > 0; };
  Bench bench(argv[0], argv[1], argv[2]);
  if (!bench.Prepare()) return 1;
  if (wants("hold_1")) bench.Latency();
  if (wants("hold_64")) bench.Rate("hold_64", 64, "at least 0.6");
  if (wants("hold_256")) bench.Rate("hold_256", 256, "at least 0.6");
  if (wants("balance")) bench.Rate("balance", 64, "at least 0.85", true);
  if (wants("growth") || wants("memory")) bench.Growth();
  return 0;
}

}  // namespace
}  // namespace regard::bench

int main(int argc, char** argv) { return regard::bench::Main(argc, argv); }
