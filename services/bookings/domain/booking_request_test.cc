#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/bookings/domain/booking.h"
#include "services/bookings/domain/testing/booking_scenario.h"

namespace regard::bookings {
namespace {

using internal::v1::ListingCopy;
using internal::v1::ProviderCopy;
using internal::v1::RequestBooking;
using testing::AskFor;
using testing::BookingScenario;
using testing::Interval;
using testing::kBooking;
using testing::kDiary;
using testing::kEnd;
using testing::kNow;
using testing::kStart;
using testing::Say;
using testing::Stamp;

void Refuses(absl::string_view reason, const std::function<void(RequestBooking&)>& change,
             absl::string_view actor = testing::kPerson, absl::string_view standing = "") {
  BookingScenario s;
  s.By(actor).When(AskFor(change, standing)).ThenRefused(reason);
}

TEST(Request, IsOfThePersonsCouncilWhoeverAsks) {
  BookingScenario helper;
  helper.By(R"pb(subject: "h1" role: ROLE_ACTING_FOR tenant: "E7")pb")
      .When(AskFor(nullptr, "acting_for: 'p1' scopes: SCOPE_BOOK tenant: 'E1'"))
      .Then(kBooking, "requested { tenant: 'E1' asked_by_council: false }");
  BookingScenario council;
  council.By(testing::kPractitioner)
      .When(AskFor(nullptr, "tenant: 'E1'"))
      .Then(kBooking, "requested { tenant: 'E1' asked_by_council: true }");
  Refuses("PERSON_NOT_FOUND", nullptr, testing::kOtherCouncil, "tenant: 'E1'");
}

TEST(Request, SaysAllThatOthersNeed) {
  BookingScenario s;
  s.By(testing::kPerson)
      .When(AskFor([](RequestBooking& request) {
        request.set_line_id("n1");
        request.set_category("errands");
        request.set_worker_id("w2");
        request.set_relative_in_household(true);
        request.mutable_listing()->mutable_terms()->set_place(providers::v1::PLACE_KIND_PERSONS_HOME);
        request.set_home_postcode("M33 4GT");
        request.set_area_code("E01");
        request.set_note("ring twice");
        request.mutable_back_up()->set_name("Kim");
        request.mutable_expected_amount()->set_pence(3000);
      }))
      .Then(kBooking, absl::StrCat("requested { booking_id: 'b1' provider_id: 'v1' listing_id: 'l1' person_id: 'p1' "
                                   "tenant: 'E1' budget_id: 'g1' line_id: 'n1' when { ",
                                   Interval(kStart, kEnd),
                                   " } time_zone: 'Europe/London' form: LISTING_FORM_VISIT category: 'errands' "
                                   "price { amount { pence: 2000 } unit: PRICE_UNIT_HOUR } "
                                   "amount { pence: 3000 currency: 'GBP' } "
                                   "cancellation { notice_minutes: 1440 fee_percent: 50 } capacity: 1 "
                                   "booked_by: BOOKED_BY_PERSON relative_in_household: true "
                                   "provider_kind: PROVIDER_KIND_MICRO_ENTERPRISE home_postcode: 'M33 4GT' "
                                   "area_code: 'E01' note: 'ring twice' back_up { name: 'Kim' } expires { ",
                                   Stamp(kNow + absl::Hours(48)),
                                   " } terms_token: '7:12' worker_id: 'w2' time_band: 'WEEKDAY_MORNING' "
                                   "rule_version: 'bookings-1' }"))
      .ThenNoMore();
  EXPECT_EQ(s.NextDue(kBooking), kNow + absl::Hours(48));
}

TEST(Request, ExpiresWhenItShouldStartIfThatIsSooner) {
  BookingScenario s;
  s.By(testing::kPerson)
      .At(kStart - absl::Hours(3))
      .When(AskFor())
      .Then(kBooking, absl::StrCat("requested { category: 'gardening' expires { ", Stamp(kStart), " } }"));
}

TEST(Request, WhatIsFreeNeedsNoBudgetAndIsFundedAtOnce) {
  BookingScenario s;
  s.By(testing::kPerson)
      .When(AskFor([](RequestBooking& request) {
        request.mutable_listing()->mutable_terms()->set_form(providers::v1::LISTING_FORM_MEETING);
      }))
      .Then(kBooking, "requested { form: LISTING_FORM_MEETING }")
      .Then(kBooking, "funded {}");
  EXPECT_EQ(s.booking().budget_id(), "");
  EXPECT_EQ(s.booking().amount_pence(), 0);
  EXPECT_FALSE(s.booking().held());
}

TEST(Request, OnceOnly) {
  BookingScenario s;
  s.Requested().By(testing::kPerson).When(AskFor()).ThenRefused("BOOKING_EXISTS");
}

TEST(Request, ByHelperWithTheScope) {
  BookingScenario s;
  s.By(testing::kHelper)
      .When(AskFor(nullptr, "acting_for: 'p1' scopes: SCOPE_BOOK"))
      .Then(kBooking, "requested { booked_by: BOOKED_BY_HELPER }");
}

TEST(Request, ByAPartnerOrThePractitionerIsAssisted) {
  BookingScenario partner;
  partner.By(testing::kPartner)
      .When(AskFor(nullptr, "acting_for: 'p1' scopes: SCOPE_BOOK"))
      .Then(kBooking, "requested { booked_by: BOOKED_BY_ASSISTED }");
  BookingScenario practitioner;
  practitioner.By(testing::kPractitioner).When(AskFor()).Then(kBooking, "requested { booked_by: BOOKED_BY_ASSISTED }");
}

TEST(Request, NobodyElseMay) {
  Refuses("PERSON_NOT_FOUND", nullptr, testing::kOtherPerson);
  Refuses("PERSON_NOT_FOUND", nullptr, testing::kHelper);
  Refuses("PERSON_NOT_FOUND", nullptr, testing::kHelper, "acting_for: 'p1' scopes: SCOPE_SEE scopes: SCOPE_CONFIRM");
  Refuses("PERSON_NOT_FOUND", nullptr, testing::kHelper, "acting_for: 'p2' scopes: SCOPE_BOOK");
  Refuses("PERSON_NOT_FOUND", nullptr, testing::kProvider);
  Refuses("PERSON_NOT_FOUND", nullptr, testing::kCommissioner);
  Refuses("PERSON_NOT_FOUND", nullptr, R"pb(subject: "op" role: ROLE_OPERATOR)pb");
  Refuses("PERSON_NOT_FOUND", nullptr, testing::kSystem);
}

TEST(Request, NeedsABookableListing) {
  Refuses("LISTING_NOT_FOUND", [](RequestBooking& request) { request.clear_listing(); });
  Refuses("LISTING_NOT_FOUND", [](RequestBooking& request) { request.clear_provider(); });
  Refuses("LISTING_NOT_FOUND", [](RequestBooking& request) { request.mutable_listing()->set_provider_id("v2"); });
  Refuses("LISTING_NOT_FOUND",
          [](RequestBooking& request) { request.mutable_provider()->set_phase(ProviderCopy::PHASE_UNSPECIFIED); });
  Refuses("PROVIDER_UNCLAIMED",
          [](RequestBooking& request) { request.mutable_provider()->set_phase(ProviderCopy::PHASE_UNCLAIMED); });
  Refuses("PROVIDER_CLOSED",
          [](RequestBooking& request) { request.mutable_provider()->set_phase(ProviderCopy::PHASE_CLOSED); });
  const std::pair<ListingCopy::Phase, absl::string_view> phases[] = {
      {ListingCopy::PHASE_UNSPECIFIED, "LISTING_NOT_FOUND"}, {ListingCopy::PHASE_DRAFT, "LISTING_NOT_FOUND"},
      {ListingCopy::PHASE_PAUSED, "LISTING_PAUSED"},         {ListingCopy::PHASE_SUSPENDED, "LISTING_SUSPENDED"},
      {ListingCopy::PHASE_CLOSED, "LISTING_CLOSED"},
  };
  for (const auto& [phase, reason] : phases) {
    Refuses(reason, [phase = phase](RequestBooking& request) { request.mutable_listing()->set_phase(phase); });
  }
}

TEST(Request, NeedsATimeToCome) {
  const auto moved = [](absl::Time start, absl::Time end) {
    return [start, end](RequestBooking& request) {
      request.mutable_when()->mutable_start()->set_seconds(absl::ToUnixSeconds(start));
      request.mutable_when()->mutable_end()->set_seconds(absl::ToUnixSeconds(end));
    };
  };
  Refuses("ENDS_BEFORE_IT_STARTS", moved(kStart, kStart));
  Refuses("STARTS_IN_THE_PAST", moved(kNow, kEnd - absl::Hours(49)));
  Refuses("TOO_LONG", moved(kStart, kStart + absl::Hours(24) + absl::Minutes(1)));
  Refuses("TOO_FAR_AHEAD", moved(kNow + absl::Hours(24 * 367), kNow + absl::Hours(24 * 367 + 1)));
  // A booking of a day, as far ahead as may be, is fine.
  BookingScenario s;
  s.By(testing::kPerson)
      .When(AskFor(moved(kNow + absl::Hours(24 * 366), kNow + absl::Hours(24 * 367))))
      .Then(kBooking, "requested { amount { pence: 48000 currency: 'GBP' } }");
}

TEST(Request, AVisitIsWithinAnOpening) {
  const auto open = [](int weekday, int start, int end) {
    return [=](RequestBooking& request) {
      providers::v1::WeeklyWindow& window = *request.mutable_listing()->mutable_terms()->add_windows();
      window.set_weekday(weekday);
      window.set_start_minute_of_day(start);
      window.set_end_minute_of_day(end);
    };
  };
  Refuses("OUTSIDE_AVAILABILITY", open(2, 0, 1440));
  Refuses("OUTSIDE_AVAILABILITY", open(3, 601, 1440));
  Refuses("OUTSIDE_AVAILABILITY", open(3, 0, 689));
  BookingScenario s;
  s.By(testing::kPerson).When(AskFor(open(3, 600, 690))).Then(kBooking, "requested {}");
}

TEST(Request, ASessionIsBookedAsItIs) {
  const auto session = [](int start, int end) {
    return [=](RequestBooking& request) {
      providers::v1::ListingTerms& terms = *request.mutable_listing()->mutable_terms();
      terms.set_form(providers::v1::LISTING_FORM_GROUP_SESSION);
      terms.set_capacity(8);
      providers::v1::WeeklyWindow& window = *terms.add_windows();
      window.set_weekday(3);
      window.set_start_minute_of_day(start);
      window.set_end_minute_of_day(end);
      request.mutable_listing()->mutable_price()->set_unit(providers::v1::PRICE_UNIT_PLACE);
    };
  };
  Refuses("NOT_A_SESSION", session(540, 690));
  Refuses("NOT_A_SESSION", session(600, 720));
  BookingScenario s;
  s.By(testing::kPerson)
      .When(AskFor(session(600, 690)))
      .Then(kBooking, "requested { amount { pence: 2000 currency: 'GBP' } }");
}

TEST(Request, StaysWithinTheTerms) {
  Refuses("CATEGORY_NOT_OF_LISTING", [](RequestBooking& request) { request.set_category("plumbing"); });
  Refuses("WORKER_NOT_OF_LISTING", [](RequestBooking& request) { request.set_worker_id("w9"); });
  // The listing's own workers come before the provider's.
  Refuses("WORKER_NOT_OF_LISTING", [](RequestBooking& request) {
    request.mutable_listing()->mutable_terms()->add_worker_ids("w1");
    request.set_worker_id("w2");
  });
  Refuses("HOME_POSTCODE_NEEDED", [](RequestBooking& request) {
    request.mutable_listing()->mutable_terms()->set_place(providers::v1::PLACE_KIND_PERSONS_HOME);
  });
}

TEST(Request, WhereSomebodyLivesIsKeptOnlyForVisitsThere) {
  internal::v1::BookingsCommand command;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(AskFor([](RequestBooking& request) {
                                                              request.set_home_postcode("M33 4GT");
                                                              request.set_area_code("E01");
                                                            }),
                                                            &command));
  es::CommandContext context{kNow, {}};
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(testing::kPerson, &context.actor));
  const auto requested = [&] {
    const es::Decision decision = Request({}, {}, command, context);
    return static_cast<const v1::BookingFact&>(*decision.facts().at(0).fact).requested();
  };
  EXPECT_EQ(requested().home_postcode(), "");
  EXPECT_EQ(requested().area_code(), "E01");
  command.mutable_request()->mutable_listing()->mutable_terms()->set_place(providers::v1::PLACE_KIND_PERSONS_HOME);
  EXPECT_EQ(requested().home_postcode(), "M33 4GT");
}

