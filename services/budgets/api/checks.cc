// The Check functions of requests.h.
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "libs/fields/fields.h"
#include "libs/taxonomy/taxonomy.h"
#include "services/budgets/api/requests.h"

namespace regard::budgets {
namespace {

constexpr int kMaxLines = 20;
constexpr int kMaxCategoriesOfALine = 50;
constexpr int kMaxPeriodDays = 3 * 366;
constexpr int kMaxCareHomeNights = 366;
constexpr int kMaxScopes = 5;
constexpr int kFirstPriceYear = 1990;
constexpr int kLastPriceYear = 2200;
constexpr int kMaxPageTokenBytes = 400;

template <class Request>
Fields OfBudget(const Request& request) {
  Fields fields;
  fields.Id("person_id", request.person_id()).Id("budget_id", request.budget_id());
  return fields;
}

void CheckDay(absl::string_view field, const base::v1::Date& day, Fields& fields) {
  fields.That(field, IsValid(day), "NOT_A_DAY");
}

// Unset is right too.
template <class Request>
void CheckEffective(const Request& request, Fields& fields) {
  if (request.has_effective()) CheckDay("effective", request.effective(), fields);
}

void CheckPage(absl::string_view token, Fields& fields) {
  fields.That("page_token", token.size() <= kMaxPageTokenBytes, "TOO_LONG");
}

// An operator has no council of their own.
template <class Request>
void CheckTenant(const Request& request, const auth::Identity& caller, Fields& fields) {
  if (caller.role == options::v1::ROLE_OPERATOR || !request.tenant().empty())
    fields.Council("tenant", request.tenant());
}

bool IsHeldByAnother(base::v1::Holding holding) {
  return holding == base::v1::HOLDING_INDIVIDUAL_SERVICE_FUND || holding == base::v1::HOLDING_THIRD_PARTY;
}

void CheckLine(int index, const v1::Line& line, v1::Funder funder, Fields& fields) {
  const auto at = [&](absl::string_view field) { return absl::StrCat("lines[", index, "].", field); };
  fields.Id(at("line_id"), line.line_id())
      .Count(at("categories"), line.categories_size(), 0, kMaxCategoriesOfALine)
      .Chosen(at("holding"), line.holding())
      .Amount(at("allocation"), line.allocation(), 0);
  for (const std::string& category : line.categories()) {
    fields.That(at("categories"), taxonomy::IsCurie(category), "NOT_A_CURIE");
  }
  if (line.has_hourly_price_limit()) fields.Amount(at("hourly_price_limit"), line.hourly_price_limit());
  fields.That(at("holding"), (funder == v1::FUNDER_SELF) == (line.holding() == base::v1::HOLDING_SELF_FUNDED),
              "HOLDING_DOES_NOT_FIT_FUNDER");
  if (IsHeldByAnother(line.holding())) {
    fields.Id(at("holder_id"), line.holder_id());
  } else {
    fields.That(at("holder_id"), line.holder_id().empty(), "NOT_HELD_BY_ANOTHER");
  }
}

}  // namespace

absl::Status Check(const v1::OpenBudgetRequest& request, const auth::Identity& caller) {
  Fields fields;
  fields.Id("person_id", request.person_id())
      .OptionalId("budget_id", request.budget_id())
      .Chosen("funder", request.funder())
      .Count("lines", request.lines_size(), 1, kMaxLines)
      .OptionalCode("source", request.source());
  CheckTenant(request, caller, fields);
  std::set<absl::string_view> ids;
  for (int i = 0; i < request.lines_size() && fields.ok(); ++i) {
    CheckLine(i, request.lines(i), request.funder(), fields);
    fields.That("lines", ids.insert(request.lines(i).line_id()).second, "SAME_ID_TWICE");
  }
  CheckDay("period_start", request.period_start(), fields);
  CheckDay("period_end", request.period_end(), fields);
  if (fields.ok()) {
    const int64_t days = FromProto(request.period_end()) - FromProto(request.period_start());
    fields.That("period_end", days >= 0 && days < kMaxPeriodDays, "OUT_OF_RANGE");
  }
  if (request.has_replaces_annual_cost()) fields.Amount("replaces_annual_cost", request.replaces_annual_cost(), 0);
  if (request.price_year() != 0) fields.Number("price_year", request.price_year(), kFirstPriceYear, kLastPriceYear);
  return fields.status();
}

absl::Status Check(const v1::AllocateMoneyRequest& request) {
  Fields fields = OfBudget(request);
  fields.Id("line_id", request.line_id()).Amount("amount", request.amount()).Code("reason", request.reason());
  CheckEffective(request, fields);
  return fields.status();
}

absl::Status Check(const v1::RecordContributionRequest& request) {
  Fields fields = OfBudget(request);
  fields.Id("line_id", request.line_id()).Amount("amount", request.amount());
  CheckEffective(request, fields);
  return fields.status();
}

absl::Status Check(const v1::AdjustBudgetRequest& request) {
  Fields fields = OfBudget(request);
  fields.Id("line_id", request.line_id())
      .Amount("change", request.change(), -kMaxAmountPence)
      .That("change", request.change().pence() != 0, "AMOUNT_OUT_OF_RANGE")
      .Code("reason", request.reason());
  CheckEffective(request, fields);
  return fields.status();
}

absl::Status Check(const v1::CloseBudgetRequest& request) {
  Fields fields = OfBudget(request);
  fields.Code("reason", request.reason());
  CheckEffective(request, fields);
  return fields.status();
}

absl::Status Check(const v1::AllowExceptionRequest& request) {
  Fields fields = OfBudget(request);
  fields.Chosen("kind", request.kind())
      .Id("provider_id", request.provider_id())
      .Id("decision_reference", request.decision_reference());
  CheckDay("until", request.until(), fields);
  return fields.status();
}

absl::Status Check(const v1::PlaceHoldRequest& request) {
  Fields fields = OfBudget(request);
  fields.OptionalId("line_id", request.line_id())
      .Amount("amount", request.amount())
      .Id("provider_id", request.provider_id())
      .That("category", taxonomy::IsCurie(request.category()), "NOT_A_CURIE")
      .Number("care_home_nights", request.care_home_nights(), 0, kMaxCareHomeNights);
  CheckDay("effective", request.effective(), fields);
  if (request.has_hourly_price()) fields.Amount("hourly_price", request.hourly_price());
  return fields.status();
}

absl::Status Check(const v1::PostHoldRequest& request) {
  return OfBudget(request).Id("hold_id", request.hold_id()).Amount("amount", request.amount()).status();
}

absl::Status Check(const v1::VoidHoldRequest& request) {
  return OfBudget(request).Id("hold_id", request.hold_id()).status();
}

absl::Status Check(const v1::RefundPostingRequest& request) {
  return OfBudget(request)
      .Id("hold_id", request.hold_id())
      .Amount("amount", request.amount())
      .Code("reason", request.reason())
      .status();
}

absl::Status Check(const v1::GrantActingRequest& request) {
  Fields fields;
  fields.Id("person_id", request.person_id())
      .OptionalId("budget_id", request.budget_id())
      .Subject("helper_id", request.helper_id())
      .Chosen("basis", request.basis())
      .Count("scopes", request.scopes_size(), 1, kMaxScopes)
      .OptionalText("evidence", request.evidence(), kMaxNoteBytes);
  std::set<int> scopes;
  for (const int scope : request.scopes()) {
    fields.Chosen("scopes", static_cast<v1::Scope>(scope)).That("scopes", scopes.insert(scope).second, "SAME_TWICE");
  }
  if (request.has_until()) fields.Time("until", request.until());
  return fields.status();
}

absl::Status Check(const v1::RevokeActingRequest& request) {
  return Fields()
      .Id("person_id", request.person_id())
      .OptionalId("budget_id", request.budget_id())
      .Id("grant_id", request.grant_id())
      .Code("reason", request.reason())
      .status();
}

absl::Status Check(const v1::RecordPackageCostRequest& request, const auth::Identity& caller) {
  Fields fields;
  fields.Id("record_id", request.record_id())
      .Chosen("arrangement", request.arrangement())
      .Amount("annual_cost", request.annual_cost(), 0)
      .Number("price_year", request.price_year(), kFirstPriceYear, kLastPriceYear)
      .OptionalCode("source", request.source());
  CheckTenant(request, caller, fields);
  return fields.status();
}

absl::Status Check(const v1::GetBalanceRequest& request) { return OfBudget(request).status(); }

absl::Status Check(const v1::GetStatementRequest& request) {
  Fields fields = OfBudget(request);
  if (request.has_as_at_record_time()) fields.Time("as_at_record_time", request.as_at_record_time());
  if (request.has_as_at_effective()) CheckDay("as_at_effective", request.as_at_effective(), fields);
  CheckPage(request.page_token(), fields);
  return fields.status();
}

absl::Status Check(const v1::GetOutlookRequest& request) {
  Fields fields = OfBudget(request);
  if (request.has_more_per_week()) fields.Amount("more_per_week", request.more_per_week(), 0);
  return fields.status();
}

absl::Status Check(const v1::ListBudgetsRequest& request) {
  Fields fields;
  fields.OptionalId("person_id", request.person_id());
  CheckPage(request.page_token(), fields);
  return fields.status();
}

absl::Status Check(const v1::ListPayoutsDueRequest& request, const auth::Identity& caller) {
  Fields fields;
  if (caller.role == options::v1::ROLE_PROVIDER) {
    fields.Id("provider_id", request.provider_id());
  } else {
    fields.OptionalId("provider_id", request.provider_id());
  }
  if (request.has_first_day()) CheckDay("first_day", request.first_day(), fields);
  if (request.has_last_day()) CheckDay("last_day", request.last_day(), fields);
  CheckPage(request.page_token(), fields);
  return fields.status();
}

absl::Status Check(const v1::ListPackageCostsRequest& request, const auth::Identity& caller) {
  Fields fields;
  CheckTenant(request, caller, fields);
  CheckPage(request.page_token(), fields);
  return fields.status();
}

}  // namespace regard::budgets
