#include <string>

#include "gtest/gtest.h"
#include "services/bookings/domain/testing/booking_scenario.h"

namespace regard::bookings {
namespace {

using testing::BookingScenario;
using testing::Interval;
using testing::kBooking;
using testing::kDiary;
using testing::kEnd;
using testing::kNow;
using testing::kStart;
using testing::Say;
using testing::SayFor;
using testing::Stamp;

TEST(RecordVisit, SaysWhoCameAndForHowLong) {
  BookingScenario s;
  s.Established().Accepted().By(testing::kProvider).At(kEnd + absl::Hours(1));
  s.When(Say(absl::StrCat("record_visit { delivered { ", Interval(kStart, kStart + absl::Seconds(3659)), " } }")))
      .Then(kBooking, absl::StrCat("visit_recorded { worker_id: 'w1' delivered { ",
                                   Interval(kStart, kStart + absl::Seconds(3659)),
                                   " } delivered_minutes: 60 booked_minutes: 90 confirms_by_time_at { ",
                                   Stamp(kEnd + absl::Hours(25)), " } rule_version: 'bookings-1' }"));
  EXPECT_EQ(s.NextDue(kBooking), kEnd + absl::Hours(25));
  s.When(BookingScenario::Recording()).ThenRefused("BOOKING_IS_DELIVERED");
}

TEST(RecordVisit, OnlyByTheProviderWhenItWasAccepted) {
  for (const char* actor : {testing::kPerson, testing::kOtherProvider, testing::kPractitioner}) {
    BookingScenario s;
    s.Accepted().By(actor).At(kEnd).When(BookingScenario::Recording()).ThenRefused("BOOKING_NOT_FOUND");
  }
  BookingScenario absent;
  absent.By(testing::kProvider).When(BookingScenario::Recording()).ThenRefused("BOOKING_NOT_FOUND");
  BookingScenario funded;
  funded.Funded().By(testing::kProvider).At(kEnd).When(BookingScenario::Recording()).ThenRefused("BOOKING_IS_FUNDED");
}

TEST(RecordVisit, IsOfTheTimeThatWasBooked) {
  const auto refused = [](absl::string_view reason, absl::Time start, absl::Time end) {
    BookingScenario s;
    s.Accepted().By(testing::kProvider).At(kEnd + absl::Hours(48));
    s.When(Say(absl::StrCat("record_visit { delivered { ", Interval(start, end), " } }"))).ThenRefused(reason);
  };
  refused("ENDS_BEFORE_IT_STARTS", kStart, kStart);
  refused("DELIVERED_AT_ANOTHER_TIME", kStart - absl::Hours(24) - absl::Seconds(1), kEnd);
  refused("DELIVERED_AT_ANOTHER_TIME", kStart, kEnd + absl::Hours(24) + absl::Seconds(1));
  BookingScenario future;
  future.Accepted().By(testing::kProvider).At(kEnd - absl::Seconds(1)).When(BookingScenario::Recording());
  future.ThenRefused("DELIVERED_IN_THE_FUTURE");
}

TEST(RecordVisit, CoverIsSeenByThePerson) {
  BookingScenario s;
  s.Established().Accepted().By(testing::kProvider).At(kEnd);
  s.When(BookingScenario::Recording("w9")).ThenRefused("WORKER_NOT_OF_PROVIDER");
  s.When(BookingScenario::Recording("w2"))
      .Then(kBooking, "visit_recorded { worker_id: 'w2' needs_person_reason: 'OTHER_WORKER' }");
  EXPECT_EQ(s.NextDue(kBooking), absl::InfiniteFuture());
}

TEST(RecordVisit, NobodyReplacesAnOwnAssistant) {
  BookingScenario s;
  s.Accepted("BOOKED_BY_PERSON", "exemption { made_by: 'p1' } worker_id: 'w1'").By(testing::kProvider).At(kEnd);
  s.When(BookingScenario::Recording("w2")).ThenRefused("NO_SUBSTITUTE_FOR_OWN_ASSISTANT");
  s.When(BookingScenario::Recording()).Then(kBooking, "visit_recorded { worker_id: 'w1' }");
}

// Whether time may confirm, decided when the visit is recorded.

TEST(ConfirmedByTime, NeverForANewProvider) {
  BookingScenario none;
  none.Accepted().By(testing::kProvider).At(kEnd);
  none.When(BookingScenario::Recording()).Then(kBooking, "visit_recorded { needs_person_reason: 'NEW_PROVIDER' }");
  EXPECT_EQ(none.NextDue(kBooking), absl::InfiniteFuture());

  // Three visits, but the first of them less than 28 days ago.
  const auto first_confirmed = [](absl::Time at, absl::string_view expected) {
    BookingScenario s;
    s.At(at);
    for (int i = 0; i < 3; ++i) s.Given(kDiary, "visit_counted {}");
    s.Given(kDiary, "first_visit_confirmed { person_id: 'p1' }");
    s.At(kNow);
    s.Accepted().By(testing::kProvider).At(kEnd).When(BookingScenario::Recording()).Then(kBooking, expected);
  };
  const absl::Duration age = absl::Hours(24 * 28);
  first_confirmed(kEnd - age + absl::Seconds(1), "visit_recorded { needs_person_reason: 'NEW_PROVIDER' }");
  first_confirmed(kEnd - age,
                  absl::StrCat("visit_recorded { confirms_by_time_at { ", Stamp(kEnd + absl::Hours(24)), " } }"));

  // Long ago, but only two.
  BookingScenario two;
  two.At(kNow - age * 2).Given(kDiary, "visit_counted {}").Given(kDiary, "visit_counted {}").At(kNow);
  two.Accepted().By(testing::kProvider).At(kEnd).When(BookingScenario::Recording());
  two.Then(kBooking, "visit_recorded { needs_person_reason: 'NEW_PROVIDER' }");
}

TEST(ConfirmedByTime, NeverForANewPairing) {
  BookingScenario s;
  s.Established().Accepted("BOOKED_BY_PERSON", "person_id: 'p3'").By(testing::kProvider).At(kEnd);
  s.When(BookingScenario::Recording()).Then(kBooking, "visit_recorded { needs_person_reason: 'NEW_PAIRING' }");
}

TEST(ConfirmedByTime, NeverForWhatThePersonDidNotBook) {
  for (const char* booked_by : {"BOOKED_BY_ASSISTED", "BOOKED_BY_UNSPECIFIED"}) {
    BookingScenario s;
    s.Established().Accepted(booked_by).By(testing::kProvider).At(kEnd).When(BookingScenario::Recording());
    s.Then(kBooking, "visit_recorded { needs_person_reason: 'NOT_BOOKED_BY_PERSON' }");
    EXPECT_EQ(s.NextDue(kBooking), absl::InfiniteFuture());
  }
}

TEST(ConfirmedByTime, AfterADay) {
  for (const char* booked_by : {"BOOKED_BY_PERSON", "BOOKED_BY_HELPER"}) {
    BookingScenario s;
    s.Established().Delivered(booked_by);
    const absl::Time due = kEnd + absl::Hours(25);
    EXPECT_EQ(s.NextDue(kBooking), due);
    s.At(due - absl::Seconds(1)).WhenDue(kBooking).ThenNothing();
    s.At(due).WhenDue(kBooking).Then(
        kBooking,
        "confirmed { by_time: true amount { pence: 3000 currency: 'GBP' } effective { year: 2026 month: 1 "
        "day: 7 } worker_id: 'w1' person_id: 'p1' budget_id: 'g1' provider_id: 'v1' }");
    EXPECT_EQ(s.NextDue(kBooking), absl::InfiniteFuture());
    s.WhenDue(kBooking).ThenNothing();
  }
}

TEST(Confirm, ByThePersonMakesAPairing) {
  BookingScenario s;
  s.Delivered()
      .By(testing::kPerson)
      .When(Say("confirm {}"))
      .Then(kBooking,
            "confirmed { confirmed_by: 'p1' amount { pence: 3000 currency: 'GBP' } effective { year: 2026 month: "
            "1 day: 7 } worker_id: 'w1' person_id: 'p1' budget_id: 'g1' provider_id: 'v1' }")
      .Then(kDiary, "visit_counted { booking_id: 'b1' person_id: 'p1' }")
      .Then(kDiary,
            absl::StrCat("first_visit_confirmed { person_id: 'p1' at { ", Stamp(kEnd + absl::Hours(1)), " } }"));
  EXPECT_EQ(s.diary().confirmed_visits(), 1);
  s.When(Say("confirm {}")).ThenNothing();
}

TEST(Confirm, OfAnEstablishedPairingWritesNothingElse) {
  BookingScenario s;
  s.Established().Delivered().By(testing::kHelper).When(SayFor("SCOPE_CONFIRM", "confirm {}"));
  s.Then(kBooking, "confirmed { confirmed_by: 'h1' }");
}

TEST(Confirm, OfWhatIsFreeSettlesIt) {
  BookingScenario s;
  s.Established().Accepted("BOOKED_BY_PERSON", "budget_id: '' amount { pence: 0 }").At(kEnd).By(testing::kProvider);
  s.When(BookingScenario::Recording()).Then(kBooking, "visit_recorded {}");
  s.By(testing::kPerson).When(Say("confirm {}")).Then(kBooking, "confirmed {}").Then(kBooking, "settled {}");
}

TEST(Confirm, OnlyByThePersonsSideAndOnlyWhatWasGiven) {
  for (const char* actor : {testing::kOtherPerson, testing::kProvider, testing::kPractitioner, testing::kHelper}) {
    BookingScenario s;
    s.Delivered().By(actor).When(Say("confirm {}")).ThenRefused("BOOKING_NOT_FOUND");
  }
  BookingScenario scope;
  scope.Delivered().By(testing::kHelper).When(SayFor("SCOPE_BOOK", "confirm {}")).ThenRefused("BOOKING_NOT_FOUND");
  BookingScenario app;
  app.Delivered().By(testing::kPartner).When(SayFor("SCOPE_CONFIRM", "confirm {}")).ThenRefused("BOOKING_NOT_FOUND");
  BookingScenario absent;
  absent.By(testing::kPerson).When(Say("confirm {}")).ThenRefused("BOOKING_NOT_FOUND");
  BookingScenario accepted;
  accepted.Accepted().By(testing::kPerson).When(Say("confirm {}")).ThenRefused("BOOKING_IS_ACCEPTED");
}

TEST(NoShow, OfThePersonCostsWhatThePolicySays) {
  BookingScenario s;
  s.Accepted()
      .By(testing::kProvider)
      .At(kStart)
      .When(Say("record_no_show { absent: NO_SHOW_PARTY_PERSON }"))
      .Then(kBooking,
            "no_show { absent: NO_SHOW_PARTY_PERSON fee { pence: 1500 currency: 'GBP' } recorded_by: 'o1' "
            "rule_version: 'bookings-1' person_id: 'p1' budget_id: 'g1' provider_id: 'v1' }");
}

TEST(NoShow, OfTheProviderCostsNothing) {
  const auto said = [](const char* actor, const std::string& command) {
    BookingScenario s;
    s.Accepted().By(actor).At(kStart).When(command).Then(kBooking, "no_show { absent: NO_SHOW_PARTY_PROVIDER }");
    EXPECT_EQ(s.booking().due_pence(), 0);
  };
  const std::string provider = "record_no_show { absent: NO_SHOW_PARTY_PROVIDER }";
  said(testing::kPerson, Say(provider));
  said(testing::kHelper, SayFor("SCOPE_CONFIRM", provider));
  said(testing::kPractitioner, Say(provider));
}

TEST(NoShow, EachSideSpeaksOfTheOther) {
  BookingScenario s;
  s.Accepted().At(kStart).By(testing::kProvider);
  s.When(Say("record_no_show { absent: NO_SHOW_PARTY_PROVIDER }")).ThenRefused("NOT_YOURS_TO_SAY");
  s.By(testing::kPerson).When(Say("record_no_show { absent: NO_SHOW_PARTY_PERSON }")).ThenRefused("NOT_YOURS_TO_SAY");
  s.When(Say("record_no_show {}")).ThenRefused("NOT_YOURS_TO_SAY");
  s.By(testing::kOtherPerson).When(Say("record_no_show {}")).ThenRefused("BOOKING_NOT_FOUND");
  s.By(testing::kHelper).When(SayFor("SCOPE_BOOK", "record_no_show {}")).ThenRefused("BOOKING_NOT_FOUND");
}

TEST(NoShow, OnlyOnceItShouldHaveBegunAndNobodyRecordedIt) {
  BookingScenario early;
  early.Accepted().By(testing::kProvider).At(kStart - absl::Seconds(1));
  early.When(Say("record_no_show { absent: NO_SHOW_PARTY_PERSON }")).ThenRefused("VISIT_NOT_STARTED");
  BookingScenario delivered;
  delivered.Delivered()
      .When(Say("record_no_show { absent: NO_SHOW_PARTY_PERSON }"))
      .ThenRefused("BOOKING_IS_DELIVERED");
  BookingScenario absent;
  absent.By(testing::kProvider).When(Say("record_no_show {}")).ThenRefused("BOOKING_NOT_FOUND");
}

TEST(NoShow, OfWhatIsFreeIsSettledAtOnce) {
  BookingScenario s;
  s.Accepted("BOOKED_BY_PERSON", "budget_id: '' amount { pence: 0 }").By(testing::kProvider).At(kStart);
  s.When(Say("record_no_show { absent: NO_SHOW_PARTY_PERSON }"))
      .Then(kBooking, "no_show {}")
      .Then(kBooking, "settled {}");
}

TEST(Dispute, StopsTheClockAndTheMoney) {
  BookingScenario s;
  s.Established().Delivered();
  ASSERT_NE(s.NextDue(kBooking), absl::InfiniteFuture());
  s.By(testing::kPerson)
      .When(Say("dispute { reason: 'LEFT_EARLY' note: 'after ten minutes' }"))
      .Then(kBooking, "disputed { raised_by: 'p1' reason: 'LEFT_EARLY' note: 'after ten minutes' person_id: 'p1' }");
  EXPECT_EQ(s.NextDue(kBooking), absl::InfiniteFuture());
  s.At(kEnd + absl::Hours(1000)).WhenDue(kBooking).ThenNothing();
  s.When(Say("confirm {}")).ThenRefused("BOOKING_IS_DISPUTED");
}

TEST(Dispute, ByThePersonsSideOrTheirCouncil) {
  BookingScenario helper;
  helper.Delivered()
      .By(testing::kHelper)
      .When(SayFor("SCOPE_CONFIRM", "dispute {}"))
      .Then(kBooking, "disputed { raised_by: 'h1' }");
  BookingScenario council;
  council.Delivered().By(testing::kPractitioner).When(Say("dispute {}")).Then(kBooking, "disputed { raised_by: 'c1' }");
  for (const char* actor : {testing::kProvider, testing::kOtherPerson, testing::kOtherCouncil, testing::kHelper}) {
    BookingScenario s;
    s.Delivered().By(actor).When(Say("dispute {}")).ThenRefused("BOOKING_NOT_FOUND");
  }
  BookingScenario absent;
  absent.By(testing::kPerson).When(Say("dispute {}")).ThenRefused("BOOKING_NOT_FOUND");
  BookingScenario accepted;
  accepted.Accepted().By(testing::kPerson).When(Say("dispute {}")).ThenRefused("BOOKING_IS_ACCEPTED");
}

TEST(ResolveDispute, DecidesMoneyOnly) {
  for (const int pence : {0, 1000, 3000}) {
    BookingScenario s;
    s.Delivered().Given(kBooking, "disputed {}");
    s.By(testing::kPractitioner)
        .When(Say(absl::StrCat("resolve_dispute { pay { pence: ", pence, " } reason: 'PART_GIVEN' }")))
        .Then(kBooking, absl::StrCat("dispute_resolved { pay { pence: ", pence,
                                     " currency: 'GBP' } resolved_by: 'c1' reason: "
                                     "'PART_GIVEN' person_id: 'p1' budget_id: 'g1' provider_id: 'v1' }"));
    EXPECT_EQ(s.booking().due_pence(), pence);
    s.When(Say("resolve_dispute {}")).ThenRefused("BOOKING_IS_RESOLVED");
  }
}

TEST(ResolveDispute, NeverMoreThanTheBooking) {
  BookingScenario s;
  s.Delivered().Given(kBooking, "disputed {}");
  s.By(testing::kPractitioner)
      .When(Say("resolve_dispute { pay { pence: 3001 } }"))
      .ThenRefused("PAYS_MORE_THAN_THE_BOOKING");
  s.When(Say("resolve_dispute { pay { pence: -1 } }")).ThenRefused("PAYS_MORE_THAN_THE_BOOKING");
}

TEST(ResolveDispute, OnlyByThePersonsCouncilAndOnlyADispute) {
  for (const char* actor :
       {testing::kOtherPerson, testing::kProvider, testing::kOtherCouncil, testing::kCommissioner}) {
    BookingScenario s;
    s.Delivered().Given(kBooking, "disputed {}");
    s.By(actor).When(Say("resolve_dispute {}")).ThenRefused("BOOKING_NOT_FOUND");
  }
  BookingScenario person;
  person.Delivered().Given(kBooking, "disputed {}");
  person.By(testing::kPerson).When(Say("resolve_dispute {}")).ThenRefused("ONLY_THE_COUNCIL");
  BookingScenario absent;
  absent.By(testing::kPractitioner).When(Say("resolve_dispute {}")).ThenRefused("BOOKING_NOT_FOUND");
  BookingScenario delivered;
  delivered.Delivered().By(testing::kPractitioner).When(Say("resolve_dispute {}")).ThenRefused("BOOKING_IS_DELIVERED");
}

TEST(ResolveDispute, OfWhatIsFreeIsSettledAtOnce) {
  BookingScenario s;
  s.Requested("BOOKED_BY_PERSON", "budget_id: '' amount { pence: 0 }").Given(kBooking, "disputed {}");
  s.By(testing::kPractitioner)
      .When(Say("resolve_dispute {}"))
      .Then(kBooking, "dispute_resolved {}")
      .Then(kBooking, "settled {}");
}

}  // namespace
}  // namespace regard::bookings
