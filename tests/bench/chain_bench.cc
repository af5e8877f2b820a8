// Bookings from request to settled money, over gRPC and through every reactor: the person asks, the budget holds, the
// provider accepts and says that it was given, the person confirms, the budget pays. Stated beside plain holds.
#include <signal.h>
#include <sys/types.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "libs/rpc/client.h"
#include "regard/bookings/v1/bookings_service.grpc.pb.h"
#include "regard/operations/v1/operations_service.grpc.pb.h"
#include "regard/providers/v1/providers_service.grpc.pb.h"
#include "tests/bench/result_line.h"
#include "tests/load/hold_load.h"
#include "tests/load/standalone_process.h"

namespace regard::bench {
namespace {

using bookings::v1::BookingsService;
using operations::v1::OperationsService;
using providers::v1::ProvidersService;

// One thread for each provider and its people.
constexpr int kProviders = 64;
constexpr int kPeopleOfProvider = 4;
// Half an hour each, one after the other: not quite a day.
constexpr int kBookingsOfProvider = 40;
constexpr absl::Duration kVisit = absl::Minutes(30);
constexpr absl::Duration kTimeout = absl::Seconds(20);
constexpr int64_t kPricePence = 1500;
constexpr char kTenant[] = "E08000009";
constexpr char kCategory[] = "regard:gardening";

// Not to be left behind when this ends early.
std::atomic<pid_t> server_pid{-1};

[[noreturn]] void Die(absl::string_view doing, absl::string_view why) {
  std::fprintf(stderr, "chain_bench: %s: %s\n", std::string(doing).c_str(), std::string(why).c_str());
  if (server_pid > 0) kill(server_pid, SIGKILL);
  std::_Exit(1);
}

template <class Stub, class Request, class Response>
grpc::Status Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const std::string& token, const Request& request, Response& response) {
  grpc::ClientContext context;
  rpc::AttachToken(context, token);
  rpc::SetTimeout(context, kTimeout);
  return (stub.*method)(&context, request, &response);
}

template <class Response, class Stub, class Request>
Response MustCall(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const std::string& token, const Request& request) {
  Response response;
  const grpc::Status status = Call(stub, method, token, request, response);
  if (!status.ok()) Die(Request::descriptor()->name(), status.error_message());
  return response;
}

struct Booked {
  std::string booking_id;
  int person = 0;
  base::v1::Interval when;
};

// A provider, its people and their bookings; used by one thread.
class Round {
 public:
  Round(int number, const std::string& address, const std::string& data_path, absl::Time first_start)
      : number_(number), first_start_(first_start), chance_(static_cast<uint64_t>(number) + 1) {
    rpc::ChannelOptions options;
    options.connection = number % 4;
    const auto channel = *rpc::OpenChannel(address, options);
    bookings_ = BookingsService::NewStub(channel);
    providers_ = ProvidersService::NewStub(channel);
    commissioner_token_ = load::SignToken(data_path, "commissioner-1", "commissioner", kTenant);
    provider_token_ = load::SignToken(data_path, absl::StrCat("owner-", number), "provider", kTenant);
    for (int i = 0; i < kPeopleOfProvider; ++i) {
      person_tokens_.push_back(load::SignToken(data_path, load::PersonId(PersonOf(i)), "person", kTenant));
    }
  }

  void Enrol() {
    providers::v1::RegisterProviderRequest provider;
    provider.set_request_id(NewId());
    provider.set_kind(base::v1::PROVIDER_KIND_MICRO_ENTERPRISE);
    provider.set_ownership(providers::v1::OWNERSHIP_SOLE_TRADER);
    provider.set_name(absl::StrCat("Load Gardening ", number_));
    provider.set_postcode("M33 4GT");
    provider.set_size_fte_tenths(10);
    provider.add_languages("en");
    provider.add_worker_names("Robin");
    provider.set_source("SYNTHETIC");
    const auto registered = MustCall(*providers_, &ProvidersService::Stub::RegisterProvider, provider_token_, provider);
    provider_id_ = registered.provider_id();
    Insure();
    ShowCheck();

    providers::v1::DraftListingRequest draft;
    draft.set_request_id(NewId());
    draft.set_provider_id(provider_id_);
    *draft.mutable_terms() = Terms();
    draft.mutable_terms()->add_worker_ids(registered.worker_ids(0));
    *draft.mutable_price()->mutable_amount() = Pounds(kPricePence);
    draft.mutable_price()->set_unit(providers::v1::PRICE_UNIT_VISIT);
    draft.set_source("SYNTHETIC");
    listing_id_ = MustCall(*providers_, &ProvidersService::Stub::DraftListing, provider_token_, draft).listing_id();

    providers::v1::PublishListingRequest publish;
    publish.set_request_id(NewId());
    publish.set_provider_id(provider_id_);
    publish.set_listing_id(listing_id_);
    known_by_ = MustCall(*providers_, &ProvidersService::Stub::PublishListing, provider_token_, publish)
                    .receipt()
                    .consistency_token();
  }

