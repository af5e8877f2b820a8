#include "services/bookings/api/requests.h"

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libs/base/rejection.h"
#include "libs/base/time.h"

namespace regard::bookings {
namespace {

template <class Request>
Request From(absl::string_view text) {
  Request request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text), &request)) << text;
  return request;
}

// "field: REASON" of what is wrong; empty when nothing is.
std::string Finding(const absl::Status& status) {
  if (status.ok()) return "";
  const Rejection rejection = FromStatus(status);
  EXPECT_EQ(rejection.kind, Rejection::Kind::kInvalid);
  return rejection.field + ": " + rejection.reason;
}

constexpr char kRequest[] = R"pb(
  provider_id: "v1"
  listing_id: "l1"
  person_id: "p1"
  when {
    start { seconds: 1767780000 }
    end { seconds: 1767785400 }
  }
)pb";

std::string Requesting(absl::string_view more) {
  v1::RequestBookingRequest request = From<v1::RequestBookingRequest>(kRequest);
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(std::string(more), &request)) << more;
  return Finding(Check(request));
}

TEST(RequestBooking, IsWithinBounds) {
  EXPECT_EQ(Requesting(""), "");
  EXPECT_EQ(
      Requesting("budget_id: 'g1' line_id: 'n1' category: 'regard:gardening' worker_id: 'w1' home_postcode: 'm334gt' "
                 "note: 'x' back_up { name: 'Kim' telephone: '0161' } expected_amount { pence: 0 } "
                 "exemption_statement: 'so'"),
      "");
  EXPECT_EQ(Requesting("provider_id: ''"), "provider_id: NOT_AN_ID");
  EXPECT_EQ(Requesting("listing_id: 'a/b'"), "listing_id: NOT_AN_ID");
  EXPECT_EQ(Requesting("person_id: ''"), "person_id: NOT_A_SUBJECT");
  EXPECT_EQ(Requesting("budget_id: '/'"), "budget_id: NOT_AN_ID");
  EXPECT_EQ(Requesting("line_id: '/'"), "line_id: NOT_AN_ID");
  EXPECT_EQ(Requesting("worker_id: '/'"), "worker_id: NOT_AN_ID");
  EXPECT_EQ(Requesting("category: 'gardening'"), "category: NOT_A_CURIE");
  EXPECT_EQ(Requesting("home_postcode: 'here'"), "home_postcode: NOT_A_POSTCODE");
  EXPECT_EQ(Requesting("exemption_statement: '\\001'"), "exemption_statement: NOT_TEXT");
  EXPECT_EQ(Requesting("note: '\\001'"), "note: NOT_TEXT");
  EXPECT_EQ(Requesting("back_up { name: '\\001' }"), "back_up.name: NOT_TEXT");
  EXPECT_EQ(Requesting("back_up { telephone: '012345678901234567890123456789012' }"), "back_up.telephone: TOO_LONG");
  EXPECT_EQ(Requesting("expected_amount { pence: -1 }"), "expected_amount: AMOUNT_OUT_OF_RANGE");
}

TEST(RequestBooking, IsForWholeMinutes) {
  EXPECT_EQ(Requesting("when { start { seconds: 1767780001 } }"), "when: NOT_WHOLE_MINUTES");
  EXPECT_EQ(Requesting("when { end { seconds: 1767785400 nanos: 1 } }"), "when: NOT_WHOLE_MINUTES");
  EXPECT_EQ(Requesting("when { end { seconds: 1767780000 } }"), "when: ENDS_BEFORE_IT_STARTS");
  EXPECT_EQ(Requesting("when { end { seconds: 999999999999 } }"), "when: NOT_A_TIME");
  EXPECT_EQ(Finding(Check(From<v1::RequestBookingRequest>("provider_id: 'v1' listing_id: 'l1' person_id: 'p1'"))),
            "when: UNSPECIFIED");
}

template <class Request>
std::string Of(absl::string_view more) {
  return Finding(Check(From<Request>(absl::StrCat("provider_id: 'v1' booking_id: 'b1' ", more))));
}

TEST(Commands, AreWithinBounds) {
  EXPECT_EQ(Finding(Check(v1::AcceptBookingRequest())), "provider_id: NOT_AN_ID");
  EXPECT_EQ(Finding(Check(From<v1::AcceptBookingRequest>("provider_id: 'v1'"))), "booking_id: NOT_AN_ID");
  EXPECT_EQ(Of<v1::AcceptBookingRequest>("worker_id: '/'"), "worker_id: NOT_AN_ID");
  EXPECT_EQ(Of<v1::AcceptBookingRequest>(""), "");
  EXPECT_EQ(Of<v1::DeclineBookingRequest>(""), "reason: NOT_A_CODE");
  EXPECT_EQ(Of<v1::DeclineBookingRequest>("reason: 'BUSY' note: '\\001'"), "note: NOT_TEXT");
  EXPECT_EQ(Of<v1::DeclineBookingRequest>("reason: 'BUSY'"), "");
  EXPECT_EQ(Of<v1::RecordVisitRequest>(""), "delivered: UNSPECIFIED");
  EXPECT_EQ(Of<v1::RecordVisitRequest>("worker_id: '/'"), "worker_id: NOT_AN_ID");
  EXPECT_EQ(Of<v1::RecordVisitRequest>("delivered { start { seconds: 1 } end { seconds: 2 } }"), "");
}

