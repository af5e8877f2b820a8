#include "libs/cluster/ownership.h"

#include <algorithm>
#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/cluster/assignment.h"

namespace regard::cluster {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kPartitions = 16;

// A few instances whose heartbeats all hear at once, and whose claims succeed unless a test says otherwise.
struct Deployment {
  struct Instance {
    explicit Instance(const std::string& name)
        : id(name), membership(name, MembershipOptions()), ownership(name, {{"budgets", kPartitions}}, {}) {}
    std::string id;
    Membership membership;
    Ownership ownership;
    std::set<int> served;
    uint64_t beat = 0;
    bool running = true;
  };

  explicit Deployment(int count) {
    for (int i = 0; i < count; ++i) Add();
  }
  Instance& Add() {
    instances.push_back(std::make_unique<Instance>(absl::StrCat("instance-", instances.size())));
    return *instances.back();
  }

  void Say(Instance& instance) {
    Heartbeat heartbeat;
    heartbeat.set_instance_id(instance.id);
    heartbeat.set_address(instance.id);
    heartbeat.set_beat(++instance.beat);
    instance.ownership.Describe(heartbeat);
    instance.membership.Sent(instance.beat, now);
    for (auto& other : instances) {
      if (other->running) other->membership.Hear(heartbeat, now);
    }
  }

  void Act(Instance& instance, const Ownership::Action& action) {
    switch (action.kind) {
      case Ownership::Action::Kind::kOwn:
        ++claims;
        for (auto& other : instances) {
          // Whoever serves it with a lower token is fenced and finds out when it writes.
          if (other->served.count(action.partition) > 0 && other->running) ++stolen;
        }
        instance.served.insert(action.partition);
        return instance.ownership.Serves(action.topic, action.partition, ++token);
      case Ownership::Action::Kind::kLeave:
        instance.served.erase(action.partition);
        return instance.ownership.Idle(action.topic, action.partition, false, now);
      case Ownership::Action::Kind::kFollow:
      case Ownership::Action::Kind::kUnfollow: return;
    }
  }

  // Half a second: everybody decides, acts and says what it has.
  void Step() {
    now += absl::Milliseconds(500);
    for (auto& instance : instances) {
      if (!instance->running) continue;
      for (const auto& action : instance->ownership.Decide(instance->membership, now)) Act(*instance, action);
      Say(*instance);
    }
  }
  void Steps(int count) {
    for (int i = 0; i < count; ++i) Step();
  }

  // How often each partition is served by those who run.
  std::vector<int> Servers() const {
    std::vector<int> servers(kPartitions);
    for (const auto& instance : instances) {
      if (!instance->running) continue;
      for (int p : instance->served) ++servers[p];
    }
    return servers;
  }
  bool EachServedOnce() const {
    const std::vector<int> servers = Servers();
    return std::all_of(servers.begin(), servers.end(), [](int count) { return count == 1; });
  }

