#include "libs/acting/grants.h"

#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"

namespace regard::acting {
namespace {

using budgets::v1::PersonFact;
using es::testing::FromText;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

Grants Folded(std::initializer_list<absl::string_view> facts) {
  Grants grants;
  for (absl::string_view fact : facts) Fold(FromText<PersonFact>(fact), kNow, grants);
  return grants;
}

TEST(Grants, AllowWhatTheirScopesSay) {
  const Grants grants =
      Folded({R"pb(acting_granted { grant_id: "g1" helper_id: "h1" scopes: SCOPE_SEE scopes: SCOPE_PAY })pb"});
  EXPECT_TRUE(Allows(grants, "h1", budgets::v1::SCOPE_PAY, kNow));
  EXPECT_FALSE(Allows(grants, "h1", budgets::v1::SCOPE_BOOK, kNow));
  EXPECT_FALSE(Allows(grants, "h2", budgets::v1::SCOPE_PAY, kNow));
}

TEST(Grants, EndAtTheirTime) {
  const Grants grants = Folded({R"pb(acting_granted {
    grant_id: "g1" helper_id: "h1" scopes: SCOPE_SEE until { seconds: 1700000000 }
  })pb"});
  EXPECT_TRUE(Allows(grants, "h1", budgets::v1::SCOPE_SEE, kNow - absl::Seconds(1)));
  EXPECT_FALSE(Allows(grants, "h1", budgets::v1::SCOPE_SEE, kNow));
}

TEST(Grants, AreGoneWhenRevoked) {
  const Grants grants = Folded({R"pb(acting_granted { grant_id: "g1" helper_id: "h1" scopes: SCOPE_SEE })pb",
                                R"pb(acting_granted { grant_id: "g2" helper_id: "h2" scopes: SCOPE_SEE })pb",
                                R"pb(acting_revoked { grant_id: "g1" })pb"});
  EXPECT_FALSE(Allows(grants, "h1", budgets::v1::SCOPE_SEE, kNow));
  EXPECT_TRUE(Allows(grants, "h2", budgets::v1::SCOPE_SEE, kNow));
  EXPECT_EQ(FindGrant(grants, "g1"), nullptr);
}

TEST(Grants, FoldIsTotal) {
  const Grants grants = Folded({R"pb(acting_revoked { grant_id: "never made" })pb", "",
                                R"pb(acting_granted { grant_id: "g1" helper_id: "h1" scopes: SCOPE_SEE })pb",
                                R"pb(acting_granted { grant_id: "g1" helper_id: "h2" evidence: "letter" })pb"});
  ASSERT_EQ(grants.size(), 1);
  EXPECT_EQ(grants[0].helper_id(), "h2");
  EXPECT_EQ(grants[0].evidence(), "");
}

TEST(Grants, ANewOneDropsThoseThatAreOver) {
  Grants grants = Folded({R"pb(acting_granted { grant_id: "g1" helper_id: "h1" until { seconds: 1700000001 } })pb"});
  ASSERT_EQ(grants.size(), 1);
  Fold(FromText<PersonFact>(R"pb(acting_granted { grant_id: "g2" helper_id: "h2" })pb"), kNow + absl::Seconds(1),
       grants);
  ASSERT_EQ(grants.size(), 1);
  EXPECT_EQ(grants[0].grant_id(), "g2");
}

TEST(Grants, OnlyHelpersAndAppsActByThem) {
  EXPECT_TRUE(ActsByGrant(options::v1::ROLE_ACTING_FOR));
  EXPECT_TRUE(ActsByGrant(options::v1::ROLE_PARTNER));
  EXPECT_FALSE(ActsByGrant(options::v1::ROLE_PERSON));
  EXPECT_FALSE(ActsByGrant(options::v1::ROLE_PRACTITIONER));
}

}  // namespace
}  // namespace regard::acting
