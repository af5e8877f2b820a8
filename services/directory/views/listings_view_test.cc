#include "services/directory/views/listings_view.h"

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "services/directory/views/testing/feed.h"

namespace regard::directory {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Feed;
using testing::FedFact;
using testing::ForWords;
using testing::OfPlace;
using testing::OfProvider;

FedFact Registered(absl::string_view provider) {
  return OfProvider(provider, R"pb(registered { kind: PROVIDER_KIND_MICRO_ENTERPRISE name: "Green Fingers" tenant: "E08000009"
                                                owner_id: "owner" worker_ids: "w1" languages: "en" postcode: "M33 4" })pb");
}
FedFact Known(absl::string_view provider, absl::string_view name, absl::string_view activities) {
  return OfProvider(provider, absl::Substitute(
                                  R"pb(known { provider_id: "$0" kind: PROVIDER_KIND_VOLUNTARY_ORGANISATION name: "$1"
                                               activities: "$2" postcode: "M33 4GT" tenant: "E08000009" source: "register:1" })pb",
                                  provider, name, activities));
}
FedFact Drafted(absl::string_view provider, absl::string_view listing, absl::string_view title,
                absl::string_view more = "") {
  return OfProvider(provider,
                    absl::Substitute(
                        R"pb(listing_drafted { listing_id: "$0" terms { title: "$1" form: LISTING_FORM_VISIT
                                               place: PLACE_KIND_PERSONS_HOME postcode: "M33 4" radius_m: 5000
                                               worker_ids: "w1" $2 } price { amount { pence: 1800 } unit: PRICE_UNIT_HOUR } })pb",
                        listing, title, more));
}
FedFact Listing(absl::string_view what, absl::string_view provider, absl::string_view listing) {
  return OfProvider(provider, absl::Substitute(R"pb(listing_$0 { listing_id: "$1" })pb", what, listing));
}
FedFact Credential(absl::string_view what, absl::string_view provider, absl::string_view more = "") {
  return OfProvider(provider, absl::Substitute(R"pb(credential_$0 { credential_id: "c1" $1 })pb", what, more));
}
// One postcode at 53.42, longitude as given.
FedFact Postcodes(absl::string_view sector, absl::string_view unit, double longitude_deg,
                  absl::string_view tenant = "E08000009") {
  return OfPlace(absl::StrCat(sector, tenant),
                 absl::Substitute(R"pb(postcodes_imported { sector: "$0" tenant: "$3" postcodes { postcode: "$0$1"
                                       point { latitude_deg: 53.42 longitude_deg: $2 } area_code: "E01" } })pb",
                                  sector, unit, longitude_deg, tenant));
}
Query Near(absl::string_view words, double longitude_deg, int32_t within_m) {
  Query query = ForWords(words);
  query.at = geo::Point{53.42, longitude_deg};
  query.within_m = within_m;
  return query;
}

TEST(ListingsView, AListingIsFoundWhileItIsPublished) {
  Feed feed;
  feed.Apply({Registered("p1"), Drafted("p1", "l1", "Gardening")});
  EXPECT_THAT(feed.Ids(ForWords("gardener")), IsEmpty());
  feed.Apply({Listing("published", "p1", "l1")});
  EXPECT_THAT(feed.Ids(ForWords("gardener")), ElementsAre("listing/l1"));
  feed.Apply({Listing("paused", "p1", "l1")});
  EXPECT_THAT(feed.Ids(ForWords("gardener")), IsEmpty());
  feed.Apply({Listing("published", "p1", "l1"), Listing("suspended", "p1", "l1")});
  EXPECT_THAT(feed.Ids(ForWords("gardener")), IsEmpty());
  feed.Apply({Listing("restored", "p1", "l1")});
  EXPECT_THAT(feed.Ids(ForWords("gardener")), ElementsAre("listing/l1"));
  feed.Apply({Listing("closed", "p1", "l1"), Listing("published", "p1", "l1")});
  EXPECT_THAT(feed.Ids(ForWords("gardener")), IsEmpty());
}

