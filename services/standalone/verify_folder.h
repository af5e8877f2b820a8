// Checks a stopped data folder, or a copy of a running one, from its log alone.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/es/quarantine.h"
#include "libs/es/verify.h"
#include "services/standalone/money_check.h"

namespace regard::standalone {

struct FolderReport {
  es::Verification verification;
  MoneyTotals money;
  es::Quarantine quarantine;
  bool ok() const { return verification.problems.empty(); }
};

// Where each topic is.
using LogOf = std::function<es::EventLog*(absl::string_view topic)>;

// Opens `data_path`/{log,state,views} for reading only. An error when there is no log, or one of another make; what is
// damaged is in the report, with where.
absl::StatusOr<FolderReport> VerifyFolder(const std::string& data_path);
// The same with a log that is elsewhere, and is not written to meanwhile.
absl::StatusOr<FolderReport> VerifyFolder(const std::string& data_path, const LogOf& log_of);

}  // namespace regard::standalone
