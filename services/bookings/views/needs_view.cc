#include "services/bookings/views/needs_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/time.h"
#include "libs/es/domain.h"
#include "regard/bookings/v1/facts.pb.h"

namespace regard::bookings {
namespace {

using internal::v1::NeedCountRow;

std::string Prefix(absl::string_view tenant) { return absl::StrCat("n/", tenant, "/"); }
std::string MonthKey(absl::CivilMonth month) { return absl::StrFormat("%04d-%02d", month.year(), month.month()); }

// Any fact that says who lacked what.
template <class Fact>
void Count(const es::FactEvent& event, const Fact& fact, absl::string_view reason, es::Rows& rows) {
  const absl::CivilMonth month(LondonDay(FromProto(event.append.record_time())));
  NeedCountRow& row =
      rows.Mutable<NeedCountRow>(absl::StrCat(Prefix(fact.tenant()), MonthKey(month), "/", fact.category(), "/",
                                              fact.area_code(), "/", fact.time_band(), "/", reason));
  row.set_tenant(fact.tenant());
  *row.mutable_month() = ToProto(absl::CivilDay(month));
  row.set_category(fact.category());
  row.set_area_code(fact.area_code());
  row.set_time_band(fact.time_band());
  row.set_reason(std::string(reason));
  row.set_count(row.count() + 1);
}

}  // namespace

absl::Status NeedsView::Apply(const es::FactEvent& event, es::Rows& rows) {
  const absl::string_view kind = es::KindOf(event.logged.stream());
  if (kind == "booking") {
    const auto& fact = event.As<v1::BookingFact>();
    if (fact.has_declined()) Count(event, fact.declined(), fact.declined().reason(), rows);
    if (fact.has_expired()) Count(event, fact.expired(), "EXPIRED", rows);
  }
  if (kind == "need" && event.As<v1::NeedFact>().has_noted()) {
    const v1::UnmetNeedNoted& noted = event.As<v1::NeedFact>().noted();
    Count(event, noted, noted.reason(), rows);
  }
  return absl::OkStatus();
}

absl::Status NeedsQuery::Counts(absl::string_view tenant, absl::CivilMonth first, absl::CivilMonth last,
                                const std::string& after, Visit visit) const {
  const std::string prefix = Prefix(tenant);
  const std::string from = std::max(after, MonthKey(first));
  // After everything of the last month: a slash follows the month in a key, and sorts just before a zero.
  const std::string end = MonthKey(last) + "0";
  return rows_.Scan<NeedCountRow>(prefix, prefix + from, [&](absl::string_view key, const NeedCountRow& row) {
    const std::string place(key.substr(prefix.size()));
    return place < end && visit(place, row);
  });
}

}  // namespace regard::bookings
