#include <string>

#include "gtest/gtest.h"
#include "services/bookings/domain/testing/booking_scenario.h"

namespace regard::bookings {
namespace {

using testing::Accepting;
using testing::BookingScenario;
using testing::Interval;
using testing::kBooking;
using testing::kDiary;
using testing::kEnd;
using testing::kNow;
using testing::kStart;
using testing::Say;
using testing::SayFor;

TEST(Accept, TakesTheWorkersTime) {
  BookingScenario s;
  s.Funded()
      .By(testing::kProvider)
      .When(Accepting())
      .Then(kBooking, "accepted { worker_id: 'w1' }")
      .Then(kDiary, absl::StrCat("added { booking_id: 'b1' listing_id: 'l1' person_id: 'p1' worker_id: 'w1' form: "
                                 "LISTING_FORM_VISIT capacity: 1 when { ",
                                 Interval(kStart, kEnd), " } }"));
  // After acceptance nothing runs out by itself.
  EXPECT_EQ(s.NextDue(kBooking), absl::InfiniteFuture());
  s.When(Accepting()).ThenNothing();
  s.When(Accepting("w2")).ThenRefused("BOOKING_IS_ACCEPTED");
}

TEST(Accept, TwoCannotBothHaveTheWorker) {
  BookingScenario s;
  s.Funded().Given(kDiary, absl::StrCat("added { booking_id: 'x1' listing_id: 'l2' worker_id: 'w1' form: "
                                        "LISTING_FORM_MEETING when { ",
                                        Interval(kEnd - absl::Minutes(1), kEnd + absl::Hours(1)), " } }"));
  s.By(testing::kProvider).When(Accepting("w1")).ThenRefused("WORKER_ALREADY_BOOKED");
  s.When(Accepting("w2")).Then(kBooking, "accepted { worker_id: 'w2' }").Then(kDiary, "added { worker_id: 'w2' }");
}

TEST(Accept, OnlyByWhoRunsTheProvider) {
  for (const char* actor : {testing::kPerson, testing::kHelper, testing::kOtherProvider, testing::kPractitioner,
                            testing::kCommissioner, testing::kPartner}) {
    BookingScenario s;
    s.Funded().By(actor).When(Accepting()).ThenRefused("BOOKING_NOT_FOUND");
  }
  BookingScenario nobody;
  nobody.By(testing::kProvider).When(Accepting()).ThenRefused("BOOKING_NOT_FOUND");
  BookingScenario other;
  other.Funded()
      .By(testing::kProvider)
      .When("provider_id: 'v2' booking_id: 'b1' standing { provider_owner_id: 'o1' } accept {}")
      .ThenRefused("BOOKING_NOT_FOUND");
}

TEST(Accept, OnlyWhatIsFundedAndInTime) {
  BookingScenario unfunded;
  unfunded.Requested().By(testing::kProvider).When(Accepting()).ThenRefused("BOOKING_IS_REQUESTED");
  BookingScenario late;
  late.Funded().By(testing::kProvider).At(kNow + absl::Hours(48)).When(Accepting()).ThenRefused("BOOKING_IS_EXPIRED");
  BookingScenario cancelled;
  cancelled.Funded().Given(kBooking, "cancelled {}");
  cancelled.By(testing::kProvider).When(Accepting()).ThenRefused("BOOKING_IS_CANCELLED");
}

TEST(Accept, NeedsAWorkerOfTheListing) {
  BookingScenario s;
  s.Funded().By(testing::kProvider).When(Accepting("")).ThenRefused("WORKER_NEEDED");
  s.When(Accepting("w9")).ThenRefused("WORKER_NOT_OF_LISTING");
  s.When(Say("accept { provider { worker_ids: 'w1' } listing { terms { worker_ids: 'w2' } } worker_id: 'w1' }"))
      .ThenRefused("WORKER_NOT_OF_LISTING");
  s.When(Say("accept { provider { worker_ids: 'w1' } }")).Then(kBooking, "accepted { worker_id: 'w1' }");
  s.Then(kDiary, "added {}");
}

TEST(Accept, TheWorkerThatWasAskedForComes) {
  BookingScenario s;
  s.Funded("BOOKED_BY_PERSON", "worker_id: 'w2'")
      .By(testing::kProvider)
      .When(Accepting("w1"))
      .ThenRefused("WORKER_NOT_AS_ASKED");
  s.When(Accepting("")).Then(kBooking, "accepted { worker_id: 'w2' }").Then(kDiary, "added { worker_id: 'w2' }");
}

TEST(Accept, AGroupNeedsNoNamedWorkerAndIsNeverOverFull) {
  BookingScenario s;
  s.Requested("BOOKED_BY_PERSON", "form: LISTING_FORM_GROUP_SESSION capacity: 2").Given(kBooking, "funded {}");
  for (const char* other : {"x1", "x2"}) {
    s.Given(kDiary, absl::StrCat("added { booking_id: '", other,
                                 "' listing_id: 'l1' capacity: 2 form: "
                                 "LISTING_FORM_GROUP_SESSION when { ",
                                 Interval(kStart, kEnd), " } }"));
  }
  s.By(testing::kProvider).When(Accepting("")).ThenRefused("GROUP_FULL");
  s.Given(kDiary, "removed { booking_id: 'x2' }");
  s.When(Accepting(""))
      .Then(kBooking, "accepted {}")
      .Then(kDiary, "added { form: LISTING_FORM_GROUP_SESSION capacity: 2 }");
}

TEST(Accept, NotWhatWasSuspendedOrClosedSince) {
  BookingScenario s;
  s.Funded()
      .By(testing::kProvider)
      .When(Say("accept { listing { phase: PHASE_SUSPENDED } }"))
      .ThenRefused("LISTING_SUSPENDED");
  s.When(Say("accept { provider { phase: PHASE_CLOSED } }")).ThenRefused("PROVIDER_CLOSED");
  s.When(Say("accept { listing { phase: PHASE_PAUSED } provider { worker_ids: 'w1' } }"))
      .Then(kBooking, "accepted {}")
      .Then(kDiary, "added {}");
}

TEST(Decline, SaysWhatIsNotMet) {
  BookingScenario s;
  s.Funded()
      .By(testing::kProvider)
      .When(Say("decline { reason: 'TOO_FAR' note: 'sorry' }"))
      .Then(kBooking,
            "declined { reason: 'TOO_FAR' note: 'sorry' person_id: 'p1' budget_id: 'g1' provider_id: 'v1' tenant: "
            "'E1' category: 'gardening' area_code: 'E01' time_band: 'WEEKDAY_MORNING' }");
  EXPECT_EQ(s.NextDue(kBooking), absl::InfiniteFuture());
  s.When(Say("decline {}")).ThenRefused("BOOKING_IS_DECLINED");
  BookingScenario unfunded;
  unfunded.Requested().By(testing::kProvider).When(Say("decline { reason: 'BUSY' }")).Then(kBooking, "declined {}");
}

TEST(Decline, OfWhatIsFreeIsSettledAtOnce) {
  BookingScenario s;
  s.Requested("BOOKED_BY_PERSON", "budget_id: ''");
  s.By(testing::kProvider).When(Say("decline {}")).Then(kBooking, "declined {}").Then(kBooking, "settled {}");
}

TEST(Decline, OnlyByWhoRunsTheProviderAndBeforeItIsAccepted) {
  for (const char* actor : {testing::kPerson, testing::kOtherProvider, testing::kPractitioner}) {
    BookingScenario s;
    s.Funded().By(actor).When(Say("decline {}")).ThenRefused("BOOKING_NOT_FOUND");
  }
  BookingScenario accepted;
  accepted.Accepted().By(testing::kProvider).When(Say("decline {}")).ThenRefused("BOOKING_IS_ACCEPTED");
}

TEST(Cancel, WithNoticeIsFreeAndGivesTheTimeBack) {
  BookingScenario s;
  s.Accepted()
      .By(testing::kPerson)
      .At(kStart - absl::Hours(24))
      .When(Say("cancel { reason: 'CHANGED_MIND' }"))
      .Then(kBooking,
            "cancelled { by: CANCELLED_BY_PERSON reason: 'CHANGED_MIND' fee { currency: 'GBP' } rule_version: "
            "'bookings-1' person_id: 'p1' budget_id: 'g1' provider_id: 'v1' }")
      .Then(kDiary, "removed { booking_id: 'b1' }");
  EXPECT_EQ(s.booking().due_pence(), 0);
  EXPECT_EQ(s.diary().entries_size(), 0);
  s.When(Say("cancel {}")).ThenNothing();
}

TEST(Cancel, LateCostsWhatThePolicySays) {
  BookingScenario s;
  s.Accepted()
      .By(testing::kPerson)
      .At(kStart - absl::Hours(24) + absl::Seconds(1))
      .When(Say("cancel { reason: 'CHANGED_MIND' }"))
      .Then(kBooking, "cancelled { by: CANCELLED_BY_PERSON fee { pence: 1500 currency: 'GBP' } }")
      .Then(kDiary, "removed {}");
}

TEST(Cancel, HealthAndBereavementAreWaived) {
  for (const char* reason : {"HEALTH", "BEREAVEMENT"}) {
    BookingScenario s;
    s.Accepted()
        .By(testing::kHelper)
        .At(kStart - absl::Hours(1))
        .When(SayFor("SCOPE_BOOK", absl::StrCat("cancel { reason: '", reason, "' }")))
        .Then(kBooking, "cancelled { by: CANCELLED_BY_PERSON fee_waived: true fee { currency: 'GBP' } }")
        .Then(kDiary, "removed {}");
    EXPECT_EQ(s.booking().due_pence(), 0);
  }
}

TEST(Cancel, ByTheProviderCostsNothing) {
  BookingScenario s;
  s.Accepted()
      .By(testing::kProvider)
      .At(kStart + absl::Minutes(5))
      .When(Say("cancel { reason: 'ILL' }"))
      .Then(kBooking, "cancelled { by: CANCELLED_BY_PROVIDER }")
      .Then(kDiary, "removed {}");
  EXPECT_EQ(s.booking().due_pence(), 0);
}

TEST(Cancel, ByTheCouncilIsAsByThePerson) {
  BookingScenario s;
  s.Accepted()
      .By(testing::kPractitioner)
      .At(kEnd + absl::Hours(1))
      .When(Say("cancel { reason: 'NOBODY_SAID' }"))
      .Then(kBooking, "cancelled { by: CANCELLED_BY_COUNCIL fee { pence: 1500 currency: 'GBP' } }")
      .Then(kDiary, "removed {}");
}

TEST(Cancel, AfterItEndedTheDiaryMayHaveForgotten) {
  BookingScenario s;
  s.Accepted().At(kEnd).Given(kDiary, "removed { booking_id: 'x' }");
  s.By(testing::kProvider).When(Say("cancel {}")).Then(kBooking, "cancelled {}");
}

TEST(Cancel, BeforeItIsAcceptedIsFree) {
  BookingScenario s;
  s.Requested("BOOKED_BY_PERSON", "cancellation { notice_minutes: 100000 fee_percent: 100 }");
  s.By(testing::kPerson).When(Say("cancel {}")).Then(kBooking, "cancelled {}");
  EXPECT_EQ(s.booking().due_pence(), 0);
}

TEST(Cancel, OfWhatIsFreeIsSettledAtOnce) {
  BookingScenario s;
  s.Accepted("BOOKED_BY_PERSON", "budget_id: ''").By(testing::kPerson).When(Say("cancel {}"));
  s.Then(kBooking, "cancelled {}").Then(kBooking, "settled {}").Then(kDiary, "removed {}");
}

TEST(Cancel, OnceItShouldHaveBegunThePersonSaysWhetherSomebodyCame) {
  BookingScenario s;
  s.Accepted().By(testing::kPerson).At(kStart).When(Say("cancel {}")).ThenRefused("TOO_LATE_TO_CANCEL");
}

TEST(Cancel, NobodyPaysForLeavingWhatChangedUnderThem) {
  BookingScenario s;
  s.Accepted().Given(kDiary, "decision_asked { booking_id: 'b1' reason: 'CREDENTIAL_LAPSED' }");
  s.By(testing::kPerson)
      .At(kStart - absl::Hours(1))
      .When(Say("cancel { reason: 'CHANGED_MIND' }"))
      .Then(kBooking, "cancelled { fee_waived: true }")
      .Then(kDiary, "removed {}");
  EXPECT_EQ(s.booking().due_pence(), 0);
}

TEST(Cancel, NotBySomebodyElseNorAfterSomebodyCame) {
  for (const char* actor : {testing::kOtherPerson, testing::kOtherProvider, testing::kOtherCouncil,
                            testing::kCommissioner, testing::kHelper}) {
    BookingScenario s;
    s.Accepted().By(actor).When(Say("cancel {}")).ThenRefused("BOOKING_NOT_FOUND");
  }
  BookingScenario scope;
  scope.Accepted().By(testing::kHelper).When(SayFor("SCOPE_CONFIRM", "cancel {}")).ThenRefused("BOOKING_NOT_FOUND");
  BookingScenario absent;
  absent.By(testing::kPerson).When(Say("cancel {}")).ThenRefused("BOOKING_NOT_FOUND");
  BookingScenario delivered;
  delivered.Delivered().By(testing::kPerson).When(Say("cancel {}")).ThenRefused("BOOKING_IS_DELIVERED");
}

class TakeDecision : public ::testing::Test {
 protected:
  TakeDecision() {
    s_.Accepted().Given(kDiary, "decision_asked { booking_id: 'b1' reason: 'CREDENTIAL_LAPSED' }");
    s_.By(testing::kPerson);
  }
  BookingScenario s_;
};

TEST_F(TakeDecision, GoOnClosesTheQuestion) {
  s_.When(Say("take_decision { decision: 'GO_ON' }"))
      .Then(kBooking, "decision_taken { decision: 'GO_ON' taken_by: 'p1' reason: 'CREDENTIAL_LAPSED' }")
      .Then(kDiary, "decision_closed { booking_id: 'b1' }");
  EXPECT_EQ(s_.booking().phase(), v1::BOOKING_PHASE_ACCEPTED);
  s_.When(Say("take_decision { decision: 'GO_ON' }")).ThenRefused("NO_DECISION_ASKED");
}

TEST_F(TakeDecision, ReplaceKeepsTheBookingUntilThen) {
  s_.By(testing::kPractitioner)
      .When(Say("take_decision { decision: 'REPLACE' }"))
      .Then(kBooking, "decision_taken { decision: 'REPLACE' taken_by: 'c1' }");
  EXPECT_EQ(s_.diary().entries_size(), 1);
  s_.When(Say("take_decision { decision: 'CANCEL' }"))
      .Then(kBooking, "decision_taken { decision: 'CANCEL' }")
      .Then(kBooking,
            "cancelled { by: CANCELLED_BY_COUNCIL reason: 'CREDENTIAL_LAPSED' fee { currency: 'GBP' } "
            "person_id: 'p1' budget_id: 'g1' provider_id: 'v1' }")
      .Then(kDiary, "removed { booking_id: 'b1' }");
  EXPECT_EQ(s_.booking().due_pence(), 0);
}

TEST_F(TakeDecision, CancelBySomebodyWhoMayBook) {
  s_.By(testing::kHelper)
      .When(SayFor("SCOPE_BOOK", "take_decision { decision: 'CANCEL' }"))
      .Then(kBooking, "decision_taken { decision: 'CANCEL' taken_by: 'h1' }")
      .Then(kBooking, "cancelled { by: CANCELLED_BY_PERSON }")
      .Then(kDiary, "removed {}");
}

TEST_F(TakeDecision, IsThePersonsOrTheCouncils) {
  for (const char* actor : {testing::kProvider, testing::kOtherPerson, testing::kOtherCouncil, testing::kHelper}) {
    s_.By(actor).When(Say("take_decision { decision: 'GO_ON' }")).ThenRefused("BOOKING_NOT_FOUND");
  }
  s_.By(testing::kPerson).When(Say("take_decision { decision: 'WAIT' }")).ThenRefused("UNKNOWN_DECISION");
  BookingScenario absent;
  absent.By(testing::kPerson).When(Say("take_decision {}")).ThenRefused("BOOKING_NOT_FOUND");
}

TEST(Expiry, FreesWhoeverAsked) {
  for (const bool funded : {false, true}) {
    BookingScenario s;
    if (funded) {
      s.Funded();
    } else {
      s.Requested();
    }
    EXPECT_EQ(s.NextDue(kBooking), kNow + absl::Hours(48));
    s.At(kNow + absl::Hours(48) - absl::Seconds(1)).WhenDue(kBooking).ThenNothing();
    s.At(kNow + absl::Hours(48))
        .WhenDue(kBooking)
        .Then(kBooking,
              "expired { person_id: 'p1' budget_id: 'g1' provider_id: 'v1' tenant: 'E1' category: 'gardening' "
              "area_code: 'E01' time_band: 'WEEKDAY_MORNING' }");
    EXPECT_EQ(s.NextDue(kBooking), absl::InfiniteFuture());
    s.WhenDue(kBooking).ThenNothing();
  }
}

TEST(Expiry, OfWhatIsFreeIsSettledAtOnce) {
  BookingScenario s;
  s.Funded("BOOKED_BY_PERSON", "budget_id: ''");
  s.At(kNow + absl::Hours(48)).WhenDue(kBooking).Then(kBooking, "expired {}").Then(kBooking, "settled {}");
}

}  // namespace
}  // namespace regard::bookings
