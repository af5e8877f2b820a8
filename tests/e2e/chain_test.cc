// The chain that must never break, as callers see it: asked, funded, accepted, recorded, confirmed, settled and due; and
// every way back out of it. Also with kill -9 behind each of its steps, and from a backup of a running server.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "regard/bookings/v1/bookings_service.pb.h"
#include "regard/budgets/v1/budgets_service.pb.h"
#include "regard/operations/v1/operations_service.pb.h"
#include "regard/providers/v1/providers_service.pb.h"
#include "tests/e2e/side.h"
#include "tests/e2e/world.h"

namespace regard::e2e {
namespace {

using bookings::v1::Booking;
using bookings::v1::BookingPhase;

constexpr absl::Duration kDay = absl::Hours(24);
// What an hour costs.
constexpr int64_t kPence = 2000;

const Caller kOperator = {"operator-1", "operator", ""};

absl::Time Monday() { return absl::FromCivil(absl::CivilHour(2026, 6, 1, 8), absl::UTCTimeZone()); }

// A booking, and how to speak about it.
struct Booked {
  std::string ids;
  std::string token;
  absl::Time start;
};

class Chain : public ::testing::Test {
 protected:
  Chain() : world(std::make_unique<World>(Monday())) {}
  ~Chain() override { world->ExpectVerifies(); }

  // In three days at ten in the morning unless said otherwise.
  absl::Time At(int days, int hour = 10) const {
    return absl::FromCivil(absl::CivilHour(2026, 6, 1, hour) + 24 * days, absl::UTCTimeZone());
  }
  Booked Request(absl::Time start) {
    const Answer answer = world->Do("BookingsService.RequestBooking", side.person, BookingText(side, start));
    latest = answer.token();
    return {absl::StrCat(side.provider(), "booking_id: '", answer.Text("booking_id"), "' "), answer.token(), start};
  }
  Booking Seen(const Booked& booked) {
    const Answer answer = world->Call("BookingsService.GetBooking", side.person,
                                      absl::StrCat(booked.ids, "consistency_token: '", latest, "'"));
    EXPECT_TRUE(answer.ok()) << answer.reason;
    return answer.As<bookings::v1::GetBookingResponse>().booking();
  }
  // Reactions come a moment later.
  void Until(const std::function<bool()>& so, const std::string& what) {
    const absl::Time patience = absl::Now() + absl::Seconds(30);
    while (!so()) {
      ASSERT_LT(absl::Now(), patience) << what;
      absl::SleepFor(absl::Milliseconds(20));
    }
  }
  void UntilPhase(const Booked& booked, BookingPhase phase) {
    Until([&] { return Seen(booked).phase() == phase; },
          absl::StrCat(bookings::v1::BookingPhase_Name(phase), " never came:\n", Seen(booked).DebugString()));
  }
  void UntilSettled(const Booked& booked, int64_t paid_pence) {
    Until([&] { return Seen(booked).settled(); }, absl::StrCat("never settled:\n", Seen(booked).DebugString()));
    EXPECT_EQ(Seen(booked).paid().pence(), paid_pence);
  }
  budgets::v1::Balance Balance(const std::string& token = "") {
    const Answer answer = world->Call("BudgetsService.GetBalance", side.person,
                                      absl::StrCat(side.budget(), "consistency_token: '", token, "'"));
    EXPECT_TRUE(answer.ok()) << answer.reason;
    return answer.As<budgets::v1::GetBalanceResponse>().balance();
  }
  void UntilBalance(int64_t held_pence, int64_t spent_pence) {
    const auto so = [&] {
      const budgets::v1::Balance balance = Balance();
      return balance.held_pence() == held_pence && balance.spent_pence() == spent_pence;
    };
    Until(so, absl::StrCat("held ", held_pence, " spent ", spent_pence, " never came:\n", Balance().DebugString()));
  }
  // Items and pence due to the provider.
  std::pair<int64_t, int64_t> Due() {
    const Answer answer = world->Call("BudgetsService.ListPayoutsDue", side.owner, side.provider());
    EXPECT_TRUE(answer.ok()) << answer.reason;
    std::pair<int64_t, int64_t> due{0, 0};
    for (const auto& payout : answer.As<budgets::v1::ListPayoutsDueResponse>().payouts()) {
      due.first += payout.items();
      due.second += payout.due_pence();
    }
    return due;
  }
  Answer Do(const std::string& method, const Caller& caller, const Booked& booked, const std::string& more = "") {
    Answer answer = world->Do(absl::StrCat("BookingsService.", method), caller, booked.ids + more);
    latest = answer.token();
    return answer;
  }
  Booked Funded(absl::Time start) {
    const Booked booked = Request(start);
    UntilPhase(booked, bookings::v1::BOOKING_PHASE_FUNDED);
    return booked;
  }
  Booked Accepted(absl::Time start) {
    const Booked booked = Funded(start);
    Do("AcceptBooking", side.owner, booked);
    return booked;
  }
  Booked Recorded(absl::Time start) {
    const Booked booked = Accepted(start);
    if (world->now() < start + absl::Hours(1)) world->Advance(start + absl::Hours(1) - world->now());
    Do("RecordVisit", side.owner, booked, IntervalText("delivered", start));
    return booked;
  }