TEST(ListingsView, WhatItSaysAndCostsFollowsTheFacts) {
  Feed feed;
  feed.Apply({Registered("p1"), Drafted("p1", "l1", "Gardening"), Listing("published", "p1", "l1")});
  feed.Apply({OfProvider("p1", R"pb(listing_price_set { listing_id: "l1" price { amount { pence: 0 } unit: PRICE_UNIT_FREE } })pb"),
              OfProvider("p1", R"pb(listing_described { listing_id: "l1" terms { title: "Dog walking" } })pb")});
  EXPECT_THAT(feed.Ids(ForWords("gardener")), IsEmpty());
  Query free = ForWords("dogs");
  free.max_price_pence = 0;
  EXPECT_THAT(feed.Ids(free), ElementsAre("listing/l1"));
}

TEST(ListingsView, AnOrganisationIsFoundUntilItOffersSomething) {
  Feed feed;
  feed.Apply({Known("o1", "SALE ALLOTMENTS", "Allotments for gardening")});
  Found found = feed.Search(ForWords("gardening"));
  ASSERT_EQ(found.hits.size(), 1u);
  EXPECT_EQ(found.hits[0].rank.tier, internal::v1::TIER_KNOWN);
  v1::Listing listing;
  ASSERT_TRUE(listing.ParseFromString(found.hits[0].document->listing));
  EXPECT_EQ(listing.standing(), v1::STANDING_KNOWN_NOT_HERE);
  EXPECT_FALSE(listing.has_price());

  feed.Apply({OfProvider("o1", R"pb(claimed { owner_id: "owner" })pb")});
  found = feed.Search(ForWords("gardening"));
  ASSERT_EQ(found.hits.size(), 1u);
  ASSERT_TRUE(listing.ParseFromString(found.hits[0].document->listing));
  EXPECT_EQ(listing.standing(), v1::STANDING_NO_OFFER_NOW);

  feed.Apply({Drafted("o1", "l1", "Garden club"), Listing("published", "o1", "l1")});
  EXPECT_THAT(feed.Ids(ForWords("garden")), ElementsAre("listing/l1"));
  feed.Apply({Listing("closed", "o1", "l1")});
  EXPECT_THAT(feed.Ids(ForWords("garden")), ElementsAre("provider/o1"));
  feed.Apply({OfProvider("o1", "closed {}")});
  EXPECT_THAT(feed.Ids(ForWords("garden")), IsEmpty());
}

TEST(ListingsView, WhatIsOnlyKnownStandsBehindEveryOffer) {
  Feed feed;
  // By its words it fits better, and it is verified.
  feed.Apply({Known("o1", "Gardening gardeners", "gardening"), Credential("recorded", "o1"), Credential("verified", "o1"),
              Registered("p1"), Drafted("p1", "l1", "Odd jobs", "description: 'also gardening'"),
              Listing("published", "p1", "l1")});
  EXPECT_THAT(feed.Ids(ForWords("gardening")), ElementsAre("listing/l1", "provider/o1"));
}

TEST(ListingsView, VerifiedIsWhatHoldsNow) {
  Feed feed;
  feed.Apply({Registered("p1"), Drafted("p1", "l1", "Gardening"), Listing("published", "p1", "l1")});
  Query verified = ForWords("gardening");
  verified.filters = {{v1::FACET_VERIFIED, {std::string(kVerified)}}};
  feed.Apply({Credential("recorded", "p1", "kind: CREDENTIAL_KIND_INSURANCE")});
  EXPECT_THAT(feed.Ids(verified), IsEmpty());
  feed.Apply({Credential("verified", "p1")});
  EXPECT_THAT(feed.Ids(verified), ElementsAre("listing/l1"));
  feed.Apply({Credential("lapsed", "p1")});
  EXPECT_THAT(feed.Ids(verified), IsEmpty());
  feed.Apply({Credential("verified", "p1"), Credential("revoked", "p1")});
  EXPECT_THAT(feed.Ids(verified), IsEmpty());
}

