// The broker that leads most partitions is killed under load: the longest silence of holds on these partitions, beside
// that of a bare producer to a topic that is on the same brokers and loses the same leader at the same moment.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/kafka/testing/brokers.h"
#include "tests/bench/kafka/bare_producer.h"
#include "tests/bench/kafka/pair.h"
#include "tests/bench/kafka/rows.h"
#include "tests/bench/kafka/topics.h"
#include "tests/bench/measuring.h"
#include "tests/bench/result_line.h"

namespace regard::bench {
namespace {

constexpr absl::Duration kBefore = absl::Seconds(3);
constexpr absl::Duration kAfter = absl::Seconds(2);
constexpr absl::Duration kReplicated = absl::Minutes(2);
constexpr char kBeside[] = "stall";
// About a hold's.
constexpr size_t kBytes = 600;

// When things succeeded, by partition, and the longest time between two. Thread-safe.
class Gaps {
 public:
  explicit Gaps(const std::vector<int>& partitions) {
    for (const int partition : partitions) last_[partition] = absl::InfinitePast();
  }
  void Succeeded(int partition) {
    const absl::Time now = absl::Now();
    std::lock_guard<std::mutex> lock(mutex_);
    absl::Time& last = last_[partition];
    if (last != absl::InfinitePast()) longest_[partition] = std::max(longest_[partition], now - last);
    last = now;
  }
  bool AllSince(absl::Time time) {
    std::lock_guard<std::mutex> lock(mutex_);
    return std::all_of(last_.begin(), last_.end(), [&](const auto& entry) { return entry.second > time; });
  }
  std::vector<double> Seconds() {
    std::lock_guard<std::mutex> lock(mutex_);
    std::vector<double> seconds;
    for (const auto& [partition, gap] : longest_) seconds.push_back(absl::ToDoubleSeconds(gap));
    std::sort(seconds.begin(), seconds.end());
    return seconds;
  }

 private:
  std::mutex mutex_;
  std::map<int, absl::Time> last_;
  std::map<int, absl::Duration> longest_;
};

void AwaitReplicas(Deployment& deployment, const std::string& topic) {
  const absl::Time until = absl::Now() + kReplicated;
  while (absl::Now() < until) {
    const std::vector<Placed> places = PlacesOf(deployment.cluster(), topic);
    const auto whole = [](const Placed& place) { return place.in_sync == place.replicas.size(); };
    if (std::all_of(places.begin(), places.end(), whole)) return;
    absl::SleepFor(absl::Milliseconds(200));
  }
  Die(absl::StrCat(topic, " is not replicated again"));
}

// The broker that leads most partitions of both topics, and these.
std::pair<int, std::vector<int>> BusiestLeader(Deployment& deployment) {
  const std::vector<Placed> holds = PlacesOf(deployment.cluster(), deployment.topic("budgets"));
  const std::vector<Placed> bare = PlacesOf(deployment.cluster(), deployment.topic_beside(kBeside));
  std::map<int, std::vector<int>> led;
  for (int p = 0; p < kPartitions; ++p) {
    if (holds[p].leader == bare[p].leader) led[holds[p].leader].push_back(p);
  }
  return *std::max_element(led.begin(), led.end(),
                           [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
}

struct Stall {
  double holds = 0;
  double bare = 0;
};

Stall KillLeader(Deployment& deployment, const load::Target& target, BareProducer& producer) {
  const auto [broker, partitions] = BusiestLeader(deployment);
  Gaps holds(partitions);
  Gaps bare(partitions);
  std::atomic<bool> enough = false;
  std::thread calls([&, &partitions = partitions] {
    HoldEach(target, partitions, [&](int partition) {
      holds.Succeeded(partition);
      return !enough.load();
    });
  });
  std::thread records([&, &partitions = partitions] {
    producer.Keep(partitions, std::string(kBytes, 'x'), [&](int partition) { bare.Succeeded(partition); },
                  [&] { return enough.load(); });
  });
  absl::SleepFor(kBefore);
  const absl::Time killed = absl::Now();
  kafka::testing::Control(absl::StrCat("kill ", broker));
  while (!holds.AllSince(killed + kAfter) || !bare.AllSince(killed + kAfter)) absl::SleepFor(absl::Milliseconds(50));
  absl::SleepFor(kAfter);
  enough = true;
  calls.join();
  records.join();
  const std::vector<double> of_holds = holds.Seconds();
  const std::vector<double> of_bare = bare.Seconds();
  std::fprintf(stderr,
               "broker_stall: broker %d led %zu partitions; holds stalled %.2f s at most, %.2f s in the middle; bare "
               "records %.2f s and %.2f s\n",
               broker, partitions.size(), of_holds.back(), Median(of_holds), of_bare.back(), Median(of_bare));
  kafka::testing::Control(absl::StrCat("restart ", broker));
  AwaitReplicas(deployment, deployment.topic("budgets"));
  AwaitReplicas(deployment, deployment.topic_beside(kBeside));
  return {of_holds.back(), of_bare.back()};
}

}  // namespace

void StallRow(Deployment& deployment, const KafkaSettings& settings) {
  Pair pair(deployment);
  deployment.NeedBudgets(pair.instance(0), 10'000);
  MakeTopicBeside(deployment.cluster(), deployment.topic("budgets"), deployment.topic_beside(kBeside));
  BareProducer producer(deployment.cluster(), deployment.topic_beside(kBeside));
  const load::Target target = deployment.TargetOf(pair.instance(0));
  std::vector<double> holds, bare, ratios;
  for (int i = 0; i < settings.stalls; ++i) {
    const Stall stall = KillLeader(deployment, target, producer);
    holds.push_back(stall.holds);
    bare.push_back(stall.bare);
    ratios.push_back(stall.holds / stall.bare);
  }
  PrintResult("broker_stall", Median(holds), "s longest", Median(bare), "s, a bare producer", Median(ratios),
              "at most 1.2");
}

}  // namespace regard::bench
