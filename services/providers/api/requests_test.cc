#include "services/providers/api/requests.h"

#include <functional>
#include <string>

#include "gtest/gtest.h"
#include "libs/base/rejection.h"
#include "libs/es/testing/view_feed.h"

namespace regard::providers {
namespace {

using es::testing::FromText;

constexpr char kTerms[] = R"pb(
  terms {
    title: "Gardening"
    categories: "regard:gardening"
    form: LISTING_FORM_VISIT
    capacity: 1
    place: PLACE_KIND_PERSONS_HOME
    postcode: "m334gt"
    radius_m: 5000
    windows { weekday: 1 start_minute_of_day: 540 end_minute_of_day: 1020 }
    languages: "en"
    funding_accepted: HOLDING_DIRECT_PAYMENT
    cancellation { notice_minutes: 1440 fee_percent: 50 }
    worker_ids: "w1"
  })pb";
constexpr char kPrice[] = "price { amount { pence: 2000 } unit: PRICE_UNIT_HOUR }";

// "field REASON" of the first finding after one change to a request that is right; "" for none.
template <class Request>
std::string Finding(const std::string& right, const std::function<void(Request&)>& change) {
  Request request = FromText<Request>(right);
  EXPECT_TRUE(Check(request).ok()) << Check(request);
  change(request);
  const absl::Status status = Check(request);
  if (status.ok()) return "";
  const Rejection finding = FromStatus(status);
  EXPECT_EQ(finding.kind, Rejection::Kind::kInvalid);
  return finding.field + " " + finding.reason;
}

std::string DraftFinding(const std::function<void(v1::DraftListingRequest&)>& change) {
  return Finding<v1::DraftListingRequest>(std::string("provider_id: 'v1' ") + kTerms + kPrice, change);
}

TEST(Requests, APostcodeThatCouldBeAHomeIsKeptAsItsSector) {
  EXPECT_EQ(KeptPostcode("m334gt", false), "M33 4GT");
  EXPECT_EQ(KeptPostcode("m334gt", true), "M33 4");
  EXPECT_EQ(KeptPostcode("m33 4", true), "M33 4");
  EXPECT_EQ(KeptPostcode("", true), "");
  EXPECT_EQ(KeptPostcode("Sale", false), absl::nullopt);
  EXPECT_TRUE(CouldBeHome(base::v1::PROVIDER_KIND_MICRO_ENTERPRISE));
  EXPECT_FALSE(CouldBeHome(base::v1::PROVIDER_KIND_AGENCY));
}

TEST(Requests, TermsAreKeptWithZoneAndSector) {
  v1::DraftListingRequest request = FromText<v1::DraftListingRequest>(kTerms);
  EXPECT_EQ(Kept(request.terms()).postcode(), "M33 4");
  EXPECT_EQ(Kept(request.terms()).time_zone(), "Europe/London");
  request.mutable_terms()->set_place(v1::PLACE_KIND_VENUE);
  EXPECT_EQ(Kept(request.terms()).postcode(), "M33 4GT");
  EXPECT_EQ(Kept(FromText<v1::Price>("amount { pence: 5 }")).amount().currency(), "GBP");
}

TEST(Requests, EveryFieldOfTermsIsBounded) {
  using R = v1::DraftListingRequest;
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->clear_title(); }), "terms.title EMPTY");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->set_description(std::string(2001, 'a')); }),
            "terms.description TOO_LONG");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->clear_categories(); }), "terms.categories TOO_FEW");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->set_categories(0, "gardening"); }), "terms.categories NOT_A_CURIE");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->clear_form(); }), "terms.form UNSPECIFIED");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->set_capacity(0); }), "terms.capacity OUT_OF_RANGE");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->clear_place(); }), "terms.place UNSPECIFIED");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->set_postcode("Sale"); }), "terms.postcode NOT_A_POSTCODE");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->set_radius_m(-1); }), "terms.radius_m OUT_OF_RANGE");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->set_time_zone("Europe/Sale"); }), "terms.time_zone NOT_A_TIME_ZONE");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->mutable_windows(0)->set_weekday(8); }),
            "terms.windows.weekday OUT_OF_RANGE");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->mutable_windows(0)->set_end_minute_of_day(540); }),
            "terms.windows.end_minute_of_day OUT_OF_RANGE");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->set_languages(0, "English!"); }), "terms.languages NOT_A_LANGUAGE");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->add_accessibility(""); }), "terms.accessibility EMPTY");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->set_min_age_years(121); }), "terms.min_age_years OUT_OF_RANGE");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->add_funding_accepted(base::v1::HOLDING_UNSPECIFIED); }),
            "terms.funding_accepted UNSPECIFIED");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->mutable_cancellation()->set_fee_percent(101); }),
            "terms.cancellation.fee_percent OUT_OF_RANGE");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->mutable_cancellation()->set_notice_minutes(-1); }),
            "terms.cancellation.notice_minutes OUT_OF_RANGE");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_terms()->add_worker_ids("a b"); }), "terms.worker_ids NOT_AN_ID");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_price()->mutable_amount()->set_pence(-1); }),
            "price.amount AMOUNT_OUT_OF_RANGE");
  EXPECT_EQ(DraftFinding([](R& r) { r.mutable_price()->clear_unit(); }), "price.unit UNSPECIFIED");
  EXPECT_EQ(DraftFinding([](R& r) { r.set_source("somewhere"); }), "source UNKNOWN_SOURCE");
  EXPECT_EQ(DraftFinding([](R& r) { r.clear_provider_id(); }), "provider_id NOT_AN_ID");
}

