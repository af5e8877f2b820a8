#include "services/providers/domain/provider.h"

#include "gtest/gtest.h"
#include "services/providers/domain/testing/providers_scenario.h"

namespace regard::providers::testing {
namespace {

constexpr char kRegister[] = R"pb(
  provider_id: "v1"
  register {
    tenant: "E08000009"
    kind: PROVIDER_KIND_MICRO_ENTERPRISE
    ownership: OWNERSHIP_SOLE_TRADER
    name: "Anna's Garden"
    postcode: "M33 4"
    size_fte_tenths: 80
    community_owned: true
    languages: "en"
    source: "SELF"
    workers { worker_id: "w1" display_name: "Anna" }
  })pb";
constexpr char kPayout[] = R"pb(
  provider_id: "v1"
  set_payout_details { account_name: "A Nna" sort_code: "000000" account_number: "12345678" })pb";
constexpr char kClose[] = R"pb(provider_id: "v1"
                               close { reason: "RETIRED" })pb";

TEST(Registration, SaysWhoTheyAreAndWhoRunsThem) {
  ProvidersScenario s;
  s.When(kRegister).Then(kStream, R"pb(registered {
                                         provider_id: "v1"
                                         tenant: "E08000009"
                                         kind: PROVIDER_KIND_MICRO_ENTERPRISE
                                         ownership: OWNERSHIP_SOLE_TRADER
                                         name: "Anna's Garden"
                                         postcode: "M33 4"
                                         size_fte_tenths: 80
                                         community_owned: true
                                         owner_id: "anna"
                                         languages: "en"
                                         source: "SELF"
                                         worker_ids: "w1"
                                         worker_names { worker_id: "w1" display_name: "Anna" }
                                       })pb");
  s.When(kRegister).ThenNothing();
}

TEST(Registration, IsForProvidersAndInTheirCouncil) {
  for (const char* actor : {kPersonOfThatName, kCommissioner, kOperator,
                            R"pb(subject: "anna" role: ROLE_PROVIDER tenant: "E08000003")pb",
                            R"pb(role: ROLE_PROVIDER tenant: "E08000009")pb"}) {
    ProvidersScenario s;
    s.By(actor).When(kRegister).ThenRefused("PROVIDER_NOT_FOUND");
  }
}

TEST(Registration, OverSomebodyElsesIsAConflict) {
  ProvidersScenario s;
  s.Registered().By(kOtherOwner).When(kRegister).ThenRefused("PROVIDER_EXISTS");
}

TEST(Registration, AMicroEnterpriseHasAtMostEightPeople) {
  ProvidersScenario s;
  s.When(R"pb(provider_id: "v1"
              register {
                tenant: "E08000009"
                kind: PROVIDER_KIND_MICRO_ENTERPRISE
                size_fte_tenths: 81
                workers { worker_id: "w1" }
              })pb")
      .ThenRefused("MICRO_ENTERPRISE_TOO_LARGE");
  s.When(R"pb(provider_id: "v1"
              register {
                tenant: "E08000009"
                kind: PROVIDER_KIND_AGENCY
                size_fte_tenths: 81
                workers { worker_id: "w1" }
              })pb")
      .Then(kStream, R"pb(registered { size_fte_tenths: 81 })pb");
}

TEST(Registration, ASharedLivesCarerComesThroughAScheme) {
  ProvidersScenario s;
  s.When(R"pb(provider_id: "v1"
              register {
                tenant: "E08000009"
                kind: PROVIDER_KIND_SHARED_LIVES_CARER
                workers { worker_id: "w1" }
              })pb")
      .ThenRefused("SHARED_LIVES_CARER_NEEDS_SCHEME");
}

TEST(Registration, NeedsAWorker) {
  ProvidersScenario s;
  s.When(R"pb(provider_id: "v1"
              register { tenant: "E08000009" kind: PROVIDER_KIND_AGENCY })pb")
      .ThenRefused("WORKERS_NEEDED");
}

