#include "services/budgets/api/queries.h"

#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/rejection.h"
#include "libs/base/time.h"
#include "libs/fields/fields.h"
#include "services/budgets/views/outlook.h"

namespace regard::budgets {
namespace {

Asker AskerOf(const auth::Identity& caller) { return {caller.subject, caller.role, caller.tenant}; }

std::string PageToken(absl::string_view key) { return absl::WebSafeBase64Escape(key); }

absl::StatusOr<std::string> KeyOf(absl::string_view page_token) {
  std::string key;
  if (!absl::WebSafeBase64Unescape(page_token, &key)) return ToStatus(Invalid("page_token", "NOT_A_PAGE_TOKEN"));
  return key;
}

// How the line is held and what it may buy, which a movement does not say.
void DescribeLike(const v1::Balance& balance, v1::LineBalance& line) {
  for (const v1::LineBalance& known : balance.lines()) {
    if (known.line_id() != line.line_id()) continue;
    line.set_holding(known.holding());
    *line.mutable_categories() = known.categories();
  }
}

}  // namespace

Queries::Queries(const ViewRows& rows, int partition_count)
    : balances_(rows.balances, partition_count),
      statements_(rows.statements, partition_count),
      payouts_due_(rows.payouts_due),
      package_costs_(rows.package_costs),
      providers_(rows.provider_standing) {}

absl::Status Queries::Answer(const auth::Identity& caller, absl::Time now, const v1::GetBalanceRequest& request,
                             v1::GetBalanceResponse& response) const {
  absl::StatusOr<v1::Balance> balance =
      balances_.Get(request.person_id(), request.budget_id(), AskerOf(caller), now);
  if (!balance.ok()) return balance.status();
  response.mutable_balance()->Swap(&*balance);
  return absl::OkStatus();
}

absl::Status Queries::Answer(const auth::Identity& caller, absl::Time now, const v1::GetStatementRequest& request,
                             v1::GetStatementResponse& response) const {
  const absl::StatusOr<std::string> after = KeyOf(request.page_token());
  if (!after.ok()) return after.status();
  const absl::StatusOr<v1::Balance> balance =
      balances_.Get(request.person_id(), request.budget_id(), AskerOf(caller), now);
  if (!balance.ok()) return balance.status();
  AsAt as_at;
  if (request.has_as_at_record_time()) as_at.record_time = FromProto(request.as_at_record_time());
  if (request.has_as_at_effective()) as_at.effective = FromProto(request.as_at_effective());
  absl::StatusOr<Statement> statement = statements_.Of(request.person_id(), request.budget_id(), as_at, *after,
                                                       PageSize(request.page_size()));
  if (!statement.ok()) return statement.status();
  for (v1::StatementEntry& entry : statement->entries) *response.add_entries() = std::move(entry);
  for (v1::LineBalance& line : statement->lines) {
    DescribeLike(*balance, line);
    *response.add_lines() = std::move(line);
  }
  response.set_next_page_token(PageToken(statement->next));
  return absl::OkStatus();
}

absl::Status Queries::Answer(const auth::Identity& caller, absl::Time now, const v1::GetOutlookRequest& request,
                             v1::GetOutlookResponse& response) const {
  const absl::StatusOr<v1::Balance> balance =
      balances_.Get(request.person_id(), request.budget_id(), AskerOf(caller), now);
  if (!balance.ok()) return balance.status();
  const absl::StatusOr<BookedByDay> booked = statements_.Booked(request.person_id(), request.budget_id());
  if (!booked.ok()) return booked.status();
  response = OutlookOf(*balance, *booked, LondonDay(now), request.more_per_week().pence());
  *response.mutable_period_end() = balance->period_end();
  return absl::OkStatus();
}

absl::Status Queries::Answer(const auth::Identity& caller, absl::Time now, const v1::ListBudgetsRequest& request,
                             v1::ListBudgetsResponse& response) const {
  const absl::StatusOr<std::string> after = KeyOf(request.page_token());
  if (!after.ok()) return after.status();
  const bool of_council = request.person_id().empty() && caller.role == options::v1::ROLE_PRACTITIONER;
  const bool own = request.person_id().empty() && caller.role == options::v1::ROLE_PERSON;
  if (request.person_id().empty() && !of_council && !own) return ToStatus(Invalid("person_id", "EMPTY"));
  const int limit = PageSize(request.page_size());
  absl::StatusOr<Balances::Page> page =
      of_council ? balances_.OfCouncil(caller.tenant, *after, limit)
                 : balances_.OfPerson(own ? caller.subject : request.person_id(), AskerOf(caller), now, *after, limit);
  if (!page.ok()) return page.status();
  for (v1::Balance& balance : page->balances) *response.add_budgets() = std::move(balance);
  response.set_next_page_token(PageToken(page->next));
  return absl::OkStatus();
}

absl::Status Queries::Answer(const auth::Identity& caller, absl::Time, const v1::ListGrantsRequest&,
                             v1::ListGrantsResponse& response) const {
  absl::StatusOr<std::vector<v1::ActingGranted>> grants = balances_.GrantsOf(caller.subject);
  if (!grants.ok()) return grants.status();
  for (v1::ActingGranted& grant : *grants) *response.add_grants() = std::move(grant);
  return absl::OkStatus();
}

absl::Status Queries::Answer(const auth::Identity& caller, absl::Time, const v1::ListPayoutsDueRequest& request,
                             v1::ListPayoutsDueResponse& response) const {
  const absl::StatusOr<std::string> after = KeyOf(request.page_token());
  if (!after.ok()) return after.status();
  PayoutsDue::Days days;
  if (request.has_first_day()) days.first = FromProto(request.first_day());
  if (request.has_last_day()) days.last = FromProto(request.last_day());
  const int limit = PageSize(request.page_size());
  absl::StatusOr<PayoutsDue::Page> page;
  if (caller.role == options::v1::ROLE_PROVIDER) {
    const absl::StatusOr<internal::v1::ProviderStandingRow> provider = providers_.Of(request.provider_id());
    if (!provider.ok()) return provider.status();
    if (provider->owner_id() != caller.subject) return ToStatus(NotFound("PROVIDER_NOT_FOUND"));
    page = payouts_due_.ToProvider(request.provider_id(), days, *after, limit);
  } else {
    page =
        payouts_due_.FromAccount(absl::StrCat("council/", caller.tenant), request.provider_id(), days, *after, limit);
  }
  if (!page.ok()) return page.status();
  for (v1::PayoutTotal& total : page->payouts) *response.add_payouts() = std::move(total);
  response.set_next_page_token(PageToken(page->next));
  return absl::OkStatus();
}

absl::Status Queries::Answer(const auth::Identity& caller, absl::Time, const v1::ListPackageCostsRequest& request,
                             v1::ListPackageCostsResponse& response) const {
  const absl::StatusOr<std::string> after = KeyOf(request.page_token());
  if (!after.ok()) return after.status();
  const bool named = !request.tenant().empty();
  if (caller.role != options::v1::ROLE_OPERATOR && named && request.tenant() != caller.tenant) {
    return ToStatus(NotFound("COUNCIL_NOT_FOUND"));
  }
  absl::StatusOr<PackageCosts::Page> page = package_costs_.OfCouncil(named ? request.tenant() : caller.tenant, *after,
                                                                     PageSize(request.page_size()));
  if (!page.ok()) return page.status();
  for (v1::PackageCostRecorded& cost : page->costs) *response.add_package_costs() = std::move(cost);
  response.set_next_page_token(PageToken(page->next));
  return absl::OkStatus();
}

}  // namespace regard::budgets
