// What people pay with money of their own is none of their council's business.
#include "services/bookings/domain/council_part.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/bookings/domain/testing/booking_scenario.h"

namespace regard::bookings {
namespace {

using testing::BookingScenario;
using testing::Say;
using testing::SayFor;

constexpr char kOwnMoney[] = "funded { hold_id: 'k1' line_id: 'n1' holding: HOLDING_SELF_FUNDED }";
constexpr char kCouncilsMoney[] = "funded { hold_id: 'k1' line_id: 'n1' holding: HOLDING_DIRECT_PAYMENT }";

TEST(CouncilPart, InWhatItsMoneyPays) {
  BookingScenario s;
  s.Requested();
  EXPECT_EQ(CouncilWithPart(s.booking()), "") << "nobody knows yet whose money it is";
  s.Given(testing::kBooking, kCouncilsMoney);
  EXPECT_EQ(CouncilWithPart(s.booking()), "E1");
}

TEST(CouncilPart, InWhatIsFree) {
  BookingScenario s;
  s.Requested("BOOKED_BY_PERSON", "budget_id: ''").Given(testing::kBooking, "funded {}");
  EXPECT_EQ(CouncilWithPart(s.booking()), "E1");
}

TEST(CouncilPart, InWhatItAskedForUntilItIsTheirOwnMoney) {
  BookingScenario s;
  s.Requested("BOOKED_BY_ASSISTED", "asked_by_council: true");
  EXPECT_EQ(CouncilWithPart(s.booking()), "E1");
  s.Given(testing::kBooking, kOwnMoney);
  EXPECT_EQ(CouncilWithPart(s.booking()), "");
}

TEST(CouncilPart, OfTheirOwnMoneyTheCouncilDecidesNothing) {
  BookingScenario s;
  s.Requested().Given(testing::kBooking, kOwnMoney).Given(testing::kBooking, "accepted { worker_id: 'w1' }");
  s.By(testing::kPractitioner);
  s.When(Say("cancel { reason: 'HEALTH' }")).ThenRefused("BOOKING_NOT_FOUND");
  s.At(testing::kStart + absl::Hours(1));
  s.When(Say("record_no_show { absent: NO_SHOW_PARTY_PROVIDER }")).ThenRefused("BOOKING_NOT_FOUND");
  s.Given(testing::kBooking, "visit_recorded {}");
  s.When(Say("dispute { reason: 'LEFT_EARLY' }")).ThenRefused("BOOKING_NOT_FOUND");
  s.Given(testing::kBooking, "disputed {}");
  s.When(Say("resolve_dispute { pay { pence: 3000 } reason: 'X' }")).ThenRefused("BOOKING_NOT_FOUND");
}

TEST(CouncilPart, ADisputeAboutTheirOwnMoneyIsForWhoMayPayWithIt) {
  const std::string resolve = "resolve_dispute { pay { pence: 1000 } reason: 'AGREED' }";
  for (const bool helper : {false, true}) {
    BookingScenario s;
    s.Requested().Given(testing::kBooking, kOwnMoney).Given(testing::kBooking, "disputed {}");
    s.By(testing::kHelper).When(SayFor("SCOPE_CONFIRM", resolve)).ThenRefused("BOOKING_NOT_FOUND");
    s.By(testing::kProvider).When(Say(resolve)).ThenRefused("BOOKING_NOT_FOUND");
    s.By(helper ? testing::kHelper : testing::kPerson)
        .When(helper ? SayFor("SCOPE_PAY", resolve) : Say(resolve))
        .Then(testing::kBooking, "dispute_resolved { pay { pence: 1000 } budget_id: 'g1' }");
  }
}

TEST(CouncilPart, WhomACouncilNamedActsWhereThatCouncilHasAPart) {
  const auto cancel = [](BookingScenario& s, const char* funded, const char* by_council) -> es::testing::Scenario& {
    const std::string named =
        absl::StrCat("acting_for: 'p1' by_council { tenant: '", by_council, "' scopes: SCOPE_BOOK }");
    s.Requested().Given(testing::kBooking, funded);
    return s.By(testing::kHelper).When(Say("cancel { reason: 'HEALTH' }", named));
  };
  BookingScenario part, another, own;
  cancel(part, kCouncilsMoney, "E1").Then(testing::kBooking, "cancelled { by: CANCELLED_BY_PERSON }");
  cancel(another, kCouncilsMoney, "E2").ThenRefused("BOOKING_NOT_FOUND");
  cancel(own, kOwnMoney, "E1").ThenRefused("BOOKING_NOT_FOUND");
}

TEST(CouncilPart, ADisputeAboutTheCouncilsMoneyIsForTheCouncil) {
  BookingScenario s;
  s.Requested().Given(testing::kBooking, kCouncilsMoney).Given(testing::kBooking, "disputed {}");
  s.By(testing::kPerson).When(Say("resolve_dispute { reason: 'X' }")).ThenRefused("ONLY_THE_COUNCIL");
  s.By(testing::kPractitioner)
      .When(Say("resolve_dispute { reason: 'X' }"))
      .Then(testing::kBooking, "dispute_resolved {}");
}

}  // namespace
}  // namespace regard::bookings
