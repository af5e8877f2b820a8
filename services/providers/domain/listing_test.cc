#include "services/providers/domain/listing.h"

#include "gtest/gtest.h"
#include "services/providers/domain/rules.h"
#include "services/providers/domain/testing/providers_scenario.h"

namespace regard::providers::testing {
namespace {

constexpr char kDraft[] = R"pb(
  provider_id: "v1"
  draft_listing {
    listing_id: "l1"
    source: "SELF"
    terms { title: "Gardening" form: LISTING_FORM_VISIT }
    price { amount { pence: 2000 currency: "GBP" } unit: PRICE_UNIT_HOUR }
  })pb";
constexpr char kPublish[] = R"pb(provider_id: "v1"
                                 publish_listing { listing_id: "l1" })pb";
constexpr char kPause[] = R"pb(provider_id: "v1"
                               pause_listing { listing_id: "l1" reason: "HOLIDAY" })pb";
constexpr char kResume[] = R"pb(provider_id: "v1"
                                resume_listing { listing_id: "l1" })pb";
constexpr char kClose[] = R"pb(provider_id: "v1"
                               close_listing { listing_id: "l1" reason: "NOT_OFFERED_ANY_MORE" })pb";
// The same terms as a scenario drafts, with a title.
constexpr char kDescribe[] = R"pb(
  provider_id: "v1"
  describe_listing {
    listing_id: "l1"
    terms {
      title: "Gardening"
      form: LISTING_FORM_VISIT
      capacity: 1
      place: PLACE_KIND_PERSONS_HOME
      postcode: "M33 4"
      worker_ids: "w1"
    }
  })pb";
constexpr char kDescribePersonalCare[] = R"pb(
  provider_id: "v1"
  describe_listing {
    listing_id: "l1"
    terms {
      form: LISTING_FORM_VISIT
      capacity: 1
      place: PLACE_KIND_PERSONS_HOME
      postcode: "M33 4"
      worker_ids: "w1"
      personal_care: true
    }
  })pb";
constexpr char kDearer[] = R"pb(
  provider_id: "v1"
  set_listing_price { listing_id: "l1" price { amount { pence: 2200 currency: "GBP" } unit: PRICE_UNIT_HOUR } })pb";
constexpr char kByThePlace[] = R"pb(
  provider_id: "v1"
  set_listing_price { listing_id: "l1" price { amount { pence: 2200 currency: "GBP" } unit: PRICE_UNIT_PLACE } })pb";

TEST(Drafting, KeepsTermsAndPrice) {
  ProvidersScenario s;
  s.Registered();
  s.When(kDraft).Then(kStream, R"pb(listing_drafted {
                                      listing_id: "l1"
                                      provider_id: "v1"
                                      tenant: "E08000009"
                                      source: "SELF"
                                      terms { title: "Gardening" form: LISTING_FORM_VISIT }
                                      price { amount { pence: 2000 currency: "GBP" } unit: PRICE_UNIT_HOUR }
                                    })pb");
  s.When(kDraft).ThenNothing();
}

TEST(Drafting, OfAClosedProviderIsRefused) {
  ProvidersScenario s;
  s.Registered().Given(kStream, "closed {}");
  s.When(kDraft).ThenRefused("PROVIDER_CLOSED");
}

TEST(Drafting, OpenListingsAreBoundedAndClosedOnesMakeRoom) {
  ProvidersScenario s;
  s.Registered();
  for (int i = 0; i < kMaxOpenListings; ++i) s.Drafted(absl::StrCat("x", i));
  s.When(kDraft).ThenRefused("TOO_MANY_LISTINGS");
  s.Given(kStream, R"pb(listing_closed { listing_id: "x0" })pb");
  s.When(kDraft).Then(kStream, "listing_drafted {}");
}

TEST(Drafting, ListingsEverAreBounded) {
  ProvidersScenario s;
  s.Registered();
  for (int i = 0; i < kMaxListingsEver; ++i) {
    const std::string id = absl::StrCat("x", i);
    s.Drafted(id).Given(kStream, absl::StrCat("listing_closed { listing_id: \"", id, "\" }"));
  }
  s.When(kDraft).ThenRefused("TOO_MANY_LISTINGS");
}

TEST(Listing, IsNobodyElsesToChange) {
  for (const char* actor : {kOtherOwner, kPersonOfThatName, kPractitioner, kCommissioner, kOperator}) {
    ProvidersScenario s;
    s.Registered().Papers().Published().By(actor);
    s.When(kDraft).ThenRefused("PROVIDER_NOT_FOUND");
    for (const char* command : {kDescribe, kDearer, kPublish, kPause, kResume, kClose}) {
      s.When(command).ThenRefused("LISTING_NOT_FOUND");
    }
  }
}

TEST(Listing, OfAnotherNameIsNotFound) {
  ProvidersScenario s;
  s.Registered().Papers().Published("l2");
  for (const char* command : {kDescribe, kDearer, kPublish, kPause, kResume, kClose}) {
    s.When(command).ThenRefused("LISTING_NOT_FOUND");
  }
}

TEST(Listing, OnceClosedStaysClosed) {
  ProvidersScenario s;
  s.Registered().Papers().Published();
  s.When(kClose).Then(kStream, R"pb(listing_closed { listing_id: "l1" reason: "NOT_OFFERED_ANY_MORE" })pb");
  for (const char* command : {kDescribe, kDearer, kPublish, kPause, kResume}) {
    s.When(command).ThenRefused("LISTING_CLOSED");
  }
  s.When(kClose).ThenNothing();
}

TEST(Describing, ADraftIsFree) {
  ProvidersScenario s;
  s.Registered().Drafted();
  s.When(kDescribePersonalCare).Then(kStream, R"pb(listing_described { listing_id: "l1" terms { personal_care: true } })pb");
  s.When(kDescribePersonalCare).ThenNothing();
}

