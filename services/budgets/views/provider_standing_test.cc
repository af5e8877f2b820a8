#include "services/budgets/views/provider_standing.h"

#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::budgets {
namespace {

using internal::v1::ProviderStanding;
using providers::v1::PlaceFact;
using providers::v1::ProviderFact;

class ProviderStandingTest : public ::testing::Test {
 protected:
  void Add(absl::string_view fact) { feed_.Add<ProviderFact>("provider/v1", fact); }
  void Register() { Add(R"pb(registered { kind: PROVIDER_KIND_AGENCY tenant: "E08000009" owner_id: "o1" })pb"); }
  void Credential(absl::string_view id, absl::string_view kind) {
    Add("credential_recorded { credential_id: \"" + std::string(id) + "\" kind: " + std::string(kind) + " }");
    Add("credential_verified { credential_id: \"" + std::string(id) + "\" }");
  }
  internal::v1::ProviderStandingRow Row() { return *standings_.Of("v1"); }
  ProviderStanding Standing() { return Row().standing(); }

  ProviderStandingView view_;
  es::testing::ViewFeed feed_{view_};
  es::ViewReader reader_{feed_.store()};
  ProviderStandings standings_{reader_};
};

TEST_F(ProviderStandingTest, UnknownUntilThereIsAFact) {
  EXPECT_EQ(Standing(), internal::v1::PROVIDER_STANDING_UNKNOWN);
  feed_.Add<PlaceFact>("place/M33 4", "");
  Add("listing_drafted {}");
  EXPECT_EQ(Standing(), internal::v1::PROVIDER_STANDING_UNKNOWN);
}

TEST_F(ProviderStandingTest, RegisteredIsGood) {
  Register();
  EXPECT_EQ(Standing(), internal::v1::PROVIDER_STANDING_GOOD);
  EXPECT_EQ(Row().kind(), base::v1::PROVIDER_KIND_AGENCY);
  EXPECT_EQ(Row().tenant(), "E08000009");
  EXPECT_EQ(Row().owner_id(), "o1");
}

TEST_F(ProviderStandingTest, KnownIsUnclaimedUntilClaimed) {
  Add(R"pb(known { kind: PROVIDER_KIND_CARE_HOME tenant: "E08000009" })pb");
  EXPECT_EQ(Standing(), internal::v1::PROVIDER_STANDING_UNCLAIMED);
  EXPECT_EQ(Row().kind(), base::v1::PROVIDER_KIND_CARE_HOME);
  Add(R"pb(claimed { owner_id: "o2" })pb");
  EXPECT_EQ(Standing(), internal::v1::PROVIDER_STANDING_GOOD);
  EXPECT_EQ(Row().owner_id(), "o2");
}

TEST_F(ProviderStandingTest, ClosedStaysClosed) {
  Register();
  Add("closed {}");
  EXPECT_EQ(Standing(), internal::v1::PROVIDER_STANDING_CLOSED);
}

TEST_F(ProviderStandingTest, ALapsedOrRevokedCredentialSuspendsUntilRenewed) {
  Register();
  Credential("i1", "CREDENTIAL_KIND_INSURANCE");
  Credential("d1", "CREDENTIAL_KIND_DBS");
  EXPECT_EQ(Standing(), internal::v1::PROVIDER_STANDING_GOOD);
  Add(R"pb(credential_lapsed { credential_id: "i1" })pb");
  EXPECT_EQ(Standing(), internal::v1::PROVIDER_STANDING_SUSPENDED);
  Add(R"pb(credential_recorded { credential_id: "i2" kind: CREDENTIAL_KIND_INSURANCE })pb");
  EXPECT_EQ(Standing(), internal::v1::PROVIDER_STANDING_SUSPENDED);
  Add(R"pb(credential_verified { credential_id: "i2" })pb");
  EXPECT_EQ(Standing(), internal::v1::PROVIDER_STANDING_GOOD);
  Add(R"pb(credential_revoked { credential_id: "d1" })pb");
  EXPECT_EQ(Standing(), internal::v1::PROVIDER_STANDING_SUSPENDED);
}

TEST_F(ProviderStandingTest, SomeCredentialsAreNotForStanding) {
  Register();
  Credential("t1", "CREDENTIAL_KIND_TRAINING");
  Credential("q1", "CREDENTIAL_KIND_CQC_REGISTRATION");
  Add(R"pb(credential_lapsed { credential_id: "t1" })pb");
  Add(R"pb(credential_revoked { credential_id: "q1" })pb");
  Add(R"pb(credential_recorded { credential_id: "i1" kind: CREDENTIAL_KIND_INSURANCE })pb");
  Add(R"pb(credential_revoked { credential_id: "i1" })pb");
  EXPECT_EQ(Standing(), internal::v1::PROVIDER_STANDING_GOOD);
}

}  // namespace
}  // namespace regard::budgets
