#include "services/providers/views/providers_view.h"

#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"

namespace regard::providers {
namespace {

using es::testing::FromText;
using es::testing::ViewFeed;

constexpr char kKnown[] = R"pb(known {
                                 provider_id: "v1"
                                 tenant: "E08000009"
                                 kind: PROVIDER_KIND_CARE_HOME
                                 name: "The Elms"
                                 source: "cqc:1-1"
                                 register_types: "Nursing homes"
                                 operator_name: "Elms Ltd"
                               })pb";
constexpr char kRegistered[] = R"pb(registered {
                                      provider_id: "v1"
                                      tenant: "E08000009"
                                      name: "Anna's Garden"
                                      owner_id: "anna"
                                      worker_ids: "w1"
                                    })pb";

class ProvidersViewTest : public ::testing::Test {
 protected:
  ProvidersViewTest() : feed_(view_), reader_(feed_.store()), query_(reader_) { feed_.Topic("providers"); }

  void Add(absl::string_view fact, absl::string_view stream = "provider/v1") {
    feed_.Add<v1::ProviderFact>(stream, fact);
  }
  internal::v1::ProviderRow Row(absl::string_view provider_id = "v1") {
    auto row = query_.Find(provider_id);
    EXPECT_TRUE(row.ok() && row->has_value()) << provider_id;
    return row.ok() ? row->value_or(internal::v1::ProviderRow()) : internal::v1::ProviderRow();
  }
  v1::Listing Listing(absl::string_view listing_id) {
    auto listing = query_.FindListing("v1", listing_id);
    EXPECT_TRUE(listing.ok() && listing->has_value()) << listing_id;
    return listing.ok() ? listing->value_or(v1::Listing()) : v1::Listing();
  }
  std::vector<std::string> OfOwner(absl::string_view owner_id) {
    std::vector<std::string> ids;
    EXPECT_TRUE(query_
                    .OfOwner(owner_id, "",
                             [&](const internal::v1::ProviderRow& row) {
                               ids.push_back(row.provider().provider_id());
                               return true;
                             })
                    .ok());
    return ids;
  }

  // Which of the two facts the names are taken from, when the approval was sealed like `claimed`.
  std::string NamesAfter(log::v1::Fact claimed) {
    ProvidersView view;
    es::testing::MemoryStore store;
    es::Rows rows(store);
    log::v1::Fact claim;
    for (log::v1::Fact* logged : {&claim, &claimed}) logged->set_stream("provider/v1");
    claim.set_version(1);
    claimed.set_version(2);
    const auto requested = FromText<v1::ProviderFact>("claim_requested { owner_id: 'anna' }");
    const auto agreed = FromText<v1::ProviderFact>("claimed { owner_id: 'anna' }");
    const log::v1::Append append;
    EXPECT_TRUE(view.Apply({"providers", 0, 1, 0, append, claim, requested}, rows).ok());
    EXPECT_TRUE(view.Apply({"providers", 0, 2, 0, append, claimed, agreed}, rows).ok());
    const auto* row = rows.Find<internal::v1::ProviderRow>("p/v1");
    return row != nullptr && row->worker_names().version() == 1 ? "claim" : "approval";
  }

  ProvidersView view_;
  ViewFeed feed_;
  es::ViewReader reader_;
  ProvidersQuery query_;
};

TEST_F(ProvidersViewTest, WhatARegisterKnows) {
  Add(kKnown);
  const v1::Provider provider = Row().provider();
  EXPECT_EQ(provider.phase(), v1::PROVIDER_PHASE_UNCLAIMED);
  EXPECT_EQ(provider.name(), "The Elms");
  EXPECT_EQ(provider.operator_name(), "Elms Ltd");
  EXPECT_EQ(provider.register_types(0), "Nursing homes");
}

TEST_F(ProvidersViewTest, AnUpdatedRowReplacesTheWhole) {
  Add(kKnown);
  Add(R"pb(known { provider_id: "v1" tenant: "E08000009" name: "The Oaks" })pb");
  EXPECT_EQ(Row().provider().name(), "The Oaks");
  EXPECT_EQ(Row().provider().register_types_size(), 0);
}