TEST(PayoutDetails, AreSetByTheOwner) {
  ProvidersScenario s;
  s.Registered();
  s.When(kPayout).Then(kStream, R"pb(payout_details_set {
                                       provider_id: "v1"
                                       account_name: "A Nna"
                                       sort_code: "000000"
                                       account_number: "12345678"
                                     })pb");
}

TEST(PayoutDetails, AreNobodyElsesToSet) {
  for (const char* actor : {kOtherOwner, kPersonOfThatName, kPractitioner, kCommissioner, kOperator}) {
    ProvidersScenario s;
    s.Registered().By(actor).When(kPayout).ThenRefused("PROVIDER_NOT_FOUND");
  }
  ProvidersScenario unclaimed;
  unclaimed.Known().By(R"pb(role: ROLE_PROVIDER tenant: "E08000009")pb").When(kPayout).ThenRefused("PROVIDER_NOT_FOUND");
}

TEST(PayoutDetails, OfAClosedProviderStay) {
  ProvidersScenario s;
  s.Registered().Given(kStream, R"pb(closed {})pb");
  s.When(kPayout).ThenRefused("PROVIDER_CLOSED");
}

TEST(Closing, ClosesEveryListingThatIsNotClosed) {
  ProvidersScenario s;
  s.Registered().Papers().Drafted("l1").Published("l2").Published("l3").Given(
      kStream, R"pb(listing_closed { listing_id: "l3" })pb");
  s.When(kClose)
      .Then(kStream, R"pb(listing_closed { listing_id: "l1" reason: "PROVIDER_CLOSED" })pb")
      .Then(kStream, R"pb(listing_closed { listing_id: "l2" reason: "PROVIDER_CLOSED" })pb")
      .Then(kStream, R"pb(closed { reason: "RETIRED" })pb");
  s.When(kClose).ThenNothing();
  EXPECT_EQ(s.NextDue(kStream), absl::InfiniteFuture());
}

TEST(Closing, ByOwnerTheCouncilsCommissionerOrAnOperator) {
  for (const char* actor : {kOwner, kCommissioner, kOperator}) {
    ProvidersScenario s;
    s.Registered().By(actor).When(kClose).Then(kStream, R"pb(closed {})pb");
  }
  for (const char* actor : {kOtherOwner, kPractitioner, kCommissionerElsewhere, kPersonOfThatName}) {
    ProvidersScenario s;
    s.Registered().By(actor).When(kClose).ThenRefused("PROVIDER_NOT_FOUND");
  }
}

TEST(Closing, OfNobodyIsNotFound) {
  ProvidersScenario s;
  s.By(kOperator).When(kClose).ThenRefused("PROVIDER_NOT_FOUND");
}

TEST(Provider, FactsOfWhatIsNotThereFold) {
  ProvidersScenario s;
  for (const char* fact : {
           "", R"pb(credential_verified { credential_id: "x" })pb", R"pb(credential_revoked { credential_id: "x" })pb",
           R"pb(credential_lapsed { credential_id: "x" })pb", R"pb(listing_described { listing_id: "x" })pb",
           R"pb(listing_price_set { listing_id: "x" })pb", R"pb(listing_published { listing_id: "x" })pb",
           R"pb(listing_paused { listing_id: "x" })pb", R"pb(listing_suspended { listing_id: "x" })pb",
           R"pb(listing_restored { listing_id: "x" })pb", R"pb(listing_closed { listing_id: "x" })pb",
           R"pb(payout_details_set { provider_id: "v1" })pb"}) {
    s.Given(kStream, fact);
  }
  EXPECT_EQ(s.StateOf<internal::v1::ProviderState>(kStream).ByteSizeLong(), 0);
}

TEST(Provider, ACommandOfNothingIsInvalid) {
  ProvidersScenario s;
  s.When(R"pb(provider_id: "v1")pb").ThenRefused("COMMAND_UNKNOWN");
}

}  // namespace
}  // namespace regard::providers::testing
