// From a CSV to the requests that import it, without a server: what is wrong with a row is told with its line, and the
// others go on. The same file always makes the same requests, so importing it again changes nothing.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "regard/budgets/v1/budgets_service.pb.h"
#include "regard/providers/v1/providers_service.pb.h"

namespace regard::cli {

struct RowProblem {
  int line = 0;
  std::string reason;
};

// `requests` lack their request ids.
template <class Request>
struct ImportPlan {
  struct Item {
    // Of its first row.
    int line = 0;
    int rows = 0;
    Request request;
  };
  std::vector<Item> items;
  std::vector<RowProblem> problems;
};

// All fail with INVALID_ARGUMENT only when the file has not the columns that data/README.md names. `council` is an ONS
// code such as E08000009.

// One request for each postcode sector.
absl::StatusOr<ImportPlan<providers::v1::ImportPostcodesRequest>> PlanPostcodes(absl::string_view csv,
                                                                                const std::string& council);
// One request.
absl::StatusOr<ImportPlan<providers::v1::ImportAreasRequest>> PlanAreas(absl::string_view csv,
                                                                        const std::string& council);
absl::StatusOr<ImportPlan<providers::v1::ImportKnownProviderRequest>> PlanOrganisations(absl::string_view csv,
                                                                                        const std::string& council);
absl::StatusOr<ImportPlan<providers::v1::ImportKnownProviderRequest>> PlanCareHomes(absl::string_view csv,
                                                                                    const std::string& council);
// The file names its councils.
absl::StatusOr<ImportPlan<budgets::v1::RecordPackageCostRequest>> PlanCosts(absl::string_view csv, int price_year,
                                                                            const std::string& source);

}  // namespace regard::cli
