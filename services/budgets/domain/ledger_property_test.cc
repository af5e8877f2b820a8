// Random histories against a naive ledger that knows nothing but sums: the decider accepts what the naive one would,
// the folded state agrees with it after every command, and the invariant holds on every line and in sum.
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libs/base/money.h"
#include "libs/es/domain.h"
#include "rapidcheck.h"
#include "services/budgets/domain/budget.h"
#include "services/budgets/domain/ledger.h"

namespace regard::budgets {
namespace {

using internal::v1::BudgetsCommand;
using internal::v1::BudgetState;
using internal::v1::LineState;

constexpr int kLines = 2;

struct NaiveHold {
  int line = 0;
  int64_t pence = 0;
  bool posted = false;
  int64_t refunded_pence = 0;
  absl::Time at;
};

struct NaiveLedger {
  bool closed = false;
  int64_t in[kLines] = {1000, 1000};
  int64_t allocated[kLines] = {1000, 1000};
  int64_t returned[kLines] = {0, 0};
  std::map<std::string, NaiveHold> holds;

  int64_t Held(int line) const {
    int64_t sum = 0;
    for (const auto& [id, hold] : holds) sum += hold.line == line && !hold.posted ? hold.pence : 0;
    return sum;
  }
  int64_t Spent(int line) const {
    int64_t sum = 0;
    for (const auto& [id, hold] : holds) sum += hold.line == line && hold.posted ? hold.pence - hold.refunded_pence : 0;
    return sum;
  }
  int64_t Free(int line) const { return in[line] - Held(line) - Spent(line) - returned[line]; }
};

struct Step {
  int kind;
  int line;
  int hold;
  int64_t pence;
  int hours;
};

std::string LineId(int line) { return "line" + std::to_string(line); }
std::string HoldId(int hold) { return "hold" + std::to_string(hold); }

enum Kind { kAllocate, kContribute, kAdjust, kPlace, kPost, kVoid, kRefund, kClose, kKinds };

rc::Gen<Step> AnyStep() {
  return rc::gen::construct<Step>(
      // Closing ends a history, so it is rare; holds make up most of it.
      rc::gen::weightedElement<int>({{3, kAllocate},
                                     {3, kContribute},
                                     {4, kAdjust},
                                     {12, kPlace},
                                     {10, kPost},
                                     {6, kVoid},
                                     {6, kRefund},
                                     {1, kClose}}),
      rc::gen::inRange(0, kLines), rc::gen::inRange(0, 12), rc::gen::inRange<int64_t>(1, 700),
      rc::gen::inRange(0, 24 * 12));
}

class History {
 public:
  History() {
    v1::BudgetFact fact;
    v1::BudgetOpened& opened = *fact.mutable_opened();
    opened.set_budget_id("b1");
    opened.set_person_id("p1");
    opened.set_funder(v1::FUNDER_COUNCIL);
    for (int i = 0; i < kLines; ++i) {
      v1::Line& line = *opened.add_lines();
      line.set_line_id(LineId(i));
      *line.mutable_allocation() = Pounds(1000);
    }
    opened.mutable_period_start()->set_year(2026);
    opened.mutable_period_start()->set_month(1);
    opened.mutable_period_start()->set_day(1);
    *opened.mutable_period_end() = opened.period_start();
    Evolve(state_, fact, {now_});
  }

  void Do(const Step& step) {
    now_ += absl::Hours(step.hours);
    BudgetsCommand command;
    command.set_person_id("p1");
    command.set_budget_id("b1");
    const bool expected = Expect(step, command);
    const es::Decision decision = Decide(state_, nullptr, command, {now_, {}});
    RC_ASSERT(decision.rejection().has_value() != expected);
    for (const es::StreamFact& fact : decision.facts()) {
      Evolve(state_, static_cast<const v1::BudgetFact&>(*fact.fact), {now_});
    }
    Compare();
  }

