#include "services/deployment/domains.h"

#include "libs/es/quarantine_domain.h"
#include "services/bookings/domain/bookings_domain.h"
#include "services/budgets/domain/budgets_domain.h"
#include "services/feedback/domain/feedback_domain.h"
#include "services/providers/domain/providers_domain.h"

namespace regard::deployment {

std::vector<const es::Domain*> Domains() {
  return {&providers::ProvidersDomain(), &bookings::BookingsDomain(), &budgets::BudgetsDomain(),
          &feedback::FeedbackDomain()};
}

std::vector<const es::Domain*> StoredDomains() {
  std::vector<const es::Domain*> domains = Domains();
  domains.push_back(&es::QuarantineDomain());
  return domains;
}

}  // namespace regard::deployment
