// An owner is killed: how long until all that it served answers again, through the one that is left.
#include <algorithm>
#include <cstdio>
#include <mutex>

#include "absl/time/clock.h"
#include "libs/base/time.h"
#include "regard/log/v1/record.pb.h"
#include "tests/bench/kafka/pair.h"
#include "tests/bench/kafka/rows.h"
#include "tests/bench/kafka/topics.h"
#include "tests/bench/measuring.h"
#include "tests/bench/result_line.h"

namespace regard::bench {
namespace {

// Seconds since the owner was killed.
struct Failover {
  // The survivor claims as soon as it suspects, and says in the claim when.
  double suspected = 0;
  double claimed = 0;
  double first_answered = 0;
  double half_answered = 0;
  double answered = 0;
  size_t partitions = 0;
};

Failover KillOne(Deployment& deployment, Pair& pair, int which) {
  load::StandaloneProcess& owner = pair.instance(which);
  load::StandaloneProcess& survivor = pair.instance(1 - which);
  const load::Target target = deployment.TargetOf(survivor);
  const std::vector<int> lost = deployment.OwnedAt(owner.address());
  const std::string survivor_id = deployment.InstanceIdAt(survivor.address());
  // So that the survivor has connections to whom it forwards to, as it would have.
  HoldEach(target, lost, [](int) { return false; });
  const std::vector<int64_t> from = EndsOf(deployment.cluster(), deployment.topic("budgets"));

  const absl::Time killed = absl::Now();
  owner.Kill();
  std::mutex mutex;
  std::vector<double> answered;
  HoldEach(target, lost, [&](int) {
    std::lock_guard<std::mutex> lock(mutex);
    answered.push_back(absl::ToDoubleSeconds(absl::Now() - killed));
    return false;
  });
  std::sort(answered.begin(), answered.end());

  absl::Time first = absl::InfiniteFuture();
  absl::Time last = absl::InfinitePast();
  const std::vector<int64_t> to = EndsOf(deployment.cluster(), deployment.topic("budgets"));
  for (const Stored& stored : ReadBetween(deployment.cluster(), deployment.topic("budgets"), from, to)) {
    log::v1::Record record;
    if (!record.ParseFromString(stored.bytes) || record.claim().instance_id() != survivor_id) continue;
    first = std::min(first, FromProto(record.claim().time()));
    last = std::max(last, FromProto(record.claim().time()));
  }
  return {absl::ToDoubleSeconds(first - killed),
          absl::ToDoubleSeconds(last - killed),
          answered.front(),
          answered[answered.size() / 2],
          answered.back(),
          lost.size()};
}

}  // namespace

void FailoverRow(Deployment& deployment, const KafkaSettings& settings) {
  Pair pair(deployment);
  deployment.NeedBudgets(pair.instance(0), settings.budgets);
  std::vector<double> answered, suspected, claimed;
  for (int i = 0; i < settings.kills; ++i) {
    const Failover failover = KillOne(deployment, pair, i % 2);
    std::fprintf(stderr,
                 "failover: %zu partitions; first claim after %.2f s, last claim %.2f s, first answer %.2f s, half "
                 "%.2f s, all %.2f s\n",
                 failover.partitions, failover.suspected, failover.claimed, failover.first_answered,
                 failover.half_answered, failover.answered);
    answered.push_back(failover.answered);
    suspected.push_back(failover.suspected);
    claimed.push_back(failover.claimed);
    pair.Restart(i % 2);
  }
  PrintResult("failover", Median(answered), "s", 3, "s", Median(answered) / 3, "at most 1");
  std::fprintf(stderr, "failover: medians: suspected %.2f s, all claimed %.2f s, all answered %.2f s; longest %.2f s\n",
               Median(suspected), Median(claimed), Median(answered),
               *std::max_element(answered.begin(), answered.end()));
}

}  // namespace regard::bench
