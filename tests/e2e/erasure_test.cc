// Erasing a person in their council takes everything that anybody wrote about them there, also who belongs to another
// council: a helper, an app, a provider.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/e2e/side.h"
#include "tests/e2e/world.h"

namespace regard::e2e {
namespace {

TEST(Erasure, TakesWhatOthersWroteOfABooking) {
  World world(absl::FromCivil(absl::CivilHour(2026, 6, 1, 8), absl::UTCTimeZone()));
  const Side home = MakeSide(world, "a", kTrafford);
  const Side away = MakeSide(world, "b", kTameside);
  const Caller helper = {"helper-of-a", "acting_for", kTameside};
  const Caller app = {"app-of-a", "partner", kTameside};
  for (const auto& [who, basis] : {std::pair<Caller, std::string>(helper, "ACTING_BASIS_FAMILY_HELPER"),
                                   std::pair<Caller, std::string>(app, "ACTING_BASIS_PARTNER_APP")}) {
    world.Do("BudgetsService.GrantActing", home.person,
             absl::StrCat("person_id: '", home.person.subject, "' helper_id: '", who.subject, "' basis: ", basis,
                          " scopes: [SCOPE_SEE, SCOPE_BOOK]"));
  }
  world.Advance(absl::Seconds(1));

  // A provider of another council; the person's own budget pays.
  std::vector<std::string> bookings;
  absl::Time start = absl::FromCivil(absl::CivilHour(2026, 6, 4, 10), absl::UTCTimeZone());
  for (const Caller& caller : {home.person, helper, app}) {
    const std::string text = absl::StrReplaceAll(BookingText(away, start), {{away.budget(), home.budget()}});
    const Answer booked = world.Do("BookingsService.RequestBooking", caller,
                                   absl::StrCat(text, "back_up { name: 'Kim' telephone: '0161 496 0000' } "));
    bookings.push_back(absl::StrCat(away.provider(), "booking_id: '", booked.Text("booking_id"), "' "));
    start += absl::Hours(24);
  }
  world.Advance(absl::Seconds(1));
  world.Do("BookingsService.DeclineBooking", away.owner,
           absl::StrCat(bookings[0], "reason: 'FULL' note: 'She shouted'"));
  const auto read = [&](const std::string& booking) {
    return world.Do("BookingsService.GetBooking", home.person, booking).response->DebugString();
  };
  world.Advance(absl::Seconds(1));
  EXPECT_NE(read(bookings[0]).find("She shouted"), std::string::npos);
  for (const std::string& booking : bookings) EXPECT_NE(read(booking).find("The gate sticks"), std::string::npos);

  world.Do("OperationsService.EraseSubject", {"operator-1", "operator", ""},
           absl::StrCat("subject: '", home.person.subject, "' tenant: '", kTrafford, "'"));
  for (const std::string& booking : bookings) {
    EXPECT_EQ(read(booking).find("details"), std::string::npos) << read(booking);
  }
  world.ExpectVerifies();
}

}  // namespace
}  // namespace regard::e2e
