// What a node says of its topic: who owns and follows, how far behind, and how partitions were lost.
#include "libs/cluster/node.h"

#include <map>
#include <memory>
#include <string>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "libs/base/manual_clock.h"
#include "libs/es/executor_thread.h"
#include "libs/es/feature_level.h"
#include "libs/es/testing/memory_log.h"
#include "libs/es/testing/memory_store.h"
#include "libs/es/testing/plain_sealer.h"
#include "libs/es/testing/tally_domain.h"
#include "libs/es/testing/tally_world.h"

namespace regard::cluster {
namespace {

constexpr int kPartitions = 4;
constexpr char kTopic[] = "tallies";

// Instances in one process, on one log, whose heartbeats all hear at once.
class NodeTest : public ::testing::Test, private Board {
 protected:
  struct Instance {
    Instance(NodeTest& test, const std::string& name) : test_(test), executor(name) {
      options.instance.instance_id = name;
      options.owns_all = false;
      parts = std::make_unique<es::EngineParts>(es::EngineParts{es::testing::TallyDomain(), test.log_, store, sealer,
                                                                test.clock_, executor, options});
      runtime = std::make_unique<es::CommandRuntime>(*parts, es::CommandRuntime::Hooks());
      NodeOptions node_options;
      node_options.instance_id = name;
      node = std::make_unique<Node>(node_options, std::vector<es::CommandRuntime*>{runtime.get()}, test.clock_);
      runtime->Start();
    }
    ~Instance() {
      node->Stop();
      absl::Notification stopped;
      runtime->Stop([&] { stopped.Notify(); });
      stopped.WaitForNotification();
      test_.AwaitDeliveries();
    }

    NodeTest& test_;
    es::testing::MemoryStore store;
    es::testing::PlainSealer sealer;
    es::RuntimeOptions options;
    std::unique_ptr<es::EngineParts> parts;
    std::unique_ptr<es::CommandRuntime> runtime;
    std::unique_ptr<Node> node;
    es::ExecutorThread executor;
  };

  ~NodeTest() override {
    // Its last word is heard by the others.
    while (!instances_.empty()) {
      std::unique_ptr<Instance> last = std::move(instances_.begin()->second);
      last->node->Stop();
      std::lock_guard<std::mutex> lock(mutex_);
      instances_.erase(instances_.begin());
    }
  }

  // What was appended before calls back: a writer must not go earlier, and a claim may be under way to the end.
  void AwaitDeliveries() {
    absl::Notification delivered;
    deliver_.Post([&] { delivered.Notify(); });
    delivered.WaitForNotification();
  }

  Instance& Add(const std::string& name) {
    auto instance = std::make_unique<Instance>(*this, name);
    Instance& added = *instance;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      instances_[name] = std::move(instance);
    }
    added.node->Start(name, *this, [this](const Peer& peer, auto done) {
      std::unique_lock<std::mutex> lock(mutex_);
      const auto found = instances_.find(peer.address);
      absl::optional<Node::Reached> answer;
      if (found != instances_.end() && found->second != nullptr) answer = found->second->node->OwnReached();
      lock.unlock();
      done(std::move(answer));
    });
    return added;
  }

  void Post(const std::string& heartbeat) override {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& [name, instance] : instances_) {
      if (instance != nullptr) instance->node->Hear(heartbeat);
    }
  }

  // Time passes until it holds.
  void Until(const std::function<bool()>& holds) {
    const absl::Time end = absl::Now() + absl::Seconds(30);
    while (!holds() && absl::Now() < end) {
      clock_.Advance(absl::Milliseconds(5));
      absl::SleepFor(absl::Milliseconds(1));
    }
    EXPECT_TRUE(holds());
  }

  // Of a partition that the instance owns; until it is durable.
  es::Outcome Run(Instance& instance, int partition) {
    es::Command command = es::testing::TallyWorld::Add({"a"}, 1);
    command.partition = partition;
    absl::Notification answered;
    es::Outcome outcome;
    instance.runtime->Submit(std::move(command), [&](const es::Outcome& done) {
      outcome = done;
      answered.Notify();
    });
    answered.WaitForNotification();
    return outcome;
  }