TEST(Describing, APublishedOnePassesTheGuardAgain) {
  ProvidersScenario s;
  s.Registered().Papers().Published();
  s.When(kDescribe)
      .Then(kStream, R"pb(listing_described { terms { title: "Gardening" } })pb")
      .Then(kStream, R"pb(listing_published { listing_id: "l1" perimeter: "NO_PERSONAL_CARE" })pb");
  s.When(kDescribePersonalCare).ThenRefused("PERSONAL_CARE_NEEDS_CQC");
}

TEST(Describing, ASuspendedOnePublishesItWhenItNowMay) {
  ProvidersScenario s;
  s.Registered().Published().Given(kStream, R"pb(listing_suspended { listing_id: "l1" })pb");
  s.When(kDescribe).Then(kStream, "listing_described {}");
  s.Papers();
  s.When(R"pb(provider_id: "v1"
              describe_listing {
                listing_id: "l1"
                terms {
                  form: LISTING_FORM_VISIT
                  capacity: 1
                  place: PLACE_KIND_ONLINE
                  worker_ids: "w1"
                }
              })pb")
      .Then(kStream, "listing_described {}")
      .Then(kStream, R"pb(listing_published { listing_id: "l1" })pb");
}

TEST(Pricing, IsAFactAndTheSamePriceIsNone) {
  ProvidersScenario s;
  s.Registered().Papers().Published();
  s.When(kDearer).Then(
      kStream, R"pb(listing_price_set { listing_id: "l1" price { amount { pence: 2200 } unit: PRICE_UNIT_HOUR } })pb");
  s.When(kDearer).ThenNothing();
}

TEST(Pricing, APublishedOneKeepsAPriceThatFits) {
  ProvidersScenario s;
  s.Registered().Papers().Published();
  s.When(kByThePlace).ThenRefused("PRICE_DOES_NOT_FIT_FORM");
}

TEST(Pricing, ADraftIsFreeAndCannotBePublishedSo) {
  ProvidersScenario s;
  s.Registered().Papers().Drafted();
  s.When(kByThePlace).Then(kStream, "listing_price_set {}");
  s.When(kPublish).ThenRefused("PRICE_DOES_NOT_FIT_FORM");
}

TEST(Publishing, SaysHowThePerimeterWasPassed) {
  ProvidersScenario s;
  s.Registered().Papers().Drafted();
  s.When(kPublish).Then(
      kStream,
      R"pb(listing_published { listing_id: "l1" perimeter: "NO_PERSONAL_CARE" rule_version: "providers-1" })pb");
  s.When(kPublish).ThenNothing();
}

TEST(Publishing, PersonalCareNeedsARegistration) {
  ProvidersScenario s;
  s.Registered().Papers().Drafted("l1", "personal_care: true");
  s.When(kPublish).ThenRefused("PERSONAL_CARE_NEEDS_CQC");
  s.Verified("cqc", "CQC_REGISTRATION", "covers: \"PERSONAL_CARE\" covers_home_visits: true");
  s.When(kPublish).Then(kStream, R"pb(listing_published { perimeter: "CQC_REGISTERED" })pb");
}

TEST(Publishing, PersonalCareAsOwnAssistantIsForOneIndividual) {
  ProvidersScenario s;
  s.Registered().Papers().Drafted("l1", "personal_care: true as_own_assistant: true");
  s.When(kPublish).Then(kStream, R"pb(listing_published { perimeter: "OWN_ASSISTANT" })pb");
  ProvidersScenario agency;
  agency.Registered("AGENCY").Papers().Drafted("l1", "personal_care: true as_own_assistant: true");
  agency.When(kPublish).ThenRefused("PERSONAL_CARE_NEEDS_CQC");
}

TEST(Publishing, NeedsPapers) {
  ProvidersScenario s;
  s.Registered().Recorded("dbs", "DBS").Drafted();
  s.When(kPublish).ThenRefused("INSURANCE_NEEDED");
}

TEST(Publishing, ASuspendedOneStaysSoUntilThePapersAreThere) {
  ProvidersScenario s;
  s.Registered().Published().Given(kStream, R"pb(listing_suspended { listing_id: "l1" })pb");
  s.When(kPublish).ThenRefused("INSURANCE_NEEDED");
}

TEST(Pausing, EndsBookingsUntilResumed) {
  ProvidersScenario s;
  s.Registered().Papers().Published();
  s.When(kPause).Then(kStream, R"pb(listing_paused { listing_id: "l1" reason: "HOLIDAY" })pb");
  s.When(kPause).ThenNothing();
  s.When(kResume).Then(kStream, R"pb(listing_published { listing_id: "l1" perimeter: "NO_PERSONAL_CARE" })pb");
  s.When(kResume).ThenNothing();
}

TEST(Pausing, ADraftIsRefused) {
  ProvidersScenario s;
  s.Registered().Drafted();
  s.When(kPause).ThenRefused("LISTING_NOT_PUBLISHED");
}

TEST(Pausing, ASuspendedOneEndsTheSuspension) {
  ProvidersScenario s;
  s.Registered().Published().Given(kStream, R"pb(listing_suspended { listing_id: "l1" })pb");
  s.When(kPause).Then(kStream, "listing_paused {}");
  s.When(kResume).ThenRefused("INSURANCE_NEEDED");
}

TEST(Resuming, IsForPausedOnes) {
  ProvidersScenario s;
  s.Registered().Drafted();
  s.When(kResume).ThenRefused("LISTING_NOT_PAUSED");
}

}  // namespace
}  // namespace regard::providers::testing
