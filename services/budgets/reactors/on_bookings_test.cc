#include "services/budgets/reactors/on_bookings.h"

#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"
#include "regard/bookings/v1/facts.pb.h"
#include "regard/budgets/internal/v1/commands.pb.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::budgets {
namespace {

using bookings::v1::BookingFact;
using es::testing::FromText;
using internal::v1::BudgetsCommand;

class OnBookingsTest : public ::testing::Test {
 protected:
  std::vector<es::Reaction> React(absl::string_view fact, absl::string_view stream = "booking/k1") {
    log::v1::Append append;
    log::v1::Fact logged;
    logged.set_stream(std::string(stream));
    const auto message = FromText<BookingFact>(fact);
    absl::StatusOr<std::vector<es::Reaction>> reactions = rules_.React({"bookings", 0, 1, 0, append, logged, message});
    EXPECT_TRUE(reactions.ok()) << reactions.status();
    return *std::move(reactions);
  }
  // The one command; `text` is all of it, with hold_id left out.
  void Expect(absl::string_view fact, absl::string_view text) {
    const std::vector<es::Reaction> reactions = React(fact);
    ASSERT_EQ(reactions.size(), 1u);
    EXPECT_EQ(reactions[0].routing_key, "p1");
    auto expected = FromText<BudgetsCommand>(text);
    const std::string hold_id = HoldIdOfBooking("k1");
    if (expected.has_place_hold()) expected.mutable_place_hold()->set_hold_id(hold_id);
    if (expected.has_post_hold()) expected.mutable_post_hold()->set_hold_id(hold_id);
    if (expected.has_void_hold()) expected.mutable_void_hold()->set_hold_id(hold_id);
    google::protobuf::util::MessageDifferencer differencer;
    std::string difference;
    differencer.ReportDifferencesToString(&difference);
    EXPECT_TRUE(differencer.Compare(expected, *reactions[0].command)) << difference;
  }

  ProviderStandingView view_;
  es::testing::ViewFeed feed_{view_};
  es::ViewReader reader_{feed_.store()};
  ProviderStandings standings_{reader_};
  OnBookings rules_{standings_};
};

constexpr char kWhose[] = R"pb(person_id: "p1" budget_id: "b1" provider_id: "v1")pb";

std::string Fact(absl::string_view name, absl::string_view fields) {
  return std::string(name) + " { " + kWhose + " " + std::string(fields) + " }";
}

// 5 July 2026, 23:30 UTC: the 6th in London.
constexpr char kRequested[] = R"pb(requested {
  booking_id: "k1" provider_id: "v1" person_id: "p1" budget_id: "b1" line_id: "care" category: "c:1"
  when { start { seconds: 1783294200 } end { seconds: 1783299600 } } amount { pence: 2700 }
  price { amount { pence: 1800 } unit: PRICE_UNIT_HOUR } provider_kind: PROVIDER_KIND_COUNCIL_SERVICE
  relative_in_household: true
})pb";

TEST_F(OnBookingsTest, ARequestPlacesAHold) {
  feed_.Add<providers::v1::ProviderFact>("provider/v1", R"pb(registered { tenant: "E08000009" owner_id: "o" })pb");
  Expect(kRequested, R"pb(person_id: "p1"
                          budget_id: "b1"
                          place_hold {
                            line_id: "care"
                            amount { pence: 2700 currency: "GBP" }
                            booking_id: "k1"
                            provider_id: "v1"
                            category: "c:1"
                            effective { year: 2026 month: 7 day: 6 }
                            standing: PROVIDER_STANDING_GOOD
                            provider_kind: PROVIDER_KIND_COUNCIL_SERVICE
                            provider_tenant: "E08000009"
                            relative_in_household: true
                            hourly_price_pence: 1800
                            from_booking: true asked_by {}
                          })pb");
}

TEST_F(OnBookingsTest, WhatIsPaidByTheVisitHasAnHourlyPriceToo) {
  bookings::v1::BookingFact fact = FromText<BookingFact>(kRequested);
  fact.mutable_requested()->mutable_price()->set_unit(providers::v1::PRICE_UNIT_VISIT);
  // 90 minutes for 18 pounds are 12 an hour.
  const auto reactions = React(fact.ShortDebugString());
  const auto hourly = [](const es::Reaction& reaction) {
    return static_cast<const BudgetsCommand&>(*reaction.command).place_hold().hourly_price_pence();
  };
  EXPECT_EQ(hourly(reactions[0]), 1200);
  fact.mutable_requested()->mutable_price()->set_unit(providers::v1::PRICE_UNIT_PLACE);
  EXPECT_EQ(hourly(React(fact.ShortDebugString())[0]), 0);
}

TEST_F(OnBookingsTest, AProviderThatThisCopyDoesNotHaveYetIsSaidToBeUnknown) {
  const auto reactions = React(kRequested);
  EXPECT_EQ(static_cast<const BudgetsCommand&>(*reactions[0].command).place_hold().standing(),
            internal::v1::PROVIDER_STANDING_UNKNOWN);
}