TEST(Request, MoneyIsKnownBefore) {
  Refuses("BUDGET_NEEDED", [](RequestBooking& request) { request.clear_budget_id(); });
  Refuses("PRICE_CHANGED", [](RequestBooking& request) { request.mutable_expected_amount()->set_pence(2999); });
  Refuses("PRICE_CHANGED", [](RequestBooking& request) { request.mutable_expected_amount(); });
  Refuses("NO_PRICE", [](RequestBooking& request) { request.mutable_listing()->clear_price(); });
}

void OwnAssistant(RequestBooking& request) {
  request.mutable_listing()->mutable_terms()->set_personal_care(true);
  request.mutable_listing()->set_perimeter("OWN_ASSISTANT");
  request.set_worker_id("w1");
  request.set_exemption_statement("w1 works for me and I say what is done");
}

TEST(Request, PersonalCareAsOwnAssistantIsSaidByThePersonWithADate) {
  BookingScenario s;
  s.By(testing::kPerson)
      .When(AskFor(OwnAssistant))
      .Then(kBooking,
            absl::StrCat("requested { personal_care: true worker_id: 'w1' exemption { statement: 'w1 works for "
                         "me and I say what is done' made_by: 'p1' made { ",
                         Stamp(kNow), " } } }"));
  EXPECT_TRUE(s.booking().own_assistant());
}

