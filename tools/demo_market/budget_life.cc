#include "tools/demo_market/budget_life.h"

#include "absl/strings/str_cat.h"
#include "libs/base/money.h"
#include "tools/cli/parallel.h"

namespace regard::demo {
namespace {

using Stub = budgets::v1::BudgetsService::Stub;

constexpr int kContributionWeeks = 4;
constexpr int kQuarterWeeks = 13;
constexpr int kQuarters = 4;

void Contribute(World& world, const Person& person, int week) {
  budgets::v1::RecordContributionRequest request;
  request.set_person_id(person.plan->person_id);
  request.set_budget_id(person.budget_id);
  request.set_line_id(kBudgetLine);
  *request.mutable_amount() = Pounds(person.plan->contribution_pence);
  budgets::v1::RecordContributionResponse response;
  world.Expect(world.Tell(world.stubs().budgets, &Stub::RecordContribution, world.practitioner_token(),
                          absl::StrCat("contribution ", person.plan->person_id, " ", week), request, response),
               "record a contribution");
}

void AllocateQuarter(World& world, const Person& person, int week) {
  budgets::v1::AllocateMoneyRequest request;
  request.set_person_id(person.plan->person_id);
  request.set_budget_id(person.budget_id);
  request.set_line_id(kBudgetLine);
  *request.mutable_amount() = Pounds(person.plan->annual_pence / kQuarters);
  request.set_reason("NEXT_QUARTER");
  budgets::v1::AllocateMoneyResponse response;
  world.Expect(world.Tell(world.stubs().budgets, &Stub::AllocateMoney, world.practitioner_token(),
                          absl::StrCat("quarter ", person.plan->person_id, " ", week), request, response),
               "allocate a quarter");
}

// Nothing is booked since the week before, but something may not be settled yet: then it is closed a week later.
void MoveAway(World& world, Person& person, int week) {
  budgets::v1::CloseBudgetRequest request;
  request.set_person_id(person.plan->person_id);
  request.set_budget_id(person.budget_id);
  request.set_reason("MOVED_AWAY");
  budgets::v1::CloseBudgetResponse response;
  const absl::Status told = world.Tell(world.stubs().budgets, &Stub::CloseBudget, world.practitioner_token(),
                                       absl::StrCat("close ", person.plan->person_id, " ", week), request, response);
  if (told.ok()) {
    person.moved = true;
  } else if (RefusalOf(told).empty()) {
    world.Expect(told, "close a budget");
  }
}

}  // namespace

void LiveBudgets(World& world, Town& town, int week) {
  cli::InParallel(town.people.size(), kAtOnce, [&](size_t i) {
    Person& person = town.people[i];
    if (world.failed() || person.moved) return;
    const int moves = person.plan->moves_in_week;
    if (moves >= 0 && week >= moves - 1) person.arrangements.clear();
    if (moves >= 0 && week >= moves) return MoveAway(world, person, week);
    if (person.plan->contribution_pence > 0 && week % kContributionWeeks == 0) Contribute(world, person, week);
    if (person.plan->paid_quarterly && week > 0 && week % kQuarterWeeks == 0) AllocateQuarter(world, person, week);
  });
}

}  // namespace regard::demo
