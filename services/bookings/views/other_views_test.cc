// The diary by time, needs not met, and continuity.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"
#include "regard/bookings/v1/facts.pb.h"
#include "services/bookings/views/continuity_view.h"
#include "services/bookings/views/diary_view.h"
#include "services/bookings/views/keys.h"
#include "services/bookings/views/needs_view.h"

namespace regard::bookings {
namespace {

using internal::v1::DiaryRow;
using internal::v1::NeedCountRow;
using ::testing::ElementsAre;
using v1::BookingFact;
using v1::DiaryFact;
using v1::NeedFact;

TEST(Keys, SortAsTimePasses) {
  EXPECT_EQ(TimeKey(absl::FromUnixMicros(255)), "00000000000000ff");
  EXPECT_LT(TimeKey(absl::FromUnixSeconds(1'767'600'000)), TimeKey(absl::FromUnixSeconds(17'676'000'000)));
  EXPECT_EQ(TimeKey(absl::FromUnixSeconds(-5)), TimeKey(absl::UnixEpoch()));
  EXPECT_EQ(LastPart("a/b/c"), "c");
}

class Diary : public ::testing::Test {
 protected:
  void Added(const std::string& booking_id, int64_t start) {
    feed_.Add<DiaryFact>(
        "diary/v1", absl::StrCat("added { booking_id: '", booking_id, "' when { start { seconds: ", start, " } } }"));
  }
  std::vector<std::string> Entries(absl::Time from = absl::InfinitePast(), absl::Time until = absl::InfiniteFuture(),
                                   const std::string& after = "", size_t limit = 100) {
    std::vector<std::string> found;
    EXPECT_TRUE(DiaryQuery(reader_)
                    .Entries("v1", from, until, after,
                             [&](const std::string& place, const DiaryRow& row) {
                               found.push_back(row.entry().booking_id() + row.decision_asked());
                               last_place_ = place;
                               return found.size() < limit;
                             })
                    .ok());
    return found;
  }

  DiaryView view_;
  es::testing::ViewFeed feed_{view_};
  es::ViewReader reader_{feed_.store()};
  std::string last_place_;
};

TEST_F(Diary, KeepsEntriesInOrderUntilTheyAreRemoved) {
  Added("b1", 300);
  Added("b2", 100);
  Added("b3", 200);
  feed_.Add<DiaryFact>("diary/v10", "added { booking_id: 'x' when { start { seconds: 150 } } }");
  feed_.Add<BookingFact>("booking/b1", "accepted {}");
  EXPECT_THAT(Entries(), ElementsAre("b2", "b3", "b1"));
  EXPECT_THAT(Entries(absl::FromUnixSeconds(200), absl::FromUnixSeconds(300)), ElementsAre("b3"));
  EXPECT_THAT(Entries(absl::InfinitePast(), absl::InfiniteFuture(), "", 2), ElementsAre("b2", "b3"));
  EXPECT_THAT(Entries(absl::InfinitePast(), absl::InfiniteFuture(), last_place_), ElementsAre("b1"));
  feed_.Add<DiaryFact>("diary/v1", "removed { booking_id: 'b3' }");
  feed_.Add<DiaryFact>("diary/v1", "removed { booking_id: 'b9' }");
  EXPECT_THAT(Entries(), ElementsAre("b2", "b1"));
  // What was removed does not come back by being asked about.
  feed_.Add<DiaryFact>("diary/v1", "decision_asked { booking_id: 'b3' reason: '?' }");
  EXPECT_THAT(Entries(), ElementsAre("b2", "b1"));
}

TEST_F(Diary, SaysWhatIsAsked) {
  Added("b1", 300);
  feed_.Add<DiaryFact>("diary/v1", "decision_asked { booking_id: 'b1' reason: '?' }");
  feed_.Add<DiaryFact>("diary/v1", "decision_asked { booking_id: 'b9' reason: '?' }");
  EXPECT_THAT(Entries(), ElementsAre("b1?"));
  feed_.Add<DiaryFact>("diary/v1", "decision_closed { booking_id: 'b1' }");
  feed_.Add<DiaryFact>("diary/v1", "decision_closed { booking_id: 'b9' }");
  EXPECT_THAT(Entries(), ElementsAre("b1"));
}

class Needs : public ::testing::Test {
 protected:
  std::vector<std::string> Counts(const std::string& tenant, absl::CivilMonth first = absl::CivilMonth(1),
                                  absl::CivilMonth last = absl::CivilMonth(9999), const std::string& after = "") {
    std::vector<std::string> found;
    EXPECT_TRUE(NeedsQuery(reader_)
                    .Counts(tenant, first, last, after,
                            [&](const std::string& place, const NeedCountRow& row) {
                              last_place_ = place;
                              found.push_back(absl::StrCat(row.month().month(), " ", row.category(), " ",
                                                           row.area_code(), " ", row.time_band(), " ", row.reason(),
                                                           " ", row.count()));
                              return true;
                            })
                    .ok());
    return found;
  }

