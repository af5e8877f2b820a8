// The people's and the council's side of the workload.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "tests/simulation/actors.h"
#include "tests/simulation/answers.h"
#include "tests/simulation/workload.h"

namespace regard::simulation {
namespace {

using namespace bookings::v1;  // NOLINT: phases, by the dozen

constexpr char kNoHold[] = "none";

base::v1::Actor Person(int person) { return ActorOf(absl::StrCat("p", person), options::v1::ROLE_PERSON); }

}  // namespace

std::string Workload::SomeHold(const std::string& budget, bool posted) {
  std::vector<std::string> found;
  for (const auto& [id, hold] : Find(truth_.budgets(), budget).Latest().holds) {
    if ((hold.phase == HoldAt::Phase::kPosted) == posted && (posted || hold.booking.empty())) found.push_back(id);
  }
  return found.empty() ? kNoHold : random_.Pick(found);
}

std::shared_ptr<Operation> Workload::Request(int person, absl::Time now) {
  const int provider = static_cast<int>(random_.Below(2));
  auto operation = Begin("request", kBookings, Person(person));
  operation->provider = absl::StrCat("v", provider);
  operation->listing = absl::StrCat("l", provider);
  operation->routing_key = operation->provider;
  operation->budget = person == 0 ? absl::StrCat("b", random_.PerMille(300) ? 0 : 1) : "b2";
  // Few hours, so that several want the same.
  operation->start = absl::FromUnixSeconds((absl::ToUnixSeconds(now) / 7200 + 1 + random_.Between(0, 5)) * 7200);
  operation->end = operation->start + absl::Hours(random_.Between(1, 2));
  if (random_.PerMille(400)) operation->worker = random_.Pick(WorkersOf(operation->provider));
  auto& command = Booking(*operation);
  command.set_provider_id(operation->provider);
  auto& request = *command.mutable_request();
  request.set_person_id(operation->actor.subject());
  request.set_budget_id(operation->budget);
  request.set_line_id(kLine);
  *request.mutable_when()->mutable_start() = ToProto(operation->start);
  *request.mutable_when()->mutable_end() = ToProto(operation->end);
  request.mutable_local_when()->set_weekday(3);
  request.mutable_local_when()->set_start_minute_of_day(600);
  request.mutable_local_when()->set_end_minute_of_day(660);
  request.set_worker_id(operation->worker);
  request.set_home_postcode("M33 4GT");
  request.set_area_code("E01006074");
  request.set_note("the key is with the neighbour");
  request.mutable_back_up()->set_name("a friend");
  request.mutable_back_up()->set_telephone("0161 496 0000");
  return operation;
}

std::shared_ptr<Operation> Workload::Spend(int person) {
  const int budget = person == 0 ? static_cast<int>(random_.Below(2)) : 2;
  const int dice = static_cast<int>(random_.Below(100));
  auto operation = OnBudget(dice < 50 ? "place_hold" : dice < 75 ? "post_hold" : "void_hold", budget, Person(person));
  auto& command = Budget(*operation);
  if (dice < 50) {
    operation->hold = absl::StrCat("h", operation->id);
    // Now and then one that is there. An api never makes an id twice, so none that is forgotten comes again.
    const std::string known = SomeHold(operation->budget, false);
    if (known != kNoHold && random_.PerMille(60)) operation->hold = known;
    operation->pence = 500 * random_.Between(1, 12);
    operation->provider = absl::StrCat("v", random_.Below(2));
    auto& place = *command.mutable_place_hold();
    place.set_hold_id(operation->hold);
    place.set_line_id(kLine);
    *place.mutable_amount() = Pounds(operation->pence);
    place.set_provider_id(operation->provider);
    place.set_category("esdServiceType:242");
    *place.mutable_effective() = ToProto(absl::CivilDay(2026, 7, 1));
    return operation;
  }
  operation->hold = SomeHold(operation->budget, random_.PerMille(50));
  if (dice < 75) {
    operation->pence = 500 * random_.Between(1, 6);
    command.mutable_post_hold()->set_hold_id(operation->hold);
    *command.mutable_post_hold()->mutable_amount() = Pounds(operation->pence);
  } else {
    command.mutable_void_hold()->set_hold_id(operation->hold);
  }
  return operation;
}

std::shared_ptr<Operation> Workload::OfPerson(int person, absl::Time now) {
  if (!Ready()) return nullptr;
  const int dice = static_cast<int>(random_.Below(100));
  if (dice < 25) return Request(person, now);
  if (dice < 45) return Spend(person);
  std::vector<std::string> mine;
  for (const std::string& id : BookingsIn({BOOKING_PHASE_DELIVERED, BOOKING_PHASE_ACCEPTED})) {
    if (Find(truth_.bookings(), id).Latest().person == absl::StrCat("p", person)) mine.push_back(id);
  }
  if (mine.empty() || dice >= 95) {
    mine.clear();
    for (const auto& [id, booking] : truth_.bookings()) {
      if (booking.Latest().person == absl::StrCat("p", person)) mine.push_back(id);
    }
  }
  if (mine.empty()) return Request(person, now);
  const std::string& id = random_.Pick(mine);
  const BookingAt& booking = Find(truth_.bookings(), id).Latest();
  std::shared_ptr<Operation> operation;
  if (booking.decision_asked && dice < 90) {
    operation = OnBooking("take_decision", id, Person(person));
    Booking(*operation).mutable_take_decision()->set_decision(random_.PerMille(500) ? "GO_ON" : "CANCEL");
  } else if (booking.phase == BOOKING_PHASE_DELIVERED && booking.by_time && dice < 90) {
    // Time says it as well.
    return random_.PerMille(500) ? Request(person, now) : nullptr;
  } else if (booking.phase == BOOKING_PHASE_DELIVERED && dice < 85) {
    operation = OnBooking("confirm", id, Person(person));
    Booking(*operation).mutable_confirm();
  } else if (booking.phase == BOOKING_PHASE_DELIVERED) {
    operation = OnBooking("dispute", id, Person(person));
    Booking(*operation).mutable_dispute()->set_reason("NOT_AS_AGREED");
  } else if (booking.phase == BOOKING_PHASE_ACCEPTED && booking.start <= now) {
    operation = OnBooking("record_no_show", id, Person(person));
    Booking(*operation).mutable_record_no_show()->set_absent(NO_SHOW_PARTY_PROVIDER);
    // Most wait for the provider's word.
    if (dice < 90) return nullptr;
  } else {
    operation = OnBooking("cancel", id, Person(person));
    Booking(*operation).mutable_cancel()->set_reason(random_.PerMille(300) ? "HEALTH" : "CHANGED_MIND");
    if (dice < 88) return nullptr;
  }
  return operation;
}

std::shared_ptr<Operation> Workload::ChangeBudget() {
  const int budget = static_cast<int>(random_.Below(3));
  const int dice = static_cast<int>(random_.Below(100));
  const char* kind = dice < 25   ? "allocate"
                     : dice < 40 ? "contribute"
                     : dice < 75 ? "adjust"
                     : dice < 99 ? "refund"
                                 : "close";
  auto operation = OnBudget(kind, budget, Council());
  auto& command = Budget(*operation);
  operation->pence = 500 * random_.Between(1, 6);
  if (dice < 25) {
    command.mutable_allocate()->set_line_id(kLine);
    *command.mutable_allocate()->mutable_amount() = Pounds(operation->pence);
    command.mutable_allocate()->set_reason("ONE_OFF_GRANT");
  } else if (dice < 40) {
    command.mutable_contribute()->set_line_id(kLine);
    *command.mutable_contribute()->mutable_amount() = Pounds(operation->pence);
  } else if (dice < 75) {
    operation->pence = 500 * random_.Between(-12, 4);
    command.mutable_adjust()->set_line_id(kLine);
    *command.mutable_adjust()->mutable_change() = Pounds(operation->pence);
    command.mutable_adjust()->set_reason("REVIEW");
  } else if (dice < 99) {
    operation->hold = SomeHold(operation->budget, true);
    command.mutable_refund()->set_hold_id(operation->hold);
    *command.mutable_refund()->mutable_amount() = Pounds(operation->pence);
    command.mutable_refund()->set_reason("PAID_TWICE");
  } else {
    command.mutable_close()->set_reason("MOVED_AWAY");
  }
  return operation;
}

std::shared_ptr<Operation> Workload::OfCouncil(absl::Time now) {
  for (int budget = 0; budget < 3; ++budget) {
    const bool exists = Find(truth_.budgets(), absl::StrCat("b", budget)).Latest().exists;
    if (exists && !random_.PerMille(5)) continue;
    auto operation = OnBudget("open", budget, Council());
    auto& open = *Budget(*operation).mutable_open();
    open.set_tenant(kTenant);
    open.set_funder(budgets::v1::FUNDER_COUNCIL);
    auto& line = *open.add_lines();
    line.set_line_id(kLine);
    line.set_holding(base::v1::HOLDING_DIRECT_PAYMENT);
    // One is always short, one lasts.
    *line.mutable_allocation() = Pounds(budget == 0 ? 9000 : budget == 1 ? 60000 : 20000);
    *open.mutable_period_start() = ToProto(absl::CivilDay(2026, 1, 1));
    *open.mutable_period_end() = ToProto(absl::CivilDay(2028, 12, exists && random_.PerMille(500) ? 30 : 31));
    open.set_source("SYNTHETIC");
    return operation;
  }
  for (int provider = 0; provider < 2; ++provider) {
    const ProviderAt& at = Find(truth_.providers(), absl::StrCat("v", provider)).Latest();
    for (const auto& [id, credential] : at.credentials) {
      const bool open = !credential.verified && !credential.revoked && !credential.lapsed && !at.closed;
      const bool revoke = credential.verified && !credential.revoked && random_.PerMille(8) && Ready();
      if (!open && !revoke) continue;
      auto operation = OnProvider(open ? "verify_credential" : "revoke_credential", provider, Council());
      operation->credential = id;
      if (open) {
        Provider(*operation).mutable_verify_credential()->set_credential_id(id);
      } else {
        Provider(*operation).mutable_revoke_credential()->set_credential_id(id);
        Provider(*operation).mutable_revoke_credential()->set_reason("WITHDRAWN");
      }
      return operation;
    }
  }
  if (!Ready()) return nullptr;
  const std::vector<std::string> disputed = BookingsIn({BOOKING_PHASE_DISPUTED});
  if (!disputed.empty() && random_.PerMille(700)) {
    const std::string& id = random_.Pick(disputed);
    auto operation = OnBooking("resolve_dispute", id, Council());
    const int64_t amount = Find(truth_.bookings(), id).Latest().amount;
    operation->pence = amount * random_.Between(0, 3) / 2;
    *Booking(*operation).mutable_resolve_dispute()->mutable_pay() = Pounds(operation->pence);
    Booking(*operation).mutable_resolve_dispute()->set_reason("AGREED");
    return operation;
  }
  return ChangeBudget();
}

}  // namespace regard::simulation
