#include "services/budgets/domain/budgets_domain.h"

#include "services/budgets/domain/budget.h"
#include "services/budgets/domain/council.h"
#include "services/budgets/domain/person.h"

namespace regard::budgets {
namespace {

using internal::v1::BudgetsCommand;
using internal::v1::BudgetState;
using internal::v1::CouncilState;
using internal::v1::PersonState;

// Whose streams a command is about.
enum class About { kBudget, kPerson, kCouncil, kNothing };

About AboutWhat(const BudgetsCommand& command) {
  switch (command.command_case()) {
    case BudgetsCommand::kOpen:
    case BudgetsCommand::kAllocate:
    case BudgetsCommand::kContribute:
    case BudgetsCommand::kAdjust:
    case BudgetsCommand::kClose:
    case BudgetsCommand::kAllowException:
    case BudgetsCommand::kPlaceHold:
    case BudgetsCommand::kPostHold:
    case BudgetsCommand::kVoidHold:
    case BudgetsCommand::kRefund:
      return About::kBudget;
    case BudgetsCommand::kGrantActing:
    case BudgetsCommand::kRevokeActing:
      return About::kPerson;
    case BudgetsCommand::kRecordPackageCost:
      return About::kCouncil;
    case BudgetsCommand::COMMAND_NOT_SET:
      break;
  }
  return About::kNothing;
}

class Domain : public es::Domain {
 public:
  absl::string_view topic() const override { return "budgets"; }
  uint32_t fold_version() const override { return 1; }

  absl::Span<const es::Aggregate> aggregates() const override {
    static const es::Aggregate kAggregates[] = {
        es::AggregateOf<BudgetState, v1::BudgetFact,
                        static_cast<void (*)(BudgetState&, const v1::BudgetFact&, const es::FactContext&)>(Evolve)>(
            "budget"),
        es::AggregateOf<PersonState, v1::PersonFact,
                        static_cast<void (*)(PersonState&, const v1::PersonFact&, const es::FactContext&)>(Evolve)>(
            "person"),
        es::AggregateOf<CouncilState, v1::CouncilFact,
                        static_cast<void (*)(CouncilState&, const v1::CouncilFact&, const es::FactContext&)>(Evolve)>(
            "council"),
    };
    return kAggregates;
  }

  std::vector<std::string> StreamsOf(const google::protobuf::Message& message) const override {
    const auto& command = static_cast<const BudgetsCommand&>(message);
    std::vector<std::string> streams;
    switch (AboutWhat(command)) {
      case About::kBudget:
        streams.push_back(BudgetStream(command.budget_id()));
        // Only a helper's right is in the person's stream; for everybody else it need not be read.
        if (command.by_helper()) streams.push_back(PersonStream(command.person_id()));
        break;
      case About::kPerson:
        streams.push_back(PersonStream(command.person_id()));
        if (!command.budget_id().empty()) streams.push_back(BudgetStream(command.budget_id()));
        break;
      case About::kCouncil:
        streams.push_back(CouncilStream(command.record_package_cost().tenant()));
        break;
      case About::kNothing:
        break;
    }
    return streams;
  }

  es::Decision Decide(const es::States& states, const google::protobuf::Message& message,
                      const es::CommandContext& context) const override {
    const auto& command = static_cast<const BudgetsCommand&>(message);
    switch (AboutWhat(command)) {
      case About::kBudget: {
        const acting::Grants* grants =
            command.by_helper() ? &states.Get<PersonState>(PersonStream(command.person_id())).grants() : nullptr;
        return budgets::Decide(states.Get<BudgetState>(BudgetStream(command.budget_id())), grants, command, context);
      }
      case About::kPerson: {
        const BudgetState* budget =
            command.budget_id().empty() ? nullptr : &states.Get<BudgetState>(BudgetStream(command.budget_id()));
        return budgets::Decide(states.Get<PersonState>(PersonStream(command.person_id())), budget, command, context);
      }
      case About::kCouncil: {
        const auto& record = command.record_package_cost();
        return budgets::Decide(states.Get<CouncilState>(CouncilStream(record.tenant())), record, context);
      }
      case About::kNothing:
        break;
    }
    return es::Decision::Nothing();
  }
};

}  // namespace

const es::Domain& BudgetsDomain() {
  static const Domain domain;
  return domain;
}

const std::string& RoutingKeyOf(const BudgetsCommand& command) {
  return AboutWhat(command) == About::kCouncil ? command.record_package_cost().tenant() : command.person_id();
}

}  // namespace regard::budgets