  absl::Duration now = absl::Seconds(100);
  int64_t token = 0;
  int claims = 0;
  int stolen = 0;
  std::vector<std::unique_ptr<Instance>> instances;
};

TEST(OwnershipTest, OneAloneOwnsAll) {
  Deployment deployment(1);
  deployment.Steps(6);
  EXPECT_THAT(deployment.instances[0]->served, SizeIs(kPartitions));
  EXPECT_EQ(deployment.claims, kPartitions);
}

TEST(OwnershipTest, SeveralShareFairlyAndNobodyTakesFromTheLiving) {
  Deployment deployment(3);
  deployment.Steps(10);
  EXPECT_TRUE(deployment.EachServedOnce());
  for (const auto& instance : deployment.instances) EXPECT_LE(instance->served.size(), 6u);
  EXPECT_EQ(deployment.stolen, 0);
}

TEST(OwnershipTest, WhoComesLaterGetsItsShareFromThoseWhoLeaveIt) {
  Deployment deployment(1);
  deployment.Steps(6);
  deployment.Add();
  deployment.Steps(10);
  EXPECT_TRUE(deployment.EachServedOnce());
  EXPECT_THAT(deployment.instances[1]->served, SizeIs(kPartitions / 2));
  EXPECT_EQ(deployment.stolen, 0);
  EXPECT_EQ(deployment.claims, kPartitions + kPartitions / 2);
}

TEST(OwnershipTest, ADeadOwnerIsReplaced) {
  Deployment deployment(2);
  deployment.Steps(10);
  deployment.instances[0]->running = false;
  deployment.instances[1]->membership.Probed("instance-0", false);
  deployment.instances[1]->membership.Probed("instance-0", false);
  deployment.Step();
  EXPECT_THAT(deployment.instances[1]->served, SizeIs(kPartitions));
}

TEST(OwnershipTest, ACutBetweenTwoCostsOneClaimEachAndNoQuarrel) {
  Deployment deployment(2);
  deployment.Steps(10);
  const int before = deployment.claims;
  for (int i = 0; i < 50; ++i) {
    deployment.instances[0]->membership.Probed("instance-1", false);
    deployment.instances[1]->membership.Probed("instance-0", false);
    deployment.Step();
    // A fenced owner learns it from the other's heartbeat.
  }
  EXPECT_LE(deployment.claims - before, 3 * kPartitions);
  EXPECT_TRUE(deployment.EachServedOnce());
  const int settled = deployment.claims;
  deployment.Steps(20);
  EXPECT_EQ(deployment.claims, settled);
}

TEST(OwnershipTest, AClaimThatFailedIsNotTriedAgainAtOnce) {
  Deployment deployment(1);
  Deployment::Instance& one = *deployment.instances[0];
  for (int i = 0; i < 3; ++i) {
    deployment.now += absl::Milliseconds(500);
    deployment.Say(one);
  }
  const auto own = [&] {
    auto actions = one.ownership.Decide(one.membership, deployment.now);
    actions.erase(std::remove_if(actions.begin(), actions.end(),
                                 [](const auto& action) { return action.kind != Ownership::Action::Kind::kOwn; }),
                  actions.end());
    return actions;
  };
  EXPECT_THAT(own(), SizeIs(kPartitions));
  // Said once, until something came of it.
  EXPECT_THAT(own(), IsEmpty());
  one.ownership.Idle("budgets", 3, true, deployment.now);
  EXPECT_THAT(own(), IsEmpty());
  deployment.now += absl::Seconds(1);
  deployment.Say(one);
  EXPECT_THAT(own(), SizeIs(1));
}

TEST(OwnershipTest, OfTwoWhoSayTheyServeItTheLowerTokenGivesWay) {
  Deployment deployment(2);
  deployment.Steps(10);
  Deployment::Instance& paused = *deployment.instances[0];
  ASSERT_FALSE(paused.served.empty());
  const int partition = *paused.served.begin();
  Deployment::Instance& other = *deployment.instances[1];
  other.served.insert(partition);
  other.ownership.Serves("budgets", partition, ++deployment.token);
  deployment.Steps(2);
  EXPECT_EQ(deployment.Servers()[partition], 1);
}

TEST(OwnershipTest, WhoRetiresGivesEverythingAway) {
  Deployment deployment(2);
  deployment.Steps(10);
  deployment.instances[0]->ownership.Retire();
  deployment.Steps(4);
  EXPECT_TRUE(deployment.instances[0]->ownership.HasRetired());
  EXPECT_THAT(deployment.instances[0]->served, IsEmpty());
  EXPECT_THAT(deployment.instances[1]->served, SizeIs(kPartitions));
  EXPECT_EQ(deployment.stolen, 0);
}

TEST(OwnershipTest, WhoIsAloneKeepsServingUntilItEnds) {
  Deployment deployment(1);
  deployment.Steps(6);
  deployment.instances[0]->ownership.Retire();
  deployment.Steps(2);
  EXPECT_TRUE(deployment.instances[0]->ownership.HasRetired());
  EXPECT_THAT(deployment.instances[0]->served, SizeIs(kPartitions));
}

}  // namespace
}  // namespace regard::cluster
