#include "services/budgets/domain/rules.h"

#include <set>

#include "gtest/gtest.h"

namespace regard::budgets {
namespace {

TEST(Rules, EveryVersionSaysWhereItComesFrom) {
  std::set<absl::string_view> versions;
  absl::CivilDay last = absl::CivilDay::min();
  for (const Rules& rules : AllRules()) {
    EXPECT_TRUE(versions.insert(rules.version).second) << rules.version;
    EXPECT_FALSE(rules.source.empty());
    EXPECT_GT(rules.valid_from, last) << rules.version;
    last = rules.valid_from;
  }
}

TEST(Rules, HoldFromTheirFirstDay) {
  for (const Rules& rules : AllRules()) EXPECT_EQ(RulesAt(rules.valid_from).version, rules.version);
  EXPECT_EQ(RulesAt(absl::CivilDay(1900, 1, 1)).version, AllRules().front().version);
  EXPECT_EQ(RulesAt(absl::CivilDay(9999, 1, 1)).version, AllRules().back().version);
}

}  // namespace
}  // namespace regard::budgets