TEST(Requests, RegistrationIsBounded) {
  using R = v1::RegisterProviderRequest;
  const auto finding = [](const std::function<void(R&)>& change) {
    return Finding<R>("kind: PROVIDER_KIND_AGENCY name: 'A' size_fte_tenths: 10 worker_names: 'Anna'", change);
  };
  EXPECT_EQ(finding([](R& r) { r.clear_kind(); }), "kind UNSPECIFIED");
  EXPECT_EQ(finding([](R& r) { r.set_ownership(static_cast<v1::Ownership>(99)); }), "ownership UNKNOWN_VALUE");
  EXPECT_EQ(finding([](R& r) { r.clear_name(); }), "name EMPTY");
  EXPECT_EQ(finding([](R& r) { r.set_postcode("Sale"); }), "postcode NOT_A_POSTCODE");
  EXPECT_EQ(finding([](R& r) { r.clear_size_fte_tenths(); }), "size_fte_tenths OUT_OF_RANGE");
  EXPECT_EQ(finding([](R& r) { r.clear_worker_names(); }), "worker_names TOO_FEW");
  EXPECT_EQ(finding([](R& r) { r.add_worker_names(" "); }), "worker_names EMPTY");
  EXPECT_EQ(finding([](R& r) { r.add_languages("!"); }), "languages NOT_A_LANGUAGE");
  EXPECT_EQ(finding([](R& r) { r.set_source("x"); }), "source UNKNOWN_SOURCE");
}

TEST(Requests, AClaimIsForOneselfOrNamesTheOwner) {
  const auth::Identity anna{"anna", options::v1::ROLE_PROVIDER, "E08000009", {}};
  const auth::Identity carl{"carl", options::v1::ROLE_COMMISSIONER, "E08000009", {}};
  const auth::Identity olga{"olga", options::v1::ROLE_OPERATOR, "", {}};
  const auto finding = [](const auth::Identity& caller, const std::string& owner_id, size_t proof_bytes = 1) {
    v1::ClaimProviderRequest request;
    request.set_provider_id("v1");
    request.set_owner_id(owner_id);
    request.set_proof(std::string(proof_bytes, 'p'));
    request.add_worker_names("Anna");
    const absl::Status status = Check(request, caller);
    return status.ok() ? "" : FromStatus(status).field + " " + FromStatus(status).reason;
  };
  EXPECT_EQ(finding(anna, ""), "");
  EXPECT_EQ(finding(anna, "anna"), "");
  EXPECT_EQ(finding(anna, "ben"), "owner_id NOT_ONESELF");
  EXPECT_EQ(finding(carl, "ben"), "");
  EXPECT_EQ(finding(carl, ""), "owner_id NOT_A_SUBJECT");
  EXPECT_EQ(finding(olga, "ben"), "worker_names COUNCIL_NEEDED");
  EXPECT_EQ(finding(anna, "", 200), "");
  EXPECT_EQ(finding(carl, "ben", 200), "proof TOO_LONG");
}

TEST(Requests, AnApprovalRefersToAPaper) {
  const auto finding = [](const std::string& text, const std::string& tenant = "E08000009") {
    const absl::Status status =
        Check(FromText<v1::ApproveClaimRequest>(text), {"carl", options::v1::ROLE_OPERATOR, tenant, {}});
    return status.ok() ? "" : FromStatus(status).field + " " + FromStatus(status).reason;
  };
  EXPECT_EQ(finding("provider_id: 'v1' owner_id: 'anna' proof: 'letter 12'"), "");
  EXPECT_EQ(finding("provider_id: 'v1' owner_id: 'anna'"), "proof EMPTY");
  EXPECT_EQ(finding("provider_id: 'v1' proof: 'letter 12'"), "owner_id NOT_A_SUBJECT");
  EXPECT_EQ(finding("provider_id: 'v1' owner_id: 'anna' proof: 'letter 12'", ""), "proof COUNCIL_NEEDED");
}