  NeedsView view_;
  es::testing::ViewFeed feed_{view_};
  es::ViewReader reader_{feed_.store()};
  std::string last_place_;
};

TEST_F(Needs, CountsWhatWasDeclinedExpiredAndSaid) {
  constexpr char kWhat[] = "tenant: 'E1' category: 'a:b' area_code: 'E01' time_band: 'N'";
  // Half past midnight on 1 February in London, and of July, which is June in UTC.
  feed_.At(absl::FromUnixSeconds(1'769'905'800));
  for (const char* booking : {"b1", "b2"}) {
    feed_.Add<BookingFact>(absl::StrCat("booking/", booking), absl::StrCat("declined { reason: 'BUSY' ", kWhat, " }"));
  }
  feed_.Add<BookingFact>("booking/b3", absl::StrCat("expired { ", kWhat, " }"));
  feed_.Add<BookingFact>("booking/b4", "cancelled {}");
  feed_.Add<DiaryFact>("diary/v1", "removed {}");
  EXPECT_THAT(Counts("E1"), ElementsAre("2 a:b E01 N BUSY 2", "2 a:b E01 N EXPIRED 1"));
  feed_.At(absl::FromUnixSeconds(1'782'862'200));
  feed_.Add<NeedFact>("need/n1", absl::StrCat("noted { reason: 'NOTHING_FOUND' ", kWhat, " }"));
  feed_.Add<NeedFact>("need/n2", "noted { reason: 'TOO_DEAR' tenant: 'E2' }");
  EXPECT_THAT(Counts("E2"), ElementsAre("7    TOO_DEAR 1"));
  EXPECT_THAT(Counts("E1", absl::CivilMonth(2026, 3)), ElementsAre("7 a:b E01 N NOTHING_FOUND 1"));
  EXPECT_THAT(Counts("E1", absl::CivilMonth(2026, 2), absl::CivilMonth(2026, 6)),
              ElementsAre("2 a:b E01 N BUSY 2", "2 a:b E01 N EXPIRED 1"));
  const std::string place = last_place_;
  EXPECT_THAT(Counts("E1", absl::CivilMonth(1), absl::CivilMonth(9999), place),
              ElementsAre("7 a:b E01 N NOTHING_FOUND 1"));
}

TEST(Continuity, CountsTheWorkersThatAPersonMet) {
  ContinuityView view;
  es::testing::ViewFeed feed(view);
  const es::ViewReader reader(feed.store());
  const ContinuityQuery continuity(reader);
  const auto confirmed = [&](const std::string& provider, const std::string& person, const std::string& worker) {
    feed.Add<BookingFact>("booking/b1", absl::StrCat("confirmed { provider_id: '", provider, "' person_id: '", person,
                                                     "' worker_id: '", worker, "' }"));
  };
  confirmed("v1", "p1", "w2");
  confirmed("v1", "p1", "w1");
  confirmed("v1", "p1", "w2");
  confirmed("v1", "p2", "w2");
  confirmed("v1", "p3", "");
  confirmed("v10", "p1", "w9");
  feed.Add<BookingFact>("booking/b1", "visit_recorded { worker_id: 'w7' }");
  feed.Add<DiaryFact>("diary/v1", "removed {}");
  const auto summary = continuity.Of("v1");
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->people, 3);
  EXPECT_EQ(summary->workers_met, 3);
  EXPECT_EQ(summary->visits, 5);
  const auto mine = continuity.Of("v1", "p1");
  ASSERT_TRUE(mine.ok() && mine->has_value());
  EXPECT_EQ((*mine)->visits(), 3);
  EXPECT_THAT((*mine)->worker_ids(), ElementsAre("w1", "w2"));
  EXPECT_FALSE(continuity.Of("v1", "p9")->has_value());
}

}  // namespace
}  // namespace regard::bookings
