#include "services/deployment/money_check.h"

#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/routing.h"
#include "libs/es/domain.h"
#include "regard/bookings/v1/facts.pb.h"
#include "regard/budgets/v1/facts.pb.h"

namespace regard::deployment {
namespace {

using bookings::v1::BookingFact;
using budgets::v1::BudgetFact;

struct LineSums {
  int64_t allocated = 0, contributed = 0, held = 0, spent = 0, returned = 0;
  int64_t free() const { return allocated + contributed - held - spent - returned; }
};

struct Hold {
  std::string budget, line, booking;
  int64_t held = 0;
  int64_t posted = 0;
  int64_t refunded = 0;
  enum { kHeld, kPosted, kVoided } phase = kHeld;
};

// What bookings say about one booking's money.
struct Course {
  std::string person, budget;
  bool settled = false;
  int64_t settles_at = 0;
  bool alive = false;
  bool set_aside = false;
  int source_partition = 0;
  uint64_t source_position = 0;
};

class Audit {
 public:
  Audit(const es::FactPlaces& set_aside, es::Verification& report) : set_aside_(set_aside), report_(report) {}

  void Budget(int partition, const es::AcceptedAppend& append);
  void Booking(int partition, const es::AcceptedAppend& append);
  MoneyTotals Conclude(int partition_count);

 private:
  void OnBudgetFact(const std::string& budget, const BudgetFact& fact, const std::string& at);
  void Ends(const std::string& hold_id, int64_t posted, bool post, const std::string& at);
  void Check(const std::string& budget, const std::string& line, const std::string& at) {
    if (lines_[{budget, line}].free() < 0) report_.Problem(at + ": a line went below nothing");
  }

