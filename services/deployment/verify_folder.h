// Checks a stopped data folder, or a copy of a running one, from its log alone: what the services hosted there wrote and
// show, and where that includes budgets, the money.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/es/quarantine.h"
#include "libs/es/verify.h"
#include "libs/hosting/module.h"
#include "services/deployment/money_check.h"

namespace regard::deployment {

struct FolderReport {
  struct Topic {
    std::string name;
    uint64_t appends;
    uint64_t facts;
    uint64_t streams;
  };
  // What the verification's sums are of.
  std::vector<Topic> topics;
  es::Verification verification;
  MoneyTotals money;
  es::Quarantine quarantine;
  bool ok() const { return verification.problems.empty(); }
};

// Where each topic is.
using LogOf = std::function<es::EventLog*(absl::string_view topic)>;

using Modules = std::vector<const hosting::Module*>;

// Opens `data_path`/{log,state,views} for reading only. An error when there is no log, or one of another make; what is
// damaged is in the report, with where.
absl::StatusOr<FolderReport> VerifyFolder(const std::string& data_path, const Modules& modules);
// The same with a log that is elsewhere. Money is only sure to add up when nothing is written meanwhile.
absl::StatusOr<FolderReport> VerifyFolder(const std::string& data_path, const Modules& modules, const LogOf& log_of);

}  // namespace regard::deployment
