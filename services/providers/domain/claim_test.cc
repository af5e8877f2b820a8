// Known from a register, and claimed by who runs it.
#include "gtest/gtest.h"
#include "regard/providers/internal/v1/state.pb.h"
#include "services/providers/domain/rules.h"
#include "services/providers/domain/testing/providers_scenario.h"

namespace regard::providers::testing {
namespace {

constexpr char kImport[] = R"pb(
  provider_id: "v1"
  import_known {
    provider_id: "v1"
    tenant: "E08000009"
    kind: PROVIDER_KIND_COMMUNITY_GROUP
    name: "Knit and Natter"
    row_digest: "d1"
  })pb";
constexpr char kChangedImport[] = R"pb(provider_id: "v1"
                                       import_known { provider_id: "v1" tenant: "E08000009" row_digest: "d2" })pb";
constexpr char kClaim[] = R"pb(
  provider_id: "v1"
  request_claim {
    owner_id: "anna"
    proof: "I am its secretary"
    workers { worker_id: "w1" display_name: "Anna" }
  })pb";
constexpr char kApproval[] = R"pb(provider_id: "v1"
                                  approve_claim { owner_id: "anna" proof: "letter 12" })pb";

TEST(Import, ARowMakesAnUnclaimedProviderOnce) {
  ProvidersScenario s;
  s.By(kOperator);
  s.When(kImport).Then(kStream, R"pb(known { provider_id: "v1" name: "Knit and Natter" row_digest: "d1" })pb");
  s.When(kImport).ThenNothing();
}

TEST(Import, AChangedRowUpdates) {
  ProvidersScenario s;
  s.Known().By(kOperator);
  s.When(kChangedImport).Then(kStream, R"pb(known { row_digest: "d2" })pb");
}

TEST(Import, AChangedRowOfAClaimedOrClosedProviderChangesNothing) {
  ProvidersScenario claimed;
  claimed.Known().Given(kStream, R"pb(claimed { owner_id: "anna" worker_ids: "w1" })pb").By(kOperator);
  claimed.When(kChangedImport).ThenNothing();
  ProvidersScenario closed;
  closed.Known().Given(kStream, R"pb(closed {})pb").By(kOperator);
  closed.When(kChangedImport).ThenNothing();
}

TEST(Import, OnlyByAnOperator) {
  for (const char* actor : {kOwner, kPractitioner, kCommissioner}) {
    ProvidersScenario s;
    s.By(actor).When(kImport).ThenRefused("PROVIDER_NOT_FOUND");
  }
}

TEST(Claim, IsAskedForAndChangesNothingYet) {
  ProvidersScenario s;
  s.Known();
  s.When(kClaim).Then(kStream, R"pb(claim_requested {
                                      provider_id: "v1"
                                      owner_id: "anna"
                                      proof: "I am its secretary"
                                      worker_ids: "w1"
                                      worker_names { worker_id: "w1" display_name: "Anna" }
                                    })pb");
  EXPECT_EQ(s.StateOf<internal::v1::ProviderState>(kStream).owner_id(), "");
  s.When(R"pb(provider_id: "v1"
              draft_listing { listing_id: "l1" })pb")
      .ThenRefused("PROVIDER_NOT_FOUND");
  s.When(kClaim).ThenNothing();
}

TEST(Claim, AskedAgainWithOtherWorkersReplacesTheFirst) {
  ProvidersScenario s;
  s.Known();
  s.When(kClaim).Then(kStream, R"pb(claim_requested { worker_ids: "w1" })pb");
  s.When(R"pb(provider_id: "v1"
              request_claim { owner_id: "anna" workers { worker_id: "w2" } })pb")
      .Then(kStream, R"pb(claim_requested { owner_id: "anna" worker_ids: "w2" })pb");
  EXPECT_EQ(s.StateOf<internal::v1::ProviderState>(kStream).claims_size(), 1);
}

TEST(Claim, NeedsWorkers) {
  ProvidersScenario s;
  s.Known();
  s.When(R"pb(provider_id: "v1"
              request_claim { owner_id: "anna" })pb")
      .ThenRefused("WORKERS_NEEDED");
}

