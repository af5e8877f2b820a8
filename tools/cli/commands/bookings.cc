// regard book, confirm and what stands between them: accept, decline, cancel, visit, bookings, diary.
#include <CLI/CLI.hpp>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/money.h"
#include "libs/base/time.h"
#include "regard/bookings/v1/bookings_service.grpc.pb.h"
#include "tools/cli/options.h"
#include "tools/cli/program.h"

namespace regard::cli {
namespace {

using bookings::v1::BookingsService;
using Stub = BookingsService::Stub;

struct BookOptions {
  std::string provider;
  std::string listing;
  std::string person;
  std::string budget;
  std::string line;
  std::string start;
  int minutes = 60;
  std::string category;
  std::string worker;
  std::string home_postcode;
  std::string note;
  std::string exemption;
};

// The budget answers a moment after the request.
const absl::Duration kLookAgain = absl::Milliseconds(20);
constexpr int kLooks = 100;

// What became of it once the budget has answered.
absl::Status ShowAnswer(Program& program, const std::string& provider_id,
                        const bookings::v1::RequestBookingResponse& booked) {
  bookings::v1::GetBookingRequest request;
  request.set_provider_id(provider_id);
  request.set_booking_id(booked.booking_id());
  request.set_consistency_token(booked.receipt().consistency_token());
  bookings::v1::GetBookingResponse response;
  for (int looks = 1;; ++looks) {
    const absl::Status status = program.Call<BookingsService>(&Stub::GetBooking, request, response);
    if (!status.ok()) return status;
    if (response.booking().phase() != bookings::v1::BOOKING_PHASE_REQUESTED || looks == kLooks) break;
    absl::SleepFor(kLookAgain);
  }
  const bookings::v1::Booking& booking = response.booking();
  program.out() << "booking  " << booking.booking_id() << "  " << Word(booking.phase())
                << (booking.reason().empty() ? "" : " ") << booking.reason() << ", "
                << FormatPence(booking.amount().pence()) << ", " << ShowTime(booking.when().start()) << '\n'
                << "token    " << booked.receipt().consistency_token() << '\n';
  return absl::OkStatus();
}

absl::Status Book(Program& program, const BookOptions& options) {
  const absl::StatusOr<absl::Time> start = ReadTime(options.start);
  if (!start.ok()) return start.status();
  bookings::v1::RequestBookingRequest request;
  request.set_provider_id(options.provider);
  request.set_listing_id(options.listing);
  request.set_person_id(options.person.empty() ? program.Subject() : options.person);
  request.set_budget_id(options.budget);
  request.set_line_id(options.line);
  *request.mutable_when()->mutable_start() = ToProto(*start);
  *request.mutable_when()->mutable_end() = ToProto(*start + absl::Minutes(options.minutes));
  request.set_category(options.category);
  request.set_worker_id(options.worker);
  request.set_home_postcode(options.home_postcode);
  request.set_note(options.note);
  request.set_exemption_statement(options.exemption);
  bookings::v1::RequestBookingResponse response;
  const absl::Status status = program.Send<BookingsService>(&Stub::RequestBooking, request, response);
  if (!status.ok()) return status;
  if (!program.flags().json) return ShowAnswer(program, options.provider, response);
  program.out() << ToJson(response) << '\n';
  return absl::OkStatus();
}

struct StepOptions {
  std::string provider;
  std::string booking;
  std::string reason = "CHANGED_MIND";
  std::string worker;
  std::string start;
  int minutes = 60;
  std::string on_behalf_of;
};

// Sends a request about one booking and says `done`.
template <class Request, class Response>
absl::Status Step(Program& program, const StepOptions& options, Request request, const std::string& done,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*)) {
  request.set_provider_id(options.provider);
  request.set_booking_id(options.booking);
  Response response;
  const absl::Status status = program.Send<BookingsService>(method, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    out << done << "\ntoken  " << response.receipt().consistency_token() << '\n';
  });
  return absl::OkStatus();
}

absl::Status RecordVisit(Program& program, const StepOptions& options) {
  const absl::StatusOr<absl::Time> start = ReadTime(options.start);
  if (!start.ok()) return start.status();
  bookings::v1::RecordVisitRequest request;
  request.set_worker_id(options.worker);
  *request.mutable_delivered()->mutable_start() = ToProto(*start);
  *request.mutable_delivered()->mutable_end() = ToProto(*start + absl::Minutes(options.minutes));
  return Step(program, options, request, "recorded", &Stub::RecordVisit);
}

CLI::App& AddStep(Program& program, const std::string& name, const std::string& description, const std::string& more,
                  const std::shared_ptr<StepOptions>& options, std::function<absl::Status()> body) {
  CLI::App& command = program.Add(program.app(), name, description,
                                  absl::StrCat("  regard ", name, " --provider ID --booking ID", more), std::move(body));
  command.add_option("--provider", options->provider, "Provider id")->required();
  command.add_option("--booking", options->booking, "Booking id")->required();
  return command;
}

