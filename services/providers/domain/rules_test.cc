#include "services/providers/domain/rules.h"

#include "gtest/gtest.h"
#include "libs/base/time.h"

namespace regard::providers {
namespace {

TEST(Rules, FirstVersionHoldsFromItsDayOnAndForWhatIsOlder) {
  EXPECT_EQ(RulesAt(absl::FromCivil(absl::CivilDay(2026, 1, 1), London())).version, "providers-1");
  EXPECT_EQ(RulesAt(absl::FromCivil(absl::CivilDay(2008, 1, 1), London())).version, "providers-1");
}

TEST(Rules, EveryNeedHasAReason) {
  for (const CredentialNeed& need : RulesAt(absl::UnixEpoch()).needs) EXPECT_FALSE(need.reason.empty());
}

TEST(Rules, NothingIsNeededForAFreeActivity) {
  for (const CredentialNeed& need : RulesAt(absl::UnixEpoch()).needs) {
    EXPECT_NE(need.form, v1::LISTING_FORM_FREE_ACTIVITY);
  }
}

TEST(Rules, CqcIdsAreOneDashAndDigits) {
  EXPECT_TRUE(IsCqcId("1-466088203"));
  EXPECT_FALSE(IsCqcId("1-"));
  EXPECT_FALSE(IsCqcId("2-466088203"));
  EXPECT_FALSE(IsCqcId("1-46608820X"));
  EXPECT_FALSE(IsCqcId("466088203"));
  EXPECT_FALSE(IsCqcId(""));
}

}  // namespace
}  // namespace regard::providers