TEST(Request, TheOnlyWorkerIsTheAssistant) {
  BookingScenario s;
  s.By(testing::kPerson)
      .When(AskFor([](RequestBooking& request) {
        OwnAssistant(request);
        request.clear_worker_id();
        request.mutable_listing()->mutable_terms()->add_worker_ids("w2");
      }))
      .Then(kBooking, "requested { worker_id: 'w2' exemption { made_by: 'p1' } }");
}

TEST(Request, PersonalCareNeedsItsGround) {
  Refuses("PERSONAL_CARE_NOT_COVERED", [](RequestBooking& request) {
    OwnAssistant(request);
    request.mutable_listing()->set_perimeter("NO_PERSONAL_CARE");
  });
  Refuses("EXEMPTION_STATEMENT_NEEDED", [](RequestBooking& request) {
    OwnAssistant(request);
    request.clear_exemption_statement();
  });
  Refuses("EXEMPTION_NEEDS_ONE_WORKER", [](RequestBooking& request) {
    OwnAssistant(request);
    request.clear_worker_id();
  });
  Refuses("EXEMPTION_NEEDS_THE_PERSON", OwnAssistant, testing::kPractitioner);
  Refuses("EXEMPTION_NEEDS_THE_PERSON", OwnAssistant, testing::kPartner, "acting_for: 'p1' scopes: SCOPE_BOOK");
  BookingScenario registered;
  registered.By(testing::kPractitioner)
      .When(AskFor([](RequestBooking& request) {
        OwnAssistant(request);
        request.mutable_listing()->set_perimeter("CQC_REGISTERED");
      }))
      .Then(kBooking, "requested { personal_care: true }");
  EXPECT_FALSE(registered.booking().own_assistant());
}

