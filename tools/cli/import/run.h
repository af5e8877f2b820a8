// Sends what a plan holds, several at once, and says how far it is and what was not taken.
#pragma once

#include <algorithm>
#include <functional>
#include <mutex>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/cli/connection.h"
#include "tools/cli/import/plan.h"
#include "tools/cli/parallel.h"

namespace regard::cli {

struct ImportReport {
  int rows_taken = 0;
  int rows_refused = 0;
  std::vector<RowProblem> problems;
  // The first failure that was not about its row: what came behind it was not sent.
  absl::Status stopped;
};

// Tells how far an import is, on one line where somebody watches.
class Progress {
 public:
  Progress(std::ostream& out, bool watched, std::string what, int total);
  void Done(int so_far);

 private:
  std::ostream& out_;
  const bool watched_;
  const std::string what_;
  const int total_;
  int told_percent_ = -1;
};

constexpr int kImportsAtOnce = 16;

// Another row may fare better: not so without a token, a right or a server.
bool IsAboutTheRow(const absl::Status& status);

// `send` is called from several threads with requests that have their ids.
template <class Request>
ImportReport RunImport(ImportPlan<Request> plan, const std::function<std::string()>& new_request_id,
                       const std::function<absl::Status(const Request&)>& send, Progress& progress) {
  ImportReport report;
  report.problems = std::move(plan.problems);
  report.rows_refused = static_cast<int>(report.problems.size());
  for (auto& item : plan.items) item.request.set_request_id(new_request_id());
  std::mutex mutex;
  int rows_done = 0;
  InParallel(plan.items.size(), kImportsAtOnce, [&](size_t i) {
    {
      std::lock_guard<std::mutex> lock(mutex);
      if (!report.stopped.ok()) return;
    }
    const auto& item = plan.items[i];
    const absl::Status sent = send(item.request);
    std::lock_guard<std::mutex> lock(mutex);
    if (sent.ok()) {
      report.rows_taken += item.rows;
    } else if (IsAboutTheRow(sent)) {
      report.rows_refused += item.rows;
      report.problems.push_back({item.line, Explained(sent)});
    } else if (report.stopped.ok()) {
      report.stopped = sent;
    }
    progress.Done(rows_done += item.rows);
  });
  std::sort(report.problems.begin(), report.problems.end(),
            [](const RowProblem& a, const RowProblem& b) { return a.line < b.line; });
  return report;
}

}  // namespace regard::cli
