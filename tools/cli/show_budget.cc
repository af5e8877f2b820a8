#include "tools/cli/show_budget.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/money.h"
#include "tools/cli/names.h"
#include "tools/cli/options.h"
#include "tools/cli/output.h"

namespace regard::cli {
namespace {

// Blank for nothing, so that a statement shows what moved.
std::string Change(int64_t pence) { return pence == 0 ? "" : FormatPence(pence); }

void ShowLines(const google::protobuf::RepeatedPtrField<budgets::v1::LineBalance>& lines, std::ostream& out) {
  Table table({"line", "held as", ">allocated", ">contributed", ">spent", ">held", ">returned", ">free"});
  for (const auto& line : lines) {
    table.Row({line.line_id(), Word(line.holding()), FormatPence(line.allocated_pence()),
               FormatPence(line.contributed_pence()), FormatPence(line.spent_pence()), FormatPence(line.held_pence()),
               FormatPence(line.returned_pence()), FormatPence(line.free_pence())});
  }
  table.Print(out);
}

}  // namespace

void ShowBalance(const budgets::v1::Balance& balance, std::ostream& out) {
  out << balance.budget_id() << " (" << Word(balance.funder()) << ", " << Word(balance.phase()) << "), "
      << ShowDate(balance.period_start()) << " to " << ShowDate(balance.period_end()) << '\n';
  ShowLines(balance.lines(), out);
}

void ShowStatement(const budgets::v1::GetStatementResponse& statement, int last, std::ostream& out) {
  Table table({"date", "what", "line", ">allocated", ">held", ">spent", "for", "reason"});
  const int size = statement.entries_size();
  for (int i = last == 0 ? 0 : std::max(0, size - last); i < size; ++i) {
    const auto& entry = statement.entries(i);
    table.Row({ShowDate(entry.effective()), Word(entry.kind()), entry.line_id(),
               Change(entry.allocated_change_pence() + entry.contributed_change_pence()),
               Change(entry.held_change_pence()), Change(entry.spent_change_pence()),
               ShowCategory(entry.category()), Said(entry.reason())});
  }
  table.Print(out);
  ShowLines(statement.lines(), out);
}

void ShowOutlook(const budgets::v1::GetOutlookResponse& outlook, std::ostream& out) {
  const auto& whole = outlook.whole();
  out << FormatPence(whole.free_pence()) << " free, " << FormatPence(whole.weekly_pace_pence()) << " a week: ";
  if (whole.has_lasts_until()) {
    out << "lasts until " << ShowDate(whole.lasts_until());
  } else {
    out << "lasts as far as can be seen";
  }
  out << "; at the period's end, " << ShowDate(outlook.period_end()) << ", "
      << FormatPence(whole.left_at_period_end_pence()) << " would be left\n";
}

}  // namespace regard::cli
