// One side of a small market: a council with its staff, a person with those who act for them and a budget, a provider with
// a published listing.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "tests/e2e/world.h"

namespace regard::e2e {

struct Side {
  std::string name;
  std::string tenant;
  Caller person, helper, app, owner, practitioner, commissioner;
  std::string provider_id, worker_id, insurance_id, listing_id;
  std::string budget_id, grant_id;
  // Of the last thing that a booking rests on.
  std::string token;

  std::string provider() const { return "provider_id: '" + provider_id + "' "; }
  std::string listing() const { return provider() + "listing_id: '" + listing_id + "' "; }
  std::string budget() const { return "person_id: '" + person.subject + "' budget_id: '" + budget_id + "' "; }
};

// `name` makes the subjects: person-<name>, owner-<name>, ... The listing is a visit at home at 20 pounds an hour, every
// day from 6:00 to 22:00, half of which is due when it is cancelled with less than a day's notice. The insurance lapses
// after `insured_for`. The budget has `pounds`, from today for a year.
Side MakeSide(World& world, const std::string& name, const std::string& tenant, int64_t pounds = 1000,
              absl::Duration insured_for = absl::Hours(24 * 300));

// The terms and price of that listing.
std::string TermsText(const Side& side);

// A request of the listing from `start` for an hour.
std::string BookingText(const Side& side, absl::Time start);

// `field { seconds: ... }`
std::string TimeText(const std::string& field, absl::Time time);
std::string DateText(const std::string& field, absl::Time time);
std::string IntervalText(const std::string& field, absl::Time start, absl::Duration length = absl::Hours(1));

}  // namespace regard::e2e
