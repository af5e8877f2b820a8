#include "libs/acting/grants.h"

#include <string>

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

base::v1::Actor Helper(const std::string& id, options::v1::Role role = options::v1::ROLE_ACTING_FOR) {
  base::v1::Actor actor;
  actor.set_subject(id);
  actor.set_role(role);
  return actor;
}

TEST(Grants, AllowWhatTheirScopesSay) {
  const Grants grants =
      Folded({R"pb(acting_granted { grant_id: "g1" helper_id: "h1" scopes: SCOPE_SEE scopes: SCOPE_PAY })pb"});
  EXPECT_TRUE(Allows(grants, Helper("h1"), budgets::v1::SCOPE_PAY, kNow));
  EXPECT_FALSE(Allows(grants, Helper("h1"), budgets::v1::SCOPE_BOOK, kNow));
  EXPECT_FALSE(Allows(grants, Helper("h2"), budgets::v1::SCOPE_PAY, kNow));
}

// A council that grants somebody of an app's name cannot let the app in, and an app's consent lets no helper in.
TEST(Grants, AnAppActsByConsentToAnAppAndNobodyElseDoes) {
  const Grants helper = Folded({R"pb(acting_granted {
    grant_id: "g1" helper_id: "x" basis: ACTING_BASIS_BROKER scopes: SCOPE_SEE
  })pb"});
  EXPECT_TRUE(Allows(helper, Helper("x"), budgets::v1::SCOPE_SEE, kNow));
  EXPECT_FALSE(Allows(helper, Helper("x", options::v1::ROLE_PARTNER), budgets::v1::SCOPE_SEE, kNow));
  const Grants app = Folded({R"pb(acting_granted {
    grant_id: "g1" helper_id: "x" basis: ACTING_BASIS_PARTNER_APP scopes: SCOPE_SEE
  })pb"});
  EXPECT_FALSE(Allows(app, Helper("x"), budgets::v1::SCOPE_SEE, kNow));
  EXPECT_TRUE(Allows(app, Helper("x", options::v1::ROLE_PARTNER), budgets::v1::SCOPE_SEE, kNow));
}

TEST(Grants, CountOnlyWhereTheyReach) {
  const Grants grants = Folded({R"pb(acting_granted { grant_id: "g1" helper_id: "h1" scopes: SCOPE_SEE })pb"});
  const auto allows = [&](absl::string_view reached) {
    return Allows(grants, Helper("h1"), budgets::v1::SCOPE_SEE, kNow,
                  [&](const auto& grant) { return grant.grant_id() == reached; });
  };
  EXPECT_TRUE(allows("g1"));
  EXPECT_FALSE(allows("g2"));
}

TEST(Grants, EndAtTheirTime) {
  const Grants grants = Folded({R"pb(acting_granted {
    grant_id: "g1" helper_id: "h1" scopes: SCOPE_SEE until { seconds: 1700000000 }
  })pb"});
  EXPECT_TRUE(Allows(grants, Helper("h1"), budgets::v1::SCOPE_SEE, kNow - absl::Seconds(1)));
  EXPECT_FALSE(Allows(grants, Helper("h1"), budgets::v1::SCOPE_SEE, kNow));
}

TEST(Grants, AreGoneWhenRevoked) {
  const Grants grants = Folded({R"pb(acting_granted { grant_id: "g1" helper_id: "h1" scopes: SCOPE_SEE })pb",
                                R"pb(acting_granted { grant_id: "g2" helper_id: "h2" scopes: SCOPE_SEE })pb",
                                R"pb(acting_revoked { grant_id: "g1" })pb"});
  EXPECT_FALSE(Allows(grants, Helper("h1"), budgets::v1::SCOPE_SEE, kNow));
  EXPECT_TRUE(Allows(grants, Helper("h2"), budgets::v1::SCOPE_SEE, kNow));
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
