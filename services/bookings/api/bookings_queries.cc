// What is shown of bookings: each answer waits until its view is as fresh as the caller's token asks.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "libs/acting/grants_view.h"
#include "libs/base/rejection.h"
#include "libs/base/time.h"
#include "libs/fields/fields.h"
#include "services/bookings/api/bookings_api.h"
#include "services/bookings/api/requests.h"
#include "services/bookings/api/sight.h"

namespace regard::bookings {
namespace {

// Rows that one page may look at before it says "more": a filter that finds little never holds a thread for long.
constexpr int kMaxScannedRows = 2000;
// Fewer people than this could be recognised.
constexpr int64_t kFewestPeopleShown = 5;

bool Wanted(const v1::ListBookingsRequest& request, v1::BookingPhase phase) {
  return request.phases().empty() ||
         std::find(request.phases().begin(), request.phases().end(), static_cast<int>(phase)) != request.phases().end();
}

}  // namespace

void BookingsApi::Answer(const rpc::Call& call, absl::string_view view, const std::string& consistency_token,
                         rpc::Done done, std::function<absl::Status()> answer) {
  auto waiting = std::make_shared<rpc::Done>(std::move(done));
  queries_.WhenFresh(call, view, consistency_token, [waiting, answer = std::move(answer)](const absl::Status& fresh) {
    (*waiting)(fresh.ok() ? answer() : fresh);
  });
}

void BookingsApi::GetBooking(const rpc::Call& call, const v1::GetBookingRequest& request,
                             v1::GetBookingResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  Answer(call, BookingsView::kName, request.consistency_token(), std::move(done),
         [this, &call, &request, &response] { return Show(call, request, response); });
}

void BookingsApi::ListBookings(const rpc::Call& call, const v1::ListBookingsRequest& request,
                               v1::ListBookingsResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  Answer(call, BookingsView::kName, request.consistency_token(), std::move(done),
         [this, &call, &request, &response] { return Show(call, request, response); });
}

void BookingsApi::GetDiary(const rpc::Call& call, const v1::GetDiaryRequest& request, v1::GetDiaryResponse& response,
                           rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  Answer(call, DiaryView::kName, request.consistency_token(), std::move(done),
         [this, &call, &request, &response] { return Show(call, request, response); });
}

void BookingsApi::ListUnmetNeeds(const rpc::Call& call, const v1::ListUnmetNeedsRequest& request,
                                 v1::ListUnmetNeedsResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  Answer(call, NeedsView::kName, request.consistency_token(), std::move(done),
         [this, &call, &request, &response] { return Show(call, request, response); });
}

void BookingsApi::GetContinuity(const rpc::Call& call, const v1::GetContinuityRequest& request,
                                v1::GetContinuityResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  Answer(call, ContinuityView::kName, request.consistency_token(), std::move(done),
         [this, &call, &request, &response] { return Show(call, request, response); });
}

absl::Status BookingsApi::Show(const rpc::Call& call, const v1::GetBookingRequest& request,
                               v1::GetBookingResponse& response) const {
  const absl::StatusOr<absl::optional<internal::v1::BookingRow>> row =
      bookings_.Find(request.provider_id(), request.booking_id());
  if (!row.ok()) return row.status();
  if (!row->has_value()) return ToStatus(NotFound("BOOKING_NOT_FOUND"));
  const v1::Booking& booking = (*row)->booking();
  const absl::StatusOr<internal::v1::Standing> standing = StandingOf(call, booking.provider_id(), booking.person_id());
  if (!standing.ok()) return standing.status();
  const absl::optional<Sight> sight = SightOf(**row, *standing, rpc::ActorOf(call));
  if (!sight.has_value()) return ToStatus(NotFound("BOOKING_NOT_FOUND"));
  *response.mutable_booking() = Seen(booking, *sight);
  if (!sight->details) return absl::OkStatus();
  absl::StatusOr<absl::optional<v1::BookingDetails>> details = OpenDetails(**row, opener_);
  if (!details.ok()) return details.status();
  if (details->has_value()) *response.mutable_booking()->mutable_details() = **std::move(details);
  return absl::OkStatus();
}

absl::Status BookingsApi::Show(const rpc::Call& call, const v1::ListBookingsRequest& request,
                               v1::ListBookingsResponse& response) const {
  const absl::StatusOr<internal::v1::Standing> standing = StandingOf(call, request.provider_id(), request.person_id());
  if (!standing.ok()) return standing.status();
  const base::v1::Actor actor = rpc::ActorOf(call);
  const bool of_person = !request.person_id().empty();
  // Which ones, each row says.
  if (!MaySeeAny(request.person_id(), *standing, actor)) {
    return ToStatus(NotFound(of_person ? "PERSON_NOT_FOUND" : "PROVIDER_NOT_FOUND"));
  }
  const int page_size = PageSize(request.page_size());
  int scanned = 0;
  std::string last_visited;
  std::string last_shown;
  const auto visit = [&](const std::string& place, const internal::v1::BookingRow& row) {
    if (scanned++ == kMaxScannedRows) {
      response.set_next_page_token(PageTokenOf(last_visited));
      return false;
    }
    last_visited = place;
    if (!Wanted(request, row.booking().phase())) return true;
    const absl::optional<Sight> sight = SightOf(row, *standing, actor);
    if (!sight.has_value()) return true;
    // A page ends at what the caller sees, so that its token does not tell of what they do not.
    if (response.bookings_size() == page_size) {
      response.set_next_page_token(PageTokenOf(last_shown));
      return false;
    }
    last_shown = place;
    *response.add_bookings() = Seen(row.booking(), *sight);
    return true;
  };
  const BookingsQuery::Span span{FromOf(request.has_from(), request.from()),
                                 UntilOf(request.has_until(), request.until()),
                                 PlaceOf(request.page_token()).value_or("")};
  return of_person ? bookings_.OfPerson(request.person_id(), span, visit)
                   : bookings_.OfProvider(request.provider_id(), span, visit);
}

absl::Status BookingsApi::Show(const rpc::Call& call, const v1::GetDiaryRequest& request,
                               v1::GetDiaryResponse& response) const {
  const absl::StatusOr<internal::v1::Standing> standing = StandingOf(call, request.provider_id(), "");
  if (!standing.ok()) return standing.status();
  if (!SightOf(internal::v1::BookingRow(), *standing, rpc::ActorOf(call)).has_value()) {
    return ToStatus(NotFound("PROVIDER_NOT_FOUND"));
  }
  const int page_size = PageSize(request.page_size());
  std::string last_place;
  return diary_.Entries(request.provider_id(), FromOf(request.has_from(), request.from()),
                        UntilOf(request.has_until(), request.until()), PlaceOf(request.page_token()).value_or(""),
                        [&](const std::string& place, const internal::v1::DiaryRow& row) {
                          if (response.items_size() == page_size) {
                            response.set_next_page_token(PageTokenOf(last_place));
                            return false;
                          }
                          last_place = place;
                          v1::DiaryItem& item = *response.add_items();
                          item.set_booking_id(row.entry().booking_id());
                          item.set_listing_id(row.entry().listing_id());
                          item.set_person_id(row.entry().person_id());
                          item.set_worker_id(row.entry().worker_id());
                          *item.mutable_when() = row.entry().when();
                          item.set_decision_asked(row.decision_asked());
                          return true;
                        });
}

absl::Status BookingsApi::Show(const rpc::Call& call, const v1::ListUnmetNeedsRequest& request,
                               v1::ListUnmetNeedsResponse& response) const {
  constexpr int kFirstYear = 1;
  constexpr int kLastYear = 9999;
  const absl::CivilMonth first =
      request.has_first_month() ? absl::CivilMonth(FromProto(request.first_month())) : absl::CivilMonth(kFirstYear);
  const absl::CivilMonth last =
      request.has_last_month() ? absl::CivilMonth(FromProto(request.last_month())) : absl::CivilMonth(kLastYear);
  const int page_size = PageSize(request.page_size());
  std::string last_place;
  return needs_.Counts(call.caller().tenant, first, last, PlaceOf(request.page_token()).value_or(""),
                       [&](const std::string& place, const internal::v1::NeedCountRow& row) {
                         if (response.needs_size() == page_size) {
                           response.set_next_page_token(PageTokenOf(last_place));
                           return false;
                         }
                         last_place = place;
                         v1::UnmetNeedCount& need = *response.add_needs();
                         *need.mutable_month() = row.month();
                         need.set_category(row.category());
                         need.set_area_code(row.area_code());
                         need.set_time_band(row.time_band());
                         need.set_reason(row.reason());
                         need.set_count(row.count());
                         return true;
                       });
}

absl::Status BookingsApi::Show(const rpc::Call& call, const v1::GetContinuityRequest& request,
                               v1::GetContinuityResponse& response) const {
  const absl::StatusOr<ContinuityQuery::Summary> summary = continuity_.Of(request.provider_id());
  if (!summary.ok()) return summary.status();
  if (summary->people >= kFewestPeopleShown) {
    response.set_people(summary->people);
    response.set_workers_per_person_tenths((summary->workers_met * 10 + summary->people / 2) / summary->people);
  }
  if (request.person_id().empty()) return absl::OkStatus();
  const absl::StatusOr<bool> may =
      acting::MayAct(grants_, request.person_id(), rpc::ActorOf(call), budgets::v1::SCOPE_SEE, call.received());
  if (!may.ok()) return may.status();
  if (!*may) return ToStatus(NotFound("PERSON_NOT_FOUND"));
  const absl::StatusOr<absl::optional<internal::v1::WorkersMetRow>> row =
      continuity_.Of(request.provider_id(), request.person_id());
  if (!row.ok()) return row.status();
  response.set_workers_met(row->has_value() ? (*row)->worker_ids_size() : 0);
  response.set_visits(row->has_value() ? (*row)->visits() : 0);
  return absl::OkStatus();
}

}  // namespace regard::bookings
