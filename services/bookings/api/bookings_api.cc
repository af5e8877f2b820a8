// What is asked of bookings: requests become commands. Queries are in bookings_queries.cc.
#include "services/bookings/api/bookings_api.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/acting/grants_view.h"
#include "libs/base/ids.h"
#include "libs/base/rejection.h"
#include "libs/geo/postcode.h"
#include "services/bookings/api/requests.h"

namespace regard::bookings {
namespace {

using internal::v1::BookingsCommand;

}  // namespace

BookingsApi::BookingsApi(rpc::Shell& shell, rpc::CommandDoor& commands, const rpc::QueryDoor& queries, const Rows& rows,
                         const privacy::Opener& opener)
    : Api(shell),
      commands_(commands),
      queries_(queries),
      terms_(rows.terms),
      grants_(rows.grants),
      bookings_(rows.bookings),
      diary_(rows.diary),
      needs_(rows.needs),
      continuity_(rows.continuity),
      opener_(opener) {}

absl::StatusOr<internal::v1::Standing> BookingsApi::StandingOf(const rpc::Call& call, const std::string& provider_id,
                                                               const std::string& on_behalf_of) const {
  internal::v1::Standing standing;
  const base::v1::Actor actor = rpc::ActorOf(call);
  if (actor.role() == options::v1::ROLE_PROVIDER) {
    const absl::StatusOr<absl::optional<internal::v1::ProviderCopy>> provider = terms_.FindProvider(provider_id);
    if (!provider.ok()) return provider.status();
    if (provider->has_value()) standing.set_provider_owner_id((*provider)->owner_id());
  }
  if (!acting::ActsByGrant(actor.role()) || on_behalf_of.empty()) return standing;
  standing.set_acting_for(on_behalf_of);
  const absl::StatusOr<acting::Rights> rights = acting::RightsOf(grants_, on_behalf_of, actor, call.received());
  if (!rights.ok()) return rights.status();
  standing.mutable_scopes()->Add(rights->scopes.begin(), rights->scopes.end());
  for (const auto& [tenant, scopes] : rights->by_council) {
    internal::v1::CouncilScopes& given = *standing.add_by_council();
    given.set_tenant(tenant);
    given.mutable_scopes()->Add(scopes.begin(), scopes.end());
  }
  return standing;
}

absl::StatusOr<internal::v1::Standing> BookingsApi::StandingFor(const rpc::Call& call, const std::string& provider_id,
                                                                const std::string& person_id) const {
  absl::StatusOr<internal::v1::Standing> standing = StandingOf(call, provider_id, person_id);
  if (!standing.ok()) return standing;
  absl::StatusOr<std::string> council = acting::CouncilOf(grants_, person_id, rpc::ActorOf(call), call.received());
  if (!council.ok()) return council.status();
  standing->set_tenant(*std::move(council));
  return standing;
}

absl::Status BookingsApi::AddCopies(const std::string& provider_id, const std::string& listing_id,
                                    internal::v1::ProviderCopy* provider, internal::v1::ListingCopy* listing) const {
  absl::StatusOr<absl::optional<internal::v1::ProviderCopy>> known_provider = terms_.FindProvider(provider_id);
  if (!known_provider.ok()) return known_provider.status();
  if (known_provider->has_value()) *provider = **std::move(known_provider);
  if (listing == nullptr) return absl::OkStatus();
  absl::StatusOr<absl::optional<internal::v1::ListingCopy>> known_listing = terms_.FindListing(provider_id, listing_id);
  if (!known_listing.ok()) return known_listing.status();
  if (known_listing->has_value()) *listing = **std::move(known_listing);
  return absl::OkStatus();
}

absl::StatusOr<std::string> BookingsApi::AreaOf(const std::string& postcode, std::string* normalised) const {
  if (postcode.empty()) return std::string();
  const absl::StatusOr<geo::Postcode> parsed = geo::Postcode::Parse(postcode);
  if (!parsed.ok()) return parsed.status();
  if (normalised != nullptr) *normalised = parsed->text();
  return terms_.AreaOf(parsed->sector(), parsed->unit());
}

template <class Request>
absl::StatusOr<std::unique_ptr<BookingsCommand>> BookingsApi::For(const rpc::Call& call, const Request& request,
                                                                  const std::string& on_behalf_of) const {
  absl::StatusOr<internal::v1::Standing> standing = StandingOf(call, request.provider_id(), on_behalf_of);
  if (!standing.ok()) return standing.status();
  auto command = std::make_unique<BookingsCommand>();
  command->set_provider_id(request.provider_id());
  command->set_booking_id(request.booking_id());
  *command->mutable_standing() = *std::move(standing);
  return command;
}

template <class Request, class Response>
void BookingsApi::Send(const rpc::Call& call, const Request& request, Response& response,
                       absl::StatusOr<std::unique_ptr<BookingsCommand>> command, rpc::Done done) {
  if (!command.ok()) return done(command.status());
  absl::optional<uint64_t> expected_version;
  if (request.has_expected_version()) expected_version = request.expected_version();
  std::string routing_key = (*command)->provider_id();
  commands_.Send(call, request, request.request_id(), std::move(routing_key), *std::move(command),
                 response.mutable_receipt(), std::move(done), expected_version);
}

absl::StatusOr<std::unique_ptr<BookingsCommand>> BookingsApi::RequestCommand(
    const rpc::Call& call, const v1::RequestBookingRequest& request) const {
  absl::StatusOr<internal::v1::Standing> standing = StandingFor(call, request.provider_id(), request.person_id());
  if (!standing.ok()) return standing.status();
  auto command = std::make_unique<BookingsCommand>();
  command->set_provider_id(request.provider_id());
  *command->mutable_standing() = *std::move(standing);
  internal::v1::RequestBooking& body = *command->mutable_request();
  body.set_person_id(request.person_id());
  body.set_budget_id(request.budget_id());
  body.set_line_id(request.line_id());
  const absl::Status copied =
      AddCopies(request.provider_id(), request.listing_id(), body.mutable_provider(), body.mutable_listing());
  if (!copied.ok()) return copied;
  body.set_category(request.category());
  *body.mutable_when() = request.when();
  *body.mutable_local_when() = LocalTimeOf(request.when(), body.listing().terms().time_zone());
  body.set_worker_id(request.worker_id());
  body.set_exemption_statement(request.exemption_statement());
  body.set_relative_in_household(request.relative_in_household());
  absl::StatusOr<std::string> area_code = AreaOf(request.home_postcode(), body.mutable_home_postcode());
  if (!area_code.ok()) return area_code.status();
  body.set_area_code(*std::move(area_code));
  body.set_note(request.note());
  if (request.has_back_up()) *body.mutable_back_up() = request.back_up();
  if (request.has_expected_amount()) *body.mutable_expected_amount() = request.expected_amount();
  return command;
}

void BookingsApi::RequestBooking(const rpc::Call& call, const v1::RequestBookingRequest& request,
                                 v1::RequestBookingResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto waiting = std::make_shared<rpc::Done>(std::move(done));
  const auto send = [this, &call, &request, &response, waiting](const absl::Status& fresh) {
    if (!fresh.ok()) return (*waiting)(fresh);
    absl::StatusOr<std::unique_ptr<BookingsCommand>> command = RequestCommand(call, request);
    if (!command.ok()) return (*waiting)(command.status());
    // With the provider in it: the same request id sent to another provider is another booking.
    const std::string name = absl::StrCat(request.request_id(), "/", request.provider_id());
    (*command)->set_booking_id(Uuid::Derived("booking", call.caller().subject, name).ToString());
    response.set_booking_id((*command)->booking_id());
    commands_.Send(call, request, request.request_id(), request.provider_id(), *std::move(command),
                   response.mutable_receipt(), std::move(*waiting));
  };
  queries_.WhenFresh(call, TermsView::kName, request.consistency_token(),
                     [this, &call, &request, waiting, send](const absl::Status& fresh) {
                       if (!fresh.ok()) return (*waiting)(fresh);
                       queries_.WhenFresh(call, kGrantsView, request.consistency_token(), send);
                     });
}

void BookingsApi::AcceptBooking(const rpc::Call& call, const v1::AcceptBookingRequest& request,
                                v1::AcceptBookingResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(call, request, "");
  if (!command.ok()) return done(command.status());
  internal::v1::AcceptBooking& body = *(*command)->mutable_accept();
  body.set_worker_id(request.worker_id());
  absl::StatusOr<absl::optional<internal::v1::BookingRow>> row =
      bookings_.Find(request.provider_id(), request.booking_id());
  if (!row.ok()) return done(row.status());
  const std::string listing_id = row->has_value() ? (*row)->booking().listing_id() : "";
  const absl::Status copied =
      AddCopies(request.provider_id(), listing_id, body.mutable_provider(), body.mutable_listing());
  if (!copied.ok()) return done(copied);
  Send(call, request, response, std::move(command), std::move(done));
}

void BookingsApi::DeclineBooking(const rpc::Call& call, const v1::DeclineBookingRequest& request,
                                 v1::DeclineBookingResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(call, request, "");
  if (command.ok()) {
    (*command)->mutable_decline()->set_reason(request.reason());
    (*command)->mutable_decline()->set_note(request.note());
  }
  Send(call, request, response, std::move(command), std::move(done));
}

void BookingsApi::CancelBooking(const rpc::Call& call, const v1::CancelBookingRequest& request,
                                v1::CancelBookingResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  auto command = For(call, request, request.on_behalf_of());
  if (command.ok()) (*command)->mutable_cancel()->set_reason(request.reason());
  Send(call, request, response, std::move(command), std::move(done));
}

void BookingsApi::RecordVisit(const rpc::Call& call, const v1::RecordVisitRequest& request,
                              v1::RecordVisitResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  auto command = For(call, request, "");
  if (!command.ok()) return done(command.status());
  internal::v1::RecordVisit& body = *(*command)->mutable_record_visit();
  body.set_worker_id(request.worker_id());
  *body.mutable_delivered() = request.delivered();
  const absl::Status copied = AddCopies(request.provider_id(), "", body.mutable_provider(), nullptr);
  if (!copied.ok()) return done(copied);
  Send(call, request, response, std::move(command), std::move(done));
}

void BookingsApi::ConfirmVisit(const rpc::Call& call, const v1::ConfirmVisitRequest& request,
                               v1::ConfirmVisitResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  auto command = For(call, request, request.on_behalf_of());
  if (command.ok()) (*command)->mutable_confirm();
  Send(call, request, response, std::move(command), std::move(done));
}

void BookingsApi::RecordNoShow(const rpc::Call& call, const v1::RecordNoShowRequest& request,
                               v1::RecordNoShowResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  auto command = For(call, request, request.on_behalf_of());
  if (command.ok()) (*command)->mutable_record_no_show()->set_absent(request.absent());
  Send(call, request, response, std::move(command), std::move(done));
}

void BookingsApi::DisputeVisit(const rpc::Call& call, const v1::DisputeVisitRequest& request,
                               v1::DisputeVisitResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  auto command = For(call, request, request.on_behalf_of());
  if (command.ok()) {
    (*command)->mutable_dispute()->set_reason(request.reason());
    (*command)->mutable_dispute()->set_note(request.note());
  }
  Send(call, request, response, std::move(command), std::move(done));
}

void BookingsApi::ResolveDispute(const rpc::Call& call, const v1::ResolveDisputeRequest& request,
                                   v1::ResolveDisputeResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  auto command = For(call, request, request.on_behalf_of());
  if (command.ok()) {
    *(*command)->mutable_resolve_dispute()->mutable_pay() = request.pay();
    (*command)->mutable_resolve_dispute()->set_reason(request.reason());
  }
  Send(call, request, response, std::move(command), std::move(done));
}

void BookingsApi::TakeDecision(const rpc::Call& call, const v1::TakeDecisionRequest& request,
                               v1::TakeDecisionResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request, call.caller()); !wrong.ok()) return done(wrong);
  auto command = For(call, request, request.on_behalf_of());
  if (command.ok()) (*command)->mutable_take_decision()->set_decision(WordOf(request.choice()));
  Send(call, request, response, std::move(command), std::move(done));
}

