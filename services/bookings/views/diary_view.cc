#include "services/bookings/views/diary_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/time.h"
#include "libs/es/domain.h"
#include "regard/bookings/v1/facts.pb.h"
#include "services/bookings/views/keys.h"

namespace regard::bookings {
namespace {

using internal::v1::DiaryPlace;
using internal::v1::DiaryRow;

std::string Prefix(absl::string_view provider_id) { return absl::StrCat("e/", provider_id, "/"); }
std::string PlaceKey(absl::string_view provider_id, absl::string_view booking_id) {
  return absl::StrCat("w/", provider_id, "/", booking_id);
}
std::string EntryKey(absl::string_view provider_id, absl::Time start, absl::string_view booking_id) {
  return absl::StrCat(Prefix(provider_id), TimeKey(start), "/", booking_id);
}

// Nullptr when the diary never had it.
DiaryRow* FindEntry(es::Rows& rows, absl::string_view provider_id, absl::string_view booking_id) {
  const DiaryPlace* place = rows.Find<DiaryPlace>(PlaceKey(provider_id, booking_id));
  if (place == nullptr) return nullptr;
  return &rows.Mutable<DiaryRow>(EntryKey(provider_id, FromProto(place->start()), booking_id));
}

void Remove(es::Rows& rows, absl::string_view provider_id, absl::string_view booking_id) {
  const std::string key = PlaceKey(provider_id, booking_id);
  const DiaryPlace* place = rows.Find<DiaryPlace>(key);
  if (place == nullptr) return;
  rows.Delete(EntryKey(provider_id, FromProto(place->start()), booking_id));
  rows.Delete(key);
}

}  // namespace

absl::Status DiaryView::Apply(const es::FactEvent& event, es::Rows& rows) {
  if (es::KindOf(event.logged.stream()) != "diary") return absl::OkStatus();
  const absl::string_view provider_id = es::IdOf(event.logged.stream());
  const auto& fact = event.As<v1::DiaryFact>();
  switch (fact.fact_case()) {
    case v1::DiaryFact::kAdded: {
      const v1::DiaryEntryAdded& added = fact.added();
      *rows.Mutable<DiaryPlace>(PlaceKey(provider_id, added.booking_id())).mutable_start() = added.when().start();
      const std::string key = EntryKey(provider_id, FromProto(added.when().start()), added.booking_id());
      *rows.Mutable<DiaryRow>(key).mutable_entry() = added;
      break;
    }
    case v1::DiaryFact::kRemoved:
      Remove(rows, provider_id, fact.removed().booking_id());
      break;
    case v1::DiaryFact::kDecisionAsked:
      if (DiaryRow* row = FindEntry(rows, provider_id, fact.decision_asked().booking_id())) {
        row->set_decision_asked(fact.decision_asked().reason());
      }
      break;
    case v1::DiaryFact::kDecisionClosed:
      if (DiaryRow* row = FindEntry(rows, provider_id, fact.decision_closed().booking_id()))
        row->clear_decision_asked();
      break;
    case v1::DiaryFact::kFirstVisitConfirmed:
    case v1::DiaryFact::kVisitCounted:
    case v1::DiaryFact::FACT_NOT_SET:
      break;
  }
  return absl::OkStatus();
}

absl::Status DiaryQuery::Entries(absl::string_view provider_id, absl::Time from, absl::Time until,
                                 const std::string& after, Visit visit) const {
  const std::string prefix = Prefix(provider_id);
  const std::string first = std::max(after, from == absl::InfinitePast() ? "" : TimeKey(from));
  const std::string end = until == absl::InfiniteFuture() ? "" : TimeKey(until);
  return rows_.Scan<DiaryRow>(prefix, first.empty() ? "" : prefix + first,
                              [&](absl::string_view key, const DiaryRow& row) {
                                const std::string place(key.substr(prefix.size()));
                                return (end.empty() || place < end) && visit(place, row);
                              });
}

}  // namespace regard::bookings