  const es::FactPlaces& set_aside_;
  es::Verification& report_;
  std::map<std::pair<std::string, std::string>, LineSums> lines_;
  std::map<std::string, Hold> holds_;
  std::map<std::string, std::string> hold_of_booking_;
  std::set<std::string> declined_;
  std::map<std::string, Course> courses_;
  // (reactor's target partition, source partition) to the highest source position carried.
  std::map<std::pair<int, int>, uint64_t> carried_;
  std::set<std::string> budgets_;
  std::set<std::string> settlement_refused_;
  MoneyTotals totals_;
};

void Audit::Budget(int partition, const es::AcceptedAppend& append) {
  if (append.append->has_cause()) {
    uint64_t& carried = carried_[{partition, static_cast<int>(append.append->cause().source_partition())}];
    carried = std::max<uint64_t>(carried, append.append->cause().source_position());
  }
  for (const log::v1::Fact& fact : append.append->facts()) {
    if (es::KindOf(fact.stream()) != "budget") continue;
    BudgetFact parsed;
    if (!parsed.ParseFromString(fact.body())) continue;  // reported by the fold
    OnBudgetFact(std::string(es::IdOf(fact.stream())), parsed,
                 absl::StrCat("budgets/", partition, " position ", append.position));
  }
}

void Audit::OnBudgetFact(const std::string& budget, const BudgetFact& fact, const std::string& at) {
  switch (fact.fact_case()) {
    case BudgetFact::kOpened:
      budgets_.insert(budget);
      for (const auto& line : fact.opened().lines()) {
        lines_[{budget, line.line_id()}].allocated += line.allocation().pence();
      }
      return;
    case BudgetFact::kAllocated:
      lines_[{budget, fact.allocated().line_id()}].allocated += fact.allocated().amount().pence();
      return;
    case BudgetFact::kContributed:
      lines_[{budget, fact.contributed().line_id()}].contributed += fact.contributed().amount().pence();
      return;
    case BudgetFact::kAdjusted:
      lines_[{budget, fact.adjusted().line_id()}].allocated += fact.adjusted().change().pence();
      return Check(budget, fact.adjusted().line_id(), at);
    case BudgetFact::kClosed:
      for (const auto& line : fact.closed().returned()) {
        lines_[{budget, line.line_id()}].returned += line.amount().pence();
        Check(budget, line.line_id(), at);
      }
      return;
    case BudgetFact::kHoldPlaced: {
      const auto& placed = fact.hold_placed();
      Hold hold;
      hold.budget = budget;
      hold.line = placed.line_id();
      hold.booking = placed.booking_id();
      hold.held = placed.amount().pence();
      if (!holds_.emplace(placed.hold_id(), hold).second) report_.Problem(at + ": a hold was placed twice");
      if (!hold.booking.empty()) hold_of_booking_[hold.booking] = placed.hold_id();
      lines_[{budget, hold.line}].held += hold.held;
      return Check(budget, hold.line, at);
    }
    case BudgetFact::kHoldDeclined:
      declined_.insert(fact.hold_declined().booking_id());
      return;
    case BudgetFact::kHoldPosted:
      return Ends(fact.hold_posted().hold_id(), fact.hold_posted().amount().pence(), true, at);
    case BudgetFact::kHoldVoided:
      return Ends(fact.hold_voided().hold_id(), 0, false, at);
    case BudgetFact::kPayoutDue: {
      const auto hold = holds_.find(fact.payout_due().hold_id());
      if (hold == holds_.end() || hold->second.posted != fact.payout_due().amount().pence()) {
        report_.Problem(at + ": a payout is not its posting");
      }
      totals_.payouts_due += fact.payout_due().amount().pence();
      return;
    }
    case BudgetFact::kPostingRefunded: {
      const auto& refund = fact.posting_refunded();
      Hold& hold = holds_[refund.hold_id()];
      hold.refunded += refund.amount().pence();
      if (hold.refunded > hold.posted) report_.Problem(at + ": more came back than was posted");
      LineSums& line = lines_[{budget, refund.line_id()}];
      line.spent -= refund.amount().pence();
      if (refund.returned()) line.returned += refund.amount().pence();
      totals_.refunded += refund.amount().pence();
      return;
    }
    case BudgetFact::kSettlementRefused:
      settlement_refused_.insert(fact.settlement_refused().booking_id());
      return;
    case BudgetFact::kExceptionAllowed:
    case BudgetFact::FACT_NOT_SET:
      return;
  }
}

void Audit::Ends(const std::string& hold_id, int64_t posted, bool post, const std::string& at) {
  const auto found = holds_.find(hold_id);
  if (found == holds_.end() || found->second.phase != Hold::kHeld) {
    return report_.Problem(at + ": a hold ended that does not live");
  }
  Hold& hold = found->second;
  if (posted > hold.held) report_.Problem(at + ": more was posted than held");
  LineSums& line = lines_[{hold.budget, hold.line}];
  line.held -= hold.held;
  line.spent += posted;
  hold.posted = posted;
  hold.phase = post ? Hold::kPosted : Hold::kVoided;
}

void Audit::Booking(int partition, const es::AcceptedAppend& append) {
  for (int index = 0; index < append.append->facts_size(); ++index) {
    const log::v1::Fact& fact = append.append->facts(index);
    if (es::KindOf(fact.stream()) != "booking") continue;
    BookingFact parsed;
    if (!parsed.ParseFromString(fact.body())) continue;
    Course& course = courses_[std::string(es::IdOf(fact.stream()))];
    course.set_aside |= set_aside_.count({"bookings", partition, append.position, index}) > 0;
    const auto settles = [&](int64_t pence) {
      course.settled = true;
      course.alive = false;
      course.settles_at = pence;
      course.source_partition = partition;
      course.source_position = append.position;
    };
    switch (parsed.fact_case()) {
      case BookingFact::kRequested:
        course.person = parsed.requested().person_id();
        course.budget = parsed.requested().budget_id();
        course.alive = true;
        course.source_partition = partition;
        course.source_position = append.position;
        break;
      case BookingFact::kDeclined:
        settles(0);
        break;
      case BookingFact::kExpired:
        settles(0);
        break;
      case BookingFact::kCancelled:
        settles(parsed.cancelled().fee().pence());
        break;
      case BookingFact::kConfirmed:
        settles(parsed.confirmed().amount().pence());
        break;
      case BookingFact::kNoShow:
        settles(parsed.no_show().fee().pence());
        break;
      case BookingFact::kDisputeResolved:
        settles(parsed.dispute_resolved().pay().pence());
        break;
      default:  // steps that move no money
        break;
    }
  }
}

MoneyTotals Audit::Conclude(int partition_count) {
  for (const auto& [booking, course] : courses_) {
    if (course.budget.empty()) continue;
    if (course.set_aside) {
      ++totals_.bookings_set_aside;
      continue;
    }
    const auto carried = carried_.find({PartitionOf(course.person, partition_count), course.source_partition});
    const bool handled = carried != carried_.end() && carried->second >= course.source_position;
    const auto hold_id = hold_of_booking_.find(booking);
    const Hold* hold = hold_id == hold_of_booking_.end() ? nullptr : &holds_[hold_id->second];
    if (!handled) {
      ++totals_.settlements_on_their_way;
      continue;
    }
    if (hold == nullptr) {
      if (declined_.count(booking) == 0) report_.Problem(absl::StrCat("booking ", booking, " has neither hold nor refusal"));
    } else if (course.alive && hold->phase != Hold::kHeld) {
      report_.Problem(absl::StrCat("booking ", booking, " lives, its hold does not"));
    } else if (course.settled && (hold->phase == Hold::kHeld || hold->posted != course.settles_at)) {
      if (settlement_refused_.count(booking) == 0) {
        report_.Problem(absl::StrCat("booking ", booking, " settles at ", course.settles_at, ", its hold posted ",
                                     hold->posted));
      }
    }
  }
  // The other way round: no posting that no booking asked for.
  for (const auto& [id, hold] : holds_) {
    if (hold.booking.empty() || hold.phase != Hold::kPosted) continue;
    const auto course = courses_.find(hold.booking);
    if (course == courses_.end() || !course->second.settled) {
      report_.Problem(absl::StrCat("hold ", id, " was posted, its booking did not settle"));
    }
  }
  int64_t posted = 0;
  for (const auto& [id, hold] : holds_) posted += hold.posted;
  if (posted != totals_.payouts_due) report_.Problem("payouts due are not the postings");
  totals_.budgets = budgets_.size();
  for (const auto& [where, line] : lines_) {
    totals_.allocated += line.allocated;
    totals_.contributed += line.contributed;
    totals_.spent += line.spent;
    totals_.held += line.held;
    totals_.free += line.free();
    totals_.returned += line.returned;
  }
  if (totals_.spent != posted - totals_.refunded) report_.Problem("spent is not postings less refunds");
  return totals_;
}

}  // namespace

absl::StatusOr<MoneyTotals> CheckMoney(es::EventLog& budgets, es::EventLog& bookings, const es::FactPlaces& set_aside,
                                       es::Verification& report) {
  Audit audit(set_aside, report);
  absl::Status read = es::VisitAccepted(
      budgets, [&](int partition, const es::AcceptedAppend& append) { audit.Budget(partition, append); });
  if (!read.ok()) return read;
  read = es::VisitAccepted(
      bookings, [&](int partition, const es::AcceptedAppend& append) { audit.Booking(partition, append); });
  if (!read.ok()) return read;
  return audit.Conclude(static_cast<int>(budgets.identity().partition_count()));
}

}  // namespace regard::deployment
