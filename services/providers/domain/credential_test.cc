#include "services/providers/domain/credential.h"

#include "gtest/gtest.h"
#include "services/providers/domain/rules.h"
#include "services/providers/domain/testing/providers_scenario.h"

namespace regard::providers::testing {
namespace {

std::string Record(absl::string_view kind, absl::string_view more = "") {
  return absl::StrCat("provider_id: \"v1\" record_credential { credential_id: \"c1\" kind: CREDENTIAL_KIND_", kind, " ",
                      more, "}");
}
constexpr char kVerify[] = R"pb(provider_id: "v1"
                                verify_credential { credential_id: "c1" })pb";
constexpr char kRevoke[] = R"pb(provider_id: "v1"
                                revoke_credential { credential_id: "c1" reason: "FORGED" })pb";

TEST(Recording, KeepsWhatThePaperSays) {
  ProvidersScenario s;
  s.Registered();
  const std::string command =
      Record("CQC_REGISTRATION",
             "reference: \"1-466088203\" covers: \"PERSONAL_CARE\" covers_home_visits: true expires { seconds: 1770000000 }");
  s.When(command).Then(kStream, R"pb(credential_recorded {
                                       credential_id: "c1"
                                       kind: CREDENTIAL_KIND_CQC_REGISTRATION
                                       reference: "1-466088203"
                                       covers: "PERSONAL_CARE"
                                       covers_home_visits: true
                                       expires { seconds: 1770000000 }
                                     })pb");
  s.When(command).ThenNothing();
}

TEST(Recording, ChecksWhatEachKindNeeds) {
  ProvidersScenario s;
  s.Registered();
  s.When(Record("CQC_REGISTRATION", "reference: \"466088203\"")).ThenRefused("CQC_ID_MALFORMED");
  s.When(Record("INSURANCE", "reference: \"policy 7\"")).ThenRefused("INSURANCE_NEEDS_EXPIRY");
  s.When(Record("DBS", "expires { seconds: 1770000000 }")).ThenRefused("DBS_HAS_NO_EXPIRY");
}

TEST(Recording, RefusesWhatHasExpired) {
  ProvidersScenario s;
  s.Registered();
  s.When(Record("INSURANCE", "expires { seconds: 1767600000 }")).ThenRefused("CREDENTIAL_EXPIRED");
}

TEST(Recording, IsTheOwners) {
  for (const char* actor : {kOtherOwner, kPersonOfThatName, kPractitioner, kCommissioner, kOperator}) {
    ProvidersScenario s;
    s.Registered().By(actor).When(Record("DBS")).ThenRefused("PROVIDER_NOT_FOUND");
  }
}

TEST(Recording, OfAClosedProviderIsRefused) {
  ProvidersScenario s;
  s.Registered().Given(kStream, "closed {}");
  s.When(Record("DBS")).ThenRefused("PROVIDER_CLOSED");
}

TEST(Recording, IsBounded) {
  ProvidersScenario s;
  s.Registered();
  for (int i = 0; i < kMaxCredentials; ++i) s.Recorded(absl::StrCat("x", i), "TRAINING");
  s.When(Record("DBS")).ThenRefused("TOO_MANY_CREDENTIALS");
}

TEST(Verifying, IsTheCouncils) {
  for (const char* actor : {kPractitioner, kCommissioner}) {
    ProvidersScenario s;
    s.Registered().Recorded("c1", "DBS").By(actor);
    s.When(kVerify).Then(kStream, R"pb(credential_verified { credential_id: "c1" })pb");
    s.When(kVerify).ThenNothing();
  }
  for (const char* actor : {kOwner, kOperator, kPractitionerElsewhere, kCommissionerElsewhere, kPersonOfThatName}) {
    ProvidersScenario s;
    s.Registered().Recorded("c1", "DBS").By(actor).When(kVerify).ThenRefused("PROVIDER_NOT_FOUND");
  }
}

TEST(Verifying, NamesWhoDid) {
  ProvidersScenario s;
  s.Registered().Recorded("c1", "DBS").By(kPractitioner);
  s.When(kVerify).Then(kStream, R"pb(credential_verified { verified_by: "pia" })pb");
}

