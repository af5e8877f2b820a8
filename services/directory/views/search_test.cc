#include "services/directory/views/search.h"

#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "services/directory/views/document.h"
#include "services/directory/views/testing/naive_search.h"

namespace regard::directory {
namespace {

using internal::v1::DocumentRow;
using testing::NaiveFound;
using testing::NaiveSearch;

// Few values of everything, so that things meet.
class RandomMarket {
 public:
  explicit RandomMarket(uint64_t seed) : random_(seed) {
    geo::Gazetteer::Builder builder;
    for (int s = 0; s < 9; ++s) MoveSector(s, builder);
    gazetteer_ = builder.Build();
  }

  size_t Pick(size_t n) { return random_() % n; }

  std::string Sector(size_t s) { return absl::StrCat("M33 ", s); }

  void MoveSector(int s, geo::Gazetteer::Builder& builder) {
    std::vector<geo::PostcodeRow> rows;
    for (const char* const unit : {"AA", "AB", "AD"}) {
      rows.push_back({absl::StrCat(Sector(s), unit), Somewhere(), "", "", ""});
    }
    ASSERT_TRUE(builder.ReplaceSector(Sector(s), rows).ok());
  }

  // In a square of about 7 by 7 km.
  geo::Point Somewhere() { return {53.40 + 0.06 * Unit(), -2.35 + 0.10 * Unit()}; }

  DocumentRow Document() {
    DocumentRow row;
    row.set_tier(static_cast<internal::v1::Tier>(1 + Pick(3)));
    for (const char* const stem : {"dog", "garden", "cook", "walk", "chat"}) {
      switch (Pick(6)) {
        case 0: row.add_title_stems(stem); break;
        case 1: row.add_category_stems(stem); break;
        case 2: row.add_text_stems(stem); break;
        default: break;
      }
    }
    v1::Listing& listing = *row.mutable_listing();
    listing.set_form(static_cast<providers::v1::ListingForm>(Pick(4)));
    listing.set_place(static_cast<providers::v1::PlaceKind>(1 + Pick(4)));
    listing.set_area(Sector(Pick(10)));  // one that is not known
    if (listing.place() == providers::v1::PLACE_KIND_VENUE) {
      listing.set_postcode(absl::StrCat(listing.area(), Pick(5) == 0 ? "ZZ" : "AB"));
    }
    if (Pick(2) == 0) listing.set_radius_m(static_cast<int32_t>(Pick(5000)));
    if (Pick(4) != 0) {
      listing.mutable_price()->mutable_amount()->set_pence(static_cast<int64_t>(Pick(4) * 900));
      listing.mutable_price()->set_unit(static_cast<providers::v1::PriceUnit>(1 + Pick(3)));
    }
    if (Pick(2) == 0) listing.add_verified_credentials(providers::v1::CREDENTIAL_KIND_DBS);
    for (const char* const language : {"en", "ur", "pl"}) {
      if (Pick(2) == 0) listing.add_languages(language);
    }
    for (const char* const category : {"regard:gardening", "x:unknown"}) {
      if (Pick(2) == 0) listing.add_categories()->set_curie(category);
    }
    if (Pick(3) == 0) listing.add_funding_accepted(base::v1::HOLDING_DIRECT_PAYMENT);
    if (Pick(3) == 0) {
      providers::v1::WeeklyWindow& window = *listing.add_windows();
      window.set_weekday(static_cast<int32_t>(1 + Pick(7)));
      window.set_start_minute_of_day(static_cast<int32_t>(Pick(1000)));
      window.set_end_minute_of_day(window.start_minute_of_day() + 100);
    }
    return row;
  }

  Query AnyQuery() {
    Query query;
    query.limit = 5;
    for (const char* const stem : {"dog", "garden", "walk", "nowhere"}) {
      if (Pick(4) == 0) query.stems.push_back(stem);
    }
    query.any_word = Pick(2) == 0;
    if (Pick(3) != 0) query.at = Somewhere();
    if (Pick(2) == 0) query.within_m = static_cast<int32_t>(1 + Pick(5000));
    const auto filter = [&](v1::Facet facet, std::vector<std::string> values) {
      if (Pick(4) == 0) query.filters.push_back({facet, std::move(values)});
    };
    filter(v1::FACET_FORM, {"LISTING_FORM_VISIT", "LISTING_FORM_MEETING"});
    filter(v1::FACET_LANGUAGE, {"ur"});
    filter(v1::FACET_CATEGORY, {"regard:gardening", "no:such"});
    filter(v1::FACET_VERIFIED, {std::string(kVerified)});
    if (Pick(4) == 0) query.max_price_pence = static_cast<int64_t>(Pick(3) * 900);
    if (Pick(4) == 0) query.price_unit = static_cast<providers::v1::PriceUnit>(1 + Pick(3));
    return query;
  }

  // Documents come, change and go, and sectors move, in batches.
  void Live(int batches) {
    for (int batch = 0; batch < batches; ++batch) {
      IndexChanges changes;
      std::set<std::string> ids;
      const size_t size = Pick(30);
      for (size_t i = 0; i < size; ++i) ids.insert(absl::StrCat("listing/", Pick(60)));
      for (const std::string& id : ids) {
        if (Pick(3) == 0) {
          documents_.erase(id);
          changes.documents.emplace_back(id, absl::nullopt);
        } else {
          documents_[id] = Document();
          changes.documents.emplace_back(id, documents_[id]);
        }
      }
      if (Pick(3) == 0 || batch == 0) {
        geo::Gazetteer::Builder builder(*gazetteer_);
        for (int s = 0; s < 9; ++s) {
          if (batch > 0 && Pick(2) == 0) continue;
          MoveSector(s, builder);
          changes.sectors.insert(Sector(s));
        }
        gazetteer_ = builder.Build();
        changes.gazetteer = gazetteer_;
      }
      index_.Apply(std::move(changes));
    }
  }