TEST(Requests, CredentialsAndPayoutDetailsAreBounded) {
  using C = v1::RecordCredentialRequest;
  const auto credential = [](const std::function<void(C&)>& change) {
    return Finding<C>("provider_id: 'v1' kind: CREDENTIAL_KIND_DBS reference: 'enhanced, seen 2026-01-04'", change);
  };
  EXPECT_EQ(credential([](C& r) { r.clear_kind(); }), "kind UNSPECIFIED");
  EXPECT_EQ(credential([](C& r) { r.clear_reference(); }), "reference EMPTY");
  EXPECT_EQ(credential([](C& r) { r.add_covers("PERSONAL_CARE"); }), "covers NOT_OF_THIS_KIND");
  EXPECT_EQ(credential([](C& r) {
              r.set_kind(v1::CREDENTIAL_KIND_CQC_REGISTRATION);
              r.add_covers("PERSONAL_CARE");
            }),
            "");
  EXPECT_EQ(credential([](C& r) {
              r.set_kind(v1::CREDENTIAL_KIND_CQC_REGISTRATION);
              r.add_covers("WALKING_DOGS");
            }),
            "covers UNKNOWN_WORD");
  EXPECT_EQ(credential([](C& r) { r.mutable_expires()->set_nanos(-1); }), "expires NOT_A_TIME");
  using P = v1::SetPayoutDetailsRequest;
  const auto payout = [](const std::function<void(P&)>& change) {
    return Finding<P>("provider_id: 'v1' details { account_name: 'A' sort_code: '01-02-03' account_number: '12345678' }",
                      change);
  };
  EXPECT_EQ(payout([](P& r) { r.mutable_details()->clear_account_name(); }), "details.account_name EMPTY");
  EXPECT_EQ(payout([](P& r) { r.mutable_details()->set_sort_code("12345"); }), "details.sort_code NOT_A_SORT_CODE");
  EXPECT_EQ(payout([](P& r) { r.mutable_details()->set_account_number("1234567x"); }),
            "details.account_number NOT_AN_ACCOUNT_NUMBER");
}

TEST(Requests, ReasonsAreOfAFixedSet) {
  const auto reason = [](const absl::Status& status) { return status.ok() ? "" : FromStatus(status).reason; };
  for (const bool known : {true, false}) {
    const std::string ids = "provider_id: 'v1' reason: '";
    const auto text = [&](const std::string& word) { return ids + (known ? word : "MRS_JONES_DIED") + "' "; };
    const std::string expected = known ? "" : "UNKNOWN_WORD";
    EXPECT_EQ(reason(Check(FromText<v1::RevokeCredentialRequest>(text("FORGED") + "credential_id: 'c1'"))), expected);
    EXPECT_EQ(reason(Check(FromText<v1::CloseProviderRequest>(text("RETIRED")))), expected);
    EXPECT_EQ(reason(Check(FromText<v1::PauseListingRequest>(text("HOLIDAY") + "listing_id: 'l1'"))), expected);
    EXPECT_EQ(reason(Check(FromText<v1::CloseListingRequest>(text("SEASON") + "listing_id: 'l1'"))), expected);
  }
}

TEST(Requests, ImportsAreBounded) {
  using K = v1::ImportKnownProviderRequest;
  const auto known = [](const std::function<void(K&)>& change) {
    return Finding<K>("tenant: 'E08000009' kind: PROVIDER_KIND_CARE_HOME name: 'The Elms' source: 'cqc:1-1'", change);
  };
  EXPECT_EQ(known([](K& r) { r.set_tenant("Trafford"); }), "tenant NOT_A_COUNCIL");
  EXPECT_EQ(known([](K& r) { r.set_source("cqc"); }), "source UNKNOWN_SOURCE");
  EXPECT_EQ(known([](K& r) { r.set_postcode("?"); }), "postcode NOT_A_POSTCODE");
  using P = v1::ImportPostcodesRequest;
  const auto postcodes = [](const std::function<void(P&)>& change) {
    return Finding<P>(
        "tenant: 'E08000009' sector: 'M33 4' "
        "postcodes { postcode: 'M33 4GT' point { latitude_deg: 53 longitude_deg: -2 } }",
        change);
  };
  EXPECT_EQ(postcodes([](P& r) { r.clear_postcodes(); }), "postcodes TOO_FEW");
  EXPECT_EQ(postcodes([](P& r) { *r.add_postcodes() = r.postcodes(0); }), "postcodes POSTCODE_TWICE");
  EXPECT_EQ(postcodes([](P& r) { r.set_sector("M33 5"); }), "postcodes.postcode NOT_OF_SECTOR");
  EXPECT_EQ(postcodes([](P& r) { r.mutable_postcodes(0)->mutable_point()->set_latitude_deg(91); }),
            "postcodes.point NOT_A_POINT");
  using A = v1::ImportAreasRequest;
  const auto areas = [](const std::function<void(A&)>& change) {
    return Finding<A>("tenant: 'E08000009' areas { area_code: 'E01006109' residents: 1150 limited_a_lot: 115 }", change);
  };
  EXPECT_EQ(areas([](A& r) { *r.add_areas() = r.areas(0); }), "areas AREA_TWICE");
  EXPECT_EQ(areas([](A& r) { r.mutable_areas(0)->set_limited_a_lot(1151); }), "areas.limited_a_lot OUT_OF_RANGE");
}

}  // namespace
}  // namespace regard::providers