 private:
  // Fills the command; whether the naive ledger accepts it, which it then has done.
  bool Expect(const Step& step, BudgetsCommand& command) {
    int64_t& in = naive_.in[step.line];
    int64_t& allocated = naive_.allocated[step.line];
    const std::string id = HoldId(step.hold);
    const auto hold = naive_.holds.find(id);
    const bool living = hold != naive_.holds.end() && !hold->second.posted;
    switch (step.kind) {
      case kAllocate:
        command.mutable_allocate()->set_line_id(LineId(step.line));
        *command.mutable_allocate()->mutable_amount() = Pounds(step.pence);
        if (naive_.closed) return false;
        in += step.pence;
        allocated += step.pence;
        return true;
      case kContribute:
        command.mutable_contribute()->set_line_id(LineId(step.line));
        *command.mutable_contribute()->mutable_amount() = Pounds(step.pence);
        if (naive_.closed) return false;
        in += step.pence;
        return true;
      case kAdjust: {
        const int64_t change = step.hold % 3 == 0 ? step.pence : -step.pence;
        command.mutable_adjust()->set_line_id(LineId(step.line));
        *command.mutable_adjust()->mutable_change() = Pounds(change);
        if (naive_.closed || naive_.Free(step.line) + change < 0 || allocated + change < 0) return false;
        in += change;
        allocated += change;
        return true;
      }
      case kPlace: {
        auto& place = *command.mutable_place_hold();
        place.set_hold_id(HoldId(next_hold_));
        place.set_line_id(LineId(step.line));
        *place.mutable_amount() = Pounds(step.pence);
        place.mutable_effective()->set_year(2026);
        place.mutable_effective()->set_month(1);
        place.mutable_effective()->set_day(1);
        place.set_standing(internal::v1::PROVIDER_STANDING_GOOD);
        if (naive_.closed || naive_.Free(step.line) < step.pence) return false;
        naive_.holds[HoldId(next_hold_++)] = {step.line, step.pence, false, 0, now_};
        return true;
      }
      case kPost:
        command.mutable_post_hold()->set_hold_id(id);
        *command.mutable_post_hold()->mutable_amount() = Pounds(step.pence);
        if (!living || hold->second.pence < step.pence) return false;
        hold->second = {hold->second.line, step.pence, true, 0, now_};
        return true;
      case kVoid:
        command.mutable_void_hold()->set_hold_id(id);
        if (!living) return false;
        naive_.holds.erase(hold);
        return true;
      case kRefund:
        command.mutable_refund()->set_hold_id(id);
        *command.mutable_refund()->mutable_amount() = Pounds(step.pence);
        if (hold == naive_.holds.end() || living || now_ - hold->second.at >= kRefundable ||
            hold->second.pence - hold->second.refunded_pence < step.pence) {
          return false;
        }
        hold->second.refunded_pence += step.pence;
        if (naive_.closed) naive_.returned[hold->second.line] += step.pence;
        return true;
      case kClose: {
        command.mutable_close();
        bool held = false;
        for (int i = 0; i < kLines; ++i) held |= naive_.Held(i) > 0;
        if (naive_.closed || held) return false;
        for (int i = 0; i < kLines; ++i) naive_.returned[i] += naive_.Free(i);
        naive_.closed = true;
        return true;
      }
    }
    std::abort();
  }

  void Compare() {
    int64_t in = 0, out = 0;
    for (int i = 0; i < kLines; ++i) {
      const LineState& line = state_.lines(i);
      RC_ASSERT(line.allocated_pence() == naive_.allocated[i]);
      RC_ASSERT(line.allocated_pence() + line.contributed_pence() == naive_.in[i]);
      RC_ASSERT(line.held_pence() == naive_.Held(i));
      RC_ASSERT(line.spent_pence() == naive_.Spent(i));
      RC_ASSERT(line.returned_pence() == naive_.returned[i]);
      RC_ASSERT(FreePence(line) == naive_.Free(i));
      RC_ASSERT(FreePence(line) >= 0);
      RC_ASSERT(!naive_.closed || FreePence(line) == 0);
      in += line.allocated_pence() + line.contributed_pence();
      out += line.spent_pence() + line.held_pence() + FreePence(line) + line.returned_pence();
    }
    RC_ASSERT(in == out);
    for (int i = 1; i < state_.holds_size(); ++i) RC_ASSERT(state_.holds(i - 1).hold_id() < state_.holds(i).hold_id());
    for (const auto& [id, hold] : naive_.holds) RC_ASSERT(hold.posted || FindHold(state_, id) != nullptr);
  }

  BudgetState state_;
  NaiveLedger naive_;
  absl::Time now_ = absl::FromUnixSeconds(1'767'600'000);
  int next_hold_ = 0;
};

TEST(Ledger, AgreesWithANaiveOneAndAddsUp) {
  // The same histories every time, unless somebody asks for others.
  setenv("RC_PARAMS", "seed=20260105 max_success=300 max_size=150", /*overwrite=*/0);
  const bool holds = rc::check("any history", [] {
    const auto steps = *rc::gen::container<std::vector<Step>>(AnyStep());
    History history;
    for (const Step& step : steps) history.Do(step);
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace regard::budgets
