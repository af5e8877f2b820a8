#include "services/bookings/api/requests.h"

#include "absl/strings/escaping.h"
#include "absl/strings/strip.h"
#include "libs/base/time.h"
#include "libs/fields/fields.h"
#include "libs/geo/postcode.h"
#include "libs/taxonomy/taxonomy.h"
#include "services/bookings/domain/time_band.h"

namespace regard::bookings {
namespace {

constexpr int kMaxNameBytes = 120;
constexpr int kMaxTelephoneBytes = 32;
constexpr int kMaxPlaceBytes = 400;
constexpr int64_t kSecondsPerMinute = 60;

template <class Request>
Fields Booking(const Request& request) {
  return Fields().Id("provider_id", request.provider_id()).Id("booking_id", request.booking_id());
}

template <class Request>
Fields BookingFor(const Request& request, const auth::Identity& caller) {
  Fields fields = Booking(request);
  const bool acts_for = caller.role == options::v1::ROLE_ACTING_FOR || caller.role == options::v1::ROLE_PARTNER;
  if (acts_for) fields.Subject("on_behalf_of", request.on_behalf_of());
  return fields;
}

bool IsWholeMinute(const google::protobuf::Timestamp& time) {
  return time.nanos() == 0 && time.seconds() % kSecondsPerMinute == 0;
}

Fields& When(Fields& fields, absl::string_view field, const base::v1::Interval& when) {
  fields.That(field, when.has_start() && when.has_end(), "UNSPECIFIED")
      .Time(field, when.start())
      .Time(field, when.end());
  return fields.That(field, FromProto(when.start()) < FromProto(when.end()), "ENDS_BEFORE_IT_STARTS");
}

Fields& Category(Fields& fields, const std::string& category) {
  return fields.That("category", taxonomy::IsCurie(category), "NOT_A_CURIE");
}

Fields& Postcode(Fields& fields, absl::string_view field, const std::string& postcode) {
  return fields.That(field, postcode.empty() || geo::Postcode::Parse(postcode).ok(), "NOT_A_POSTCODE");
}

template <class Request>
Fields& Page(Fields& fields, const Request& request) {
  return fields.That("page_token", PlaceOf(request.page_token()).has_value(), "NOT_A_PAGE_TOKEN");
}

template <class Request>
Fields& Span(Fields& fields, const Request& request) {
  if (request.has_from()) fields.Time("from", request.from());
  if (request.has_until()) fields.Time("until", request.until());
  return Page(fields, request);
}

}  // namespace

absl::Status Check(const v1::RequestBookingRequest& request) {
  Fields fields;
  fields.Id("provider_id", request.provider_id())
      .Id("listing_id", request.listing_id())
      .Subject("person_id", request.person_id())
      .OptionalId("budget_id", request.budget_id())
      .OptionalId("line_id", request.line_id())
      .OptionalId("worker_id", request.worker_id());
  When(fields, "when", request.when());
  fields.That("when", IsWholeMinute(request.when().start()) && IsWholeMinute(request.when().end()),
              "NOT_WHOLE_MINUTES");
  if (!request.category().empty()) Category(fields, request.category());
  Postcode(fields, "home_postcode", request.home_postcode())
      .OptionalText("exemption_statement", request.exemption_statement(), kMaxNoteBytes)
      .OptionalText("note", request.note(), kMaxNoteBytes)
      .OptionalText("back_up.name", request.back_up().name(), kMaxNameBytes)
      .OptionalText("back_up.telephone", request.back_up().telephone(), kMaxTelephoneBytes);
  if (request.has_expected_amount()) fields.Amount("expected_amount", request.expected_amount(), 0);
  return fields.status();
}

absl::Status Check(const v1::AcceptBookingRequest& request) {
  return Booking(request).OptionalId("worker_id", request.worker_id()).status();
}

absl::Status Check(const v1::DeclineBookingRequest& request) {
  return Booking(request).Code("reason", request.reason()).OptionalText("note", request.note(), kMaxNoteBytes).status();
}

absl::Status Check(const v1::RecordVisitRequest& request) {
  Fields fields = Booking(request);
  fields.OptionalId("worker_id", request.worker_id());
  return When(fields, "delivered", request.delivered()).status();
}

absl::Status Check(const v1::ResolveDisputeRequest& request, const auth::Identity& caller) {
  return BookingFor(request, caller).Code("reason", request.reason()).Amount("pay", request.pay(), 0).status();
}

absl::Status Check(const v1::NoteUnmetNeedRequest& request) {
  Fields fields;
  fields.Subject("person_id", request.person_id());
  Category(fields, request.category());
  return Postcode(fields, "postcode", request.postcode())
      .That("time_band", request.time_band().empty() || IsTimeBand(request.time_band()), "NOT_A_TIME_BAND")
      .Code("reason", request.reason())
      .OptionalText("words", request.words(), kMaxNoteBytes)
      .OptionalId("booking_id", request.booking_id())
      .status();
}

absl::Status Check(const v1::CancelBookingRequest& request, const auth::Identity& caller) {
  return BookingFor(request, caller).Code("reason", request.reason()).status();
}

absl::Status Check(const v1::ConfirmVisitRequest& request, const auth::Identity& caller) {
  return BookingFor(request, caller).status();
}

absl::Status Check(const v1::RecordNoShowRequest& request, const auth::Identity& caller) {
  return BookingFor(request, caller).Chosen("absent", request.absent()).status();
}

absl::Status Check(const v1::DisputeVisitRequest& request, const auth::Identity& caller) {
  return BookingFor(request, caller)
      .Code("reason", request.reason())
      .OptionalText("note", request.note(), kMaxNoteBytes)
      .status();
}

absl::Status Check(const v1::TakeDecisionRequest& request, const auth::Identity& caller) {
  return BookingFor(request, caller).Chosen("choice", request.choice()).status();
}

absl::Status Check(const v1::GetBookingRequest& request) { return Booking(request).status(); }

absl::Status Check(const v1::ListBookingsRequest& request) {
  Fields fields;
  fields.That("person_id", request.person_id().empty() != request.provider_id().empty(), "ONE_OF_PERSON_OR_PROVIDER")
      .OptionalId("provider_id", request.provider_id());
  if (!request.person_id().empty()) fields.Subject("person_id", request.person_id());
  for (const int phase : request.phases()) fields.Chosen("phases", static_cast<v1::BookingPhase>(phase));
  return Span(fields, request).status();
}

absl::Status Check(const v1::GetDiaryRequest& request) {
  Fields fields;
  fields.Id("provider_id", request.provider_id());
  return Span(fields, request).status();
}

absl::Status Check(const v1::ListUnmetNeedsRequest& request) {
  Fields fields;
  if (request.has_first_month()) fields.That("first_month", IsValid(request.first_month()), "NOT_A_DAY");
  if (request.has_last_month()) fields.That("last_month", IsValid(request.last_month()), "NOT_A_DAY");
  return Page(fields, request).status();
}

absl::Status Check(const v1::GetContinuityRequest& request) {
  Fields fields;
  fields.Id("provider_id", request.provider_id());
  if (!request.person_id().empty()) fields.Subject("person_id", request.person_id());
  return fields.status();
}

internal::v1::LocalTime LocalTimeOf(const base::v1::Interval& when, const std::string& time_zone) {
  absl::TimeZone zone;
  if (time_zone.empty() || !absl::LoadTimeZone(time_zone, &zone)) zone = London();
  const absl::CivilMinute start = absl::ToCivilMinute(FromProto(when.start()), zone);
  const absl::CivilMinute end = absl::ToCivilMinute(FromProto(when.end()), zone);
  internal::v1::LocalTime local;
  // GetWeekday counts from Monday as 0.
  local.set_weekday(static_cast<int>(absl::GetWeekday(start)) + 1);
  const int start_minute = start.hour() * 60 + start.minute();
  local.set_start_minute_of_day(start_minute);
  local.set_end_minute_of_day(start_minute + static_cast<int>(end - start));
  return local;
}

std::string WordOf(v1::DecisionChoice choice) {
  return std::string(absl::StripPrefix(v1::DecisionChoice_Name(choice), "DECISION_CHOICE_"));
}

absl::Time FromOf(bool has, const google::protobuf::Timestamp& from) {
  return has ? FromProto(from) : absl::InfinitePast();
}

absl::Time UntilOf(bool has, const google::protobuf::Timestamp& until) {
  return has ? FromProto(until) : absl::InfiniteFuture();
}

std::string PageTokenOf(absl::string_view place) { return absl::WebSafeBase64Escape(place); }

absl::optional<std::string> PlaceOf(absl::string_view page_token) {
  std::string place;
  if (page_token.size() > kMaxPlaceBytes || !absl::WebSafeBase64Unescape(page_token, &place)) return absl::nullopt;
  return place;
}

}  // namespace regard::bookings