template <class Request>
std::string By(options::v1::Role role, absl::string_view more) {
  return Finding(Check(From<Request>(absl::StrCat("provider_id: 'v1' booking_id: 'b1' ", more)),
                       auth::Identity{"s", role, "E08000009", absl::InfiniteFuture()}));
}

TEST(Commands, OfWhoActsForSomebodySayForWhom) {
  for (const auto role : {options::v1::ROLE_ACTING_FOR, options::v1::ROLE_PARTNER}) {
    EXPECT_EQ(By<v1::ConfirmVisitRequest>(role, ""), "on_behalf_of: NOT_A_SUBJECT");
    EXPECT_EQ(By<v1::ConfirmVisitRequest>(role, "on_behalf_of: 'p1'"), "");
    EXPECT_EQ(By<v1::CancelBookingRequest>(role, "reason: 'X'"), "on_behalf_of: NOT_A_SUBJECT");
    EXPECT_EQ(By<v1::RecordNoShowRequest>(role, "absent: NO_SHOW_PARTY_PERSON"), "on_behalf_of: NOT_A_SUBJECT");
    EXPECT_EQ(By<v1::DisputeVisitRequest>(role, "reason: 'X'"), "on_behalf_of: NOT_A_SUBJECT");
    EXPECT_EQ(By<v1::TakeDecisionRequest>(role, "choice: DECISION_CHOICE_GO_ON"), "on_behalf_of: NOT_A_SUBJECT");
  }
  EXPECT_EQ(By<v1::ResolveDisputeRequest>(options::v1::ROLE_ACTING_FOR, "reason: 'X'"), "on_behalf_of: NOT_A_SUBJECT");
  constexpr auto kPerson = options::v1::ROLE_PERSON;
  EXPECT_EQ(By<v1::ResolveDisputeRequest>(kPerson, "pay { pence: 0 }"), "reason: NOT_A_CODE");
  EXPECT_EQ(By<v1::ResolveDisputeRequest>(kPerson, "reason: 'X' pay { pence: -1 }"), "pay: AMOUNT_OUT_OF_RANGE");
  EXPECT_EQ(By<v1::ResolveDisputeRequest>(kPerson, "reason: 'X' pay { currency: 'EUR' }"), "pay: NOT_POUNDS");
  EXPECT_EQ(By<v1::ResolveDisputeRequest>(kPerson, "reason: 'X'"), "");
  EXPECT_EQ(By<v1::ConfirmVisitRequest>(kPerson, ""), "");
  EXPECT_EQ(By<v1::CancelBookingRequest>(kPerson, ""), "reason: NOT_A_CODE");
  EXPECT_EQ(By<v1::RecordNoShowRequest>(kPerson, ""), "absent: UNSPECIFIED");
  EXPECT_EQ(By<v1::RecordNoShowRequest>(kPerson, "absent: 99"), "absent: UNKNOWN_VALUE");
  EXPECT_EQ(By<v1::DisputeVisitRequest>(kPerson, ""), "reason: NOT_A_CODE");
  EXPECT_EQ(By<v1::DisputeVisitRequest>(kPerson, "reason: 'X' note: '\\001'"), "note: NOT_TEXT");
  EXPECT_EQ(By<v1::TakeDecisionRequest>(kPerson, ""), "choice: UNSPECIFIED");
}

TEST(NoteUnmetNeed, IsWithinBounds) {
  const auto noting = [](absl::string_view more) {
    v1::NoteUnmetNeedRequest request =
        From<v1::NoteUnmetNeedRequest>("person_id: 'p1' category: 'a:b' reason: 'NOTHING_FOUND'");
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(std::string(more), &request));
    return Finding(Check(request));
  };
  EXPECT_EQ(noting(""), "");
  EXPECT_EQ(noting("postcode: 'M33 4GT' time_band: 'WEEKEND_NIGHT' words: 'roses' booking_id: 'b1'"), "");
  EXPECT_EQ(noting("person_id: ''"), "person_id: NOT_A_SUBJECT");
  EXPECT_EQ(noting("category: ''"), "category: NOT_A_CURIE");
  EXPECT_EQ(noting("postcode: 'x'"), "postcode: NOT_A_POSTCODE");
  EXPECT_EQ(noting("time_band: 'NOON'"), "time_band: NOT_A_TIME_BAND");
  EXPECT_EQ(noting("reason: 'a'"), "reason: NOT_A_CODE");
  EXPECT_EQ(noting("words: '\\001'"), "words: NOT_TEXT");
  EXPECT_EQ(noting("booking_id: '/'"), "booking_id: NOT_AN_ID");
}