TEST(Request, SeesAFullDiaryEarly) {
  const auto taken = [](BookingScenario& s, absl::string_view booking, absl::string_view worker) {
    s.Given(kDiary,
            absl::StrCat("added { booking_id: '", booking, "' listing_id: 'l2' form: LISTING_FORM_VISIT worker_id: '",
                         worker, "' when { ", Interval(kStart, kEnd), " } }"));
  };
  BookingScenario one;
  taken(one, "x1", "w1");
  one.By(testing::kPerson).When(AskFor()).Then(kBooking, "requested {}");
  BookingScenario asked;
  taken(asked, "x1", "w1");
  asked.By(testing::kPerson)
      .When(AskFor([](RequestBooking& request) { request.set_worker_id("w1"); }))
      .ThenRefused("WORKER_ALREADY_BOOKED");
  BookingScenario both;
  taken(both, "x1", "w1");
  taken(both, "x2", "w2");
  both.By(testing::kPerson).When(AskFor()).ThenRefused("WORKER_ALREADY_BOOKED");
}

TEST(Request, AFullGroupIsFull) {
  BookingScenario s;
  s.Given(kDiary, absl::StrCat("added { booking_id: 'x1' listing_id: 'l1' form: LISTING_FORM_GROUP_SESSION when { ",
                               Interval(kStart, kEnd), " } }"));
  const auto group = [](int capacity) {
    return AskFor([capacity](RequestBooking& request) {
      request.mutable_listing()->mutable_terms()->set_form(providers::v1::LISTING_FORM_GROUP_SESSION);
      request.mutable_listing()->mutable_terms()->set_capacity(capacity);
    });
  };
  s.By(testing::kPerson).When(group(1)).ThenRefused("GROUP_FULL");
  s.When(group(2)).Then(kBooking, "requested { capacity: 2 }");
}

// What the budget answers.

