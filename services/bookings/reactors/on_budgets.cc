#include "services/bookings/reactors/on_budgets.h"

#include <memory>
#include <utility>

#include "libs/base/money.h"
#include "libs/es/domain.h"
#include "regard/bookings/internal/v1/commands.pb.h"
#include "regard/budgets/v1/facts.pb.h"

namespace regard::bookings {
namespace {

using budgets::v1::BudgetFact;
using internal::v1::BookingsCommand;

// A command for the booking that `fact` is about; null when it is about a purchase outside bookings.
template <class Fact>
std::unique_ptr<BookingsCommand> About(const Fact& fact) {
  if (fact.booking_id().empty() || fact.provider_id().empty()) return nullptr;
  auto command = std::make_unique<BookingsCommand>();
  command->set_provider_id(fact.provider_id());
  command->set_booking_id(fact.booking_id());
  return command;
}

std::unique_ptr<BookingsCommand> CommandFor(const BudgetFact& fact) {
  std::unique_ptr<BookingsCommand> command;
  switch (fact.fact_case()) {
    case BudgetFact::kHoldPlaced:
      command = About(fact.hold_placed());
      if (command == nullptr) break;
      command->mutable_fund()->set_hold_id(fact.hold_placed().hold_id());
      command->mutable_fund()->set_line_id(fact.hold_placed().line_id());
      command->mutable_fund()->set_holding(fact.hold_placed().holding());
      break;
    case BudgetFact::kHoldDeclined:
      command = About(fact.hold_declined());
      if (command == nullptr) break;
      command->mutable_decline_by_budget()->set_reason(fact.hold_declined().reason());
      break;
    case BudgetFact::kHoldPosted:
      command = About(fact.hold_posted());
      if (command == nullptr) break;
      *command->mutable_settle()->mutable_paid() = fact.hold_posted().amount();
      break;
    case BudgetFact::kHoldVoided:
      command = About(fact.hold_voided());
      if (command == nullptr) break;
      *command->mutable_settle()->mutable_paid() = Pounds(0);
      break;
    case BudgetFact::kSettlementRefused:
      command = About(fact.settlement_refused());
      if (command == nullptr) break;
      command->mutable_report_settlement_failure()->set_reason(fact.settlement_refused().reason());
      break;
    case BudgetFact::kOpened:
    case BudgetFact::kAllocated:
    case BudgetFact::kContributed:
    case BudgetFact::kAdjusted:
    case BudgetFact::kClosed:
    case BudgetFact::kExceptionAllowed:
    case BudgetFact::kPayoutDue:
    case BudgetFact::kPostingRefunded:
    case BudgetFact::FACT_NOT_SET:
      break;
  }
  return command;
}

}  // namespace

absl::StatusOr<std::vector<es::Reaction>> OnBudgets::React(const es::FactEvent& event) {
  std::vector<es::Reaction> reactions;
  if (es::KindOf(event.logged.stream()) != "budget") return reactions;
  if (std::unique_ptr<BookingsCommand> command = CommandFor(event.As<BudgetFact>()); command != nullptr) {
    std::string routing_key = command->provider_id();
    reactions.push_back({std::move(routing_key), std::move(command)});
  }
  return reactions;
}

}  // namespace regard::bookings