TEST(Queries, AreWithinBounds) {
  const auto listing = [](absl::string_view text) { return Finding(Check(From<v1::ListBookingsRequest>(text))); };
  EXPECT_EQ(listing("person_id: 'p1' from { seconds: 1 } until { seconds: 2 } phases: BOOKING_PHASE_FUNDED"), "");
  EXPECT_EQ(listing("provider_id: 'v1'"), "");
  EXPECT_EQ(listing(""), "person_id: ONE_OF_PERSON_OR_PROVIDER");
  EXPECT_EQ(listing("person_id: 'p1' provider_id: 'v1'"), "person_id: ONE_OF_PERSON_OR_PROVIDER");
  EXPECT_EQ(listing("provider_id: '/'"), "provider_id: NOT_AN_ID");
  EXPECT_EQ(listing("person_id: ' '"), "person_id: NOT_A_SUBJECT");
  EXPECT_EQ(listing("person_id: 'p1' phases: BOOKING_PHASE_UNSPECIFIED"), "phases: UNSPECIFIED");
  EXPECT_EQ(listing("person_id: 'p1' from { nanos: -1 }"), "from: NOT_A_TIME");
  EXPECT_EQ(listing("person_id: 'p1' until { nanos: -1 }"), "until: NOT_A_TIME");
  EXPECT_EQ(listing("person_id: 'p1' page_token: '!'"), "page_token: NOT_A_PAGE_TOKEN");
  EXPECT_EQ(Finding(Check(v1::GetBookingRequest())), "provider_id: NOT_AN_ID");
  EXPECT_EQ(Finding(Check(v1::GetDiaryRequest())), "provider_id: NOT_AN_ID");
  EXPECT_EQ(Finding(Check(v1::GetContinuityRequest())), "provider_id: NOT_AN_ID");
  EXPECT_EQ(Finding(Check(From<v1::GetContinuityRequest>("provider_id: 'v1' person_id: ' '"))),
            "person_id: NOT_A_SUBJECT");
  EXPECT_EQ(Finding(Check(v1::ListUnmetNeedsRequest())), "");
  EXPECT_EQ(Finding(Check(From<v1::ListUnmetNeedsRequest>("first_month { year: 2026 month: 2 day: 30 }"))),
            "first_month: NOT_A_DAY");
  EXPECT_EQ(Finding(Check(From<v1::ListUnmetNeedsRequest>("last_month { year: 2026 }"))), "last_month: NOT_A_DAY");
}

TEST(LocalTime, IsOnTheClockOfThePlace) {
  // Monday 6 July 2026, 23:30 to 1:00 UTC: past midnight, and Tuesday, in London's summer.
  const auto when = From<base::v1::Interval>("start { seconds: 1783380600 } end { seconds: 1783386000 }");
  const internal::v1::LocalTime london = LocalTimeOf(when, "Europe/London");
  EXPECT_EQ(london.weekday(), 2);
  EXPECT_EQ(london.start_minute_of_day(), 30);
  EXPECT_EQ(london.end_minute_of_day(), 120);
  const internal::v1::LocalTime utc = LocalTimeOf(when, "UTC");
  EXPECT_EQ(utc.weekday(), 1);
  EXPECT_EQ(utc.start_minute_of_day(), 1410);
  EXPECT_EQ(utc.end_minute_of_day(), 1500);
  EXPECT_EQ(LocalTimeOf(when, "").weekday(), 2);
  EXPECT_EQ(LocalTimeOf(when, "Nowhere/At_All").weekday(), 2);
}

TEST(Words, AreTheDomains) {
  EXPECT_EQ(WordOf(v1::DECISION_CHOICE_GO_ON), "GO_ON");
  EXPECT_EQ(WordOf(v1::DECISION_CHOICE_REPLACE), "REPLACE");
  EXPECT_EQ(WordOf(v1::DECISION_CHOICE_CANCEL), "CANCEL");
}

TEST(Pages, TokensComeBack) {
  EXPECT_EQ(PlaceOf(PageTokenOf("00ff/b1")).value_or("?"), "00ff/b1");
  EXPECT_EQ(PlaceOf("").value_or("?"), "");
  EXPECT_FALSE(PlaceOf("not base64!").has_value());
  EXPECT_FALSE(PlaceOf(std::string(1000, 'A')).has_value());
}

}  // namespace
}  // namespace regard::bookings
