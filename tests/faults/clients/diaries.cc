#include "tests/faults/clients/diaries.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "regard/budgets/v1/budgets_service.grpc.pb.h"
#include "regard/providers/v1/providers_service.grpc.pb.h"

namespace regard::faults {
namespace {

using bookings::v1::BookingsService;
using budgets::v1::BudgetsService;
using providers::v1::ProvidersService;

constexpr absl::Duration kFundingPatience = absl::Seconds(20);

// Calls of which each must succeed for the next to make sense.
class Steps {
 public:
  explicit Steps(Session& session) : session_(session) {}

  template <class Service, class Request, class Response>
  Response Do(Caller& caller,
              grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*), Request request) {
    Response response;
    if (!status_.ok()) return response;
    const auto stub = Service::NewStub(session_.endpoints().ChannelTo(Service::service_full_name()));
    request.set_request_id(caller.NewId());
    const Ended ended = caller.Call(*stub, method, request.request_id(), request, response);
    if (ended.outcome != Outcome::kOk) {
      status_ = absl::InternalError(absl::StrCat(Request::descriptor()->name(), ": ", ended.reason));
    }
    return response;
  }
  const absl::Status& status() const { return status_; }

 private:
  Session& session_;
  absl::Status status_;
};

providers::v1::RegisterProviderRequest Registration() {
  providers::v1::RegisterProviderRequest request;
  request.set_kind(base::v1::PROVIDER_KIND_MICRO_ENTERPRISE);
  request.set_ownership(providers::v1::OWNERSHIP_SOLE_TRADER);
  request.set_name("Fault Gardening");
  request.set_postcode("M33 4GT");
  request.set_size_fte_tenths(20);
  request.add_languages("en");
  request.add_worker_names("Robin");
  request.add_worker_names("Sam");
  request.set_source("SYNTHETIC");
  return request;
}

providers::v1::DraftListingRequest Listing(const Diary& diary) {
  providers::v1::DraftListingRequest request;
  request.set_provider_id(diary.provider_id);
  providers::v1::ListingTerms& terms = *request.mutable_terms();
  terms.set_title("Gardening");
  terms.set_description("Together");
  terms.add_categories("regard:gardening");
  terms.set_form(providers::v1::LISTING_FORM_VISIT);
  terms.set_capacity(1);
  terms.set_place(providers::v1::PLACE_KIND_PERSONS_HOME);
  terms.set_postcode("M33 4GT");
  terms.set_radius_m(5000);
  terms.set_time_zone("Europe/London");
  for (int weekday = 1; weekday <= 7; ++weekday) {
    auto* window = terms.add_windows();
    window->set_weekday(weekday);
    window->set_start_minute_of_day(360);
    window->set_end_minute_of_day(1320);
  }
  terms.mutable_cancellation()->set_notice_minutes(1440);
  terms.mutable_cancellation()->set_fee_percent(50);
  for (const std::string& worker : diary.worker_ids) terms.add_worker_ids(worker);
  *request.mutable_price()->mutable_amount() = Pounds(2000);
  request.mutable_price()->set_unit(providers::v1::PRICE_UNIT_HOUR);
  request.set_source("SYNTHETIC");
  return request;
}

budgets::v1::OpenBudgetRequest RichBudget(const std::string& person) {
  budgets::v1::OpenBudgetRequest request;
  request.set_person_id(person);
  request.set_funder(budgets::v1::FUNDER_COUNCIL);
  budgets::v1::Line* line = request.add_lines();
  line->set_line_id("support");
  line->set_holding(base::v1::HOLDING_DIRECT_PAYMENT);
  *line->mutable_allocation() = Pounds(kMaxAmountPence);
  const absl::CivilDay today = LondonDay(absl::Now());
  *request.mutable_period_start() = ToProto(today);
  *request.mutable_period_end() = ToProto(today + 364);
  request.set_source("SYNTHETIC");
  return request;
}

// One of the hours of some days that are all open.
absl::Time AnyHour(Caller& caller) {
  const absl::CivilDay day = LondonDay(absl::Now()) + 3 + static_cast<int>(caller.Below(5));
  return absl::FromCivil(absl::CivilHour(day) + 9 + static_cast<int>(caller.Below(8)), London());
}

}  // namespace

absl::StatusOr<std::unique_ptr<Diary>> MakeDiary(Session& session, const std::string& name, uint64_t seed) {
  auto diary = std::make_unique<Diary>();
  diary->owner = absl::StrCat("owner-", name);
  diary->person = absl::StrCat("person-", name);
  Caller owner(session, diary->owner, "provider", seed);
  Caller council(session, absl::StrCat("council-", name), "practitioner", seed + 1);
  Steps steps(session);
  const auto registered = steps.Do<ProvidersService>(owner, &ProvidersService::Stub::RegisterProvider, Registration());
  diary->provider_id = registered.provider_id();
  diary->worker_ids = {registered.worker_ids().begin(), registered.worker_ids().end()};
  for (const auto kind : {providers::v1::CREDENTIAL_KIND_INSURANCE, providers::v1::CREDENTIAL_KIND_DBS}) {
    providers::v1::RecordCredentialRequest record;
    record.set_provider_id(diary->provider_id);
    record.set_kind(kind);
    record.set_reference("seen");
    if (kind == providers::v1::CREDENTIAL_KIND_INSURANCE) {
      *record.mutable_expires() = ToProto(absl::Now() + absl::Hours(24 * 300));
    }
    const auto recorded = steps.Do<ProvidersService>(owner, &ProvidersService::Stub::RecordCredential, record);
    providers::v1::VerifyCredentialRequest verify;
    verify.set_provider_id(diary->provider_id);
    verify.set_credential_id(recorded.credential_id());
    steps.Do<ProvidersService>(council, &ProvidersService::Stub::VerifyCredential, verify);
  }
  diary->listing_id =
      steps.Do<ProvidersService>(owner, &ProvidersService::Stub::DraftListing, Listing(*diary)).listing_id();
  providers::v1::PublishListingRequest publish;
  publish.set_provider_id(diary->provider_id);
  publish.set_listing_id(diary->listing_id);
  diary->token = steps.Do<ProvidersService>(owner, &ProvidersService::Stub::PublishListing, publish)
                     .receipt()
                     .consistency_token();
  diary->budget_id =
      steps.Do<BudgetsService>(council, &BudgetsService::Stub::OpenBudget, RichBudget(diary->person)).budget_id();
  if (!steps.status().ok()) return steps.status();
  return diary;
}