void BookingsApi::NoteUnmetNeed(const rpc::Call& call, const v1::NoteUnmetNeedRequest& request,
                                v1::NoteUnmetNeedResponse& response, rpc::Done done) {
  if (absl::Status wrong = Check(request); !wrong.ok()) return done(wrong);
  absl::StatusOr<internal::v1::Standing> standing = StandingFor(call, "", request.person_id());
  if (!standing.ok()) return done(standing.status());
  absl::StatusOr<std::string> area_code = AreaOf(request.postcode(), nullptr);
  if (!area_code.ok()) return done(area_code.status());
  auto command = std::make_unique<BookingsCommand>();
  command->set_need_id(Uuid::Derived("need", call.caller().subject, request.request_id()).ToString());
  *command->mutable_standing() = *std::move(standing);
  internal::v1::NoteUnmetNeed& body = *command->mutable_note_unmet_need();
  body.set_person_id(request.person_id());
  body.set_category(request.category());
  body.set_area_code(*std::move(area_code));
  body.set_time_band(request.time_band());
  body.set_reason(request.reason());
  body.set_words(request.words());
  body.set_booking_id(request.booking_id());
  response.set_need_id(command->need_id());
  commands_.Send(call, request, request.request_id(), response.need_id(), std::move(command),
                 response.mutable_receipt(), std::move(done));
}

}  // namespace regard::bookings
