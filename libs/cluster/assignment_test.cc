#include "libs/cluster/assignment.h"

#include <algorithm>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regard::cluster {
namespace {

using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr int kPartitions = 64;

std::map<std::string, int> OwnedBy(const std::vector<std::vector<std::string>>& assigned) {
  std::map<std::string, int> owned;
  for (const auto& order : assigned) ++owned[order.front()];
  return owned;
}

TEST(AssignmentTest, NobodyHasAnythingWithoutMembers) {
  EXPECT_THAT(Assign("budgets", kPartitions, {}), AllOf(SizeIs(kPartitions), Each(IsEmpty())));
}

TEST(AssignmentTest, EveryMemberIsInEveryOrderOnce) {
  EXPECT_THAT(Assign("budgets", kPartitions, {"a", "b", "c"}), Each(UnorderedElementsAre("a", "b", "c")));
}

TEST(AssignmentTest, NobodyOwnsMoreThanAFairShare) {
  for (int members = 1; members <= 9; ++members) {
    std::vector<std::string> names;
    for (int i = 0; i < members; ++i) names.push_back("member-" + std::to_string(i));
    for (const auto& [name, owned] : OwnedBy(Assign("bookings", kPartitions, names))) {
      EXPECT_LE(owned, (kPartitions + members - 1) / members) << name << " of " << members;
    }
  }
}

TEST(AssignmentTest, TheOrderInWhichMembersAreNamedDoesNotMatter) {
  EXPECT_EQ(Assign("budgets", kPartitions, {"a", "b", "c"}), Assign("budgets", kPartitions, {"c", "a", "b"}));
}

TEST(AssignmentTest, OneMemberLessMovesLittleMoreThanItsShare) {
  const auto before = Assign("budgets", kPartitions, {"a", "b", "c", "d"});
  const auto after = Assign("budgets", kPartitions, {"a", "b", "c"});
  int moved = 0;
  for (int p = 0; p < kPartitions; ++p) moved += before[p].front() != after[p].front() ? 1 : 0;
  EXPECT_GE(moved, kPartitions / 4);
  EXPECT_LE(moved, kPartitions / 2);
}

TEST(AssignmentTest, TopicsAreSpreadIndependently) {
  EXPECT_NE(Assign("budgets", kPartitions, {"a", "b"}), Assign("bookings", kPartitions, {"a", "b"}));
}

}  // namespace
}  // namespace regard::cluster
