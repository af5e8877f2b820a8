#include "tools/cli/import/run.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "libs/base/rejection.h"

namespace regard::cli {
namespace {

using Request = budgets::v1::RecordPackageCostRequest;

ImportPlan<Request> Rows(int count) {
  ImportPlan<Request> plan;
  plan.problems.push_back({2, "bad"});
  for (int i = 0; i < count; ++i) {
    plan.items.push_back({i + 3, 1, {}});
    plan.items.back().request.set_record_id(std::to_string(i));
  }
  return plan;
}

ImportReport Import(const std::function<absl::Status(const Request&)>& send, std::string* told = nullptr) {
  std::ostringstream out;
  Progress progress(out, false, "rows", 8);
  int ids = 0;
  const ImportReport report = RunImport<Request>(
      Rows(8), [&] { return std::to_string(++ids); }, send, progress);
  if (told != nullptr) *told = out.str();
  return report;
}

TEST(RunImport, ARefusedRowDoesNotStopTheRest) {
  std::string told;
  const ImportReport report = Import(
      [](const Request& request) {
        return request.record_id() == "3" ? ToStatus(Invalid("source", "NOT_A_CODE")) : absl::OkStatus();
      },
      &told);
  EXPECT_EQ(report.rows_taken, 7);
  EXPECT_EQ(report.rows_refused, 2);
  ASSERT_EQ(report.problems.size(), 2u);
  EXPECT_EQ(report.problems[0].line, 2);
  EXPECT_EQ(report.problems[1].line, 6);
  EXPECT_EQ(report.problems[1].reason, "NOT_A_CODE (source)");
  EXPECT_TRUE(report.stopped.ok());
  EXPECT_NE(told.find("rows: 8 of 8 rows"), std::string::npos);
}

TEST(RunImport, EachRequestHasItsOwnId) {
  std::set<std::string> ids;
  std::mutex mutex;
  Import([&](const Request& request) {
    std::lock_guard<std::mutex> lock(mutex);
    ids.insert(request.request_id());
    return absl::OkStatus();
  });
  EXPECT_EQ(ids.size(), 8u);
}

TEST(RunImport, WhatIsNotAboutTheRowStops) {
  const ImportReport report =
      Import([](const Request&) { return ToStatus({Rejection::Kind::kUnauthenticated, "TOKEN_MISSING", "", ""}); });
  EXPECT_FALSE(report.stopped.ok());
  EXPECT_EQ(report.rows_taken, 0);
  EXPECT_EQ(report.problems.size(), 1u);
}

}  // namespace
}  // namespace regard::cli
