// Providers as its callers see it: from registration to a listing that lapses and comes back.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "libs/es/testing/view_feed.h"
#include "services/providers/api/providers_api.h"
#include "services/providers/domain/providers_domain.h"
#include "services/providers/views/providers_view.h"
#include "tests/integration/service_world.h"

namespace regard::integration {
namespace {

namespace v1 = providers::v1;
using es::testing::FromText;
using Stub = v1::ProvidersService::Stub;

providers::ProvidersView& View() {
  static auto* const view = new providers::ProvidersView();
  return *view;
}

class ProvidersService : public ServiceWorld {
 protected:
  ProvidersService()
      : ServiceWorld({&providers::ProvidersDomain()}, {&View()}),
        commands_(engine->runtime("providers"), engine->gate(), digester, clock),
        queries_(engine->gate(), engine->timer()),
        api_(shell, commands_, queries_, engine->reader(providers::ProvidersView::kName), opener) {
    Serve({&api_});
  }

  template <class Request, class Response>
  std::string Do(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const std::string& token,
                 const std::string& request_text, Response* response) {
    Request request = FromText<Request>(request_text);
    request.set_request_id(RequestId());
    return Call(method, token, request, response);
  }
  template <class Request, class Response>
  std::string Do(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const std::string& token,
                 const std::string& request_text) {
    Response response;
    const std::string reason = Do<Request, Response>(method, token, request_text, &response);
    if (reason.empty()) token_ = response.receipt().consistency_token();
    return reason;
  }
  // What `token` sees of the provider after the last command.
  v1::GetProviderResponse Seen(const std::string& token) {
    v1::GetProviderRequest request;
    request.set_provider_id(provider_id_);
    request.set_consistency_token(token_);
    v1::GetProviderResponse response;
    EXPECT_EQ(Call(&Stub::GetProvider, token, request, &response), "");
    return response;
  }

  std::string Id() const { return "provider_id: '" + provider_id_ + "' "; }
  void Register() {
    v1::RegisterProviderResponse response;
    ASSERT_EQ(Do(&Stub::RegisterProvider, owner_,
                 "kind: PROVIDER_KIND_MICRO_ENTERPRISE ownership: OWNERSHIP_SOLE_TRADER name: 'Anna' "
                 "postcode: 'm33 4gt' size_fte_tenths: 10 worker_names: 'Anna B'",
                 &response),
              "");
    provider_id_ = response.provider_id();
    worker_id_ = response.worker_ids(0);
    token_ = response.receipt().consistency_token();
  }
  void HasPaper(const std::string& paper) {
    v1::RecordCredentialResponse response;
    ASSERT_EQ(Do(&Stub::RecordCredential, owner_, Id() + paper, &response), "");
    ASSERT_EQ(Do(&Stub::VerifyCredential, practitioner_, Id() + "credential_id: '" + response.credential_id() + "'"), "");
  }
  std::string Insurance(absl::Duration for_how_long) {
    return absl::StrCat("kind: CREDENTIAL_KIND_INSURANCE reference: 'policy 7' expires { seconds: ",
                        absl::ToUnixSeconds(clock.Now() + for_how_long), " }");
  }
  void Draft() {
    v1::DraftListingResponse response;
    ASSERT_EQ(Do(&Stub::DraftListing, owner_,
                 Id() + "terms { title: 'Gardening' categories: 'regard:gardening' form: LISTING_FORM_VISIT capacity: 1 "
                        "place: PLACE_KIND_PERSONS_HOME postcode: 'M33 4GT' radius_m: 3000 worker_ids: '" +
                     worker_id_ + "' } price { amount { pence: 2000 } unit: PRICE_UNIT_HOUR }",
                 &response),
              "");
    listing_id_ = response.listing_id();
  }
  std::string ListingIds() const { return Id() + "listing_id: '" + listing_id_ + "'"; }