  ManualClock clock_{absl::FromUnixSeconds(1'767'600'000)};
  es::ExecutorThread deliver_{"log"};
  es::testing::MemoryLog log_{kTopic, kPartitions, deliver_};
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Instance>> instances_;
};

TEST_F(NodeTest, SaysHowFarBehindItsOwnersItIs) {
  Instance& one = Add("one");
  Until([&] { return one.node->StandingOf(kTopic).owned == kPartitions; });
  EXPECT_EQ(one.node->StandingOf(kTopic).followed, 0);
  EXPECT_EQ(one.node->StandingOf(kTopic).claims, uint64_t{kPartitions});
  Instance& two = Add("two");
  const auto shared = [](const Instance& instance) {
    const Node::Standing standing = instance.node->StandingOf(kTopic);
    return standing.owned == kPartitions / 2 && standing.followed == kPartitions / 2;
  };
  Until([&] { return shared(one) && shared(two); });
  EXPECT_EQ(one.node->members(), 2);
  int partition = 0;
  while (!one.runtime->Serves(partition)) ++partition;
  ASSERT_EQ(Run(one, partition).kind, es::Outcome::Kind::kCommitted);
  Until([&] { return two.runtime->AcknowledgedPosition(partition) == 1; });
  EXPECT_EQ(two.node->StandingOf(kTopic).behind, 0u);

  // Whoever has no time to follow falls behind, and says so.
  absl::Notification go_on;
  two.executor.Post([&] { go_on.WaitForNotification(); });
  for (int i = 0; i < 3; ++i) ASSERT_EQ(Run(one, partition).kind, es::Outcome::Kind::kCommitted);
  Until([&] { return two.node->StandingOf(kTopic).behind == 3; });
  EXPECT_EQ(one.node->StandingOf(kTopic).behind, 0u);
  go_on.Notify();
  Until([&] { return two.node->StandingOf(kTopic).behind == 0; });
}

TEST_F(NodeTest, NamesWhoLivesAndKnowsLess) {
  Instance& one = Add("one");
  Add("two");
  Until([&] { return one.node->members() == 2; });
  EXPECT_FALSE(one.node->KnowsLess(es::kFeatureLevel).has_value());
  // As builds say it that have no level.
  Heartbeat old;
  old.set_instance_id("old");
  old.set_address("there");
  old.set_beat(1);
  one.node->Hear(old.SerializeAsString());
  const absl::optional<Peer> behind = one.node->KnowsLess(es::kFeatureLevel);
  ASSERT_TRUE(behind.has_value());
  EXPECT_EQ(behind->address, "there");
  EXPECT_FALSE(one.node->KnowsLess(1).has_value());
  // Gone after a while, like whoever is silent.
  Until([&] { return !one.node->KnowsLess(es::kFeatureLevel).has_value(); });
}

TEST_F(NodeTest, TellsFencedFromLost) {
  Instance& one = Add("one");
  Until([&] { return one.node->StandingOf(kTopic).owned == kPartitions; });
  // Somebody that nobody has heard of claims a partition.
  es::testing::MemoryStore store;
  es::testing::PlainSealer sealer;
  es::ExecutorThread executor("intruder");
  es::RuntimeOptions options;
  options.instance.instance_id = "intruder";
  options.owns_all = false;
  const es::EngineParts parts{es::testing::TallyDomain(), log_, store, sealer, clock_, executor, options};
  es::CommandRuntime intruder(parts, es::CommandRuntime::Hooks());
  intruder.Start();
  intruder.Own(0);
  Until([&] { return intruder.Serves(0); });
  EXPECT_EQ(Run(one, 0).kind, es::Outcome::Kind::kUnknown);
  Until([&] { return one.node->StandingOf(kTopic).fenced == 1; });
  EXPECT_EQ(one.node->StandingOf(kTopic).lost, 0u);

  log_.SetFault(es::testing::MemoryLog::Fault::kRefuse);
  EXPECT_EQ(Run(one, 1).kind, es::Outcome::Kind::kUnknown);
  Until([&] { return one.node->StandingOf(kTopic).lost >= 1; });
  EXPECT_EQ(one.node->StandingOf(kTopic).fenced, 1u);
  log_.SetFault(es::testing::MemoryLog::Fault::kNone);
  absl::Notification stopped;
  intruder.Stop([&] { stopped.Notify(); });
  stopped.WaitForNotification();
  AwaitDeliveries();
}

}  // namespace
}  // namespace regard::cluster
