// A booking of provider v1 by person p1, as tests tell it: who speaks, what they say, and what was so before.
// Now is Monday 5 January 2026, 08:00; the visit is on Wednesday, 10:00 to 11:30, at 20.00 an hour: 30.00.
#pragma once

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libs/es/testing/scenario.h"
#include "regard/bookings/internal/v1/commands.pb.h"
#include "regard/bookings/internal/v1/state.pb.h"
#include "regard/bookings/v1/facts.pb.h"
#include "services/bookings/domain/bookings_domain.h"

namespace regard::bookings::testing {

constexpr char kPerson[] = R"pb(subject: "p1" role: ROLE_PERSON tenant: "E1")pb";
constexpr char kOtherPerson[] = R"pb(subject: "p2" role: ROLE_PERSON tenant: "E1")pb";
constexpr char kHelper[] = R"pb(subject: "h1" role: ROLE_ACTING_FOR tenant: "E1")pb";
constexpr char kPartner[] = R"pb(subject: "app1" role: ROLE_PARTNER tenant: "E1")pb";
constexpr char kProvider[] = R"pb(subject: "o1" role: ROLE_PROVIDER tenant: "E1")pb";
constexpr char kOtherProvider[] = R"pb(subject: "o2" role: ROLE_PROVIDER tenant: "E1")pb";
constexpr char kPractitioner[] = R"pb(subject: "c1" role: ROLE_PRACTITIONER tenant: "E1")pb";
constexpr char kOtherCouncil[] = R"pb(subject: "c2" role: ROLE_PRACTITIONER tenant: "E2")pb";
constexpr char kCommissioner[] = R"pb(subject: "m1" role: ROLE_COMMISSIONER tenant: "E1")pb";
constexpr char kSystem[] = R"pb(subject: "bookings.on-budgets")pb";

constexpr char kBooking[] = "booking/b1";
constexpr char kDiary[] = "diary/v1";

const absl::Time kNow = absl::FromUnixSeconds(1'767'600'000);
const absl::Time kStart = kNow + absl::Hours(50);
const absl::Time kEnd = kStart + absl::Minutes(90);

// `seconds: ...` of a timestamp.
inline std::string Stamp(absl::Time time) { return absl::StrCat("seconds: ", absl::ToUnixSeconds(time)); }
inline std::string Interval(absl::Time start, absl::Time end) {
  return absl::StrCat("start { ", Stamp(start), " } end { ", Stamp(end), " }");
}

// A command for b1 of v1, whose owner is o1; a helper's grant is in `standing`.
inline std::string Say(absl::string_view command, absl::string_view standing = "") {
  return absl::StrCat("provider_id: 'v1' booking_id: 'b1' standing { provider_owner_id: 'o1' ", standing, " } ",
                      command);
}
// The same by somebody whom p1 granted the scope.
inline std::string SayFor(absl::string_view scope, absl::string_view command) {
  return Say(command, absl::StrCat("acting_for: 'p1' scopes: ", scope));
}

// The plain request of a visit, changed by the test.
inline std::string AskFor(const std::function<void(internal::v1::RequestBooking&)>& change = nullptr,
                          absl::string_view standing = "") {
  internal::v1::RequestBooking request;
  request.set_person_id("p1");
  request.set_budget_id("g1");
  internal::v1::ListingCopy& listing = *request.mutable_listing();
  listing.set_listing_id("l1");
  listing.set_provider_id("v1");
  listing.set_phase(internal::v1::ListingCopy::PHASE_PUBLISHED);
  listing.set_perimeter("NO_PERSONAL_CARE");
  listing.set_terms_token("7:12");
  listing.mutable_price()->mutable_amount()->set_pence(2000);
  listing.mutable_price()->set_unit(providers::v1::PRICE_UNIT_HOUR);
  providers::v1::ListingTerms& terms = *listing.mutable_terms();
  terms.add_categories("gardening");
  terms.add_categories("errands");
  terms.set_form(providers::v1::LISTING_FORM_VISIT);
  terms.set_capacity(1);
  terms.set_time_zone("Europe/London");
  terms.mutable_cancellation()->set_notice_minutes(24 * 60);
  terms.mutable_cancellation()->set_fee_percent(50);
  internal::v1::ProviderCopy& provider = *request.mutable_provider();
  provider.set_provider_id("v1");
  provider.set_phase(internal::v1::ProviderCopy::PHASE_ACTIVE);
  provider.set_owner_id("o1");
  provider.set_kind(base::v1::PROVIDER_KIND_MICRO_ENTERPRISE);
  provider.add_worker_ids("w1");
  provider.add_worker_ids("w2");
  request.mutable_when()->mutable_start()->set_seconds(absl::ToUnixSeconds(kStart));
  request.mutable_when()->mutable_end()->set_seconds(absl::ToUnixSeconds(kEnd));
  request.mutable_local_when()->set_weekday(3);
  request.mutable_local_when()->set_start_minute_of_day(600);
  request.mutable_local_when()->set_end_minute_of_day(690);
  if (change) change(request);
  internal::v1::BookingsCommand command;
  *command.mutable_request() = request;
  return Say(command.DebugString(), standing);
}

inline std::string Accepting(absl::string_view worker_id = "w1") {
  return Say(absl::StrCat("accept { worker_id: '", worker_id,
                          "' listing { listing_id: 'l1' provider_id: 'v1' phase: PHASE_PUBLISHED } provider { "
                          "provider_id: 'v1' phase: PHASE_ACTIVE worker_ids: 'w1' worker_ids: 'w2' } }"));
}

class BookingScenario : public es::testing::Scenario {
 public:
  BookingScenario() : Scenario(BookingsDomain(), internal::v1::BookingsCommand::default_instance()) {}

  // `more` sets fields of the request over the usual ones.
  BookingScenario& Requested(absl::string_view booked_by = "BOOKED_BY_PERSON", absl::string_view more = "") {
    v1::BookingFact fact;
    const std::string usual = absl::StrCat(
        "booking_id: 'b1' provider_id: 'v1' listing_id: 'l1' person_id: 'p1' tenant: 'E1' budget_id: 'g1' when { ",
        Interval(kStart, kEnd),
        " } form: LISTING_FORM_VISIT category: 'gardening' amount { pence: 3000 } cancellation { notice_minutes: 1440 "
        "fee_percent: 50 } capacity: 1 area_code: 'E01' time_band: 'WEEKDAY_MORNING' expires { ",
        Stamp(kNow + absl::Hours(48)), " } booked_by: ", booked_by);
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(usual, fact.mutable_requested()));
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(std::string(more), fact.mutable_requested()));
    Given(kBooking, fact.DebugString());
    return *this;
  }
  BookingScenario& Funded(absl::string_view booked_by = "BOOKED_BY_PERSON", absl::string_view more = "") {
    Requested(booked_by, more);
    Given(kBooking, "funded { hold_id: 'k1' line_id: 'n1' }");
    return *this;
  }
  BookingScenario& Accepted(absl::string_view booked_by = "BOOKED_BY_PERSON", absl::string_view more = "") {
    Funded(booked_by, more);
    Given(kBooking, "accepted { worker_id: 'w1' }");
    Given(kDiary, absl::StrCat("added { booking_id: 'b1' listing_id: 'l1' person_id: 'p1' worker_id: 'w1' form: "
                               "LISTING_FORM_VISIT capacity: 1 when { ",
                               Interval(kStart, kEnd), " } }"));
    return *this;
  }
  // People confirmed three visits, p1 among them, long enough ago.
  BookingScenario& Established() {
    At(kNow - absl::Hours(24 * 40));
    for (int i = 0; i < 3; ++i) Given(kDiary, "visit_counted { booking_id: 'old' person_id: 'p1' }");
    Given(kDiary, "first_visit_confirmed { person_id: 'p1' }");
    At(kNow);
    return *this;
  }
  // The visit was given as booked, and recorded an hour after it.
  BookingScenario& Delivered(absl::string_view booked_by = "BOOKED_BY_PERSON") {
    Accepted(booked_by);
    At(kEnd + absl::Hours(1));
    By(kProvider);
    When(Recording());
    Then(kBooking, "visit_recorded {}");
    return *this;
  }
  static std::string Recording(absl::string_view worker_id = "") {
    return Say(absl::StrCat("record_visit { worker_id: '", worker_id, "' delivered { ", Interval(kStart, kEnd),
                            " } provider { provider_id: 'v1' worker_ids: 'w1' worker_ids: 'w2' } }"));
  }

  const internal::v1::BookingState& booking() { return StateOf<internal::v1::BookingState>(kBooking); }
  const internal::v1::DiaryState& diary() { return StateOf<internal::v1::DiaryState>(kDiary); }
};

}  // namespace regard::bookings::testing
