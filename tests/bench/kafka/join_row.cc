// A new instance with an empty disk that gets no snapshot, as nobody lives who has one: it reads the whole log for its
// states and its views, and claims everything. Beside a plain consumer of the same records.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/time.h"
#include "regard/log/v1/record.pb.h"
#include "tests/bench/kafka/rows.h"
#include "tests/bench/kafka/topics.h"
#include "tests/bench/measuring.h"
#include "tests/bench/result_line.h"

namespace regard::bench {
namespace {

struct Contents {
  double appends = 0;
  double bytes = 0;
  double records = 0;
};

Contents ContentsOf(const kafka::Cluster& cluster, const std::string& topic) {
  Contents contents;
  ForEachRecord(cluster, topic, [&](absl::string_view bytes) {
    log::v1::Record record;
    if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) Die("a record does not parse");
    contents.appends += record.batch().appends_size();
    contents.bytes += static_cast<double>(bytes.size());
    ++contents.records;
  });
  return contents;
}

// The folder of a stopped server that has so many appends: holds over many budgets. On brokers they would take long to
// make.
std::string Fill(const std::string& standalone, const std::string& folder, uint64_t appends) {
  const std::string data = folder + "/fills";
  load::StandaloneProcess server(standalone, data);
  absl::Status status = server.Start();
  if (!status.ok()) Die(std::string(status.message()));
  KillAtDeath(server.pid());
  const std::string council = load::Target().tenant;
  const std::string provider_id =
      load::RegisterProvider(server.address(), load::SignToken(data, "owner-1", "provider", council));
  const load::Target target = load::TargetAt(
      server.address(), load::SignToken(data, "practitioner-1", "practitioner", council), provider_id);
  load::LoadOptions options;
  options.budgets = std::min<uint64_t>(100'000, appends / 4);
  options.in_flight = 256;
  options.duration = absl::Minutes(15);
  options.max_calls = appends - options.budgets;
  const uint64_t failed = load::OpenBudgets(target, 0, options.budgets, 64) + load::PlaceHolds(target, options).failed;
  if (failed > 0) std::fprintf(stderr, "join: %lu calls failed\n", failed);
  status = server.Stop();
  if (!status.ok()) Die(std::string(status.message()));
  return data;
}

// The claims of a new instance, from when it was started: the first is made when all views are caught up, and the last
// serves when all states are.
void SayWhere(Deployment& deployment, const std::vector<int64_t>& from, absl::Time started, absl::Duration took,
              double cpu_seconds) {
  const std::string topic = deployment.topic("budgets");
  absl::Time first = absl::InfiniteFuture();
  absl::Time last = absl::InfinitePast();
  for (const Stored& stored :
       ReadBetween(deployment.cluster(), topic, from, EndsOf(deployment.cluster(), topic))) {
    log::v1::Record record;
    if (!record.ParseFromString(stored.bytes) || !record.has_claim()) continue;
    const absl::Time time = FromProto(record.claim().time());
    first = std::min(first, time);
    last = std::max(last, time);
  }
  std::fprintf(stderr,
               "join: first claim after %.1f s (views are caught up, nobody else lives), last claim after %.1f s, all "
               "served after %.1f s; %.1f s of processor time\n",
               absl::ToDoubleSeconds(first - started), absl::ToDoubleSeconds(last - started),
               absl::ToDoubleSeconds(took), cpu_seconds);
}

}  // namespace

void JoinRow(const kafka::Cluster& cluster, const std::string& standalone, const std::string& folder,
             const KafkaSettings& settings) {
  Deployment deployment(cluster, standalone, folder, Fill(standalone, folder, settings.appends));
  Contents all;
  for (const std::string& topic : deployment.topics()) {
    const Contents contents = ContentsOf(deployment.cluster(), topic);
    all.appends += contents.appends;
    all.bytes += contents.bytes;
    all.records += contents.records;
  }
  std::vector<double> real, yardstick, ratios;
  for (int round = 0; round < settings.joins; ++round) {
    const double bare = all.appends / absl::ToDoubleSeconds(TimeToRead(deployment.cluster(), deployment.topics()));
    const std::vector<int64_t> from = EndsOf(deployment.cluster(), deployment.topic("budgets"));
    const std::string name = absl::StrCat("joins-", round);
    const auto instance = deployment.NewInstance(name);
    const absl::Time started = absl::Now();
    deployment.StartInstance(*instance);
    const absl::Duration took = absl::Now() - started;
    const double cpu_seconds = CpuMicros(instance->pid()) / 1e6;
    deployment.AwaitOwned(instance->address(), kPartitions, absl::Seconds(10));
    SayWhere(deployment, from, started, took, cpu_seconds);
    const absl::Status stopped = instance->Stop();
    if (!stopped.ok()) Die(std::string(stopped.message()));
    std::filesystem::remove_all(deployment.data_path(name));
    real.push_back(all.appends / absl::ToDoubleSeconds(took));
    yardstick.push_back(bare);
    ratios.push_back(real.back() / bare);
  }
  PrintResult("join", Median(real), "appends/s", Median(yardstick), "appends/s of a bare consumer", Median(ratios),
              "at least 0.5");
  std::fprintf(stderr, "join: %.0f appends in %.0f records of %.0f bytes\n", all.appends, all.records,
               all.bytes / all.records);
}

}  // namespace regard::bench
