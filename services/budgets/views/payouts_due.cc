#include "services/budgets/views/payouts_due.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/rejection.h"
#include "libs/base/time.h"
#include "libs/es/domain.h"
#include "regard/budgets/v1/facts.pb.h"

namespace regard::budgets {
namespace {

// Ids have no slash; an account has one, so it stands last or before the fixed width of a day.
std::string ProviderPrefix(absl::string_view provider_id) { return absl::StrCat("p/", provider_id, "/"); }
std::string AccountPrefix(absl::string_view debtor_account) { return absl::StrCat("d/", debtor_account, "/"); }
std::string DayKey(absl::CivilDay day) { return absl::StrFormat("%04d%02d%02d", day.year(), day.month(), day.day()); }

void AddTo(absl::string_view provider_id, absl::string_view debtor_account, const base::v1::Date& due, int64_t items,
           int64_t due_pence, int64_t refunded_pence, es::Rows& rows) {
  const std::string day = DayKey(FromProto(due));
  for (const std::string& key : {absl::StrCat(ProviderPrefix(provider_id), day, "/", debtor_account),
                                 absl::StrCat(AccountPrefix(debtor_account), day, "/", provider_id)}) {
    v1::PayoutTotal& total = rows.Mutable<v1::PayoutTotal>(key);
    total.set_provider_id(std::string(provider_id));
    total.set_debtor_account(std::string(debtor_account));
    *total.mutable_due() = due;
    total.set_items(total.items() + items);
    total.set_due_pence(total.due_pence() + due_pence);
    total.set_refunded_pence(total.refunded_pence() + refunded_pence);
  }
}

}  // namespace

absl::Status PayoutsDueView::Apply(const es::FactEvent& event, es::Rows& rows) {
  if (es::KindOf(event.logged.stream()) != "budget") return absl::OkStatus();
  const auto& fact = event.As<v1::BudgetFact>();
  if (fact.has_payout_due()) {
    const v1::PayoutDue& due = fact.payout_due();
    AddTo(due.provider_id(), due.debtor_account(), due.due(), 1, due.amount().pence(), 0, rows);
  } else if (fact.has_posting_refunded()) {
    const v1::PostingRefunded& refunded = fact.posting_refunded();
    AddTo(refunded.provider_id(), refunded.debtor_account(), refunded.effective(), 0, 0, refunded.amount().pence(),
          rows);
  }
  return absl::OkStatus();
}

absl::StatusOr<PayoutsDue::Page> PayoutsDue::Listed(const std::string& prefix, absl::string_view provider_id,
                                                    const Days& days, absl::string_view after, int limit) const {
  if (!after.empty() && !absl::StartsWith(after, prefix)) {
    return ToStatus(Invalid("page_token", "PAGE_TOKEN_OF_ANOTHER_LIST"));
  }
  std::string from = after.empty() ? prefix : absl::StrCat(after, absl::string_view("\0", 1));
  if (days.first.has_value()) from = std::max(from, prefix + DayKey(*days.first));
  const std::string to = days.last.has_value() ? prefix + DayKey(*days.last + 1) : es::PrefixEnd(prefix);
  Page page;
  std::string last;
  bool parsed = true;
  const absl::Status scanned = rows_.store().Scan(from, to, [&](absl::string_view key, absl::string_view value) {
    v1::PayoutTotal total;
    parsed = total.ParseFromArray(value.data(), static_cast<int>(value.size()));
    if (!parsed) return false;
    if (!provider_id.empty() && total.provider_id() != provider_id) return true;
    if (static_cast<int>(page.payouts.size()) == limit) {
      page.next = last;
      return false;
    }
    last = std::string(key);
    page.payouts.push_back(std::move(total));
    return true;
  });
  if (!scanned.ok()) return scanned;
  if (!parsed) return absl::DataLossError("a view row does not parse");
  return page;
}

absl::StatusOr<PayoutsDue::Page> PayoutsDue::ToProvider(absl::string_view provider_id, const Days& days,
                                                        absl::string_view after, int limit) const {
  return Listed(ProviderPrefix(provider_id), "", days, after, limit);
}

absl::StatusOr<PayoutsDue::Page> PayoutsDue::FromAccount(absl::string_view debtor_account,
                                                         absl::string_view provider_id, const Days& days,
                                                         absl::string_view after, int limit) const {
  return Listed(AccountPrefix(debtor_account), provider_id, days, after, limit);
}

}  // namespace regard::budgets