TEST(ListingsView, AHomeIsKnownByItsSectorOnly) {
  Feed feed;
  // A fact should not carry the whole postcode; where one does, it goes no further.
  feed.Apply({Registered("p1"),
              OfProvider("p1", R"pb(listing_drafted { listing_id: "l1" terms { title: "Respite" place: PLACE_KIND_PROVIDERS_HOME
                                                      postcode: "M33 4GT" worker_ids: "w1" } })pb"),
              Listing("published", "p1", "l1"), Postcodes("M33 4", "GT", -2.30), Postcodes("M33 4", "GZ", -2.32, "E2")});
  for (const auto& [key, value] : feed.store().Contents()) {
    if (key[0] == 's') continue;
    EXPECT_THAT(value, Not(HasSubstr("4GT"))) << key;
    EXPECT_THAT(value, Not(HasSubstr("w1"))) << key;
  }
  const Found found = feed.Search(Near("respite", -2.31, 10));
  ASSERT_EQ(found.hits.size(), 1u);
  // The middle of the sector, not the postcode.
  EXPECT_NEAR(found.hits[0].document->at->longitude_deg, -2.31, 1e-6);
}

TEST(ListingsView, PlacesMayComeLaterAndMove) {
  Feed feed;
  feed.Apply({Known("o1", "Library", "books")});
  EXPECT_THAT(feed.Ids(Near("library", -2.30, 500)), IsEmpty());
  EXPECT_THAT(feed.Ids(Near("library", -2.30, 0)), ElementsAre("provider/o1"));
  feed.Apply({Postcodes("M33 4", "GT", -2.30)});
  EXPECT_THAT(feed.Ids(Near("library", -2.30, 500)), ElementsAre("provider/o1"));
  feed.Apply({Postcodes("M33 4", "GT", -2.40)});
  EXPECT_THAT(feed.Ids(Near("library", -2.30, 500)), IsEmpty());
  EXPECT_THAT(feed.Ids(Near("library", -2.40, 500)), ElementsAre("provider/o1"));
}

TEST(ListingsView, WhatComesHomeMustComeThatFar) {
  Feed feed;
  feed.Apply({Postcodes("M33 4", "GT", -2.30), Registered("p1"), Drafted("p1", "l1", "Gardening"),
              Listing("published", "p1", "l1")});
  // 0.06 degrees are about 4 km here, 0.09 about 6; it travels 5.
  EXPECT_THAT(feed.Ids(Near("gardening", -2.24, 10000)), ElementsAre("listing/l1"));
  EXPECT_THAT(feed.Ids(Near("gardening", -2.24, 0)), ElementsAre("listing/l1"));
  EXPECT_THAT(feed.Ids(Near("gardening", -2.24, 3000)), IsEmpty());
  EXPECT_THAT(feed.Ids(Near("gardening", -2.21, 10000)), IsEmpty());
}

TEST(ListingsView, WhatIsOnlineIsEverywhere) {
  Feed feed;
  feed.Apply({Registered("p1"),
              OfProvider("p1", R"pb(listing_drafted { listing_id: "l1" terms { title: "Yoga" place: PLACE_KIND_ONLINE } })pb"),
              Listing("published", "p1", "l1")});
  EXPECT_THAT(feed.Ids(Near("yoga", -2.24, 100)), ElementsAre("listing/l1"));
}

TEST(ListingsView, ABadRowDoesNotHideTheOthersOfItsSector) {
  Feed feed;
  feed.Apply({OfPlace("M33 4", R"pb(postcodes_imported { sector: "M33 4" tenant: "E"
                                      postcodes { postcode: "nonsense" }
                                      postcodes { postcode: "M33 5AA" point { latitude_deg: 53 } }
                                      postcodes { postcode: "M33 4GT" point { latitude_deg: 53.42 longitude_deg: -2.3 } } })pb"),
              Known("o1", "Library", "books")});
  EXPECT_THAT(feed.Ids(Near("library", -2.30, 500)), ElementsAre("provider/o1"));
}

TEST(ListingsView, StopsWhenItsIndexCannotFollow) {
  class BrokenStore : public es::testing::MemoryStore {
   public:
    absl::StatusOr<absl::optional<std::string>> Get(absl::string_view key) const override {
      if (broken && key[0] == 'd') return absl::DataLossError("broken");
      return MemoryStore::Get(key);
    }
    bool broken = false;
  };
  BrokenStore store;
  ListingsView view;
  ASSERT_TRUE(view.Load(store).ok());
  const FedFact known = Known("o1", "Library", "books");
  const auto apply = [&] {
    es::Rows rows(store);
    log::v1::Append append;
    log::v1::Fact logged;
    logged.set_stream(known.stream);
    const absl::Status status = view.Apply({"providers", 0, 1, 0, append, logged, *known.fact}, rows);
    EXPECT_TRUE(store.Write(*rows.Finish(), es::Store::Durability::kBuffered).ok());
    view.Applied();
    return status;
  };
  store.broken = true;
  EXPECT_TRUE(apply().ok());
  EXPECT_EQ(apply().code(), absl::StatusCode::kDataLoss);
}