TEST(Fund, TheHoldFundsTheRequest) {
  BookingScenario s;
  s.Requested()
      .By(testing::kSystem)
      .When(Say("fund { hold_id: 'k1' line_id: 'n1' holding: HOLDING_DIRECT_PAYMENT }"))
      .Then(kBooking, "funded { hold_id: 'k1' line_id: 'n1' holding: HOLDING_DIRECT_PAYMENT }");
  EXPECT_EQ(s.booking().phase(), v1::BOOKING_PHASE_FUNDED);
  EXPECT_TRUE(s.booking().held());
  s.When(Say("fund { hold_id: 'k1' }")).ThenNothing();
}

TEST(Fund, TooLateIsAFact) {
  for (const char* end : {"declined { reason: 'BUSY' }", "expired {}", "cancelled {}"}) {
    BookingScenario s;
    s.Requested().Given(kBooking, end);
    s.By(testing::kSystem)
        .When(Say("fund { hold_id: 'k1' }"))
        .Then(kBooking, "funding_came_too_late { hold_id: 'k1' }");
  }
  BookingScenario unknown;
  unknown.When(Say("fund { hold_id: 'k1' }")).Then(kBooking, "funding_came_too_late { hold_id: 'k1' }");
  // A booking of another provider in the same partition is no booking of this one.
  BookingScenario other;
  other.Requested();
  other.When("provider_id: 'v2' booking_id: 'b1' fund { hold_id: 'k1' }").Then(kBooking, "funding_came_too_late {}");
}

TEST(DeclineByBudget, EndsTheRequest) {
  BookingScenario s;
  s.Requested()
      .By(testing::kSystem)
      .When(Say("decline_by_budget { reason: 'NOT_ENOUGH_FREE' }"))
      .Then(kBooking,
            "declined { reason: 'NOT_ENOUGH_FREE' by_budget: true person_id: 'p1' budget_id: 'g1' provider_id: "
            "'v1' tenant: 'E1' category: 'gardening' area_code: 'E01' time_band: 'WEEKDAY_MORNING' }")
      .Then(kBooking, "settled { paid { currency: 'GBP' } }");
  EXPECT_EQ(s.NextDue(kBooking), absl::InfiniteFuture());
}

TEST(DeclineByBudget, ChangesNothingLater) {
  BookingScenario funded;
  funded.Funded().When(Say("decline_by_budget { reason: 'X' }")).ThenNothing();
  BookingScenario unknown;
  unknown.When(Say("decline_by_budget { reason: 'X' }")).ThenNothing();
}

TEST(Settle, OnceAfterTheEnd) {
  for (const char* end : {"declined {}", "expired {}", "cancelled { fee { pence: 1500 } }", "confirmed {}",
                          "no_show {}", "dispute_resolved {}"}) {
    BookingScenario s;
    s.Funded().Given(kBooking, end);
    s.By(testing::kSystem)
        .When(Say("settle { paid { pence: 1500 } }"))
        .Then(kBooking, "settled { paid { pence: 1500 currency: 'GBP' } }");
    s.When(Say("settle { paid { pence: 1500 } }")).ThenNothing();
  }
}

TEST(Settle, BeforeTheEndSomebodyHasToLook) {
  BookingScenario s;
  s.Funded().When(Say("settle {}")).Then(kBooking, "settlement_failed { reason: 'SETTLED_BEFORE_ITS_END' }");
  BookingScenario disputed;
  disputed.Funded().Given(kBooking, "disputed {}");
  disputed.When(Say("settle {}")).Then(kBooking, "settlement_failed { reason: 'SETTLED_BEFORE_ITS_END' }");
  BookingScenario unknown;
  unknown.When(Say("settle {}")).Then(kBooking, "settlement_failed { reason: 'SETTLED_BEFORE_ITS_END' }");
}

TEST(SettlementFailure, IsRecorded) {
  BookingScenario s;
  s.Funded().Given(kBooking, "confirmed { amount { pence: 3000 } }");
  s.When(Say("report_settlement_failure { reason: 'HOLD_NOT_FOUND' }"))
      .Then(kBooking, "settlement_failed { reason: 'HOLD_NOT_FOUND' }");
}

TEST(SettlementFailure, IsNoneWhereNothingWasHeld) {
  BookingScenario s;
  s.Requested().Given(kBooking, "cancelled {}");
  s.When(Say("report_settlement_failure { reason: 'HOLD_NOT_FOUND' }")).Then(kBooking, "settled {}");
  s.When(Say("report_settlement_failure { reason: 'HOLD_NOT_FOUND' }")).ThenNothing();
}

}  // namespace
}  // namespace regard::bookings
