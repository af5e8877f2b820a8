#include "libs/cluster/membership.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regard::cluster {
namespace {

using ::testing::UnorderedElementsAre;

// One instance, "me", among others, at a time that only moves when told.
class MembershipTest : public ::testing::Test {
 protected:
  void Beat(const std::string& id, const std::string& address = "") {
    Heartbeat heartbeat;
    heartbeat.set_instance_id(id);
    heartbeat.set_address(address.empty() ? id : address);
    heartbeat.set_beat(++beats_[id]);
    if (id == "me") membership_.Sent(beats_[id], now_);
    membership_.Hear(heartbeat, now_);
  }
  // Half a second in which these say that they live.
  void Pass(const std::vector<std::string>& living) {
    now_ += absl::Milliseconds(500);
    for (const std::string& id : living) Beat(id);
  }
  std::set<std::string> Living() const {
    std::set<std::string> ids;
    for (const Heartbeat* member : membership_.Living()) ids.insert(member->instance_id());
    return ids;
  }

  absl::Duration now_ = absl::Seconds(1000);
  std::map<std::string, uint64_t> beats_;
  Membership membership_{"me", MembershipOptions()};
};

TEST_F(MembershipTest, WhoIsHeardLives) {
  Pass({"me", "a", "b"});
  EXPECT_THAT(Living(), UnorderedElementsAre("me", "a", "b"));
}

TEST_F(MembershipTest, WhoIsSilentForLongIsDead) {
  Pass({"me", "a"});
  for (int i = 0; i < 6; ++i) Pass({"me"});
  EXPECT_THAT(Living(), UnorderedElementsAre("me", "a"));
  Pass({"me"});
  EXPECT_THAT(Living(), UnorderedElementsAre("me"));
}

TEST_F(MembershipTest, WhoeverDoesNotHearItselfJudgesNobody) {
  Pass({"me", "a"});
  Pass({"me", "a"});
  Pass({"me", "a"});
  EXPECT_TRUE(membership_.Settled(now_));
  now_ += absl::Minutes(5);
  EXPECT_FALSE(membership_.Settled(now_));
  EXPECT_THAT(Living(), UnorderedElementsAre("me", "a"));
}

TEST_F(MembershipTest, IsNotSettledBeforeAllOthersHadTimeToBeHeard) {
  Pass({"me"});
  EXPECT_FALSE(membership_.Settled(now_));
  Pass({"me"});
  EXPECT_FALSE(membership_.Settled(now_));
  Pass({"me"});
  EXPECT_TRUE(membership_.Settled(now_));
}

TEST_F(MembershipTest, ProbesThatFailInARowMakeADeadOne) {
  Pass({"me", "a"});
  membership_.Probed("a", false);
  membership_.Probed("a", true);
  membership_.Probed("a", false);
  EXPECT_THAT(Living(), UnorderedElementsAre("me", "a"));
  membership_.Probed("a", false);
  EXPECT_THAT(Living(), UnorderedElementsAre("me"));
}

TEST_F(MembershipTest, WhoWasOnlyOutOfReachIsSuspectedOnce) {
  Pass({"me", "a"});
  membership_.Probed("a", false);
  membership_.Probed("a", false);
  Pass({"me", "a"});
  EXPECT_THAT(Living(), UnorderedElementsAre("me", "a"));
  membership_.Probed("a", false);
  membership_.Probed("a", false);
  EXPECT_THAT(Living(), UnorderedElementsAre("me", "a"));
  // In reach again, its probes count again.
  membership_.Probed("a", true);
  membership_.Probed("a", false);
  membership_.Probed("a", false);
  EXPECT_THAT(Living(), UnorderedElementsAre("me"));
}

TEST_F(MembershipTest, ANewInstanceAtAnAddressReplacesTheFormer) {
  Pass({"me", "a"});
  Beat("b", "a");
  EXPECT_THAT(Living(), UnorderedElementsAre("me", "b"));
  // A late word of the former does not bring it back.
  Beat("a");
  EXPECT_THAT(Living(), UnorderedElementsAre("me", "b"));
}

TEST_F(MembershipTest, ALateCopyOfAHeartbeatIsNoSignOfLife) {
  Pass({"me", "a"});
  Heartbeat late;
  late.set_instance_id("a");
  late.set_address("a");
  late.set_beat(1);
  for (int i = 0; i < 7; ++i) {
    Pass({"me"});
    membership_.Hear(late, now_);
  }
  EXPECT_THAT(Living(), UnorderedElementsAre("me"));
}

TEST_F(MembershipTest, WhoSaidGoodByeIsGoneAtOnce) {
  Pass({"me", "a"});
  Heartbeat last;
  last.set_instance_id("a");
  last.set_address("a");
  last.set_beat(2);
  last.set_gone(true);
  membership_.Hear(last, now_);
  EXPECT_THAT(Living(), UnorderedElementsAre("me"));
}

}  // namespace
}  // namespace regard::cluster