  rpc::CommandDoor commands_;
  rpc::QueryDoor queries_;
  providers::ProvidersApi api_;
  const std::string owner_ = Token("anna", options::v1::ROLE_PROVIDER);
  const std::string other_ = Token("ben", options::v1::ROLE_PROVIDER);
  const std::string person_ = Token("p1", options::v1::ROLE_PERSON);
  const std::string practitioner_ = Token("pia", options::v1::ROLE_PRACTITIONER);
  const std::string commissioner_ = Token("carl", options::v1::ROLE_COMMISSIONER);
  const std::string operator_ = Token("olga", options::v1::ROLE_OPERATOR);
  std::string provider_id_;
  std::string worker_id_;
  std::string listing_id_;
  std::string token_;
};

TEST_F(ProvidersService, AListingIsPublishedOncePapersAreVerifiedAndIsThereForEverybody) {
  Register();
  Draft();
  EXPECT_EQ(Do(&Stub::PublishListing, owner_, ListingIds()), "INSURANCE_NEEDED");
  HasPaper(Insurance(absl::Hours(24 * 30)));
  HasPaper("kind: CREDENTIAL_KIND_DBS reference: 'enhanced, seen 2026-01-04'");
  EXPECT_EQ(Seen(person_).listings_size(), 0);
  EXPECT_EQ(Do(&Stub::PublishListing, other_, ListingIds()), "LISTING_NOT_FOUND");
  EXPECT_EQ(Do(&Stub::PublishListing, owner_, ListingIds()), "");
  const v1::GetProviderResponse seen = Seen(person_);
  ASSERT_EQ(seen.listings_size(), 1);
  EXPECT_EQ(seen.listings(0).phase(), v1::LISTING_PHASE_PUBLISHED);
  EXPECT_EQ(seen.listings(0).terms().postcode(), "M33 4");
  EXPECT_EQ(seen.listings(0).terms().time_zone(), "Europe/London");
  EXPECT_EQ(seen.listings(0).price().amount().currency(), "GBP");
  EXPECT_EQ(seen.provider().postcode(), "M33 4");
  ASSERT_EQ(seen.worker_names_size(), 1);
  EXPECT_EQ(seen.worker_names(0).display_name(), "Anna B");
  EXPECT_EQ(seen.provider().credentials(0).reference(), "");
  EXPECT_EQ(Seen(other_).worker_names_size(), 0);
  EXPECT_EQ(Seen(practitioner_).provider().credentials(0).verified_by(), "pia");
}

TEST_F(ProvidersService, ALapsedPaperSuspendsByItselfAndRenewalRestores) {
  Register();
  Draft();
  HasPaper(Insurance(absl::Hours(24 * 30)));
  HasPaper("kind: CREDENTIAL_KIND_DBS reference: 'enhanced, seen 2026-01-04'");
  ASSERT_EQ(Do(&Stub::PublishListing, owner_, ListingIds()), "");
  clock.Advance(absl::Hours(24 * 30));
  ASSERT_TRUE(engine->Settle(absl::Seconds(20)).ok());
  const std::string owner_later = Token("anna", options::v1::ROLE_PROVIDER);
  const v1::GetProviderResponse seen = Seen(owner_later);
  EXPECT_EQ(seen.listings(0).phase(), v1::LISTING_PHASE_SUSPENDED);
  EXPECT_EQ(seen.listings(0).reason(), "INSURANCE_NEEDED");
  EXPECT_EQ(seen.provider().credentials(0).phase(), v1::CREDENTIAL_PHASE_LAPSED);
  v1::RecordCredentialResponse renewed;
  ASSERT_EQ(Do(&Stub::RecordCredential, owner_later, Id() + Insurance(absl::Hours(24 * 365)), &renewed), "");
  ASSERT_EQ(Do(&Stub::VerifyCredential, Token("pia", options::v1::ROLE_PRACTITIONER),
               Id() + "credential_id: '" + renewed.credential_id() + "'"),
            "");
  EXPECT_EQ(Seen(owner_later).listings(0).phase(), v1::LISTING_PHASE_PUBLISHED);
}

TEST_F(ProvidersService, PayoutDetailsAreTheOwnersAloneAndGoneWithTheKey) {
  Register();
  ASSERT_EQ(Do(&Stub::SetPayoutDetails, owner_,
               Id() + "details { account_name: 'A B' sort_code: '01-02-03' account_number: '12345678' }"),
            "");
  EXPECT_EQ(Seen(owner_).payout_details().account_number(), "12345678");
  for (const std::string& token : {other_, person_, practitioner_, commissioner_, operator_}) {
    EXPECT_FALSE(Seen(token).has_payout_details());
  }
  ASSERT_TRUE(keys.Erase(provider_id_, kCouncil).ok());
  EXPECT_FALSE(Seen(owner_).has_payout_details());
  EXPECT_EQ(Seen(person_).worker_names_size(), 0);
}

TEST_F(ProvidersService, AKnownProviderIsClaimedWithTheCouncilsAgreement) {
  const std::string row =
      "tenant: 'E08000009' kind: PROVIDER_KIND_COMMUNITY_GROUP name: 'Knit and Natter' postcode: 'M33 4GT' "
      "source: 'charity-commission:1064819'";
  v1::ImportKnownProviderResponse first;
  v1::ImportKnownProviderResponse again;
  ASSERT_EQ(Do(&Stub::ImportKnownProvider, operator_, row, &first), "");
  ASSERT_EQ(Do(&Stub::ImportKnownProvider, operator_, row, &again), "");
  EXPECT_EQ(again.provider_id(), first.provider_id());
  EXPECT_EQ(again.receipt().version(), 1u);
  provider_id_ = first.provider_id();
  token_ = first.receipt().consistency_token();
  EXPECT_EQ(Seen(person_).provider().phase(), v1::PROVIDER_PHASE_UNCLAIMED);
  EXPECT_EQ(Do(&Stub::ImportKnownProvider, commissioner_, row), "ROLE_NOT_ALLOWED");

  ASSERT_EQ(Do(&Stub::ClaimProvider, owner_, Id() + "proof: 'I am its secretary' worker_names: 'Anna B'"), "");
  ASSERT_EQ(Seen(commissioner_).claims_size(), 1);
  EXPECT_EQ(Seen(commissioner_).claims(0).proof(), "I am its secretary");
  EXPECT_EQ(Seen(owner_).claims_size(), 0);
  EXPECT_EQ(Do(&Stub::CloseProvider, owner_, Id() + "reason: 'OTHER'"), "PROVIDER_NOT_FOUND");
  ASSERT_EQ(Do(&Stub::ApproveClaim, commissioner_, Id() + "owner_id: 'anna' proof: 'letter 12'"), "");
  const v1::GetProviderResponse seen = Seen(owner_);
  EXPECT_EQ(seen.provider().phase(), v1::PROVIDER_PHASE_ACTIVE);
  ASSERT_EQ(seen.worker_names_size(), 1);
  EXPECT_EQ(seen.worker_names(0).display_name(), "Anna B");
}

TEST_F(ProvidersService, ListsAreOnesOwnOrTheCouncilsAndPage) {
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    Register();
    ids.push_back(provider_id_);
  }
  std::sort(ids.begin(), ids.end());
  ASSERT_TRUE(engine->Settle(absl::Seconds(20)).ok());
  const auto list = [&](const std::string& token, const std::string& text) {
    v1::ListProvidersResponse response;
    EXPECT_EQ(Call(&Stub::ListProviders, token, FromText<v1::ListProvidersRequest>(text), &response), "");
    return response;
  };
  EXPECT_EQ(list(owner_, "").providers_size(), 3);
  EXPECT_EQ(list(other_, "").providers_size(), 0);
  EXPECT_EQ(list(Token("cleo", options::v1::ROLE_COMMISSIONER, "E08000003"), "").providers_size(), 0);
  EXPECT_EQ(list(operator_, "tenant: 'E08000009'").providers_size(), 3);
  const v1::ListProvidersResponse page = list(commissioner_, "page_size: 2");
  ASSERT_EQ(page.providers_size(), 2);
  EXPECT_EQ(page.providers(1).provider_id(), ids[1]);
  const v1::ListProvidersResponse rest = list(commissioner_, "page_size: 2 page_token: '" + page.next_page_token() + "'");
  ASSERT_EQ(rest.providers_size(), 1);
  EXPECT_EQ(rest.providers(0).provider_id(), ids[2]);
  EXPECT_EQ(rest.next_page_token(), "");
}

TEST_F(ProvidersService, ARetriedRegistrationIsTheSameOne) {
  auto request = FromText<v1::RegisterProviderRequest>(
      "kind: PROVIDER_KIND_AGENCY name: 'A' size_fte_tenths: 10 worker_names: 'Anna'");
  request.set_request_id(RequestId());
  v1::RegisterProviderResponse first;
  v1::RegisterProviderResponse again;
  ASSERT_EQ(Call(&Stub::RegisterProvider, owner_, request, &first), "");
  ASSERT_EQ(Call(&Stub::RegisterProvider, owner_, request, &again), "");
  EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
  request.set_name("B");
  EXPECT_EQ(Call(&Stub::RegisterProvider, owner_, request, &again), "REQUEST_ID_REUSED");
  request.set_request_id("1");
  EXPECT_EQ(Call(&Stub::RegisterProvider, owner_, request, &again), "NOT_A_UUIDV7");
}

TEST_F(ProvidersService, PlacesAreImportedOnce) {
  const std::string postcodes =
      "tenant: 'E08000009' sector: 'M33 4' postcodes { postcode: 'M33 4GT' point { latitude_deg: 53 longitude_deg: -2 } }";
  const std::string areas = "tenant: 'E08000009' areas { area_code: 'E01006109' residents: 1150 }";
  for (int i = 0; i < 2; ++i) {
    v1::ImportPostcodesResponse imported_postcodes;
    ASSERT_EQ(Do(&Stub::ImportPostcodes, operator_, postcodes, &imported_postcodes), "");
    EXPECT_EQ(imported_postcodes.receipt().version(), 1u);
    v1::ImportAreasResponse imported_areas;
    ASSERT_EQ(Do(&Stub::ImportAreas, operator_, areas, &imported_areas), "");
    EXPECT_EQ(imported_areas.receipt().version(), 1u);
  }
}

TEST_F(ProvidersService, TwoCouncilsOfOneSectorImportItBesideEachOther) {
  const auto import = [&](const std::string& tenant, const std::string& postcode) {
    v1::ImportPostcodesResponse response;
    EXPECT_EQ(Do(&Stub::ImportPostcodes, operator_,
                 absl::StrCat("tenant: '", tenant, "' sector: 'M33 4' postcodes { postcode: '", postcode,
                              "' point { latitude_deg: 53 longitude_deg: -2 } }"),
                 &response),
              "");
    return response.receipt().version();
  };
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(import("E08000009", "M33 4GT"), 1u);
    EXPECT_EQ(import("E08000003", "M33 4ZZ"), 1u);
  }
}

TEST_F(ProvidersService, WhatIsNotThereIsNotFound) {
  v1::GetProviderResponse response;
  EXPECT_EQ(Call(&Stub::GetProvider, person_, FromText<v1::GetProviderRequest>("provider_id: 'x'"), &response),
            "PROVIDER_NOT_FOUND");
  v1::GetListingResponse listing;
  EXPECT_EQ(Call(&Stub::GetListing, person_, FromText<v1::GetListingRequest>("provider_id: 'x' listing_id: 'y'"), &listing),
            "LISTING_NOT_FOUND");
  Register();
  Draft();
  const std::string text = ListingIds();
  ASSERT_TRUE(engine->Settle(absl::Seconds(20)).ok());
  EXPECT_EQ(Call(&Stub::GetListing, person_, FromText<v1::GetListingRequest>(text), &listing), "LISTING_NOT_FOUND");
  EXPECT_EQ(Call(&Stub::GetListing, owner_, FromText<v1::GetListingRequest>(text), &listing), "");
  EXPECT_EQ(listing.listing().terms().title(), "Gardening");
}

}  // namespace
}  // namespace regard::integration