// Histories of a few providers, each its own partition's; what is in them hardly matters, that they differ does.
std::vector<std::vector<FedFact>> RandomHistories(std::mt19937_64& random) {
  const auto pick = [&](size_t n) { return random() % n; };
  const std::vector<std::string> titles = {"Gardening", "Dog walking", "Cooking for two", "Meet for a chat", "Garden club"};
  std::vector<std::vector<FedFact>> histories;
  for (int p = 0; p < 6; ++p) {
    const std::string provider = absl::StrCat("p", p);
    std::vector<FedFact> facts;
    facts.push_back(pick(2) ? Registered(provider) : Known(provider, titles[pick(5)], titles[pick(5)]));
    for (int i = 0; i < 12; ++i) {
      const std::string listing = absl::StrCat(provider, "-l", pick(3));
      switch (pick(7)) {
        case 0: facts.push_back(Drafted(provider, listing, titles[pick(5)])); break;
        case 1: facts.push_back(Listing("paused", provider, listing)); break;
        case 2: facts.push_back(Credential("verified", provider)); break;
        case 3: facts.push_back(Credential("lapsed", provider)); break;
        case 4: facts.push_back(OfProvider(provider, R"pb(claimed {})pb")); break;
        default: facts.push_back(Listing("published", provider, listing)); break;
      }
    }
    histories.push_back(std::move(facts));
  }
  for (int s = 0; s < 3; ++s) {
    std::vector<FedFact> facts;
    for (int i = 0; i < 3; ++i) facts.push_back(Postcodes(absl::StrCat("M33 ", 3 + s), "GT", -2.3 - 0.01 * pick(9)));
    histories.push_back(std::move(facts));
  }
  return histories;
}

// All histories, mixed, in batches of random sizes.
void FeedMixed(std::vector<std::vector<FedFact>> histories, std::mt19937_64& random, Feed& feed) {
  std::vector<size_t> at(histories.size());
  std::vector<FedFact> batch;
  while (true) {
    std::vector<size_t> left;
    for (size_t i = 0; i < histories.size(); ++i) {
      if (at[i] < histories[i].size()) left.push_back(i);
    }
    if (left.empty()) break;
    const size_t from = left[random() % left.size()];
    batch.push_back(histories[from][at[from]++]);
    if (random() % 5 == 0) {
      feed.Apply(batch);
      batch.clear();
    }
    if (random() % 40 == 0) feed.Restart();
  }
  feed.Apply(batch);
}

RC_GTEST_PROP(ListingsView, RowsAndAnswersDoNotDependOnTheOrderOfPartitions, (uint64_t seed)) {
  std::mt19937_64 random(seed);
  const std::vector<std::vector<FedFact>> histories = RandomHistories(random);
  Feed one_by_one;
  for (const std::vector<FedFact>& history : histories) one_by_one.Apply(history);
  Feed mixed;
  FeedMixed(histories, random, mixed);
  RC_ASSERT(one_by_one.store().Contents() == mixed.store().Contents());
  Feed* const feeds[] = {&one_by_one, &mixed};
  mixed.Apply({});
  for (const Query& query : {ForWords("gardening"), ForWords(""), Near("", -2.33, 3000), Near("walk", -2.33, 0)}) {
    const Found a = feeds[0]->Search(query);
    const Found b = feeds[1]->Search(query);
    RC_ASSERT(a.total == b.total);
    RC_ASSERT(a.hits.size() == b.hits.size());
    for (size_t i = 0; i < a.hits.size(); ++i) {
      RC_ASSERT(a.hits[i].rank == b.hits[i].rank);
      RC_ASSERT(a.hits[i].distance_m == b.hits[i].distance_m);
    }
  }
}

}  // namespace
}  // namespace regard::directory