  const Index& index() const { return index_; }
  NaiveFound Naive(const Query& query) const { return NaiveSearch(documents_, *gazetteer_, query); }
  size_t size() const { return documents_.size(); }

 private:
  double Unit() { return static_cast<double>(random_() % 1000000) / 1e6; }

  std::mt19937_64 random_;
  std::map<std::string, DocumentRow> documents_;
  std::shared_ptr<const geo::Gazetteer> gazetteer_;
  Index index_;
};

std::vector<Rank> RanksOf(const Found& found) {
  std::vector<Rank> ranks;
  for (const Hit& hit : found.hits) ranks.push_back(hit.rank);
  return ranks;
}

RC_GTEST_PROP(Search, AnswersAsLookingAtEveryDocumentDoes, (uint64_t seed)) {
  RandomMarket market(seed);
  market.Live(8);
  const std::shared_ptr<const Snapshot> snapshot = market.index().snapshot();
  RC_ASSERT(snapshot->size() == market.size());
  for (int i = 0; i < 20; ++i) {
    const Query query = market.AnyQuery();
    const NaiveFound expected = market.Naive(query);
    const Found found = Search(*snapshot, query);
    RC_ASSERT(found.total == static_cast<int64_t>(expected.ranks.size()));
    RC_ASSERT(found.more == (expected.ranks.size() > query.limit));
    const std::vector<Rank> best(expected.ranks.begin(),
                                 expected.ranks.begin() + std::min(expected.ranks.size(), query.limit));
    RC_ASSERT(RanksOf(found) == best);
    for (size_t id = 0; id < snapshot->facets->size(); ++id) {
      const FacetValue& value = (*snapshot->facets)[static_cast<FacetId>(id)];
      const auto counted = expected.counts.find({value.facet, value.value});
      RC_ASSERT(found.counts[id] == (counted == expected.counts.end() ? 0 : counted->second));
    }
    for (int facet = 0; facet < v1::Facet_ARRAYSIZE; ++facet) {
      const auto without = expected.total_without.find(facet);
      RC_ASSERT(found.total_without[facet] == (without == expected.total_without.end() ? 0 : without->second));
    }
  }
}

RC_GTEST_PROP(Search, PagesTogetherAreEverythingOnce, (uint64_t seed)) {
  RandomMarket market(seed);
  market.Live(6);
  const std::shared_ptr<const Snapshot> snapshot = market.index().snapshot();
  for (int i = 0; i < 5; ++i) {
    Query query = market.AnyQuery();
    query.limit = 1 + market.Pick(7);
    std::vector<Rank> all;
    while (true) {
      const Found page = Search(*snapshot, query);
      for (const Hit& hit : page.hits) all.push_back(hit.rank);
      if (!page.more) break;
      RC_ASSERT(page.hits.size() == query.limit);
      query.after = page.hits.back().rank;
    }
    query.after.reset();
    RC_ASSERT(all == market.Naive(query).ranks);
  }
}

TEST(Index, ASnapshotStaysAsItWas) {
  Index index;
  DocumentRow row;
  row.set_tier(internal::v1::TIER_BOOKABLE);
  index.Apply({{{"listing/a", row}, {"listing/b", row}}, nullptr, {}});
  const std::shared_ptr<const Snapshot> before = index.snapshot();
  index.Apply({{{"listing/a", absl::nullopt}, {"listing/c", row}}, nullptr, {}});
  EXPECT_EQ(Search(*before, {}).total, 2);
  EXPECT_EQ(RanksOf(Search(*before, {}))[0].id, "listing/a");
  EXPECT_EQ(RanksOf(Search(*index.snapshot(), {}))[0].id, "listing/b");
}

TEST(Index, ManySmallBatchesLeaveFewParts) {
  Index index;
  DocumentRow row;
  row.set_tier(internal::v1::TIER_BOOKABLE);
  for (int i = 0; i < 1000; ++i) index.Apply({{{absl::StrCat("listing/", i % 700), row}}, nullptr, {}});
  EXPECT_EQ(index.snapshot()->size(), 700u);
  EXPECT_LE(index.snapshot()->parts.size(), 8u);
  size_t stored = 0;
  for (const Snapshot::Part& part : index.snapshot()->parts) stored += part.segment->size();
  EXPECT_LE(stored, 1400u);
}

TEST(Index, APartMostlyDeadIsMadeAgain) {
  Index index;
  DocumentRow row;
  row.set_tier(internal::v1::TIER_BOOKABLE);
  IndexChanges many;
  for (int i = 0; i < 100; ++i) many.documents.emplace_back(absl::StrCat("listing/", i), row);
  index.Apply(many);
  many.documents.resize(60);
  for (auto& [id, document] : many.documents) document.reset();
  index.Apply(many);
  ASSERT_EQ(index.snapshot()->parts.size(), 1u);
  EXPECT_EQ(index.snapshot()->parts[0].segment->size(), 40u);
  EXPECT_EQ(Search(*index.snapshot(), {}).total, 40);
}

}  // namespace
}  // namespace regard::directory