DiaryClient::DiaryClient(Session& session, const std::string& name, Diary& diary, History& history, History& requests,
                         uint64_t seed)
    : diary_(diary),
      history_(history),
      requests_(requests),
      person_(session, diary.person, "person", seed),
      owner_(session, diary.owner, "provider", seed + 1),
      name_(name),
      stub_(BookingsService::NewStub(session.endpoints().ChannelTo(BookingsService::service_full_name()))) {}

bool DiaryClient::Ask(absl::Time start, const std::string& worker, std::string& booking_id, std::string& token) {
  bookings::v1::RequestBookingRequest request;
  request.set_request_id(person_.NewId());
  request.set_provider_id(diary_.provider_id);
  request.set_listing_id(diary_.listing_id);
  request.set_person_id(diary_.person);
  request.set_budget_id(diary_.budget_id);
  *request.mutable_when()->mutable_start() = ToProto(start);
  *request.mutable_when()->mutable_end() = ToProto(start + absl::Hours(1));
  request.set_worker_id(worker);
  request.set_home_postcode("M33 4GT");
  request.set_consistency_token(diary_.token);
  bookings::v1::RequestBookingResponse response;
  const Ended ended =
      person_.Call(*stub_, &BookingsService::Stub::RequestBooking, request.request_id(), request, response);
  requests_.Write({request.request_id(), name_, diary_.key(), "request", "{}", "", {}}, ended);
  booking_id = response.booking_id();
  token = response.receipt().consistency_token();
  return ended.outcome == Outcome::kOk;
}

bool DiaryClient::AwaitFunded(const std::string& booking_id, const std::string& token) {
  bookings::v1::GetBookingRequest request;
  request.set_provider_id(diary_.provider_id);
  request.set_booking_id(booking_id);
  request.set_consistency_token(token);
  for (const absl::Time until = absl::Now() + kFundingPatience; absl::Now() < until;) {
    bookings::v1::GetBookingResponse response;
    if (person_.Call(*stub_, &BookingsService::Stub::GetBooking, person_.NewId(), request, response).outcome !=
        Outcome::kOk) {
      return false;
    }
    if (response.booking().phase() == bookings::v1::BOOKING_PHASE_FUNDED) return true;
    if (response.booking().phase() != bookings::v1::BOOKING_PHASE_REQUESTED) return false;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return false;
}

void DiaryClient::Accept(const std::string& booking_id, absl::Time start, const std::string& worker) {
  bookings::v1::AcceptBookingRequest request;
  request.set_request_id(owner_.NewId());
  request.set_provider_id(diary_.provider_id);
  request.set_booking_id(booking_id);
  request.set_worker_id(worker);
  bookings::v1::AcceptBookingResponse response;
  const Ended ended =
      owner_.Call(*stub_, &BookingsService::Stub::AcceptBooking, request.request_id(), request, response);
  const int64_t from_s = absl::ToUnixSeconds(start);
  const std::string args = absl::StrCat("{\"booking\":\"", booking_id, "\",\"worker\":\"", worker, "\",\"from_s\":",
                                        from_s, ",\"to_s\":", from_s + 3600, "}");
  history_.Write({request.request_id(), name_, diary_.key(), "accept", args, "", {}}, ended);
  if (ended.outcome != Outcome::kOk) return;
  std::lock_guard<std::mutex> lock(diary_.mutex);
  diary_.accepted.push_back(booking_id);
}

void DiaryClient::Cancel() {
  std::string booking_id;
  {
    std::lock_guard<std::mutex> lock(diary_.mutex);
    if (diary_.accepted.empty()) return;
    std::swap(diary_.accepted[owner_.Below(diary_.accepted.size())], diary_.accepted.back());
    booking_id = diary_.accepted.back();
    diary_.accepted.pop_back();
  }
  bookings::v1::CancelBookingRequest request;
  request.set_request_id(owner_.NewId());
  request.set_provider_id(diary_.provider_id);
  request.set_booking_id(booking_id);
  request.set_reason("PROVIDER_ILL");
  bookings::v1::CancelBookingResponse response;
  const Ended ended =
      owner_.Call(*stub_, &BookingsService::Stub::CancelBooking, request.request_id(), request, response);
  const std::string args = absl::StrCat("{\"booking\":\"", booking_id, "\"}");
  history_.Write({request.request_id(), name_, diary_.key(), "cancel", args, "", {}}, ended);
}

void DiaryClient::Step() {
  if (owner_.Below(3) == 0) return Cancel();
  const absl::Time start = AnyHour(owner_);
  const std::string& worker = diary_.worker_ids[owner_.Below(diary_.worker_ids.size())];
  std::string booking_id;
  std::string token;
  if (!Ask(start, worker, booking_id, token)) return;
  if (AwaitFunded(booking_id, token)) Accept(booking_id, start, worker);
}

}  // namespace regard::faults