TEST_F(OnBookingsTest, AConfirmedVisitIsPaid) {
  Expect(Fact("confirmed", "amount { pence: 2700 } effective { year: 2026 month: 7 day: 6 }"),
         R"pb(person_id: "p1" budget_id: "b1" post_hold {
           booking_id: "k1" provider_id: "v1" amount { pence: 2700 currency: "GBP" } reason: SETTLEMENT_REASON_CONFIRMED
           effective { year: 2026 month: 7 day: 6 } from_booking: true
         })pb");
}

TEST_F(OnBookingsTest, ACancellationPaysItsFeeOrNothing) {
  Expect(Fact("cancelled", "fee { pence: 900 }"), R"pb(person_id: "p1" budget_id: "b1" post_hold {
    booking_id: "k1" provider_id: "v1" amount { pence: 900 currency: "GBP" } from_booking: true
    reason: SETTLEMENT_REASON_CANCELLATION_FEE
  })pb");
  Expect(Fact("cancelled", ""), R"pb(person_id: "p1" budget_id: "b1" void_hold {
    booking_id: "k1" provider_id: "v1" reason: SETTLEMENT_REASON_CANCELLED from_booking: true
  })pb");
}

TEST_F(OnBookingsTest, WhatWasNotAcceptedIsFreeAgain) {
  Expect(Fact("declined", ""), R"pb(person_id: "p1" budget_id: "b1" void_hold {
    booking_id: "k1" provider_id: "v1" reason: SETTLEMENT_REASON_DECLINED from_booking: true
  })pb");
  Expect(Fact("expired", ""), R"pb(person_id: "p1" budget_id: "b1" void_hold {
    booking_id: "k1" provider_id: "v1" reason: SETTLEMENT_REASON_EXPIRED from_booking: true
  })pb");
}

TEST_F(OnBookingsTest, WhatTheBudgetItselfDeclinedHeldNothing) {
  EXPECT_TRUE(React(Fact("declined", "by_budget: true")).empty());
}

TEST_F(OnBookingsTest, ANoShowPaysItsFeeOrNothing) {
  Expect(Fact("no_show", "absent: NO_SHOW_PARTY_PERSON fee { pence: 500 }"),
         R"pb(person_id: "p1" budget_id: "b1" post_hold {
           booking_id: "k1" provider_id: "v1" amount { pence: 500 currency: "GBP" } from_booking: true
           reason: SETTLEMENT_REASON_NO_SHOW_FEE
         })pb");
  Expect(Fact("no_show", "absent: NO_SHOW_PARTY_PROVIDER"), R"pb(person_id: "p1" budget_id: "b1" void_hold {
    booking_id: "k1" provider_id: "v1" reason: SETTLEMENT_REASON_PROVIDER_NO_SHOW from_booking: true
  })pb");
  Expect(Fact("no_show", "absent: NO_SHOW_PARTY_PERSON"), R"pb(person_id: "p1" budget_id: "b1" void_hold {
    booking_id: "k1" provider_id: "v1" reason: SETTLEMENT_REASON_CANCELLED from_booking: true
  })pb");
}

TEST_F(OnBookingsTest, AResolvedDisputePaysWhatItSays) {
  Expect(Fact("dispute_resolved", "pay { pence: 100 }"), R"pb(person_id: "p1" budget_id: "b1" post_hold {
    booking_id: "k1" provider_id: "v1" amount { pence: 100 currency: "GBP" } from_booking: true
    reason: SETTLEMENT_REASON_DISPUTE_RESOLVED
  })pb");
  Expect(Fact("dispute_resolved", ""), R"pb(person_id: "p1" budget_id: "b1" void_hold {
    booking_id: "k1" provider_id: "v1" reason: SETTLEMENT_REASON_DISPUTE_RESOLVED from_booking: true
  })pb");
}

TEST_F(OnBookingsTest, WhatIsFreeAndWhatMovesNoMoneyMakesNoReaction) {
  for (const char* fact : {"requested { booking_id: \"k1\" person_id: \"p1\" }", "confirmed { person_id: \"p1\" }",
                           "cancelled {}", "declined {}", "expired {}", "no_show {}", "dispute_resolved {}",
                           "funded {}", "accepted {}", "visit_recorded {}", "disputed {}", "settled {}",
                           "funding_came_too_late {}", "decision_taken {}", "settlement_failed {}", ""}) {
    EXPECT_TRUE(React(fact).empty()) << fact;
  }
  EXPECT_TRUE(React(kRequested, "diary/v1").empty());
}

TEST(HoldIds, AreTheBookings) {
  EXPECT_EQ(HoldIdOfBooking("k1"), HoldIdOfBooking("k1"));
  EXPECT_NE(HoldIdOfBooking("k1"), HoldIdOfBooking("k2"));
}

}  // namespace
}  // namespace regard::budgets