TEST(Claim, IsForOneselfAndForProviders) {
  for (const char* actor : {kOtherOwner, kPersonOfThatName, kCommissioner, kOperator}) {
    ProvidersScenario s;
    s.Known().By(actor).When(kClaim).ThenRefused("PROVIDER_NOT_FOUND");
  }
}

TEST(Claim, OfNobodyIsNotFound) {
  ProvidersScenario s;
  s.When(kClaim).ThenRefused("PROVIDER_NOT_FOUND");
}

TEST(Claim, OfOnesOwnChangesNothing) {
  ProvidersScenario s;
  s.Known().Given(kStream, R"pb(claimed { owner_id: "anna" })pb");
  s.When(kClaim).ThenNothing();
}

TEST(Claim, OfSomebodyElsesIsRefused) {
  ProvidersScenario s;
  s.Known().Given(kStream, R"pb(claimed { owner_id: "ben" })pb");
  s.When(kClaim).ThenRefused("PROVIDER_NOT_UNCLAIMED");
}

TEST(Claim, WaitingOnesAreBounded) {
  ProvidersScenario s;
  s.Known();
  for (int i = 0; i < kMaxWaitingClaims; ++i) {
    s.Given(kStream, absl::StrCat("claim_requested { owner_id: \"o", i, "\" worker_ids: \"w\" }"));
  }
  s.When(kClaim).ThenRefused("TOO_MANY_CLAIMS");
}

TEST(Approval, MakesTheClaimantTheOwner) {
  ProvidersScenario s;
  s.Known().Given(kStream, R"pb(claim_requested { owner_id: "anna" worker_ids: "w1" })pb").By(kCommissioner);
  s.When(kApproval).Then(kStream, R"pb(claimed {
                                         provider_id: "v1"
                                         owner_id: "anna"
                                         proof: "letter 12"
                                         worker_ids: "w1"
                                         agreed_by: "carl"
                                       })pb");
  s.When(kApproval).ThenNothing();
  EXPECT_EQ(s.StateOf<internal::v1::ProviderState>(kStream).claims_size(), 0);
}

TEST(Approval, ClaimsOnBehalfOfAnOwnerWhoDidNotAsk) {
  for (const char* actor : {kCommissioner, kOperator}) {
    ProvidersScenario s;
    s.Known().By(actor);
    s.When(R"pb(provider_id: "v1"
                approve_claim { owner_id: "anna" proof: "visit" workers { worker_id: "w1" display_name: "Anna" } })pb")
        .Then(kStream, R"pb(claimed {
                              owner_id: "anna"
                              worker_ids: "w1"
                              worker_names { worker_id: "w1" display_name: "Anna" }
                            })pb");
  }
}

TEST(Approval, OfNoClaimIsNotFound) {
  ProvidersScenario s;
  s.Known().By(kCommissioner);
  s.When(kApproval).ThenRefused("CLAIM_NOT_FOUND");
}

TEST(Approval, OfNobodyIsNotFound) {
  ProvidersScenario s;
  s.By(kOperator).When(kApproval).ThenRefused("PROVIDER_NOT_FOUND");
}

TEST(Approval, OnlyByTheCouncilsCommissionerOrAnOperator) {
  for (const char* actor : {kOwner, kOtherOwner, kPractitioner, kCommissionerElsewhere, kPersonOfThatName}) {
    ProvidersScenario s;
    s.Known().Given(kStream, R"pb(claim_requested { owner_id: "anna" worker_ids: "w1" })pb").By(actor);
    s.When(kApproval).ThenRefused("PROVIDER_NOT_FOUND");
  }
}

TEST(Approval, OfWhatSomebodyElseRunsIsRefused) {
  ProvidersScenario s;
  s.Known().Given(kStream, R"pb(claimed { owner_id: "ben" })pb").By(kCommissioner);
  s.When(kApproval).ThenRefused("PROVIDER_NOT_UNCLAIMED");
}

}  // namespace
}  // namespace regard::providers::testing
