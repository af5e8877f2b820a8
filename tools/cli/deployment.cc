#include "tools/cli/deployment.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/cli/output.h"

namespace regard::cli {
namespace {

// Why an instance does nothing with a partition of another.
constexpr char kNotOwner[] = "NOT_OWNER";

}  // namespace

using operations::v1::DeploymentStatus;
using operations::v1::GetStatsResponse;
using operations::v1::GetStatusResponse;
using operations::v1::RaiseFeatureLevelResponse;
using operations::v1::VerifyLogResponse;

VerifyLogResponse Together(const std::vector<VerifyLogResponse>& reports) {
  if (reports.size() == 1) return reports.front();
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

GetStatsResponse Together(const std::vector<GetStatsResponse>& stats) {
  GetStatsResponse all;
  std::map<std::string, operations::v1::TopicStats> topics;
  std::map<std::string, operations::v1::ViewStats> views;
  std::map<std::string, operations::v1::ReactorStats> reactors;
  for (const GetStatsResponse& one : stats) {
    if (all.log_id().empty()) all.set_log_id(one.log_id());
    for (const auto& topic : one.topics()) {
      operations::v1::TopicStats& sum = topics[topic.topic()];
      sum.set_topic(topic.topic());
      sum.set_partitions(topic.partitions());
      sum.set_positions(sum.positions() + topic.positions());
      sum.set_records(sum.records() + topic.records());
      sum.set_pending_commands(sum.pending_commands() + topic.pending_commands());
      sum.set_owned_partitions(sum.owned_partitions() + topic.owned_partitions());
    }
    for (const auto& view : one.views()) {
      operations::v1::ViewStats& last = views[view.view()];
      if (last.view().empty() || last.partitions_behind() < view.partitions_behind()) last = view;
    }
    for (const auto& reactor : one.reactors()) {
      operations::v1::ReactorStats& last = reactors[reactor.reactor()];
      if (last.reactor().empty() || last.positions() - last.handled() < reactor.positions() - reactor.handled()) {
        last = reactor;
      }
    }
  }
  for (const auto& [name, topic] : topics) *all.add_topics() = topic;
  for (const auto& [name, view] : views) *all.add_views() = view;
  for (const auto& [name, reactor] : reactors) *all.add_reactors() = reactor;
  return all;
}

RaiseFeatureLevelResponse Together(const std::vector<RaiseFeatureLevelResponse>& raised) {
  RaiseFeatureLevelResponse all;
  std::map<std::string, operations::v1::RaisedTopic> topics;
  std::map<std::string, std::set<int>> partitions;
  for (const RaiseFeatureLevelResponse& one : raised) {
    for (const auto& topic : one.topics()) {
      operations::v1::RaisedTopic& whole = topics[topic.topic()];
      whole.set_topic(topic.topic());
      whole.set_partitions(topic.partitions());
      partitions[topic.topic()].insert(topic.raised().begin(), topic.raised().end());
      // That others own a partition says nothing.
      if (topic.reason() != kNotOwner) whole.set_reason(topic.reason());
    }
  }
  for (auto& [name, topic] : topics) {
    for (const int partition : partitions[name]) topic.add_raised(partition);
    if (topic.raised_size() == topic.partitions()) {
      topic.clear_reason();
    } else if (topic.reason().empty()) {
      topic.set_reason(kNotOwner);
    }
    *all.add_topics() = topic;
  }
  return all;
}

absl::Status RaisedEverywhere(const RaiseFeatureLevelResponse& raised) {
  for (const char* name : {"providers", "bookings", "budgets", "feedback"}) {
    const auto topic = std::find_if(raised.topics().begin(), raised.topics().end(),
                                    [name](const auto& topic) { return topic.topic() == name; });
    if (topic == raised.topics().end()) {
      return absl::UnavailableError(absl::StrCat("no instance of ", name, " was asked; name all of them with --server"));
    }
    if (topic->raised_size() < topic->partitions()) {
      return absl::UnavailableError(
          absl::StrCat("not all of ", name, " (", topic->reason(), "); what is raised stays so, say it again"));
    }
  }
  return absl::OkStatus();
}

DeploymentStatus Together(const std::vector<Asked<GetStatusResponse>>& asked) {
  DeploymentStatus all;
  std::set<std::string> seen;
  for (const Asked<GetStatusResponse>& one : asked) {
    if (one.status.ok() && !seen.insert(one.response.instance_id()).second) continue;
    operations::v1::InstanceStatus& instance = *all.add_instances();
    instance.set_address(one.address);
    if (one.status.ok()) {
      *instance.mutable_status() = one.response;
    } else {
      instance.set_problem(Explained(one.status));
    }
  }
  return all;
}

void Show(const DeploymentStatus& status, std::ostream& out) {
  Table table({"instance", "ready", ">members", ">views behind", ">knows", "topic", ">level", ">owned", ">of", ">following",
               ">lag", ">waiting", ">claims", ">fenced", ">lost"});
  for (const auto& instance : status.instances()) {
    if (!instance.has_status()) {
      table.Row({instance.address(), absl::StrCat("no: ", instance.problem())});
      continue;
    }
    const GetStatusResponse& one = instance.status();
    uint64_t behind = 0;
    for (const auto& view : one.views()) behind += view.partitions_behind();
    std::vector<std::string> cells = {instance.address(), one.ready() ? "yes" : "no", absl::StrCat(one.members()),
                                      absl::StrCat(behind), absl::StrCat(std::max(one.feature_level(), 1u))};
    for (const auto& topic : one.topics()) {
      cells.insert(cells.end(),
                   {topic.topic(), topic.feature_level() == 0 ? "" : absl::StrCat(topic.feature_level()),
                    absl::StrCat(topic.owned()), absl::StrCat(topic.partitions()),
                    absl::StrCat(topic.followed()), absl::StrCat(topic.follow_lag_appends()),
                    absl::StrCat(topic.pending_commands()), absl::StrCat(topic.claims()), absl::StrCat(topic.fenced()),
                    absl::StrCat(topic.lost())});
      table.Row(std::move(cells));
      // Of the instance once.
      cells = {"", "", "", "", ""};
    }
    if (one.topics().empty()) table.Row(std::move(cells));
  }
  table.Print(out);
}

}  // namespace regard::cli
