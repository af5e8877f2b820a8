// An independent audit of the money: reads the log, not the budgets domain, and derives every term from facts of both
// sides. allocated + contributed = spent + held + free + returned at every position, per line; postings are what bookings
// confirmed; payouts are postings; living bookings are holds.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "libs/es/event_log.h"
#include "libs/es/quarantine.h"
#include "libs/es/verify.h"

namespace regard::deployment {

// Pence, over all budgets.
struct MoneyTotals {
  uint64_t budgets = 0;
  int64_t allocated = 0;
  int64_t contributed = 0;
  int64_t spent = 0;
  int64_t held = 0;
  int64_t free = 0;
  int64_t returned = 0;
  int64_t payouts_due = 0;
  int64_t refunded = 0;
  // Settled by bookings, not yet by budgets, because a reactor has not come so far.
  uint64_t settlements_on_their_way = 0;
  // Bookings with a fact that budgets passes over by an operator's word: what is due is then for people to see to.
  uint64_t bookings_set_aside = 0;
};

// Adds what does not add up to `report`. `set_aside` are the facts of bookings that budgets passes over. An error when a log
// cannot be read.
absl::StatusOr<MoneyTotals> CheckMoney(es::EventLog& budgets, es::EventLog& bookings, const es::FactPlaces& set_aside,
                                       es::Verification& report);

}  // namespace regard::deployment
