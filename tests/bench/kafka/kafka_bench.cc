// Regard on three real brokers beside bare clients of the same brokers. The brokers are those of REGARD_KAFKA_FOLDER,
// which tests/bench/run starts.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/kafka/testing/brokers.h"
#include "tests/bench/echo.h"
#include "tests/bench/kafka/rows.h"
#include "tests/bench/kafka/topics.h"

namespace regard::bench {

std::vector<pid_t> BrokerPids() {
  std::vector<pid_t> pids;
  // A line for each process of the cluster; the brokers are those that take time.
  const std::string said = kafka::testing::Control("show --json");
  const std::string key = "\"pid\": ";
  for (size_t at = said.find(key); at != std::string::npos; at = said.find(key, at + 1)) {
    const size_t from = at + key.size();
    int pid = 0;
    if (absl::SimpleAtoi(said.substr(from, said.find_first_of(",}", from) - from), &pid)) pids.push_back(pid);
  }
  return pids;
}

namespace {

int Main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "--echo") ServeEcho();
  KafkaSettings settings;
  std::string standalone, folder;
  std::vector<std::string> names;
  CLI::App app("Holds, failovers and joins on real brokers, as JSON lines for tests/bench/run.");
  app.add_option("standalone", standalone, "the program regard-standalone")->required();
  app.add_option("folder", folder, "for data; emptied by whoever made it")->required();
  app.add_option("names", names, "kafka_hold_1, kafka_hold_256, failover, broker_stall, join")->required();
  app.add_option("--rounds", settings.rounds, "of the holds");
  app.add_option("--seconds", settings.seconds, "of a round of holds");
  app.add_option("--budgets", settings.budgets, "that are there when an owner is killed");
  app.add_option("--kills", settings.kills, "of an owner");
  app.add_option("--stalls", settings.stalls, "brokers that are killed");
  app.add_option("--appends", settings.appends, "that a new instance follows");
  app.add_option("--joins", settings.joins, "of a new instance");
  CLI11_PARSE(app, argc, argv);
  const auto wants = [&](const char* name) { return std::find(names.begin(), names.end(), name) != names.end(); };

  Deployment deployment(kafka::testing::Brokers(), standalone, folder);
  if (wants("kafka_hold_1") || wants("kafka_hold_256")) {
    const EchoProcess echo(argv[0]);
    KillAtDeath(echo.pid());
    HoldRows(deployment, echo, settings, wants("kafka_hold_1"), wants("kafka_hold_256"));
  }
  if (wants("failover")) FailoverRow(deployment, settings);
  if (wants("join")) JoinRow(kafka::testing::Brokers(), standalone, folder, settings);
  // Last: it leaves the brokers' leaders in disorder.
  if (wants("broker_stall")) StallRow(deployment, settings);
  return 0;
}

}  // namespace
}  // namespace regard::bench

int main(int argc, char** argv) { return regard::bench::Main(argc, argv); }
