#include "services/providers/domain/offer.h"

#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libs/base/time.h"

namespace regard::providers {
namespace {

constexpr absl::Time kNow = absl::FromUnixSeconds(1'767'600'000);

template <class Message>
Message From(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

class Offer : public ::testing::Test {
 protected:
  Offer() {
    provider_ = From<internal::v1::ProviderState>(
        "kind: PROVIDER_KIND_MICRO_ENTERPRISE ownership: OWNERSHIP_SOLE_TRADER worker_ids: 'w1'");
    terms_ = From<v1::ListingTerms>(
        "form: LISTING_FORM_VISIT capacity: 1 place: PLACE_KIND_PERSONS_HOME postcode: 'M33 4' worker_ids: 'w1'");
    price_ = From<v1::Price>("amount { pence: 2000 } unit: PRICE_UNIT_HOUR");
  }
  void Has(const std::string& kind, const std::string& more = "") {
    *provider_.add_credentials() =
        From<internal::v1::CredentialState>("phase: PHASE_VERIFIED kind: CREDENTIAL_KIND_" + kind + " " + more);
  }
  void HasPapers() {
    Has("INSURANCE");
    Has("DBS");
  }
  void Free() { price_ = From<v1::Price>("amount { pence: 0 } unit: PRICE_UNIT_FREE"); }
  std::string Refusal() { return std::string(MayOffer(provider_, terms_, price_, kNow).refusal); }
  std::string Perimeter() { return std::string(MayOffer(provider_, terms_, price_, kNow).perimeter); }

  internal::v1::ProviderState provider_;
  v1::ListingTerms terms_;
  v1::Price price_;
};

TEST_F(Offer, VisitAtHomeWithPapers) {
  HasPapers();
  EXPECT_EQ(Refusal(), "");
  EXPECT_EQ(Perimeter(), "NO_PERSONAL_CARE");
}

TEST_F(Offer, CareHomeCannotBeBooked) {
  HasPapers();
  provider_.set_kind(base::v1::PROVIDER_KIND_CARE_HOME);
  EXPECT_EQ(Refusal(), "CARE_HOME_CANNOT_BE_BOOKED");
}

TEST_F(Offer, PriceFitsTheForm) {
  HasPapers();
  struct Case {
    v1::ListingForm form;
    v1::PriceUnit unit;
    int64_t pence;
    bool fits;
  };
  for (const Case& c : {Case{v1::LISTING_FORM_VISIT, v1::PRICE_UNIT_HOUR, 2000, true},
                        Case{v1::LISTING_FORM_VISIT, v1::PRICE_UNIT_VISIT, 2000, true},
                        Case{v1::LISTING_FORM_VISIT, v1::PRICE_UNIT_PLACE, 2000, false},
                        Case{v1::LISTING_FORM_VISIT, v1::PRICE_UNIT_HOUR, 0, false},
                        Case{v1::LISTING_FORM_VISIT, v1::PRICE_UNIT_FREE, 0, true},
                        Case{v1::LISTING_FORM_VISIT, v1::PRICE_UNIT_FREE, 1, false},
                        Case{v1::LISTING_FORM_VISIT, v1::PRICE_UNIT_UNSPECIFIED, 2000, false},
                        Case{v1::LISTING_FORM_MEETING, v1::PRICE_UNIT_FREE, 0, true},
                        Case{v1::LISTING_FORM_MEETING, v1::PRICE_UNIT_HOUR, 2000, false},
                        Case{v1::LISTING_FORM_GROUP_SESSION, v1::PRICE_UNIT_PLACE, 500, true},
                        Case{v1::LISTING_FORM_GROUP_SESSION, v1::PRICE_UNIT_HOUR, 500, false},
                        Case{v1::LISTING_FORM_FREE_ACTIVITY, v1::PRICE_UNIT_FREE, 0, true},
                        Case{v1::LISTING_FORM_FREE_ACTIVITY, v1::PRICE_UNIT_PLACE, 500, false}}) {
    terms_.set_form(c.form);
    price_.set_unit(c.unit);
    price_.mutable_amount()->set_pence(c.pence);
    EXPECT_EQ(Refusal() != "PRICE_DOES_NOT_FIT_FORM", c.fits) << c.form << " " << c.unit << " " << c.pence;
  }
}

TEST_F(Offer, VisitIsForOneAndAGroupForAtLeastOne) {
  HasPapers();
  terms_.set_capacity(2);
  EXPECT_EQ(Refusal(), "CAPACITY_DOES_NOT_FIT_FORM");
  terms_.set_form(v1::LISTING_FORM_GROUP_SESSION);
  terms_.set_place(v1::PLACE_KIND_VENUE);
  price_.set_unit(v1::PRICE_UNIT_PLACE);
  EXPECT_EQ(Refusal(), "");
  terms_.set_capacity(0);
  EXPECT_EQ(Refusal(), "CAPACITY_DOES_NOT_FIT_FORM");
}

TEST_F(Offer, MeetingIsForOne) {
  HasPapers();
  Free();
  terms_.set_form(v1::LISTING_FORM_MEETING);
  EXPECT_EQ(Refusal(), "");
  terms_.set_capacity(2);
  EXPECT_EQ(Refusal(), "CAPACITY_DOES_NOT_FIT_FORM");
}

TEST_F(Offer, NeedsAPlaceUnlessOnline) {
  HasPapers();
  terms_.clear_postcode();
  EXPECT_EQ(Refusal(), "PLACE_NEEDED");
  terms_.set_place(v1::PLACE_KIND_ONLINE);
  EXPECT_EQ(Refusal(), "");
}

TEST_F(Offer, VisitNamesWorkersThatTheProviderHas) {
  HasPapers();
  terms_.add_worker_ids("w2");
  EXPECT_EQ(Refusal(), "WORKER_UNKNOWN");
  terms_.clear_worker_ids();
  EXPECT_EQ(Refusal(), "WORKERS_NEEDED");
}

TEST_F(Offer, FreeActivityNeedsNoWorkersAndNoPapers) {
  terms_.set_form(v1::LISTING_FORM_FREE_ACTIVITY);
  terms_.set_place(v1::PLACE_KIND_VENUE);
  terms_.clear_worker_ids();
  Free();
  EXPECT_EQ(Refusal(), "");
}

TEST_F(Offer, EachFormAndPlaceNeedsItsPapers) {
  EXPECT_EQ(Refusal(), "INSURANCE_NEEDED");
  Has("INSURANCE");
  EXPECT_EQ(Refusal(), "DBS_NEEDED");
  terms_.set_place(v1::PLACE_KIND_VENUE);
  EXPECT_EQ(Refusal(), "");
  terms_.set_place(v1::PLACE_KIND_PROVIDERS_HOME);
  EXPECT_EQ(Refusal(), "DBS_NEEDED");
}

TEST_F(Offer, PapersCountOnlyWhileVerifiedAndInDate) {
  HasPapers();
  internal::v1::CredentialState& insurance = *provider_.mutable_credentials(0);
  for (const auto phase : {internal::v1::CredentialState::PHASE_RECORDED, internal::v1::CredentialState::PHASE_REVOKED,
                           internal::v1::CredentialState::PHASE_LAPSED}) {
    insurance.set_phase(phase);
    EXPECT_EQ(Refusal(), "INSURANCE_NEEDED") << phase;
  }
  insurance.set_phase(internal::v1::CredentialState::PHASE_VERIFIED);
  *insurance.mutable_expires() = ToProto(kNow + absl::Nanoseconds(1));
  EXPECT_EQ(Refusal(), "");
  *insurance.mutable_expires() = ToProto(kNow);
  EXPECT_EQ(Refusal(), "INSURANCE_NEEDED");
}

class PersonalCare : public Offer {
 protected:
  PersonalCare() {
    HasPapers();
    terms_.set_personal_care(true);
  }
};

TEST_F(PersonalCare, IsRefusedWithoutRegistrationOrArrangement) { EXPECT_EQ(Refusal(), "PERSONAL_CARE_NEEDS_CQC"); }

TEST_F(PersonalCare, PassesWithARegistrationThatCoversIt) {
  Has("CQC_REGISTRATION", "covers: 'PERSONAL_CARE' covers_home_visits: true");
  EXPECT_EQ(Refusal(), "");
  EXPECT_EQ(Perimeter(), "CQC_REGISTERED");
}

TEST_F(PersonalCare, ACareHomesRegistrationDoesNotCoverHomeVisits) {
  Has("CQC_REGISTRATION", "covers: 'PERSONAL_CARE'");
  EXPECT_EQ(Refusal(), "PERSONAL_CARE_NEEDS_CQC");
}

TEST_F(PersonalCare, RegistrationForAnotherActivityDoesNotCover) {
  Has("CQC_REGISTRATION", "covers: 'TREATMENT_OF_DISEASE' covers_home_visits: true");
  EXPECT_EQ(Refusal(), "PERSONAL_CARE_NEEDS_CQC");
}

TEST_F(PersonalCare, AnotherPaperThatSaysSoDoesNotCover) {
  Has("TRAINING", "covers: 'PERSONAL_CARE' covers_home_visits: true");
  EXPECT_EQ(Refusal(), "PERSONAL_CARE_NEEDS_CQC");
}

TEST_F(PersonalCare, ExpiredOrUnverifiedRegistrationDoesNotCover) {
  Has("CQC_REGISTRATION", "covers: 'PERSONAL_CARE' covers_home_visits: true");
  internal::v1::CredentialState& registration = *provider_.mutable_credentials(2);
  *registration.mutable_expires() = ToProto(kNow);
  EXPECT_EQ(Refusal(), "PERSONAL_CARE_NEEDS_CQC");
  registration.clear_expires();
  registration.set_phase(internal::v1::CredentialState::PHASE_RECORDED);
  EXPECT_EQ(Refusal(), "PERSONAL_CARE_NEEDS_CQC");
}

TEST_F(PersonalCare, AsOwnAssistantOfOneIndividual) {
  terms_.set_as_own_assistant(true);
  EXPECT_EQ(Refusal(), "");
  EXPECT_EQ(Perimeter(), "OWN_ASSISTANT");
}

TEST_F(PersonalCare, ATeamIsNotOneIndividual) {
  terms_.set_as_own_assistant(true);
  provider_.add_worker_ids("w2");
  EXPECT_EQ(Refusal(), "PERSONAL_CARE_NEEDS_CQC");
}

TEST_F(PersonalCare, ACompanyIsNotOneIndividual) {
  terms_.set_as_own_assistant(true);
  provider_.set_ownership(v1::OWNERSHIP_COMPANY);
  EXPECT_EQ(Refusal(), "PERSONAL_CARE_NEEDS_CQC");
}

TEST_F(PersonalCare, OnlyPersonalAssistantsAndMicroEnterprisesAreOneIndividual) {
  for (int kind = 0; kind < base::v1::ProviderKind_ARRAYSIZE; ++kind) {
    provider_.set_kind(static_cast<base::v1::ProviderKind>(kind));
    const bool expected = kind == base::v1::PROVIDER_KIND_PERSONAL_ASSISTANT ||
                          kind == base::v1::PROVIDER_KIND_MICRO_ENTERPRISE;
    EXPECT_EQ(IsOneIndividual(provider_), expected) << kind;
  }
}

TEST_F(PersonalCare, AnEmployedAssistantTradesAsNobody) {
  provider_.set_kind(base::v1::PROVIDER_KIND_PERSONAL_ASSISTANT);
  provider_.clear_ownership();
  EXPECT_TRUE(IsOneIndividual(provider_));
  provider_.set_ownership(v1::OWNERSHIP_COMPANY);
  EXPECT_FALSE(IsOneIndividual(provider_));
}

}  // namespace
}  // namespace regard::providers
