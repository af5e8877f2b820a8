#include "services/bookings/views/terms_view.h"

#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::bookings {
namespace {

using internal::v1::ListingCopy;
using internal::v1::ProviderCopy;
using providers::v1::PlaceFact;
using providers::v1::ProviderFact;

class Terms : public ::testing::Test {
 protected:
  Terms() { feed_.Topic("providers").Partition(7); }

  Terms& Add(absl::string_view fact) {
    feed_.Add<ProviderFact>("provider/v1", fact);
    return *this;
  }
  ProviderCopy Provider() { return TermsQuery(reader_).FindProvider("v1")->value_or(ProviderCopy()); }
  ListingCopy Listing() { return TermsQuery(reader_).FindListing("v1", "l1")->value_or(ListingCopy()); }

  TermsView view_;
  es::testing::ViewFeed feed_{view_};
  es::ViewReader reader_{feed_.store()};
};

TEST_F(Terms, AProviderFromTheRegisterIsUnclaimedUntilClaimed) {
  EXPECT_FALSE(TermsQuery(reader_).FindProvider("v1")->has_value());
  Add("known { provider_id: 'v1' tenant: 'E1' kind: PROVIDER_KIND_CARE_HOME }");
  EXPECT_EQ(Provider().phase(), ProviderCopy::PHASE_UNCLAIMED);
  EXPECT_EQ(Provider().owner_id(), "");
  Add("claimed { owner_id: 'o1' worker_ids: 'w1' }");
  EXPECT_EQ(Provider().phase(), ProviderCopy::PHASE_ACTIVE);
  EXPECT_EQ(Provider().owner_id(), "o1");
  EXPECT_EQ(Provider().kind(), base::v1::PROVIDER_KIND_CARE_HOME);
  EXPECT_EQ(Provider().worker_ids(0), "w1");
}

TEST_F(Terms, ARegisteredProviderIsActiveUntilItCloses) {
  Add("registered { provider_id: 'v1' tenant: 'E1' kind: PROVIDER_KIND_MICRO_ENTERPRISE owner_id: 'o1' worker_ids: "
      "'w1' "
      "worker_ids: 'w2' }");
  EXPECT_EQ(Provider().provider_id(), "v1");
  EXPECT_EQ(Provider().phase(), ProviderCopy::PHASE_ACTIVE);
  EXPECT_EQ(Provider().tenant(), "E1");
  EXPECT_EQ(Provider().worker_ids_size(), 2);
  Add("credential_lapsed { credential_id: 'c1' }");
  EXPECT_EQ(Provider().phase(), ProviderCopy::PHASE_ACTIVE);
  Add("closed {}");
  EXPECT_EQ(Provider().phase(), ProviderCopy::PHASE_CLOSED);
}

TEST_F(Terms, AListingHasThePhaseThatItsLastFactBegan) {
  EXPECT_FALSE(TermsQuery(reader_).FindListing("v1", "l1")->has_value());
  Add("listing_drafted { listing_id: 'l1' terms { title: 'Gardens' description: 'long' capacity: 1 } price { unit: "
      "PRICE_UNIT_HOUR amount { pence: 2000 } } }");
  EXPECT_EQ(Listing().phase(), ListingCopy::PHASE_DRAFT);
  EXPECT_EQ(Listing().provider_id(), "v1");
  EXPECT_EQ(Listing().terms().title(), "Gardens");
  EXPECT_EQ(Listing().terms().description(), "");
  EXPECT_EQ(Listing().price().amount().pence(), 2000);
  EXPECT_EQ(Listing().terms_token(), "7:1");
  Add("listing_published { listing_id: 'l1' perimeter: 'NO_PERSONAL_CARE' }");
  EXPECT_EQ(Listing().phase(), ListingCopy::PHASE_PUBLISHED);
  EXPECT_EQ(Listing().perimeter(), "NO_PERSONAL_CARE");
  Add("listing_paused { listing_id: 'l1' }");
  EXPECT_EQ(Listing().phase(), ListingCopy::PHASE_PAUSED);
  Add("listing_suspended { listing_id: 'l1' }");
  EXPECT_EQ(Listing().phase(), ListingCopy::PHASE_SUSPENDED);
  Add("listing_restored { listing_id: 'l1' perimeter: 'CQC_REGISTERED' }");
  EXPECT_EQ(Listing().phase(), ListingCopy::PHASE_PUBLISHED);
  EXPECT_EQ(Listing().perimeter(), "CQC_REGISTERED");
  Add("listing_price_set { listing_id: 'l1' price { unit: PRICE_UNIT_VISIT amount { pence: 5 } } }");
  EXPECT_EQ(Listing().price().amount().pence(), 5);
  Add("listing_described { listing_id: 'l1' terms { title: 'More gardens' description: 'x' } }");
  EXPECT_EQ(Listing().terms().title(), "More gardens");
  EXPECT_EQ(Listing().terms().description(), "");
  EXPECT_EQ(Listing().terms_token(), "7:7");
  Add("listing_closed { listing_id: 'l1' }");
  EXPECT_EQ(Listing().phase(), ListingCopy::PHASE_CLOSED);
}

TEST_F(Terms, AListingIsItsProviders) {
  Add("listing_drafted { listing_id: 'l1' }");
  EXPECT_FALSE(TermsQuery(reader_).FindListing("v2", "l1")->has_value());
}

TEST_F(Terms, KnowsTheSmallAreaOfAPostcode) {
  const TermsQuery terms(reader_);
  EXPECT_EQ(*terms.AreaOf("M33 4", "GT"), "");
  feed_.Add<PlaceFact>(
      "place/postcodes:M33 4",
      "postcodes_imported { sector: 'M33 4' postcodes { postcode: 'M33 4GT' area_code: 'E01' } postcodes { "
      "postcode: 'M33 4AA' area_code: 'E02' } postcodes { postcode: 'M33 4ZZ' } }");
  feed_.Add<PlaceFact>("place/areas:E1", "areas_imported { tenant: 'E1' }");
  EXPECT_EQ(*terms.AreaOf("M33 4", "GT"), "E01");
  EXPECT_EQ(*terms.AreaOf("M33 4", "AA"), "E02");
  EXPECT_EQ(*terms.AreaOf("M33 4", "ZZ"), "");
  EXPECT_EQ(*terms.AreaOf("M33 5", "GT"), "");
  feed_.Add<PlaceFact>("place/postcodes:M33 4",
                       "postcodes_imported { sector: 'M33 4' postcodes { postcode: 'M33 4AA' "
                       "area_code: 'E03' } }");
  EXPECT_EQ(*terms.AreaOf("M33 4", "GT"), "");
  EXPECT_EQ(*terms.AreaOf("M33 4", "AA"), "E03");
}

TEST_F(Terms, TwoCouncilsOfOneSectorKnowTheirPostcodesBesideEachOther) {
  const TermsQuery terms(reader_);
  const auto import = [&](const std::string& tenant, const std::string& unit, const std::string& area) {
    feed_.Add<PlaceFact>("place/postcodes:M33 4:" + tenant,
                         "postcodes_imported { sector: 'M33 4' tenant: '" + tenant + "' postcodes { postcode: 'M33 4" +
                             unit + "' area_code: '" + area + "' } }");
  };
  import("E1", "GT", "E01");
  import("E2", "ZZ", "E02");
  EXPECT_EQ(*terms.AreaOf("M33 4", "GT"), "E01");
  EXPECT_EQ(*terms.AreaOf("M33 4", "ZZ"), "E02");
  import("E1", "AA", "E03");
  EXPECT_EQ(*terms.AreaOf("M33 4", "GT"), "");
  EXPECT_EQ(*terms.AreaOf("M33 4", "AA"), "E03");
  EXPECT_EQ(*terms.AreaOf("M33 4", "ZZ"), "E02");
}

}  // namespace
}  // namespace regard::bookings
