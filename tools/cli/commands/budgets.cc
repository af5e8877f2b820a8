// regard open-budget, balance, statement, outlook, budgets: money that a person can see.
#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

#include "libs/base/money.h"
#include "libs/base/time.h"
#include "regard/budgets/v1/budgets_service.grpc.pb.h"
#include "tools/cli/options.h"
#include "tools/cli/program.h"
#include "tools/cli/show_budget.h"

namespace regard::cli {
namespace {

using budgets::v1::BudgetsService;
using Stub = BudgetsService::Stub;

struct BudgetOptions {
  std::string person;
  std::string budget;
  std::string token;
  std::string as_at;
  std::string effective;
  std::string more_per_week;
  int page_size = 100;
  std::string page_token;
};

template <class Request>
void Name(Program& program, const BudgetOptions& options, Request& request) {
  request.set_person_id(options.person.empty() ? program.Subject() : options.person);
  request.set_budget_id(options.budget);
  request.set_consistency_token(options.token);
}

absl::Status Balance(Program& program, const BudgetOptions& options) {
  budgets::v1::GetBalanceRequest request;
  Name(program, options, request);
  budgets::v1::GetBalanceResponse response;
  const absl::Status status = program.Call<BudgetsService>(&Stub::GetBalance, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) { ShowBalance(response.balance(), out); });
  return absl::OkStatus();
}

absl::Status Statement(Program& program, const BudgetOptions& options) {
  budgets::v1::GetStatementRequest request;
  Name(program, options, request);
  if (!options.as_at.empty()) {
    const absl::StatusOr<absl::Time> as_at = ReadTime(options.as_at);
    if (!as_at.ok()) return as_at.status();
    *request.mutable_as_at_record_time() = ToProto(*as_at);
  }
  if (!options.effective.empty()) {
    const absl::StatusOr<base::v1::Date> effective = ReadDate(options.effective);
    if (!effective.ok()) return effective.status();
    *request.mutable_as_at_effective() = *effective;
  }
  request.set_page_size(options.page_size);
  request.set_page_token(options.page_token);
  budgets::v1::GetStatementResponse response;
  const absl::Status status = program.Call<BudgetsService>(&Stub::GetStatement, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    ShowStatement(response, 0, out);
    if (!response.next_page_token().empty()) out << "more: --page-token " << response.next_page_token() << '\n';
  });
  return absl::OkStatus();
}

absl::Status Outlook(Program& program, const BudgetOptions& options) {
  budgets::v1::GetOutlookRequest request;
  Name(program, options, request);
  if (!options.more_per_week.empty()) {
    const absl::StatusOr<int64_t> pence = ReadPounds(options.more_per_week);
    if (!pence.ok()) return pence.status();
    *request.mutable_more_per_week() = Pounds(*pence);
  }
  budgets::v1::GetOutlookResponse response;
  const absl::Status status = program.Call<BudgetsService>(&Stub::GetOutlook, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) { ShowOutlook(response, out); });
  return absl::OkStatus();
}

absl::Status ListBudgets(Program& program, const BudgetOptions& options) {
  budgets::v1::ListBudgetsRequest request;
  request.set_person_id(options.person);
  request.set_consistency_token(options.token);
  request.set_page_size(options.page_size);
  request.set_page_token(options.page_token);
  budgets::v1::ListBudgetsResponse response;
  const absl::Status status = program.Call<BudgetsService>(&Stub::ListBudgets, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    Table table({"person", "budget", "funder", "phase", ">spent", ">held", ">free"});
    for (const auto& budget : response.budgets()) {
      table.Row({budget.person_id(), budget.budget_id(), Word(budget.funder()), Word(budget.phase()),
                 FormatPence(budget.spent_pence()), FormatPence(budget.held_pence()),
                 FormatPence(budget.free_pence())});
    }
    table.Print(out);
    if (!response.next_page_token().empty()) out << "more: --page-token " << response.next_page_token() << '\n';
  });
  return absl::OkStatus();
}

struct OpenOptions {
  std::string person;
  std::string budget;
  std::string funder = "council";
  std::string holding = "direct-payment";
  std::string holder;
  std::string amount;
  std::string first;
  std::string last;
  std::vector<std::string> categories;
};

