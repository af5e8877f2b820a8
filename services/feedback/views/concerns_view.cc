#include "services/feedback/views/concerns_view.h"

#include "absl/strings/str_cat.h"
#include "libs/es/domain.h"
#include "regard/feedback/v1/facts.pb.h"

namespace regard::feedback {
namespace {

using internal::v1::ConcernRow;

// Which body a concern is under, for the facts that do not say it again.
struct Keys {
  static std::string OfConcern(absl::string_view concern_id) { return absl::StrCat("i/", concern_id); }
  static std::string OfBody(absl::string_view body) { return absl::StrCat("n/", body, "/"); }
};

// nullptr for a concern that was never raised.
ConcernRow* Raised(es::Rows& rows, absl::string_view concern_id) {
  const auto* place = rows.Find<internal::v1::ConcernPlaceRow>(Keys::OfConcern(concern_id));
  if (place == nullptr) return nullptr;
  return &rows.Mutable<ConcernRow>(absl::StrCat(Keys::OfBody(place->taken_to()), concern_id));
}

void Raise(const es::FactEvent& event, const std::string& id, const v1::ConcernRaised& fact, es::Rows& rows) {
  rows.Mutable<internal::v1::ConcernPlaceRow>(Keys::OfConcern(id)).set_taken_to(fact.taken_to());
  auto& row = rows.Mutable<ConcernRow>(absl::StrCat(Keys::OfBody(fact.taken_to()), id));
  v1::Concern& concern = *row.mutable_concern();
  concern.set_concern_id(id);
  concern.set_tenant(fact.tenant());
  concern.set_person_id(fact.person_id());
  concern.set_raised_by(fact.raised_by());
  concern.set_provider_id(fact.provider_id());
  concern.set_staff_implicated(fact.staff_implicated());
  concern.set_phase(v1::CONCERN_PHASE_RAISED);
  *concern.mutable_raised() = event.append.record_time();
  *row.mutable_raised() = event.logged;
}

}  // namespace

absl::Status ConcernsView::Apply(const es::FactEvent& event, es::Rows& rows) {
  if (es::KindOf(event.logged.stream()) != "concern") return absl::OkStatus();
  const std::string id(es::IdOf(event.logged.stream()));
  const auto& fact = event.As<v1::ConcernFact>();
  switch (fact.fact_case()) {
    case v1::ConcernFact::kRaised:
      Raise(event, id, fact.raised(), rows);
      break;
    case v1::ConcernFact::kTaken:
      if (ConcernRow* row = Raised(rows, id)) {
        row->mutable_concern()->set_phase(v1::CONCERN_PHASE_TAKEN);
        row->mutable_concern()->set_taken_by(fact.taken().by());
      }
      break;
    case v1::ConcernFact::kClosed:
      if (ConcernRow* row = Raised(rows, id)) {
        row->mutable_concern()->set_phase(v1::CONCERN_PHASE_CLOSED);
        *row->mutable_closed() = event.logged;
      }
      break;
    case v1::ConcernFact::FACT_NOT_SET:
      break;
  }
  return absl::OkStatus();
}

absl::Status ConcernsQuery::TakenTo(absl::string_view body, absl::string_view after_id,
                                    absl::FunctionRef<bool(const ConcernRow& row)> visit) const {
  const std::string prefix = Keys::OfBody(body);
  return rows_.Scan<ConcernRow>(prefix, after_id.empty() ? "" : absl::StrCat(prefix, after_id),
                                [&](absl::string_view, const ConcernRow& row) { return visit(row); });
}

}  // namespace regard::feedback
