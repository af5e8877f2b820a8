// What was asked for and not met: declined, expired, or said by the person.
#include <set>

#include "services/market/views/shape.h"
#include "services/market/views/suppression.h"

namespace regard::market {
namespace {

using internal::v1::BookingRow;
using internal::v1::NeedRow;

struct Request {
  std::string person_id;
  std::string outcome;
  std::string category;
  std::string area_code;
  std::string time_band;
};

std::vector<Request> UnmetRequests(const Evidence& evidence) {
  std::vector<Request> requests;
  std::set<std::string> bookings;
  for (const BookingRow& booking : evidence.bookings) {
    const bool declined = booking.phase() == internal::v1::BOOKING_PHASE_DECLINED;
    if (!declined && booking.phase() != internal::v1::BOOKING_PHASE_EXPIRED) continue;
    bookings.insert(booking.booking_id());
    requests.push_back({booking.person_id(), declined ? "DECLINED" : "EXPIRED", booking.category(),
                        booking.area_code(), booking.time_band()});
  }
  for (const NeedRow& need : evidence.needs) {
    // The person's word about a booking that is counted already.
    if (bookings.count(need.booking_id()) > 0) continue;
    requests.push_back({need.person_id(), "SAID", need.category(), need.area_code(), need.time_band()});
  }
  return requests;
}

// One table of all requests. True when its total may not be shown.
bool FillTable(const std::vector<Request>& requests, std::string Request::*key, int below,
               google::protobuf::RepeatedPtrField<v1::UnmetCount>& out) {
  std::map<std::string, std::pair<int64_t, People>> cells;
  for (const Request& request : requests) {
    auto& [count, people] = cells[request.*key];
    ++count;
    people.insert(request.person_id);
  }
  std::vector<People> people;
  for (const auto& [name, cell] : cells) people.push_back(cell.second);
  const Suppressed suppressed = Suppress(people, below);
  size_t index = 0;
  for (const auto& [name, cell] : cells) {
    v1::UnmetCount* row = out.Add();
    row->set_key(name);
    if (suppressed.cells[index++]) {
      row->mutable_requests()->set_suppressed(true);
    } else {
      row->mutable_requests()->set_value(cell.first);
    }
  }
  return suppressed.total;
}

void SuppressAll(google::protobuf::RepeatedPtrField<v1::UnmetCount>& rows) {
  for (v1::UnmetCount& row : rows) {
    row.mutable_requests()->clear_value();
    row.mutable_requests()->set_suppressed(true);
  }
}

bool AllShown(const google::protobuf::RepeatedPtrField<v1::UnmetCount>& rows) {
  for (const v1::UnmetCount& row : rows) {
    if (row.requests().suppressed()) return false;
  }
  return true;
}

}  // namespace

void FillUnmet(const Evidence& evidence, int suppress_below, v1::GetShapeResponse& out) {
  const std::vector<Request> requests = UnmetRequests(evidence);
  v1::UnmetNeed& unmet = *out.mutable_unmet();
  bool total = FillTable(requests, &Request::outcome, suppress_below, *unmet.mutable_by_outcome());
  total |= FillTable(requests, &Request::category, suppress_below, *unmet.mutable_by_category());
  total |= FillTable(requests, &Request::area_code, suppress_below, *unmet.mutable_by_area());
  for (v1::UnmetCount& row : *unmet.mutable_by_area()) {
    const auto area = evidence.areas.find(row.key());
    if (area != evidence.areas.end()) row.set_name(area->second.row.name());
  }
  total |= FillTable(requests, &Request::time_band, suppress_below, *unmet.mutable_by_time_band());
  if (!total) {
    unmet.mutable_requests()->set_value(static_cast<int64_t>(requests.size()));
    return;
  }
  unmet.mutable_requests()->set_suppressed(true);
  // A table that shows all of its cells is the total in another form.
  for (auto* table : {unmet.mutable_by_outcome(), unmet.mutable_by_category(), unmet.mutable_by_area(),
                      unmet.mutable_by_time_band()}) {
    if (AllShown(*table)) SuppressAll(*table);
  }
}

}  // namespace regard::market
