#include "tests/simulation/faulty_domain.h"

#include <string>
#include <utility>
#include <vector>

#include "regard/budgets/internal/v1/commands.pb.h"
#include "regard/budgets/internal/v1/state.pb.h"

namespace regard::simulation {
namespace {

using budgets::internal::v1::BudgetsCommand;
using budgets::internal::v1::BudgetState;

class Watched : public es::Domain {
 public:
  using Refused = std::function<void(const google::protobuf::Message&, const Rejection&)>;

  Watched(const es::Domain& real, Refused refused) : real_(real), refused_(std::move(refused)) {}
  absl::string_view topic() const override { return real_.topic(); }
  uint32_t fold_version() const override { return real_.fold_version(); }
  absl::Span<const es::Aggregate> aggregates() const override { return real_.aggregates(); }
  std::vector<std::string> StreamsOf(const google::protobuf::Message& command) const override {
    return real_.StreamsOf(command);
  }
  es::Decision Decide(const es::States& states, const google::protobuf::Message& command,
                      const es::CommandContext& context) const override {
    es::Decision decision = real_.Decide(states, command, context);
    if (decision.rejection().has_value()) refused_(command, *decision.rejection());
    return decision;
  }
  std::vector<std::string> StreamsOfDue(absl::string_view stream) const override { return real_.StreamsOfDue(stream); }
  es::Decision DecideDue(const es::States& states, absl::string_view stream,
                         const es::CommandContext& context) const override {
    return real_.DecideDue(states, stream, context);
  }

 protected:
  const es::Domain& real_;
  const Refused refused_;
};

// Budgets whose lines seem to have no end.
class Endless final : public es::States {
 public:
  explicit Endless(const es::States& real) : real_(real) {}
  const google::protobuf::Message& Get(absl::string_view stream) const override {
    const google::protobuf::Message& state = real_.Get(stream);
    if (es::KindOf(stream) != "budget") return state;
    auto budget = std::make_unique<BudgetState>(static_cast<const BudgetState&>(state));
    for (auto& line : *budget->mutable_lines()) line.set_allocated_pence(line.allocated_pence() + 1'000'000'000);
    copies_.push_back(std::move(budget));
    return *copies_.back();
  }

 private:
  const es::States& real_;
  mutable std::vector<std::unique_ptr<BudgetState>> copies_;
};

class LimitAtPosting final : public Watched {
 public:
  using Watched::Watched;
  es::Decision Decide(const es::States& states, const google::protobuf::Message& message,
                      const es::CommandContext& context) const override {
    const auto& command = static_cast<const BudgetsCommand&>(message);
    if (command.has_place_hold()) return real_.Decide(Endless(states), message, context);
    if (command.has_post_hold() && !command.post_hold().from_booking()) {
      const int64_t pence = command.post_hold().amount().pence();
      for (const auto& line : states.Get<BudgetState>("budget/" + command.budget_id()).lines()) {
        if (line.allocated_pence() + line.contributed_pence() < line.spent_pence() + pence) {
          return es::Decision::Refused(RuleRefuses("NOT_ENOUGH_FREE"));
        }
      }
    }
    return real_.Decide(states, message, context);
  }
};

}  // namespace

std::unique_ptr<es::Domain> Around(const es::Domain& real, Control control,
                                   std::function<void(const google::protobuf::Message&, const Rejection&)> refused) {
  if (control == Control::kLimitAtPosting && real.topic() == "budgets") {
    return std::make_unique<LimitAtPosting>(real, std::move(refused));
  }
  return std::make_unique<Watched>(real, std::move(refused));
}

}  // namespace regard::simulation
