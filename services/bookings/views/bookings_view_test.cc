#include "services/bookings/views/bookings_view.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"
#include "regard/bookings/v1/facts.pb.h"

namespace regard::bookings {
namespace {

using internal::v1::BookingRow;
using ::testing::ElementsAre;
using v1::BookingFact;
using v1::DiaryFact;

constexpr int64_t kStart = 1'767'780'000;

class Bookings : public ::testing::Test {
 protected:
  Bookings() { feed_.Topic("bookings").At(absl::FromUnixSeconds(1'767'600'000)); }

  void Request(const std::string& booking_id, const std::string& person_id, const std::string& provider_id,
               int64_t start) {
    feed_.Add<BookingFact>(
        absl::StrCat("booking/", booking_id),
        absl::StrCat("requested { booking_id: '", booking_id, "' person_id: '", person_id, "' provider_id: '",
                     provider_id,
                     "' listing_id: 'l1' tenant: 'E1' budget_id: 'g1' category: 'gardening' amount { pence: ",
                     "3000 } worker_id: 'w2' exemption { made_by: 'p1' } when { start { seconds: ", start,
                     " } end { seconds: ", start + 3600, " } } }"));
  }
  Bookings& Then(absl::string_view fact) {
    feed_.Add<BookingFact>("booking/b1", fact);
    return *this;
  }
  v1::Booking Now() { return query_.Find("v1", "b1")->value_or(BookingRow()).booking(); }

  std::vector<std::string> Of(const std::string& person_id, BookingsQuery::Span span, size_t limit = 100) {
    std::vector<std::string> ids;
    EXPECT_TRUE(query_
                    .OfPerson(person_id, span,
                              [&](const std::string& place, const BookingRow& row) {
                                ids.push_back(row.booking().booking_id());
                                last_place_ = place;
                                return ids.size() < limit;
                              })
                    .ok());
    return ids;
  }

  BookingsView view_;
  es::testing::ViewFeed feed_{view_};
  es::ViewReader reader_{feed_.store()};
  BookingsQuery query_{reader_};
  std::string last_place_;
};

TEST_F(Bookings, FollowsABookingToItsSettlement) {
  EXPECT_FALSE(query_.Find("v1", "b1")->has_value());
  Request("b1", "p1", "v1", kStart);
  EXPECT_EQ(Now().phase(), v1::BOOKING_PHASE_REQUESTED);
  EXPECT_EQ(Now().person_id(), "p1");
  EXPECT_EQ(Now().worker_id(), "w2");
  EXPECT_TRUE(Now().own_assistant());
  EXPECT_EQ(Now().requested_at().seconds(), 1'767'600'000);
  EXPECT_FALSE(query_.Find("v2", "b1")->has_value());
  Then("funded { hold_id: 'k1' line_id: 'n1' }");
  EXPECT_EQ(Now().phase(), v1::BOOKING_PHASE_FUNDED);
  EXPECT_EQ(Now().line_id(), "n1");
  feed_.At(absl::FromUnixSeconds(1'767'600'100));
  Then("accepted { worker_id: 'w1' }");
  EXPECT_EQ(Now().phase(), v1::BOOKING_PHASE_ACCEPTED);
  EXPECT_EQ(Now().worker_id(), "w1");
  EXPECT_EQ(Now().changed_at().seconds(), 1'767'600'100);
  EXPECT_EQ(Now().requested_at().seconds(), 1'767'600'000);
  EXPECT_EQ(Now().version(), 3u);
  Then("visit_recorded { worker_id: 'w3' delivered { start { seconds: 1 } } confirms_by_time_at { seconds: 5 } }");
  EXPECT_EQ(Now().phase(), v1::BOOKING_PHASE_DELIVERED);
  EXPECT_EQ(Now().worker_id(), "w3");
  EXPECT_EQ(Now().confirms_by_time_at().seconds(), 5);
  EXPECT_EQ(Now().delivered().start().seconds(), 1);
  Then("confirmed { by_time: true amount { pence: 3000 } }");
  EXPECT_EQ(Now().phase(), v1::BOOKING_PHASE_CONFIRMED);
  EXPECT_TRUE(Now().confirmed_by_time());
  EXPECT_FALSE(Now().has_confirms_by_time_at());
  EXPECT_EQ(Now().due().pence(), 3000);
  Then("settlement_failed { reason: 'HOLD_NOT_FOUND' }");
  EXPECT_EQ(Now().settlement_failure(), "HOLD_NOT_FOUND");
  Then("settled { paid { pence: 2900 } }");
  EXPECT_TRUE(Now().settled());
  EXPECT_EQ(Now().paid().pence(), 2900);
  EXPECT_EQ(Now().settlement_failure(), "");
}

TEST_F(Bookings, SaysHowItEnded) {
  const auto ended = [this](absl::string_view fact) {
    Then(fact);
    return Now();
  };
  Request("b1", "p1", "v1", kStart);
  EXPECT_EQ(ended("funding_came_too_late {}").phase(), v1::BOOKING_PHASE_REQUESTED);
  v1::Booking booking = ended("declined { reason: 'NOT_ENOUGH_FREE' by_budget: true }");
  EXPECT_EQ(booking.phase(), v1::BOOKING_PHASE_DECLINED);
  EXPECT_EQ(booking.reason(), "NOT_ENOUGH_FREE");
  EXPECT_TRUE(booking.declined_by_budget());
  EXPECT_EQ(ended("expired {}").phase(), v1::BOOKING_PHASE_EXPIRED);
  booking = ended("cancelled { by: CANCELLED_BY_PERSON reason: 'HEALTH' fee_waived: true fee { pence: 7 } }");
  EXPECT_EQ(booking.phase(), v1::BOOKING_PHASE_CANCELLED);
  EXPECT_EQ(booking.cancelled_by(), v1::CANCELLED_BY_PERSON);
  EXPECT_EQ(booking.reason(), "HEALTH");
  EXPECT_TRUE(booking.fee_waived());
  EXPECT_EQ(booking.due().pence(), 7);
  booking = ended("no_show { absent: NO_SHOW_PARTY_PERSON fee { pence: 8 } }");
  EXPECT_EQ(booking.phase(), v1::BOOKING_PHASE_NO_SHOW);
  EXPECT_EQ(booking.absent(), v1::NO_SHOW_PARTY_PERSON);
  EXPECT_EQ(booking.due().pence(), 8);
  EXPECT_EQ(ended("visit_recorded { needs_person_reason: 'NEW_PAIRING' }").needs_person_reason(), "NEW_PAIRING");
  booking = ended("disputed { reason: 'LEFT_EARLY' }");
  EXPECT_EQ(booking.phase(), v1::BOOKING_PHASE_DISPUTED);
  EXPECT_EQ(booking.reason(), "LEFT_EARLY");
  booking = ended("dispute_resolved { pay { pence: 9 } reason: 'PART_GIVEN' }");
  EXPECT_EQ(booking.phase(), v1::BOOKING_PHASE_RESOLVED);
  EXPECT_EQ(booking.due().pence(), 9);
  EXPECT_EQ(booking.reason(), "PART_GIVEN");
}

TEST_F(Bookings, SaysWhatIsAskedAndDecided) {
  Request("b1", "p1", "v1", kStart);
  feed_.Add<DiaryFact>("diary/v1", "decision_asked { booking_id: 'b1' reason: 'PROVIDER_CLOSED' }");
  EXPECT_EQ(Now().decision_reason(), "PROVIDER_CLOSED");
  Then("decision_taken { decision: 'REPLACE' }");
  EXPECT_EQ(Now().decision(), "REPLACE");
  feed_.Add<DiaryFact>("diary/v1", "decision_asked { booking_id: 'b1' reason: 'CREDENTIAL_LAPSED' }");
  EXPECT_EQ(Now().decision_reason(), "CREDENTIAL_LAPSED");
  EXPECT_EQ(Now().decision(), "");
}

TEST_F(Bookings, AreFoundByPersonAndProviderInOrder) {
  Request("b1", "p1", "v1", kStart + 200);
  Request("b2", "p1", "v2", kStart);
  Request("b3", "p1", "v1", kStart + 100);
  Request("b4", "p10", "v1", kStart + 50);
  EXPECT_THAT(Of("p1", {}), ElementsAre("b2", "b3", "b1"));
  EXPECT_THAT(Of("p", {}), ElementsAre());
  const absl::Time start = absl::FromUnixSeconds(kStart);
  EXPECT_THAT(Of("p1", {start + absl::Seconds(100), start + absl::Seconds(200), ""}), ElementsAre("b3"));
  EXPECT_THAT(Of("p1", {}, 1), ElementsAre("b2"));
  EXPECT_THAT(Of("p1", {absl::InfinitePast(), absl::InfiniteFuture(), last_place_}), ElementsAre("b3", "b1"));
  std::vector<std::string> ids;
  ASSERT_TRUE(query_
                  .OfProvider("v1", {},
                              [&](const std::string&, const BookingRow& row) {
                                ids.push_back(row.booking().booking_id());
                                return true;
                              })
                  .ok());
  EXPECT_THAT(ids, ElementsAre("b4", "b3", "b1"));
}

}  // namespace
}  // namespace regard::bookings