void AddStepCommands(Program& program) {
  auto options = std::make_shared<StepOptions>();
  CLI::App& accept = AddStep(program, "accept", "Accept a booking, as the provider", "", options, [&program, options] {
    bookings::v1::AcceptBookingRequest request;
    request.set_worker_id(options->worker);
    return Step(program, *options, request, "accepted", &Stub::AcceptBooking);
  });
  accept.add_option("--worker", options->worker, "Who will come; needed where there are several");
  CLI::App& decline = AddStep(program, "decline", "Decline a booking, as the provider", " --reason NO_CAPACITY", options,
                              [&program, options] {
                                bookings::v1::DeclineBookingRequest request;
                                request.set_reason(options->reason);
                                return Step(program, *options, request, "declined", &Stub::DeclineBooking);
                              });
  decline.add_option("--reason", options->reason, "A code")->required();
  CLI::App& cancel = AddStep(program, "cancel", "Give a booking up", " --reason HEALTH", options, [&program, options] {
    bookings::v1::CancelBookingRequest request;
    request.set_reason(options->reason);
    request.set_on_behalf_of(options->on_behalf_of);
    return Step(program, *options, request, "cancelled", &Stub::CancelBooking);
  });
  cancel.add_option("--reason", options->reason, "A code; HEALTH and BEREAVEMENT cost nothing")->capture_default_str();
  cancel.add_option("--for", options->on_behalf_of, "The person whom you act for");
  CLI::App& visit = AddStep(program, "visit", "Say that a visit was given, as the provider",
                            " --start 2026-04-07T10:00 --minutes 60", options,
                            [&program, options] { return RecordVisit(program, *options); });
  visit.add_option("--start", options->start, "On London's clocks")->required();
  visit.add_option("--minutes", options->minutes, "How long it was")->capture_default_str();
  visit.add_option("--worker", options->worker, "Who came, if somebody else than expected");
  CLI::App& confirm = AddStep(program, "confirm", "Confirm a visit, as the person", "", options, [&program, options] {
    bookings::v1::ConfirmVisitRequest request;
    request.set_on_behalf_of(options->on_behalf_of);
    return Step(program, *options, request, "confirmed", &Stub::ConfirmVisit);
  });
  confirm.add_option("--for", options->on_behalf_of, "The person whom you act for");
}

struct BookingsOptions {
  std::string person;
  std::string provider;
  std::string from;
  std::string token;
  int page_size = 50;
};

absl::Status ListBookings(Program& program, const BookingsOptions& options) {
  bookings::v1::ListBookingsRequest request;
  request.set_provider_id(options.provider);
  if (options.provider.empty()) request.set_person_id(options.person.empty() ? program.Subject() : options.person);
  if (!options.from.empty()) {
    const absl::StatusOr<absl::Time> from = ReadTime(options.from);
    if (!from.ok()) return from.status();
    *request.mutable_from() = ToProto(*from);
  }
  request.set_page_size(options.page_size);
  request.set_consistency_token(options.token);
  bookings::v1::ListBookingsResponse response;
  const absl::Status status = program.Call<BookingsService>(&Stub::ListBookings, request, response);
  if (!status.ok()) return status;
  program.Answer(response, [&](std::ostream& out) {
    Table table({"when", "category", "phase", ">amount", "reason", "booking", "provider"});
    for (const auto& booking : response.bookings()) {
      table.Row({ShowTime(booking.when().start()), ShowCategory(booking.category()), Word(booking.phase()),
                 FormatPence(booking.amount().pence()), booking.reason(), booking.booking_id(), booking.provider_id()});
    }
    table.Print(out);
  });
  return absl::OkStatus();
}

}  // namespace

void AddBookingCommands(Program& program) {
  auto options = std::make_shared<BookOptions>();
  CLI::App& book = program.Add(
      program.app(), "book", "Ask for a visit or a place",
      "  regard book --provider ID --listing ID --budget ID --start 2026-04-07T10:00 --minutes 60 \\\n"
      "    --home-postcode \"M33 4GT\"",
      [&program, options] { return Book(program, *options); });
  book.add_option("--provider", options->provider, "Provider id")->required();
  book.add_option("--listing", options->listing, "Listing id")->required();
  book.add_option("--person", options->person, "Person id; otherwise whose token it is");
  book.add_option("--budget", options->budget, "Budget id; needed for what is not free");
  book.add_option("--line", options->line, "Line of the budget");
  book.add_option("--start", options->start, "On London's clocks, e.g. 2026-04-07T10:00")->required();
  book.add_option("--minutes", options->minutes, "How long")->capture_default_str();
  book.add_option("--category", options->category, "One of the listing's");
  book.add_option("--worker", options->worker, "Who should come");
  book.add_option("--home-postcode", options->home_postcode, "Where, for what is given at home");
  book.add_option("--note", options->note, "For the provider");
  book.add_option("--exemption", options->exemption,
                  "Personal care by an own assistant: who they work for and under whose control");

  AddStepCommands(program);

  auto listed = std::make_shared<BookingsOptions>();
  CLI::App& list = program.Add(program.app(), "bookings", "Bookings of a person or a provider",
                               "  regard bookings\n  regard bookings --provider ID --from 2026-04-06T00:00",
                               [&program, listed] { return ListBookings(program, *listed); });
  list.add_option("--person", listed->person, "Person id; otherwise whose token it is");
  list.add_option("--provider", listed->provider, "Provider id");
  list.add_option("--from", listed->from, "That start then or later");
  list.add_option("--page-size", listed->page_size, "1 to 200")->capture_default_str();
  list.add_option("--after", listed->token, "Consistency token of what must be seen");
}

}  // namespace regard::cli