TEST_F(ProvidersViewTest, ARegisteredOneBelongsToItsOwner) {
  Add(kRegistered);
  EXPECT_EQ(Row().owner_id(), "anna");
  EXPECT_EQ(Row().provider().phase(), v1::PROVIDER_PHASE_ACTIVE);
  EXPECT_EQ(Row().worker_names().stream(), "provider/v1");
  EXPECT_EQ(Row().worker_names().version(), 1u);
  EXPECT_EQ(OfOwner("anna"), std::vector<std::string>{"v1"});
  EXPECT_TRUE(OfOwner("ann").empty());
  EXPECT_TRUE(OfOwner("anna/").empty());
}

TEST_F(ProvidersViewTest, AClaimWaitsAndThenTheNamesAreThoseOfTheClaim) {
  Add(kKnown);
  Add(R"pb(claim_requested { provider_id: "v1" owner_id: "anna" worker_ids: "w1" })pb");
  Add(R"pb(claim_requested { provider_id: "v1" owner_id: "ben" worker_ids: "w2" })pb");
  Add(R"pb(claim_requested { provider_id: "v1" owner_id: "anna" worker_ids: "w3" })pb");
  ASSERT_EQ(Row().claims_size(), 2);
  EXPECT_EQ(Row().claims(0).requested().version(), 4u);
  EXPECT_EQ(Row().owner_id(), "");
  Add(R"pb(claimed { provider_id: "v1" owner_id: "anna" worker_ids: "w3" })pb");
  EXPECT_EQ(Row().owner_id(), "anna");
  EXPECT_EQ(Row().claims_size(), 0);
  EXPECT_EQ(Row().worker_names().version(), 4u);
  EXPECT_EQ(Row().provider().name(), "The Elms");
  EXPECT_EQ(OfOwner("anna"), std::vector<std::string>{"v1"});
}

TEST_F(ProvidersViewTest, AClaimOnBehalfNamesItsWorkersItself) {
  Add(kKnown);
  Add(R"pb(claimed { provider_id: "v1" owner_id: "anna" worker_ids: "w3" })pb");
  EXPECT_EQ(Row().worker_names().version(), 2u);
}

TEST_F(ProvidersViewTest, AnApprovalThatNamesWorkersItselfCountsOverTheClaim) {
  log::v1::Fact claimed;
  claimed.add_sealed()->set_subject("anna");
  EXPECT_EQ(NamesAfter(claimed), "claim");
  claimed.add_sealed()->set_subject("v1");
  EXPECT_EQ(NamesAfter(claimed), "approval");
}

TEST_F(ProvidersViewTest, CredentialsGoThroughTheirPhases) {
  Add(kRegistered);
  Add(R"pb(credential_recorded {
             credential_id: "c1"
             kind: CREDENTIAL_KIND_INSURANCE
             reference: "policy 7"
             expires { seconds: 9 }
           })pb");
  EXPECT_EQ(Row().provider().credentials(0).phase(), v1::CREDENTIAL_PHASE_RECORDED);
  Add(R"pb(credential_verified { credential_id: "c1" verified_by: "pia" })pb");
  EXPECT_EQ(Row().provider().credentials(0).phase(), v1::CREDENTIAL_PHASE_VERIFIED);
  EXPECT_EQ(Row().provider().credentials(0).verified_by(), "pia");
  Add(R"pb(credential_lapsed { credential_id: "c1" })pb");
  EXPECT_EQ(Row().provider().credentials(0).phase(), v1::CREDENTIAL_PHASE_LAPSED);
  Add(R"pb(credential_revoked { credential_id: "c1" })pb");
  EXPECT_EQ(Row().provider().credentials(0).phase(), v1::CREDENTIAL_PHASE_REVOKED);
  Add(R"pb(credential_verified { credential_id: "unknown" })pb");
  EXPECT_EQ(Row().provider().credentials_size(), 1);
}

