#include "tests/bench/kafka/pair.h"

#include <cstdio>
#include <memory>
#include <random>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "libs/rpc/client.h"
#include "regard/budgets/v1/budgets_service.grpc.pb.h"
#include "tests/bench/kafka/topics.h"

namespace regard::bench {
namespace {

constexpr absl::Duration kShared = absl::Minutes(2);
// Longer than brokers take to replace one of them: what waits for it is not asked for again.
constexpr absl::Duration kCall = absl::Seconds(30);
constexpr absl::Duration kAgain = absl::Milliseconds(5);
constexpr absl::Duration kGiveUp = absl::Minutes(3);
// A fair share, or one less.
constexpr size_t kHalf = kPartitions / 2 - 1;

budgets::v1::PlaceHoldRequest HoldOn(const load::Target& target, uint64_t person, std::mt19937_64& chance) {
  budgets::v1::PlaceHoldRequest request;
  request.set_request_id(load::NewRequestId(chance, absl::Now()));
  request.set_person_id(load::PersonId(person));
  request.set_budget_id(load::BudgetId(person));
  *request.mutable_amount() = Pounds(1);
  request.set_provider_id(target.provider_id);
  request.set_category("regard:gardening");
  *request.mutable_effective() = ToProto(LondonDay(absl::Now()));
  return request;
}

}  // namespace

Pair::Pair(Deployment& deployment) : deployment_(deployment) {
  for (size_t i = 0; i < instances_.size(); ++i) {
    instances_[i] = deployment_.NewInstance(i == 0 ? "one" : "other");
    deployment_.StartInstance(*instances_[i]);
  }
  for (const auto& instance : instances_) deployment_.AwaitOwned(instance->address(), kHalf, kShared);
}

Pair::~Pair() {
  for (const auto& instance : instances_) {
    const absl::Status stopped = instance->Stop();
    if (!stopped.ok()) std::fprintf(stderr, "an instance: %s\n", std::string(stopped.message()).c_str());
  }
}

void Pair::Restart(int which) {
  deployment_.StartInstance(*instances_[which]);
  deployment_.AwaitOwned(instances_[which]->address(), kHalf, kShared);
}

void HoldEach(const load::Target& target, const std::vector<int>& partitions, const std::function<bool(int)>& held) {
  const std::vector<uint64_t> people = PersonOfPartition();
  std::vector<std::thread> threads;
  for (const int partition : partitions) {
    threads.emplace_back([&target, &held, partition, person = people[partition]] {
      std::mt19937_64 chance(static_cast<uint64_t>(absl::ToUnixNanos(absl::Now())) + person);
      const auto stub = budgets::v1::BudgetsService::NewStub(target.channels[partition % target.channels.size()]);
      budgets::v1::PlaceHoldRequest request = HoldOn(target, person, chance);
      absl::Time good = absl::Now();
      while (true) {
        grpc::ClientContext context;
        rpc::AttachToken(context, target.token);
        rpc::SetTimeout(context, kCall);
        budgets::v1::PlaceHoldResponse response;
        const grpc::Status status = stub->PlaceHold(&context, request, &response);
        if (!status.ok()) {
          if (absl::Now() - good > kGiveUp) Die("no hold succeeds: " + status.error_message());
          absl::SleepFor(kAgain);
          continue;
        }
        good = absl::Now();
        if (!held(partition)) return;
        request = HoldOn(target, person, chance);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace regard::bench
