#include "services/feedback/domain/rules.h"

#include "gtest/gtest.h"

namespace regard::feedback {
namespace {

TEST(Rules, TheEmergencyNumberIsInItsText) {
  const Rules& rules = RulesAt(absl::UnixEpoch());
  EXPECT_EQ(rules.emergency_number, "999");
  EXPECT_NE(rules.emergency_text.find(rules.emergency_number), absl::string_view::npos);
}

TEST(Rules, AConcernAboutTheCouncilsStaffGoesElsewhere) {
  EXPECT_EQ(TakenTo("E08000009", false), "E08000009");
  EXPECT_EQ(TakenTo("E08000009", true), "E92000001");
  EXPECT_EQ(TakenTo("W06000015", true), "W92000004");
  EXPECT_EQ(TakenTo("S12000036", true), "S92000003");
  EXPECT_EQ(TakenTo("N09000003", true), "N92000002");
}

}  // namespace
}  // namespace regard::feedback