absl::Status Open(Program& program, const OpenOptions& options) {
  const absl::StatusOr<int64_t> pence = ReadPounds(options.amount);
  if (!pence.ok()) return pence.status();
  const absl::StatusOr<base::v1::Date> first = ReadDate(options.first);
  if (!first.ok()) return first.status();
  const absl::StatusOr<base::v1::Date> last = ReadDate(options.last);
  if (!last.ok()) return last.status();
  budgets::v1::OpenBudgetRequest request;
  request.set_person_id(options.person);
  request.set_budget_id(options.budget);
  request.set_funder(FromWord<budgets::v1::Funder>(options.funder));
  budgets::v1::Line& line = *request.add_lines();
  line.set_line_id("main");
  line.set_holding(FromWord<base::v1::Holding>(options.holding));
  line.set_holder_id(options.holder);
  for (const std::string& category : options.categories) line.add_categories(category);
  *line.mutable_allocation() = Pounds(*pence);
  *request.mutable_period_start() = *first;
  *request.mutable_period_end() = *last;
  budgets::v1::OpenBudgetResponse response;
  const absl::Status status = program.Send<BudgetsService>(&Stub::OpenBudget, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) { out << "budget  " << response.budget_id() << '\n'; });
  return absl::OkStatus();
}

void AddOpenCommand(Program& program) {
  auto options = std::make_shared<OpenOptions>();
  CLI::App& command = program.Add(
      program.app(), "open-budget", "Open a budget with one line, as the council's practitioner",
      "  regard open-budget --person p1 --amount 8611 --from 2026-04-06 --to 2027-04-05",
      [&program, options] { return Open(program, *options); });
  command.add_option("--person", options->person, "Whose")->required();
  command.add_option("--budget", options->budget, "Its id; otherwise one is made");
  AddEnum<budgets::v1::Funder>(command, "--funder", options->funder, "Who pays")->capture_default_str();
  AddEnum<base::v1::Holding>(command, "--holding", options->holding, "How it is held")->capture_default_str();
  command.add_option("--holder", options->holder, "Who holds a fund or a third party's money");
  command.add_option("--amount", options->amount, "Pounds for the whole period")->required();
  command.add_option("--from", options->first, "First day")->required();
  command.add_option("--to", options->last, "Last day")->required();
  AddMany(command, "--category", options->categories, "What it may buy; otherwise anything; may be repeated");
}

CLI::App& AddBudgetCommand(Program& program, const std::string& name, const std::string& description,
                           const std::string& example, const std::shared_ptr<BudgetOptions>& options,
                           absl::Status (*body)(Program&, const BudgetOptions&)) {
  CLI::App& command =
      program.Add(program.app(), name, description, example, [&program, options, body] { return body(program, *options); });
  command.add_option("--person", options->person, "Person id; otherwise whose token it is");
  command.add_option("--after", options->token, "Consistency token of what must be seen, e.g. from regard book");
  return command;
}

}  // namespace

void AddBudgetCommands(Program& program) {
  AddOpenCommand(program);
  auto options = std::make_shared<BudgetOptions>();
  CLI::App& balance = AddBudgetCommand(program, "balance", "What a budget has, line by line",
                                       "  regard balance --budget ID\n  regard balance --budget ID --after TOKEN", options,
                                       Balance);
  CLI::App& statement = AddBudgetCommand(
      program, "statement", "Every movement of a budget, as at any time",
      "  regard statement --budget ID\n  regard statement --budget ID --effective 2026-02-28 --as-at 2026-03-15T12:00",
      options, Statement);
  CLI::App& outlook = AddBudgetCommand(program, "outlook", "How long the money lasts at the booked pace",
                                       "  regard outlook --budget ID --more-per-week 40", options, Outlook);
  for (CLI::App* command : {&balance, &statement, &outlook}) {
    command->add_option("--budget", options->budget, "Budget id")->required();
  }
  statement.add_option("--as-at", options->as_at, "What was known then, e.g. 2026-03-15T12:00");
  statement.add_option("--effective", options->effective, "What counts by the end of that day, e.g. 2026-02-28");
  outlook.add_option("--more-per-week", options->more_per_week, "Pounds that would be booked besides");
  CLI::App& list = AddBudgetCommand(program, "budgets", "Budgets of a person, or of a practitioner's council",
                                    "  regard budgets", options, ListBudgets);
  for (CLI::App* command : {&statement, &list}) {
    command->add_option("--page-size", options->page_size, "1 to 200")->capture_default_str();
    command->add_option("--page-token", options->page_token, "From the page before");
  }
}

}  // namespace regard::cli
