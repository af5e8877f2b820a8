#include "services/deployment/report.h"

#include "libs/app/operations_api.h"

namespace regard::deployment {

operations::v1::VerifyLogResponse AsResponse(const FolderReport& report) {
  operations::v1::VerifyLogResponse response;
  response.set_ok(report.ok());
  response.set_appends(report.verification.appends);
  response.set_facts(report.verification.facts);
  response.set_streams(report.verification.streams);
  response.set_budgets(report.money.budgets);
  response.set_allocated_pence(report.money.allocated);
  response.set_contributed_pence(report.money.contributed);
  response.set_spent_pence(report.money.spent);
  response.set_held_pence(report.money.held);
  response.set_free_pence(report.money.free);
  response.set_returned_pence(report.money.returned);
  for (const std::string& view : report.verification.views_equal) response.add_views_equal(view);
  for (const std::string& problem : report.verification.problems) response.add_problems(problem);
  app::FillQuarantine(report.quarantine, true, *response.mutable_quarantined());
  for (const FolderReport::Topic& topic : report.topics) {
    operations::v1::VerifiedTopic* verified = response.add_topics();
    verified->set_topic(topic.name);
    verified->set_appends(topic.appends);
    verified->set_facts(topic.facts);
    verified->set_streams(topic.streams);
  }
  response.set_bookings_set_aside(report.money.bookings_set_aside);
  return response;
}

}  // namespace regard::deployment