TEST(Verifying, OfAnUnknownOneIsNotFound) {
  ProvidersScenario s;
  s.Registered().By(kPractitioner).When(kVerify).ThenRefused("CREDENTIAL_NOT_FOUND");
}

TEST(Verifying, OfAClosedProviderIsRefused) {
  ProvidersScenario s;
  s.Registered().Recorded("c1", "DBS").Given(kStream, "closed {}").By(kPractitioner);
  s.When(kVerify).ThenRefused("PROVIDER_CLOSED");
}

TEST(Verifying, OfARevokedOrExpiredOneIsRefused) {
  ProvidersScenario revoked;
  revoked.Registered().Verified("c1", "DBS").Given(kStream, R"pb(credential_revoked { credential_id: "c1" })pb").By(
      kPractitioner);
  revoked.When(kVerify).ThenRefused("CREDENTIAL_REVOKED");
  ProvidersScenario expired;
  expired.Registered().Recorded("c1", "INSURANCE", absl::StrCat("expires { ", kLastMonth, " }")).By(kPractitioner);
  expired.When(kVerify).ThenRefused("CREDENTIAL_EXPIRED");
}

TEST(Verifying, RestoresWhatWasSuspendedForIt) {
  ProvidersScenario s;
  s.Registered().Verified("ins", "INSURANCE", "expires { seconds: 1770000000 }").Recorded("c1", "DBS");
  s.Published("l1").Given(kStream, R"pb(listing_suspended { listing_id: "l1" })pb").By(kPractitioner);
  s.When(kVerify)
      .Then(kStream, R"pb(credential_verified { credential_id: "c1" })pb")
      .Then(kStream, R"pb(listing_restored {
                            listing_id: "l1"
                            reason: "CREDENTIAL_VERIFIED"
                            perimeter: "NO_PERSONAL_CARE"
                            rule_version: "providers-1"
                          })pb");
}

TEST(Verifying, RestoresNothingThatStillMissesAnother) {
  ProvidersScenario s;
  s.Registered().Recorded("c1", "DBS");
  s.Published("l1").Given(kStream, R"pb(listing_suspended { listing_id: "l1" })pb").By(kPractitioner);
  s.When(kVerify).Then(kStream, R"pb(credential_verified {})pb");
}

TEST(Verifying, LeavesDraftsAndPausedListingsAlone) {
  ProvidersScenario s;
  s.Registered().Verified("ins", "INSURANCE", "expires { seconds: 1770000000 }").Recorded("c1", "DBS");
  s.Drafted("l1").Published("l2").Given(kStream, R"pb(listing_paused { listing_id: "l2" })pb").By(kPractitioner);
  s.When(kVerify).Then(kStream, R"pb(credential_verified {})pb");
}

TEST(Revoking, SuspendsWhatNeedsIt) {
  ProvidersScenario s;
  s.Registered().Verified("ins", "INSURANCE", "expires { seconds: 1770000000 }").Verified("c1", "DBS");
  s.Published("l1").Drafted("l2").By(kCommissioner);
  s.When(kRevoke)
      .Then(kStream, R"pb(credential_revoked { credential_id: "c1" reason: "FORGED" })pb")
      .Then(kStream, R"pb(listing_suspended {
                            listing_id: "l1"
                            credential_id: "c1"
                            reason: "DBS_NEEDED"
                            rule_version: "providers-1"
                          })pb");
  s.When(kRevoke).ThenNothing();
}

TEST(Revoking, SuspendsNothingWhileAnotherOfItsKindLives) {
  ProvidersScenario s;
  s.Registered().Papers().Verified("c1", "DBS").Published("l1").By(kPractitioner);
  s.When(kRevoke).Then(kStream, R"pb(credential_revoked {})pb");
}

TEST(Revoking, TakesPersonalCareAway) {
  ProvidersScenario s;
  s.Registered().Papers().Verified("c1", "CQC_REGISTRATION", "covers: \"PERSONAL_CARE\" covers_home_visits: true");
  s.Published("l1", "personal_care: true").Published("l2").By(kPractitioner);
  s.When(kRevoke)
      .Then(kStream, R"pb(credential_revoked {})pb")
      .Then(kStream, R"pb(listing_suspended { listing_id: "l1" reason: "PERSONAL_CARE_NEEDS_CQC" })pb");
}