TEST_F(ProvidersViewTest, ListingsGoThroughTheirPhases) {
  Add(kRegistered);
  Add(R"pb(listing_drafted {
             listing_id: "l1"
             provider_id: "v1"
             tenant: "E08000009"
             terms { title: "Gardening" }
             price { amount { pence: 5 } }
           })pb");
  EXPECT_EQ(Listing("l1").phase(), v1::LISTING_PHASE_DRAFT);
  EXPECT_EQ(Listing("l1").provider_id(), "v1");
  Add(R"pb(listing_described { listing_id: "l1" terms { title: "Gardens" } })pb");
  Add(R"pb(listing_price_set { listing_id: "l1" price { amount { pence: 6 } } })pb");
  EXPECT_EQ(Listing("l1").terms().title(), "Gardens");
  EXPECT_EQ(Listing("l1").price().amount().pence(), 6);
  Add(R"pb(listing_published { listing_id: "l1" perimeter: "NO_PERSONAL_CARE" rule_version: "r" })pb");
  EXPECT_EQ(Listing("l1").phase(), v1::LISTING_PHASE_PUBLISHED);
  EXPECT_EQ(Listing("l1").perimeter(), "NO_PERSONAL_CARE");
  Add(R"pb(listing_suspended { listing_id: "l1" reason: "DBS_NEEDED" })pb");
  EXPECT_EQ(Listing("l1").phase(), v1::LISTING_PHASE_SUSPENDED);
  EXPECT_EQ(Listing("l1").reason(), "DBS_NEEDED");
  Add(R"pb(listing_restored { listing_id: "l1" perimeter: "CQC_REGISTERED" rule_version: "r2" })pb");
  EXPECT_EQ(Listing("l1").phase(), v1::LISTING_PHASE_PUBLISHED);
  EXPECT_EQ(Listing("l1").perimeter(), "CQC_REGISTERED");
  EXPECT_EQ(Listing("l1").reason(), "");
  Add(R"pb(listing_paused { listing_id: "l1" reason: "HOLIDAY" })pb");
  EXPECT_EQ(Listing("l1").phase(), v1::LISTING_PHASE_PAUSED);
  Add(R"pb(listing_closed { listing_id: "l1" reason: "DONE" })pb");
  EXPECT_EQ(Listing("l1").phase(), v1::LISTING_PHASE_CLOSED);
  EXPECT_EQ(Listing("l1").terms().title(), "Gardens");
}

TEST_F(ProvidersViewTest, ListingsOfAProviderAreNotThoseOfAnotherWithALongerId) {
  Add(R"pb(listing_drafted { listing_id: "l1" })pb", "provider/v1");
  Add(R"pb(listing_drafted { listing_id: "l2" })pb", "provider/v12");
  auto listings = query_.ListingsOf("v1");
  ASSERT_TRUE(listings.ok());
  ASSERT_EQ(listings->size(), 1u);
  EXPECT_EQ(listings->front().listing_id(), "l1");
}

TEST_F(ProvidersViewTest, ACouncilsProvidersPageByTheirIds) {
  for (const char* id : {"a", "b", "c"}) {
    Add(absl::StrCat("known { provider_id: \"", id, "\" tenant: \"E08000009\" }"), absl::StrCat("provider/", id));
  }
  Add(R"pb(known { provider_id: "d" tenant: "E08000003" })pb", "provider/d");
  std::vector<std::string> ids;
  const auto visit = [&](const internal::v1::ProviderRow& row) {
    ids.push_back(row.provider().provider_id());
    return ids.size() < 2;
  };
  ASSERT_TRUE(query_.OfCouncil("E08000009", "", visit).ok());
  EXPECT_EQ(ids, (std::vector<std::string>{"a", "b"}));
  ids.clear();
  ASSERT_TRUE(query_.OfCouncil("E08000009", "b", visit).ok());
  EXPECT_EQ(ids, std::vector<std::string>{"c"});
}

TEST_F(ProvidersViewTest, PayoutDetailsAreKeptSealedAndTheLatestCounts) {
  Add(kRegistered);
  Add(R"pb(payout_details_set { provider_id: "v1" })pb");
  Add(R"pb(payout_details_set { provider_id: "v1" })pb");
  EXPECT_EQ(Row().payout_details().version(), 3u);
}

TEST_F(ProvidersViewTest, AClosedProviderSaysWhy) {
  Add(kRegistered);
  Add(R"pb(closed { reason: "RETIRED" })pb");
  EXPECT_EQ(Row().provider().phase(), v1::PROVIDER_PHASE_CLOSED);
  EXPECT_EQ(Row().provider().reason(), "RETIRED");
}

TEST_F(ProvidersViewTest, PlacesAreNotItsBusiness) {
  feed_.Add<v1::PlaceFact>("place/areas:E08000009", R"pb(areas_imported { tenant: "E08000009" })pb");
  int rows = 0;
  ASSERT_TRUE(feed_.store().Scan("", "", [&](absl::string_view, absl::string_view) { return ++rows > 0; }).ok());
  EXPECT_EQ(rows, 0);
}

}  // namespace
}  // namespace regard::providers
