#include "tools/cli/verification.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <thread>

#include "regard/operations/v1/operations_service.grpc.pb.h"

namespace regard::cli {

using operations::v1::OperationsService;
using operations::v1::VerifyLogResponse;

VerifyLogResponse Together(const std::vector<VerifyLogResponse>& reports) {
  VerifyLogResponse all;
  all.set_ok(true);
  std::map<std::string, operations::v1::VerifiedTopic> topics;
  std::set<std::string> views;
  std::set<std::string> problems;
  for (const VerifyLogResponse& report : reports) {
    all.set_ok(all.ok() && report.ok());
    for (const auto& topic : report.topics()) topics[topic.topic()] = topic;
    views.insert(report.views_equal().begin(), report.views_equal().end());
    problems.insert(report.problems().begin(), report.problems().end());
    if (report.quarantined_size() > all.quarantined_size()) *all.mutable_quarantined() = report.quarantined();
    // Money is looked at by whoever has budgets, and is the same for all of them.
    if (report.budgets() == 0) continue;
    all.set_budgets(report.budgets());
    all.set_allocated_pence(report.allocated_pence());
    all.set_contributed_pence(report.contributed_pence());
    all.set_spent_pence(report.spent_pence());
    all.set_held_pence(report.held_pence());
    all.set_free_pence(report.free_pence());
    all.set_returned_pence(report.returned_pence());
    all.set_bookings_set_aside(report.bookings_set_aside());
  }
  for (const auto& [name, topic] : topics) {
    *all.add_topics() = topic;
    all.set_appends(all.appends() + topic.appends());
    all.set_facts(all.facts() + topic.facts());
    all.set_streams(all.streams() + topic.streams());
  }
  for (const std::string& view : views) all.add_views_equal(view);
  for (const std::string& problem : problems) all.add_problems(problem);
  return all;
}

absl::StatusOr<VerifyLogResponse> VerifyEverywhere(const Connection& connection, absl::string_view token) {
  const auto& instances = connection.endpoints().instances();
  std::vector<VerifyLogResponse> reports(instances.size());
  std::vector<absl::Status> asked(instances.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < instances.size(); ++i) {
    threads.emplace_back([&, i] {
      const auto stub = OperationsService::NewStub(instances[i]);
      asked[i] = connection.Call(*stub, &OperationsService::Stub::VerifyLog, token, operations::v1::VerifyLogRequest(),
                                 reports[i]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const absl::Status& status : asked) {
    if (!status.ok()) return status;
  }
  return instances.size() == 1 ? std::move(reports[0]) : Together(reports);
}

}  // namespace regard::cli
