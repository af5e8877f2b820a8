#include "services/budgets/views/balances.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/acting/grants.h"
#include "libs/acting/grants_view.h"
#include "libs/base/rejection.h"
#include "libs/base/routing.h"
#include "libs/es/domain.h"
#include "regard/acting/internal/v1/rows.pb.h"
#include "regard/budgets/v1/facts.pb.h"
#include "services/budgets/domain/who_may.h"
#include "services/budgets/views/movements.h"

namespace regard::budgets {
namespace {

using acting::internal::v1::GrantsRow;

// Ids have no slash, so that a prefix that ends with one is exact. A budget's stream is known by its partition and id.
std::string BalanceKey(int partition, absl::string_view budget_id) {
  return absl::StrCat("b", absl::Hex(partition, absl::kZeroPad4), "/", budget_id);
}
std::string GrantsKey(absl::string_view person_id) { return absl::StrCat("g/", person_id); }
// Rows without content: their keys end with the person and the budget.
std::string PersonIndexPrefix(absl::string_view person_id) { return absl::StrCat("p/", person_id, "/"); }
std::string CouncilIndexPrefix(absl::string_view tenant) { return absl::StrCat("t/", tenant, "/"); }

void Open(const v1::BudgetOpened& opened, v1::Balance& balance) {
  balance.set_person_id(opened.person_id());
  balance.set_budget_id(opened.budget_id());
  balance.set_tenant(opened.tenant());
  balance.set_funder(opened.funder());
  balance.set_phase(v1::BUDGET_PHASE_OPEN);
  *balance.mutable_period_start() = opened.period_start();
  *balance.mutable_period_end() = opened.period_end();
  for (const v1::Line& line : opened.lines()) {
    v1::LineBalance& row = *balance.add_lines();
    row.set_line_id(line.line_id());
    row.set_holding(line.holding());
    *row.mutable_categories() = line.categories();
  }
}

void AddUp(v1::Balance& balance) {
  int64_t free = 0, held = 0, spent = 0;
  for (const v1::LineBalance& line : balance.lines()) {
    free += line.free_pence();
    held += line.held_pence();
    spent += line.spent_pence();
  }
  balance.set_free_pence(free);
  balance.set_held_pence(held);
  balance.set_spent_pence(spent);
}

}  // namespace

absl::Status BalancesView::Apply(const es::FactEvent& event, es::Rows& rows) {
  const absl::string_view stream = event.logged.stream();
  if (acting::IsPersonStream(stream)) {
    acting::ApplyGrants(event, GrantsKey(es::IdOf(stream)), rows);
    return absl::OkStatus();
  }
  if (es::KindOf(stream) != "budget") return absl::OkStatus();
  const auto& fact = event.As<v1::BudgetFact>();
  const absl::InlinedVector<Movement, 2> movements = MovementsOf(fact);
  if (movements.empty() && !fact.has_opened() && !fact.has_closed()) return absl::OkStatus();

  v1::Balance& balance = rows.Mutable<v1::Balance>(BalanceKey(event.partition, es::IdOf(stream)));
  if (fact.has_opened()) {
    const v1::BudgetOpened& opened = fact.opened();
    Open(opened, balance);
    const std::string tail = absl::StrCat(opened.person_id(), "/", opened.budget_id());
    rows.Put(absl::StrCat("p/", tail), "");
    if (opened.funder() != v1::FUNDER_SELF) rows.Put(absl::StrCat(CouncilIndexPrefix(opened.tenant()), tail), "");
  }
  if (fact.has_closed()) balance.set_phase(v1::BUDGET_PHASE_CLOSED);
  for (const Movement& movement : movements) {
    for (v1::LineBalance& line : *balance.mutable_lines()) {
      if (line.line_id() == movement.line_id) Add(movement, line);
    }
  }
  AddUp(balance);
  return absl::OkStatus();
}

absl::StatusOr<absl::optional<v1::Balance>> Balances::Find(absl::string_view person_id,
                                                           absl::string_view budget_id) const {
  absl::StatusOr<absl::optional<v1::Balance>> row =
      rows_.Get<v1::Balance>(BalanceKey(PartitionOf(person_id, partition_count_), budget_id));
  // Another person of the partition may have a budget of that name.
  if (row.ok() && row->has_value() && (*row)->person_id() != person_id) return absl::optional<v1::Balance>();
  return row;
}

absl::StatusOr<bool> Balances::MaySee(const v1::Balance& balance, const Asker& asker, absl::Time now) const {
  switch (asker.role) {
    case options::v1::ROLE_PERSON:
      return asker.subject == balance.person_id();
    case options::v1::ROLE_PRACTITIONER:
      return asker.tenant == balance.tenant() && balance.funder() != v1::FUNDER_SELF;
    case options::v1::ROLE_ACTING_FOR:
    case options::v1::ROLE_PARTNER: {
      const absl::StatusOr<absl::optional<GrantsRow>> row = rows_.Get<GrantsRow>(GrantsKey(balance.person_id()));
      if (!row.ok()) return row.status();
      if (!row->has_value()) return false;
      base::v1::Actor actor;
      actor.set_subject(std::string(asker.subject));
      actor.set_role(asker.role);
      return acting::Allows((*row)->grants(), actor, v1::SCOPE_SEE, now, [&](const v1::ActingGranted& grant) {
        return Reaches(grant, balance.funder(), balance.tenant());
      });
    }
    case options::v1::ROLE_UNSPECIFIED:
    case options::v1::ROLE_PROVIDER:
    case options::v1::ROLE_COMMISSIONER:
    case options::v1::ROLE_OPERATOR:
    case options::v1::ROLE_INSTANCE:
    case options::v1::Role_INT_MIN_SENTINEL_DO_NOT_USE_:
    case options::v1::Role_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return false;
}

absl::StatusOr<v1::Balance> Balances::Get(absl::string_view person_id, absl::string_view budget_id,
                                          const Asker& asker, absl::Time now) const {
  absl::StatusOr<absl::optional<v1::Balance>> row = Find(person_id, budget_id);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return ToStatus(NotFound("BUDGET_NOT_FOUND"));
  const absl::StatusOr<bool> may = MaySee(**row, asker, now);
  if (!may.ok()) return may.status();
  if (!*may) return ToStatus(NotFound("BUDGET_NOT_FOUND"));
  return *std::move(*row);
}

absl::StatusOr<Balances::Page> Balances::Listed(
    absl::string_view prefix, absl::string_view after, int limit,
    const std::function<absl::StatusOr<bool>(const v1::Balance&)>& shown) const {
  if (!after.empty() && !absl::StartsWith(after, prefix)) {
    return ToStatus(Invalid("page_token", "PAGE_TOKEN_OF_ANOTHER_LIST"));
  }
  Page page;
  std::string last;
  absl::Status read;
  // What is not shown takes no place in a page and is in no token: that something is hidden is hidden, too.
  const auto visit = [&](absl::string_view key, absl::string_view) {
    // "<family>/.../<person>/<budget>"
    const size_t budget_at = key.rfind('/');
    const size_t person_at = key.rfind('/', budget_at - 1);
    absl::StatusOr<absl::optional<v1::Balance>> row =
        Find(key.substr(person_at + 1, budget_at - person_at - 1), key.substr(budget_at + 1));
    read = row.status();
    if (!read.ok()) return false;
    if (!row->has_value()) return true;
    const absl::StatusOr<bool> show = shown(**row);
    read = show.status();
    if (!read.ok()) return false;
    if (!*show) return true;
    if (static_cast<int>(page.balances.size()) == limit) {
      page.next = last;
      return false;
    }
    last = std::string(key);
    page.balances.push_back(*std::move(*row));
    return true;
  };
  const absl::Status scanned =
      rows_.store().Scan(after.empty() ? std::string(prefix) : absl::StrCat(after, absl::string_view("\0", 1)),
                         es::PrefixEnd(prefix), visit);
  if (!scanned.ok()) return scanned;
  if (!read.ok()) return read;
  return page;
}

absl::StatusOr<Balances::Page> Balances::OfPerson(absl::string_view person_id, const Asker& asker,
                                                  absl::Time now, absl::string_view after, int limit) const {
  return Listed(PersonIndexPrefix(person_id), after, limit,
                [&](const v1::Balance& balance) { return MaySee(balance, asker, now); });
}

absl::StatusOr<Balances::Page> Balances::OfCouncil(absl::string_view tenant, absl::string_view after,
                                                   int limit) const {
  return Listed(CouncilIndexPrefix(tenant), after, limit,
                [](const v1::Balance&) -> absl::StatusOr<bool> { return true; });
}

absl::StatusOr<std::vector<v1::ActingGranted>> Balances::GrantsOf(absl::string_view person_id) const {
  const absl::StatusOr<absl::optional<GrantsRow>> row = rows_.Get<GrantsRow>(GrantsKey(person_id));
  if (!row.ok()) return row.status();
  std::vector<v1::ActingGranted> grants;
  if (row->has_value()) grants.assign((*row)->grants().begin(), (*row)->grants().end());
  return grants;
}

}  // namespace regard::budgets