TEST(Revoking, IsTheCouncils) {
  for (const char* actor : {kOwner, kOperator, kPractitionerElsewhere, kCommissionerElsewhere}) {
    ProvidersScenario s;
    s.Registered().Verified("c1", "DBS").By(actor).When(kRevoke).ThenRefused("PROVIDER_NOT_FOUND");
  }
}

TEST(Revoking, OfAnUnknownOneIsNotFoundAndOfALapsedOneRefused) {
  ProvidersScenario s;
  s.Registered().By(kPractitioner);
  s.When(kRevoke).ThenRefused("CREDENTIAL_NOT_FOUND");
  s.Recorded("c1", "INSURANCE").Given(kStream, R"pb(credential_lapsed { credential_id: "c1" })pb");
  s.When(kRevoke).ThenRefused("CREDENTIAL_EXPIRED");
}

TEST(Lapsing, IsDueAtTheFirstExpiryOfWhatIsOpen) {
  ProvidersScenario s;
  s.Registered();
  EXPECT_EQ(s.NextDue(kStream), absl::InfiniteFuture());
  s.Recorded("c1", "TRAINING", "expires { seconds: 1780000000 }").Verified("c2", "INSURANCE", "expires { seconds: 1770000000 }");
  s.Verified("dbs", "DBS").Recorded("c3", "TRAINING", "expires { seconds: 1790000000 }");
  EXPECT_EQ(s.NextDue(kStream), absl::FromUnixSeconds(1'770'000'000));
  s.Given(kStream, R"pb(credential_revoked { credential_id: "c2" })pb");
  EXPECT_EQ(s.NextDue(kStream), absl::FromUnixSeconds(1'780'000'000));
}

TEST(Lapsing, SuspendsInTheSameAppendAndIsOver) {
  ProvidersScenario s;
  s.Registered().Papers().Published("l1").Published("l2", "").At(absl::FromUnixSeconds(1'770'000'000));
  s.WhenDue(kStream)
      .Then(kStream, R"pb(credential_lapsed {
                            credential_id: "ins"
                            kind: CREDENTIAL_KIND_INSURANCE
                            expired { seconds: 1770000000 }
                          })pb")
      .Then(kStream, R"pb(listing_suspended { listing_id: "l1" credential_id: "ins" reason: "INSURANCE_NEEDED" })pb")
      .Then(kStream, R"pb(listing_suspended { listing_id: "l2" credential_id: "ins" reason: "INSURANCE_NEEDED" })pb");
  EXPECT_EQ(s.NextDue(kStream), absl::InfiniteFuture());
  s.WhenDue(kStream).ThenNothing();
}

TEST(Lapsing, SuspendsNothingThatWasRenewedBefore) {
  ProvidersScenario s;
  s.Registered().Papers().Verified("ins2", "INSURANCE", "expires { seconds: 1790000000 }").Published("l1");
  s.At(absl::FromUnixSeconds(1'770'000'000));
  s.WhenDue(kStream).Then(kStream, R"pb(credential_lapsed { credential_id: "ins" })pb");
  EXPECT_EQ(s.NextDue(kStream), absl::FromUnixSeconds(1'790'000'000));
}

// It fell due, and then it was closed before that was decided.
TEST(Lapsing, NothingOfWhoHasClosed) {
  ProvidersScenario s;
  s.Registered().Papers().Given(kStream, "closed {}").At(absl::FromUnixSeconds(1'770'000'000));
  s.WhenDue(kStream).ThenNothing();
}

TEST(Lapsing, RenewalRestores) {
  ProvidersScenario s;
  s.Registered().Papers().Published("l1").At(absl::FromUnixSeconds(1'770'000'000));
  s.WhenDue(kStream).Then(kStream, "credential_lapsed {}").Then(kStream, "listing_suspended {}");
  s.When(Record("INSURANCE", "expires { seconds: 1790000000 }")).Then(kStream, "credential_recorded {}");
  s.By(kPractitioner).When(kVerify).Then(kStream, "credential_verified {}").Then(kStream, R"pb(listing_restored {
                                                                                                 listing_id: "l1"
                                                                                               })pb");
}

}  // namespace
}  // namespace regard::providers::testing
