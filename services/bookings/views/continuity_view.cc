#include "services/bookings/views/continuity_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/es/domain.h"
#include "regard/bookings/v1/facts.pb.h"

namespace regard::bookings {
namespace {

using internal::v1::WorkersMetRow;

std::string Prefix(absl::string_view provider_id) { return absl::StrCat("c/", provider_id, "/"); }

}  // namespace

absl::Status ContinuityView::Apply(const es::FactEvent& event, es::Rows& rows) {
  if (es::KindOf(event.logged.stream()) != "booking") return absl::OkStatus();
  if (!event.As<v1::BookingFact>().has_confirmed()) return absl::OkStatus();
  const v1::VisitConfirmed& confirmed = event.As<v1::BookingFact>().confirmed();
  WorkersMetRow& row = rows.Mutable<WorkersMetRow>(Prefix(confirmed.provider_id()) + confirmed.person_id());
  row.set_visits(row.visits() + 1);
  auto& workers = *row.mutable_worker_ids();
  const std::string& worker_id = confirmed.worker_id();
  if (!worker_id.empty() && !std::binary_search(workers.begin(), workers.end(), worker_id)) {
    *workers.Add() = worker_id;
    std::rotate(std::lower_bound(workers.begin(), workers.end() - 1, worker_id), workers.end() - 1, workers.end());
  }
  return absl::OkStatus();
}

absl::StatusOr<ContinuityQuery::Summary> ContinuityQuery::Of(absl::string_view provider_id) const {
  Summary summary;
  const absl::Status scanned =
      rows_.Scan<WorkersMetRow>(Prefix(provider_id), "", [&](absl::string_view, const WorkersMetRow& row) {
        ++summary.people;
        summary.workers_met += row.worker_ids_size();
        summary.visits += row.visits();
        return true;
      });
  if (!scanned.ok()) return scanned;
  return summary;
}

absl::StatusOr<absl::optional<WorkersMetRow>> ContinuityQuery::Of(absl::string_view provider_id,
                                                                  absl::string_view person_id) const {
  return rows_.Get<WorkersMetRow>(Prefix(provider_id) + std::string(person_id));
}

}  // namespace regard::bookings
