#include "services/providers/api/sight.h"

#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"

namespace regard::providers {
namespace {

using es::testing::FromText;
using options::v1::Role;

auth::Identity Caller(const std::string& subject, Role role, const std::string& tenant = "E08000009") {
  return {subject, role, tenant, {}};
}

const internal::v1::ProviderRow& Row() {
  static const auto* const row = new internal::v1::ProviderRow(FromText<internal::v1::ProviderRow>(R"pb(
    owner_id: "anna"
    provider {
      provider_id: "v1"
      tenant: "E08000009"
      phase: PROVIDER_PHASE_ACTIVE
      credentials { credential_id: "c1" phase: CREDENTIAL_PHASE_RECORDED reference: "policy 7" verified_by: "pia" }
    })pb"));
  return *row;
}

TEST(Sight, OwnerAndCouncilSeePapersOthersOnlyThatThereAreSome) {
  for (const auth::Identity& caller :
       {Caller("anna", options::v1::ROLE_PROVIDER), Caller("pia", options::v1::ROLE_PRACTITIONER),
        Caller("carl", options::v1::ROLE_COMMISSIONER), Caller("olga", options::v1::ROLE_OPERATOR, "")}) {
    EXPECT_EQ(Seen(Row(), caller).credentials(0).reference(), "policy 7") << caller.subject;
    EXPECT_EQ(Seen(Row(), caller).credentials(0).verified_by(), "pia") << caller.subject;
  }
  for (const auth::Identity& caller :
       {Caller("ben", options::v1::ROLE_PROVIDER), Caller("anna", options::v1::ROLE_PERSON),
        Caller("pia", options::v1::ROLE_PRACTITIONER, "E08000003"), Caller("x", options::v1::ROLE_PARTNER)}) {
    EXPECT_EQ(Seen(Row(), caller).credentials_size(), 1) << caller.subject;
    EXPECT_EQ(Seen(Row(), caller).credentials(0).reference(), "") << caller.subject;
    EXPECT_EQ(Seen(Row(), caller).credentials(0).verified_by(), "") << caller.subject;
  }
}

TEST(Sight, AnUnclaimedProviderHasNoOwner) {
  internal::v1::ProviderRow unclaimed;
  EXPECT_FALSE(Owns(unclaimed, Caller("", options::v1::ROLE_PROVIDER)));
  EXPECT_FALSE(Oversees(unclaimed, Caller("pia", options::v1::ROLE_PRACTITIONER, "")));
}

TEST(Sight, DraftsAndClosedListingsAreTheOwners) {
  v1::Listing listing;
  for (const v1::ListingPhase phase : {v1::LISTING_PHASE_DRAFT, v1::LISTING_PHASE_CLOSED}) {
    listing.set_phase(phase);
    EXPECT_TRUE(MaySee(listing, Row(), Caller("anna", options::v1::ROLE_PROVIDER)));
    EXPECT_FALSE(MaySee(listing, Row(), Caller("carl", options::v1::ROLE_COMMISSIONER)));
    EXPECT_FALSE(MaySee(listing, Row(), Caller("p", options::v1::ROLE_PERSON)));
  }
  for (const v1::ListingPhase phase :
       {v1::LISTING_PHASE_PUBLISHED, v1::LISTING_PHASE_PAUSED, v1::LISTING_PHASE_SUSPENDED}) {
    listing.set_phase(phase);
    EXPECT_TRUE(MaySee(listing, Row(), Caller("p", options::v1::ROLE_PERSON)));
  }
}

TEST(Sight, WorkersAreShownToAllButOtherProviders) {
  EXPECT_TRUE(MaySeeWorkers(Row(), Caller("p", options::v1::ROLE_PERSON)));
  EXPECT_TRUE(MaySeeWorkers(Row(), Caller("anna", options::v1::ROLE_PROVIDER)));
  EXPECT_FALSE(MaySeeWorkers(Row(), Caller("ben", options::v1::ROLE_PROVIDER)));
}

TEST(Sight, ClaimsAreTheCouncils) {
  EXPECT_TRUE(MaySeeClaims(Row(), Caller("carl", options::v1::ROLE_COMMISSIONER)));
  EXPECT_FALSE(MaySeeClaims(Row(), Caller("cleo", options::v1::ROLE_COMMISSIONER, "E08000003")));
  EXPECT_FALSE(MaySeeClaims(Row(), Caller("anna", options::v1::ROLE_PROVIDER)));
}

TEST(Sight, AListKeepsToWhatWasAskedFor) {
  const auto matches = [](const std::string& request) {
    return Matches(Row(), FromText<v1::ListProvidersRequest>(request));
  };
  EXPECT_TRUE(matches(""));
  EXPECT_TRUE(matches("phase: PROVIDER_PHASE_ACTIVE"));
  EXPECT_FALSE(matches("phase: PROVIDER_PHASE_CLOSED"));
  EXPECT_FALSE(matches("with_claims: true"));
  EXPECT_TRUE(matches("with_unverified_credentials: true"));
}

}  // namespace
}  // namespace regard::providers
