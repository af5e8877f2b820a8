#include "tools/demo_market/week.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "tools/cli/parallel.h"
#include "tools/demo_market/enrolment.h"

namespace regard::demo {
namespace {

using bookings::v1::BookingsService;
using Stub = BookingsService::Stub;

const absl::Duration kDay = absl::Hours(24);
// When providers answer and, each day, when those cancel who must.
const absl::Duration kMorning = absl::Minutes(30);
// When the day's visits are over.
const absl::Duration kEvening = absl::Minutes(14 * 60 + 30);
constexpr int kThursday = 3;
constexpr int kWednesday = 2;
constexpr int kFriday = 4;
constexpr int kSunday = 6;
// After so many refusals in a row people look elsewhere.
constexpr int kPatience = 2;

absl::Time LondonTime(absl::CivilDay day, int minute_of_day) {
  return absl::FromCivil(absl::CivilMinute(day) + minute_of_day, London());
}

}  // namespace

absl::Status Week::AskAndAnswer() {
  bookings_.resize(town_.people.size());
  unaffordable_.resize(town_.people.size());
  Ask(false);
  if (auto moved = world_.AdvanceTo(monday_ + kMorning); !moved.ok()) return moved;
  Ask(true);
  Answer();
  return world_.failure();
}

absl::Status Week::Run() {
  if (auto answered = AskAndAnswer(); !answered.ok()) return answered;
  for (int day = 0; day <= kSunday && !world_.failed(); ++day) {
    const absl::Time midnight = monday_ + day * kDay;
    if (day > 0) {
      if (auto moved = world_.AdvanceTo(midnight + kMorning); !moved.ok()) return moved;
    }
    // Insurance runs out on a Wednesday at 7:00; it is renewed a week later.
    if (day == kWednesday) LetInsuranceLapse();
    if (day == kThursday) RenewLapsed();
    Cancel(day);
    if (auto moved = world_.AdvanceTo(midnight + kEvening); !moved.ok()) return moved;
    RecordVisits(day);
    PeopleSay(day);
    if (day == kFriday || day == kSunday) ResolveDisputes(day);
    if (day == kSunday) {
      // What was confirmed this evening must not be in the list of what waits.
      if (auto moved = world_.AdvanceTo(world_.now() + absl::Minutes(1)); !moved.ok()) return moved;
      ConfirmWhatWaits(world_, town_, number_, tally_);
    }
  }
  if (world_.failed()) return world_.failure();
  return world_.AdvanceTo(monday_ + 7 * kDay);
}

std::string Week::Name(absl::string_view what, const Booking& booking) const {
  return absl::StrCat(what, " ", booking.booking_id);
}

const ProviderAccount& Week::ProviderOf(const Booking& booking) const {
  return town_.providers.at(booking.arrangement->provider_id);
}

template <class Body>
void Week::EachOf(int day, Body body) {
  cli::InParallel(bookings_.size(), kAtOnce, [&](size_t i) {
    for (Booking& booking : bookings_[i]) {
      if (!world_.failed() && booking.accepted && booking.arrangement->weekday - 1 == day) body(booking);
    }
  });
}

template <class Request, class Response>
bool Week::Step(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const std::string& token,
                absl::string_view what, const Booking& booking, Request request, std::string* refusal) {
  request.set_provider_id(booking.arrangement->provider_id);
  request.set_booking_id(booking.booking_id);
  Response response;
  const absl::Status status = world_.Tell(world_.stubs().bookings, method, token, Name(what, booking), request, response);
  if (status.ok()) return true;
  const std::string reason = RefusalOf(status);
  if (reason.empty()) {
    world_.Expect(status, what);
  } else if (refusal != nullptr) {
    *refusal = reason;
  } else {
    tally_.CountRefusal(reason);
  }
  return false;
}

void Week::Ask(bool beyond_the_budget) {
  cli::InParallel(town_.people.size(), kAtOnce, [&](size_t i) {
    if (world_.failed()) return;
    Person& person = town_.people[i];
    if (beyond_the_budget) {
      for (const size_t arrangement : unaffordable_[i]) AskFor(person, arrangement);
      return;
    }
    budgets::v1::GetBalanceRequest request;
    request.set_person_id(person.plan->person_id);
    request.set_budget_id(person.budget_id);
    budgets::v1::GetBalanceResponse response;
    if (!world_.Expect(world_.Ask(world_.stubs().budgets, &budgets::v1::BudgetsService::Stub::GetBalance, person.token,
                                  request, response),
                       "read a balance")) {
      return;
    }
    int64_t free_pence = response.balance().free_pence();
    for (size_t j = 0; j < person.arrangements.size(); ++j) {
      if (person.arrangements[j].over) continue;
      if (person.arrangements[j].amount_pence > free_pence) {
        unaffordable_[i].push_back(j);
        continue;
      }
      free_pence -= person.arrangements[j].amount_pence;
      AskFor(person, j);
    }
  });
}

void Week::AskFor(Person& person, size_t index) {
  Arrangement& arrangement = person.arrangements[index];
  Booking booking;
  booking.person = &person;
  booking.arrangement = &arrangement;
  const absl::CivilDay day = LondonDay(monday_) + (arrangement.weekday - 1);
  booking.start = LondonTime(day, arrangement.start_minute_of_day);
  booking.end = booking.start + absl::Minutes(arrangement.minutes);
  const std::string name = absl::StrCat("book ", person.plan->person_id, " ", arrangement.listing_id, " ",
                                        absl::FormatTime(booking.start));
  booking.fate = FateOf(world_.DiceFor(absl::StrCat("fate ", person.plan->person_id, " ", index, " ", number_)));

  bookings::v1::RequestBookingRequest request;
  request.set_provider_id(arrangement.provider_id);
  request.set_listing_id(arrangement.listing_id);
  request.set_person_id(person.plan->person_id);
  if (arrangement.amount_pence > 0) request.set_budget_id(person.budget_id);
  *request.mutable_when()->mutable_start() = ToProto(booking.start);
  *request.mutable_when()->mutable_end() = ToProto(booking.end);
  request.set_category(arrangement.category);
  request.set_home_postcode(person.plan->postcode);
  if (arrangement.own_assistant) {
    request.set_exemption_statement("They work for me directly and do what I say, how and when I say it.");
  }
  if (arrangement.amount_pence > 0) *request.mutable_expected_amount() = Pounds(arrangement.amount_pence);
  bookings::v1::RequestBookingResponse response;
  const absl::Status status =
      world_.Tell(world_.stubs().bookings, &Stub::RequestBooking, person.booking_token, name, request, response);
  if (!status.ok()) {
    const std::string reason = RefusalOf(status);
    if (reason.empty()) {
      world_.Expect(status, "ask for a booking");
      return;
    }
    tally_.CountRefusal(reason);
    arrangement.over = ++arrangement.refusals >= kPatience;
    return;
  }
  ++tally_.requested;
  booking.booking_id = response.booking_id();
  bookings_[&person - town_.people.data()].push_back(std::move(booking));
}

void Week::Answer() {
  // A provider looks at one request after the other, in an order that does not depend on who was quicker.
  std::map<std::string, std::vector<Booking*>> by_provider;
  for (auto& bookings : bookings_) {
    for (Booking& booking : bookings) by_provider[booking.arrangement->provider_id].push_back(&booking);
  }
  std::vector<std::pair<const ProviderAccount*, std::vector<Booking*>>> work;
  for (auto& [provider_id, bookings] : by_provider) {
    work.emplace_back(&town_.providers.at(provider_id), std::move(bookings));
  }
  cli::InParallel(work.size(), kAtOnce, [&](size_t i) {
    for (Booking* booking : work[i].second) {
      if (!world_.failed()) AnswerOne(*work[i].first, *booking);
    }
  });
}

void Week::AnswerOne(const ProviderAccount& provider, Booking& booking) {
  if (booking.fate == Fate::kUnanswered) {
    ++tally_.unanswered;
    return;
  }
  if (booking.fate != Fate::kDeclined && AcceptOne(provider, booking)) return;
  if (world_.failed()) return;
  Arrangement& arrangement = *booking.arrangement;
  if (!arrangement.over) arrangement.over = ++arrangement.refusals >= kPatience;
}

// The usual worker first. True when somebody has the time; otherwise the request is declined.
bool Week::AcceptOne(const ProviderAccount& provider, Booking& booking) {
  std::vector<std::string> workers = provider.worker_ids;
  const auto usual = std::find(workers.begin(), workers.end(), booking.arrangement->usual_worker_id);
  if (usual != workers.end()) {
    std::rotate(workers.begin(), usual, usual + 1);
  } else if (workers.size() > 1) {
    Dice dice = world_.DiceFor(Name("worker", booking));
    dice.Shuffle(workers);
  }
  for (const std::string& worker_id : workers) {
    bookings::v1::AcceptBookingRequest request;
    request.set_worker_id(worker_id);
    std::string refusal;
    if (Step(&Stub::AcceptBooking, provider.token, absl::StrCat("accept ", worker_id), booking, request, &refusal)) {
      ++tally_.accepted;
      booking.accepted = true;
      booking.arrangement->usual_worker_id = worker_id;
      booking.arrangement->refusals = 0;
      return true;
    }
    if (refusal == "WORKER_ALREADY_BOOKED") continue;
    if (refusal == "BOOKING_IS_DECLINED") {
      LearnWhyDeclined(booking);
      return false;
    }
    if (!refusal.empty()) tally_.CountRefusal(refusal);
    break;
  }
  if (!world_.failed()) DeclineOne(provider, booking);
  return false;
}

void Week::LearnWhyDeclined(Booking& booking) {
  bookings::v1::GetBookingRequest request;
  request.set_provider_id(booking.arrangement->provider_id);
  request.set_booking_id(booking.booking_id);
  bookings::v1::GetBookingResponse response;
  const absl::Status status =
      world_.Ask(world_.stubs().bookings, &Stub::GetBooking, booking.person->token, request, response);
  if (!world_.Expect(status, "read a booking")) return;
  ++tally_.declined_by_budget;
  const std::string& reason = response.booking().reason();
  tally_.CountRefusal(reason);
  // There is no use in asking again for what the budget may not pay.
  if (reason == "ABOVE_PRICE_LIMIT") {
    booking.arrangement->over = true;
    booking.arrangement->too_dear = true;
  }
  if (reason == "CATEGORY_NOT_ALLOWED") {
    booking.arrangement->over = true;
    booking.arrangement->not_allowed = true;
  }
}

void Week::DeclineOne(const ProviderAccount& provider, const Booking& booking) {
  bookings::v1::DeclineBookingRequest request;
  request.set_reason("NO_CAPACITY");
  if (Step(&Stub::DeclineBooking, provider.token, "decline", booking, request)) ++tally_.declined_by_provider;
}

void Week::Cancel(int day) {
  if (day == 0) {
    for (int of = 0; of <= kSunday; ++of) {
      EachOf(of, [&](Booking& booking) {
        if (booking.fate == Fate::kCancelledEarly) CancelOne(booking, booking.person->booking_token, "CHANGED_MIND", false);
      });
    }
  }
  EachOf(day, [&](Booking& booking) {
    if (booking.fate == Fate::kCancelledLate) CancelOne(booking, booking.person->booking_token, "CHANGED_MIND", true);
    if (booking.fate == Fate::kCancelledForHealth) CancelOne(booking, booking.person->booking_token, "HEALTH", true);
    if (booking.fate == Fate::kCancelledByProvider) CancelOne(booking, ProviderOf(booking).token, "WORKER_ILL", false);
  });
}

void Week::CancelOne(Booking& booking, const std::string& token, const std::string& reason, bool late) {
  bookings::v1::CancelBookingRequest request;
  request.set_reason(reason);
  if (booking.person->plan->books_by == BooksBy::kHelper && token == booking.person->booking_token) {
    request.set_on_behalf_of(booking.person->plan->person_id);
  }
  if (!Step(&Stub::CancelBooking, token, "cancel", booking, request)) return;
  booking.accepted = false;
  ++(late ? tally_.cancelled_late : tally_.cancelled);
}

void Week::RecordVisits(int day) {
  EachOf(day, [&](Booking& booking) {
    if (booking.fate == Fate::kPersonAway) {
      SayAbsent(booking, ProviderOf(booking).token, bookings::v1::NO_SHOW_PARTY_PERSON);
    } else if (booking.fate == Fate::kNobodyCame) {
      SayAbsent(booking, booking.person->token, bookings::v1::NO_SHOW_PARTY_PROVIDER);
    } else {
      RecordOne(ProviderOf(booking), booking);
    }
  });
}

void Week::RecordOne(const ProviderAccount& provider, Booking& booking) {
  const bool is_short = booking.fate == Fate::kShort || booking.fate == Fate::kDisputed;
  const absl::Duration length = (booking.end - booking.start) * (is_short ? 2 : 3) / 3;
  bookings::v1::RecordVisitRequest request;
  *request.mutable_delivered()->mutable_start() = ToProto(booking.start);
  *request.mutable_delivered()->mutable_end() = ToProto(booking.start + absl::Trunc(length, absl::Minutes(1)));
  booking.delivered = Step(&Stub::RecordVisit, provider.token, "record", booking, request);
  if (booking.delivered) ++tally_.recorded;
}

void Week::SayAbsent(Booking& booking, const std::string& token, bookings::v1::NoShowParty absent) {
  bookings::v1::RecordNoShowRequest request;
  request.set_absent(absent);
  if (!Step(&Stub::RecordNoShow, token, "no-show", booking, request)) return;
  booking.accepted = false;
  ++(absent == bookings::v1::NO_SHOW_PARTY_PERSON ? tally_.person_away : tally_.nobody_came);
}

void Week::PeopleSay(int day) {
  EachOf(day, [&](Booking& booking) {
    if (!booking.delivered) return;
    const std::string& token = booking.person->token;
    if (booking.fate == Fate::kDisputed) {
      bookings::v1::DisputeVisitRequest request;
      request.set_reason("TOO_SHORT");
      if (Step(&Stub::DisputeVisit, token, "dispute", booking, request)) ++tally_.disputed;
      return;
    }
    Dice dice = world_.DiceFor(Name("confirm", booking));
    if (!dice.Chance(booking.person->plan->confirms_at_once)) return;
    if (Step(&Stub::ConfirmVisit, token, "confirm", booking, bookings::v1::ConfirmVisitRequest())) {
      ++tally_.confirmed_by_person;
    }
  });
}

void Week::ResolveDisputes(int until_day) {
  for (int day = 0; day <= until_day; ++day) {
    EachOf(day, [&](Booking& booking) {
      if (!booking.delivered || booking.fate != Fate::kDisputed) return;
      // Free activities have nothing to pay; the rest is paid for what was given.
      bookings::v1::ResolveDisputeRequest request;
      *request.mutable_pay() = Pounds(booking.arrangement->amount_pence * 2 / 3);
      request.set_reason("PAID_AS_GIVEN");
      // What people pay with money of their own is theirs to settle.
      const bool own_money =
          booking.person->plan->funder == budgets::v1::FUNDER_SELF && booking.arrangement->amount_pence > 0;
      Step(&Stub::ResolveDispute, own_money ? booking.person->token : world_.practitioner_token(), "resolve", booking,
           request);
      booking.delivered = false;
    });
  }
}

void Week::LetInsuranceLapse() {
  std::vector<const ProviderAccount*> lapsed;
  for (const auto& [provider_id, provider] : town_.providers) {
    if (provider.plan != nullptr && provider.plan->lapses_in_week == number_) lapsed.push_back(&provider);
  }
  tally_.lapsed += static_cast<int64_t>(lapsed.size());
  cli::InParallel(lapsed.size(), kAtOnce, [&](size_t i) { DecideUnderLapse(*lapsed[i]); });
}

// Whoever is still to be visited was asked what shall become of it.
void Week::DecideUnderLapse(const ProviderAccount& provider) {
  for (auto& bookings : bookings_) {
    for (Booking& booking : bookings) {
      if (world_.failed() || !booking.accepted || booking.start <= world_.now() ||
          booking.arrangement->provider_id != provider.provider_id) {
        continue;
      }
      Dice dice = world_.DiceFor(Name("decide", booking));
      const bool go_on = dice.Chance(0.6);
      bookings::v1::TakeDecisionRequest request;
      request.set_choice(go_on ? bookings::v1::DECISION_CHOICE_GO_ON : bookings::v1::DECISION_CHOICE_CANCEL);
      if (!Step(&Stub::TakeDecision, booking.person->token, "decide", booking, request)) continue;
      ++tally_.decisions;
      booking.accepted = go_on;
    }
  }
}

void Week::RenewLapsed() {
  for (const auto& [provider_id, provider] : town_.providers) {
    if (provider.plan != nullptr && provider.plan->lapses_in_week == number_ - 1) {
      RenewInsurance(world_, provider, world_.now() + 365 * kDay);
    }
  }
}

void ConfirmWhatWaits(World& world, Town& town, int week, Tally& tally) {
  std::atomic<int64_t> left_to_time{0};
  cli::InParallel(town.people.size(), kAtOnce, [&](size_t i) {
    const Person& person = town.people[i];
    if (world.failed()) return;
    bookings::v1::ListBookingsRequest list;
    list.set_person_id(person.plan->person_id);
    list.add_phases(bookings::v1::BOOKING_PHASE_DELIVERED);
    list.set_page_size(200);
    bookings::v1::ListBookingsResponse waiting;
    if (!world.Expect(world.Ask(world.stubs().bookings, &Stub::ListBookings, person.token, list, waiting), "list bookings")) {
      return;
    }
    for (const auto& booking : waiting.bookings()) {
      if (booking.has_confirms_by_time_at()) {
        ++left_to_time;
        continue;
      }
      bookings::v1::ConfirmVisitRequest request;
      request.set_provider_id(booking.provider_id());
      request.set_booking_id(booking.booking_id());
      bookings::v1::ConfirmVisitResponse response;
      if (world.Expect(world.Tell(world.stubs().bookings, &Stub::ConfirmVisit, person.token,
                                  absl::StrCat("confirm later ", booking.booking_id(), " ", week), request, response),
                       "confirm a visit")) {
        ++tally.confirmed_by_person;
      }
    }
  });
  tally.left_to_time = left_to_time.load();
}

}  // namespace regard::demo