  void RequestAndAccept() {
    for (int i = 0; i < kBookingsOfProvider; ++i) Request(i);
    for (const Booked& booked : booked_) Accept(booked);
  }

  void RecordConfirmAndSettle() {
    for (const Booked& booked : booked_) {
      bookings::v1::RecordVisitRequest record = About<bookings::v1::RecordVisitRequest>(booked);
      *record.mutable_delivered() = booked.when;
      MustCall(*bookings_, &BookingsService::Stub::RecordVisit, provider_token_, record);
      MustCall(*bookings_, &BookingsService::Stub::ConfirmVisit, person_tokens_[booked.person],
               About<bookings::v1::ConfirmVisitRequest>(booked));
    }
    while (CountSettled() < kBookingsOfProvider) absl::SleepFor(absl::Milliseconds(2));
  }

 private:
  static providers::v1::ListingTerms Terms() {
    providers::v1::ListingTerms terms;
    terms.set_title("Gardening");
    terms.set_description("Beds, hedges and lawns.");
    terms.add_categories(kCategory);
    terms.set_form(providers::v1::LISTING_FORM_VISIT);
    terms.set_capacity(1);
    terms.set_place(providers::v1::PLACE_KIND_PERSONS_HOME);
    terms.set_postcode("M33 4GT");
    terms.set_radius_m(10'000);
    terms.set_time_zone("Etc/UTC");
    terms.add_languages("en");
    for (int weekday = 1; weekday <= 7; ++weekday) {
      providers::v1::WeeklyWindow& window = *terms.add_windows();
      window.set_weekday(weekday);
      window.set_start_minute_of_day(0);
      window.set_end_minute_of_day(24 * 60);
    }
    terms.add_funding_accepted(base::v1::HOLDING_DIRECT_PAYMENT);
    return terms;
  }

  // Without these two nothing is published.
  void Insure() {
    providers::v1::RecordCredentialRequest record;
    record.set_kind(providers::v1::CREDENTIAL_KIND_INSURANCE);
    record.set_reference("policy 1");
    *record.mutable_expires() = ToProto(first_start_ + absl::Hours(24 * 365));
    RecordAndVerify(std::move(record));
  }
  void ShowCheck() {
    providers::v1::RecordCredentialRequest record;
    record.set_kind(providers::v1::CREDENTIAL_KIND_DBS);
    record.set_reference("enhanced, seen 2025-11");
    RecordAndVerify(std::move(record));
  }
  void RecordAndVerify(providers::v1::RecordCredentialRequest record) {
    record.set_request_id(NewId());
    record.set_provider_id(provider_id_);
    providers::v1::VerifyCredentialRequest verify;
    verify.set_credential_id(
        MustCall(*providers_, &ProvidersService::Stub::RecordCredential, provider_token_, record).credential_id());
    verify.set_request_id(NewId());
    verify.set_provider_id(provider_id_);
    MustCall(*providers_, &ProvidersService::Stub::VerifyCredential, commissioner_token_, verify);
  }

  uint64_t PersonOf(int i) const { return static_cast<uint64_t>(number_ * kPeopleOfProvider + i); }
  std::string NewId() { return load::NewRequestId(chance_, absl::Now()); }

  template <class Message>
  Message About(const Booked& booked) {
    Message request;
    request.set_request_id(NewId());
    request.set_provider_id(provider_id_);
    request.set_booking_id(booked.booking_id);
    return request;
  }

  void Request(int i) {
    Booked booked;
    booked.person = i % kPeopleOfProvider;
    const absl::Time start = first_start_ + i * kVisit;
    *booked.when.mutable_start() = ToProto(start);
    *booked.when.mutable_end() = ToProto(start + kVisit);
    bookings::v1::RequestBookingRequest request;
    request.set_request_id(NewId());
    request.set_provider_id(provider_id_);
    request.set_listing_id(listing_id_);
    request.set_person_id(load::PersonId(PersonOf(booked.person)));
    request.set_budget_id(load::BudgetId(PersonOf(booked.person)));
    *request.mutable_when() = booked.when;
    request.set_category(kCategory);
    request.set_home_postcode("M33 4GT");
    *request.mutable_expected_amount() = Pounds(kPricePence);
    if (i == 0) request.set_consistency_token(known_by_);
    booked.booking_id =
        MustCall(*bookings_, &BookingsService::Stub::RequestBooking, person_tokens_[booked.person], request).booking_id();
    booked_.push_back(std::move(booked));
  }

  // Again and again until the budget has answered.
  void Accept(const Booked& booked) {
    const auto request = About<bookings::v1::AcceptBookingRequest>(booked);
    const absl::Time until = absl::Now() + kTimeout;
    while (true) {
      bookings::v1::AcceptBookingResponse response;
      const grpc::Status status =
          Call(*bookings_, &BookingsService::Stub::AcceptBooking, provider_token_, request, response);
      if (status.ok()) return;
      const std::string why = rpc::ToAbslStatus(status).ToString();
      if (!absl::StrContains(why, "BOOKING_IS_REQUESTED") || absl::Now() > until) Die("accept", why);
      absl::SleepFor(absl::Milliseconds(2));
    }
  }

  int CountSettled() {
    bookings::v1::ListBookingsRequest request;
    request.set_provider_id(provider_id_);
    request.set_page_size(kBookingsOfProvider + 1);
    int settled = 0;
    const auto listed = MustCall(*bookings_, &BookingsService::Stub::ListBookings, provider_token_, request);
    for (const bookings::v1::Booking& booking : listed.bookings()) {
      if (!booking.settlement_failure().empty()) Die("settle", booking.settlement_failure());
      settled += booking.settled() ? 1 : 0;
    }
    return settled;
  }

  const int number_;
  const absl::Time first_start_;
  std::mt19937_64 chance_;
  std::unique_ptr<BookingsService::Stub> bookings_;
  std::unique_ptr<ProvidersService::Stub> providers_;
  std::string commissioner_token_;
  std::string provider_token_;
  std::vector<std::string> person_tokens_;
  std::string provider_id_;
  std::string listing_id_;
  std::string known_by_;
  std::vector<Booked> booked_;
};

// All rounds at once; how long until the last was done.
absl::Duration InParallel(std::vector<std::unique_ptr<Round>>& rounds, void (Round::*what)()) {
  const absl::Time start = absl::Now();
  std::vector<std::thread> threads;
  for (auto& round : rounds) threads.emplace_back([&round, what] { ((*round).*what)(); });
  for (std::thread& thread : threads) thread.join();
  return absl::Now() - start;
}

void AdvanceClock(const load::StandaloneProcess& server, absl::Duration by) {
  const auto operations = OperationsService::NewStub(*rpc::OpenChannel(server.address()));
  operations::v1::AdvanceClockRequest request;
  request.mutable_by()->set_seconds(absl::ToInt64Seconds(by));
  MustCall(*operations, &OperationsService::Stub::AdvanceClock,
           load::SignToken(server.data_path(), "operator-1", "operator", ""), request);
}

int Main(int argc, char** argv) {
  double hold_64 = 0;
  if (argc != 4 || !absl::SimpleAtod(argv[3], &hold_64)) {
    std::fprintf(stderr, "usage: %s STANDALONE FOLDER HOLDS_PER_SECOND\n", argv[0]);
    return 2;
  }
  const absl::Time now = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()));
  load::StandaloneProcess server(argv[1], std::string(argv[2]) + "/data",
                                 {"--simulated-clock", absl::FormatTime(absl::RFC3339_full, now, absl::UTCTimeZone())});
  if (const absl::Status started = server.Start(); !started.ok()) Die("start", started.message());
  server_pid = server.pid();
  const load::Target council = load::TargetAt(
      server.address(), load::SignToken(server.data_path(), "practitioner-1", "practitioner", kTenant));
  if (load::OpenBudgets(council, 0, kProviders * kPeopleOfProvider, 64) > 0) Die("open budgets", "some were refused");
  // On the full hour, so that no visit goes over midnight.
  const absl::Time first_start = absl::FromUnixSeconds((absl::ToUnixSeconds(now) / 3600 + 2) * 3600);
  std::vector<std::unique_ptr<Round>> rounds;
  for (int i = 0; i < kProviders; ++i) {
    rounds.push_back(std::make_unique<Round>(i, server.address(), server.data_path(), first_start));
  }
  InParallel(rounds, &Round::Enrol);
  const absl::Duration booked = InParallel(rounds, &Round::RequestAndAccept);
  // Not part of it: the day of the visits passes.
  AdvanceClock(server, absl::Hours(24));
  const absl::Duration settled = InParallel(rounds, &Round::RecordConfirmAndSettle);
  std::fprintf(stderr, "chain: %d bookings requested, funded and accepted in %.2f s, recorded, confirmed and settled in %.2f s\n",
               kProviders * kBookingsOfProvider, absl::ToDoubleSeconds(booked), absl::ToDoubleSeconds(settled));
  const double per_second = kProviders * kBookingsOfProvider / absl::ToDoubleSeconds(booked + settled);
  PrintResult("chain", per_second, "bookings/s", hold_64, "hold_64", hold_64 > 0 ? per_second / hold_64 : 0, "stated");
  return 0;
}

}  // namespace
}  // namespace regard::bench

int main(int argc, char** argv) { return regard::bench::Main(argc, argv); }
