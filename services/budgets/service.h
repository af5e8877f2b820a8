// The budgets service as a process hosts it.
#pragma once

#include "libs/hosting/module.h"

namespace regard::budgets {

const hosting::Module& BudgetsService();

}  // namespace regard::budgets