  // Of what was done last to a booking: all are in one provider's partition.
  std::string latest;
  std::unique_ptr<World> world;
  Side side = MakeSide(*world, "a", kTrafford);
};

TEST_F(Chain, FromTheRequestToThePayout) {
  const Booked booked = Request(At(3));
  // The booking's own token: the balance that it is read with knows the hold.
  EXPECT_EQ(Balance(booked.token).held_pence(), kPence);
  UntilPhase(booked, bookings::v1::BOOKING_PHASE_FUNDED);
  Do("AcceptBooking", side.owner, booked);
  world->StopAndStart();
  world->Advance(At(3, 11) - world->now());
  Do("RecordVisit", side.owner, booked, IntervalText("delivered", booked.start));
  const Answer confirmed = Do("ConfirmVisit", side.person, booked);
  const budgets::v1::Balance balance = Balance(confirmed.token());
  EXPECT_EQ(balance.held_pence(), 0);
  EXPECT_EQ(balance.spent_pence(), kPence);
  UntilSettled(booked, kPence);
  Until([&] { return Due() == std::pair<int64_t, int64_t>{1, kPence}; }, "one payout is due");
}

TEST_F(Chain, GoesOnExactlyOnceWhenItIsKilledBehindEachStep) {
  world->kill_after_each(true);
  const Booked booked = Recorded(At(3));
  Do("ConfirmVisit", side.person, booked);
  UntilSettled(booked, kPence);
  UntilBalance(0, kPence);
  const Booked cancelled = Funded(At(5));
  Do("CancelBooking", side.person, cancelled, "reason: 'CHANGED_MIND'");
  UntilPhase(cancelled, bookings::v1::BOOKING_PHASE_CANCELLED);
  UntilBalance(0, kPence);
  const Booked fee = Accepted(At(3, 18));
  Do("CancelBooking", side.person, fee, "reason: 'CHANGED_MIND'");
  UntilSettled(fee, kPence / 2);
  UntilBalance(0, kPence + kPence / 2);
  EXPECT_EQ(Due(), (std::pair<int64_t, int64_t>{2, kPence + kPence / 2}));
}

TEST_F(Chain, DeclinedByTheProvider) {
  const Booked booked = Funded(At(3));
  Do("DeclineBooking", side.owner, booked, "reason: 'FULL'");
  UntilBalance(0, 0);
  EXPECT_EQ(Seen(booked).phase(), bookings::v1::BOOKING_PHASE_DECLINED);
}

TEST_F(Chain, ExpiresByTime) {
  const Booked booked = Funded(At(5));
  world->Advance(absl::Hours(48) + absl::Minutes(1));
  UntilPhase(booked, bookings::v1::BOOKING_PHASE_EXPIRED);
  UntilBalance(0, 0);
}

TEST_F(Chain, CancelledWithNoticeIsFreeAndLateCostsTheFee) {
  const Booked early = Accepted(At(3));
  Do("CancelBooking", side.person, early, "reason: 'CHANGED_MIND'");
  UntilBalance(0, 0);
  const Booked late = Accepted(At(0, 20));
  Do("CancelBooking", side.person, late, "reason: 'CHANGED_MIND'");
  UntilSettled(late, kPence / 2);
  UntilBalance(0, kPence / 2);
  const Booked ill = Accepted(At(0, 19));
  Do("CancelBooking", side.person, ill, "reason: 'HEALTH'");
  UntilBalance(0, kPence / 2);
  EXPECT_TRUE(Seen(ill).fee_waived());
  const Booked by_provider = Accepted(At(0, 18));
  Do("CancelBooking", side.owner, by_provider, "reason: 'ILLNESS'");
  UntilBalance(0, kPence / 2);
  EXPECT_EQ(Due(), (std::pair<int64_t, int64_t>{1, kPence / 2}));
}

TEST_F(Chain, NoShowOfEitherSide) {
  const Booked person_away = Accepted(At(1));
  const Booked provider_away = Accepted(At(1, 12));
  world->Advance(At(1, 14) - world->now());
  Do("RecordNoShow", side.owner, person_away, "absent: NO_SHOW_PARTY_PERSON");
  Do("RecordNoShow", side.person, provider_away, "absent: NO_SHOW_PARTY_PROVIDER");
  UntilSettled(person_away, kPence / 2);
  UntilBalance(0, kPence / 2);
  EXPECT_EQ(Seen(provider_away).phase(), bookings::v1::BOOKING_PHASE_NO_SHOW);
}

TEST_F(Chain, ADisputeStopsTheMoneyUntilItIsResolved) {
  const Booked booked = Recorded(At(1));
  Do("DisputeVisit", side.person, booked, "reason: 'TOO_SHORT' note: 'Ten minutes'");
  world->Advance(kDay * 3);
  UntilBalance(kPence, 0);
  EXPECT_EQ(Seen(booked).phase(), bookings::v1::BOOKING_PHASE_DISPUTED);
  Do("ResolveDispute", side.practitioner, booked, "pay { pence: 700 } reason: 'AGREED'");
  UntilSettled(booked, 700);
  UntilBalance(0, 700);
}

TEST_F(Chain, WithoutTheMoneyTheBudgetDeclines) {
  side = MakeSide(*world, "poor", kTrafford, 19);
  const Booked booked = Request(At(3));
  EXPECT_EQ(Balance(booked.token).held_pence(), 0);
  UntilPhase(booked, bookings::v1::BOOKING_PHASE_DECLINED);
  EXPECT_TRUE(Seen(booked).declined_by_budget());
  EXPECT_EQ(Seen(booked).reason(), "NOT_ENOUGH_FREE");
}

TEST_F(Chain, ALapsedCredentialAsksForADecision) {
  side = MakeSide(*world, "lapsing", kTrafford, 1000, kDay * 2);
  const Booked booked = Accepted(At(5));
  world->Advance(kDay * 2 + absl::Hours(1));
  Until([&] { return !Seen(booked).decision_reason().empty(); }, "a decision is asked for");
  const Answer refused = world->Call("BookingsService.RequestBooking", side.person, BookingText(side, At(6)));
  EXPECT_EQ(refused.reason, "LISTING_SUSPENDED");
  Do("TakeDecision", side.person, booked, "choice: DECISION_CHOICE_CANCEL");
  UntilBalance(0, 0);
  EXPECT_EQ(Seen(booked).phase(), bookings::v1::BOOKING_PHASE_CANCELLED);
}

TEST_F(Chain, TimeConfirmsOnlyWhomPeopleKnow) {
  // New: a month of silence confirms nothing.
  const Booked first = Recorded(At(1));
  EXPECT_EQ(Seen(first).needs_person_reason(), "NEW_PROVIDER");
  world->Advance(kDay * 2);
  EXPECT_EQ(Seen(first).phase(), bookings::v1::BOOKING_PHASE_DELIVERED);
  Do("ConfirmVisit", side.person, first);
  for (int day = 4; day < 7; ++day) Do("ConfirmVisit", side.person, Recorded(At(day)));
  world->Advance(kDay * 30);
  const Booked known = Recorded(At(40));
  EXPECT_EQ(Seen(known).needs_person_reason(), "");
  world->Advance(kDay + absl::Minutes(1));
  UntilPhase(known, bookings::v1::BOOKING_PHASE_CONFIRMED);
  EXPECT_TRUE(Seen(known).confirmed_by_time());
  UntilSettled(known, kPence);
  UntilBalance(0, 5 * kPence);
}

TEST_F(Chain, ABackupOfARunningServerIsWhole) {
  const Booked booked = Recorded(At(1));
  Do("ConfirmVisit", side.person, booked);
  UntilSettled(booked, kPence);
  const std::string path = world->folder() + "/backup";
  const Answer made = world->Call("OperationsService.Backup", kOperator, absl::StrCat("path: '", path, "'"));
  ASSERT_TRUE(made.ok()) << made.reason << " " << made.status.error_message();
  // What comes later is not in it.
  Request(At(4));
  World copy(world->now(), path);
  copy.ExpectVerifies();
  const Answer balance = copy.Call("BudgetsService.GetBalance", side.person, side.budget());
  ASSERT_TRUE(balance.ok()) << balance.reason;
  EXPECT_EQ(balance.As<budgets::v1::GetBalanceResponse>().balance().spent_pence(), kPence);
  EXPECT_EQ(balance.As<budgets::v1::GetBalanceResponse>().balance().held_pence(), 0);
}

}  // namespace
}  // namespace regard::e2e
