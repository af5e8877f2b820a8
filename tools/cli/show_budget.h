// A budget's answers for people; the demonstration prints them too.
#pragma once

#include <ostream>

#include "regard/budgets/v1/budgets_service.pb.h"

namespace regard::cli {

void ShowBalance(const budgets::v1::Balance& balance, std::ostream& out);
// The last `last` movements, or all of them when 0, and the lines as at the times asked for.
void ShowStatement(const budgets::v1::GetStatementResponse& statement, int last, std::ostream& out);
void ShowOutlook(const budgets::v1::GetOutlookResponse& outlook, std::ostream& out);

}  // namespace regard::cli
