// The bookings service as callers see it. Checks what a request looks like, adds what bookings' own copies say of the
// listing, the provider and who acts for whom, turns it into a command, and shows of a booking what the caller may see;
// what may be done is for the domain to judge.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/es/view.h"
#include "libs/privacy/sealer.h"
#include "libs/rpc/doors.h"
#include "libs/rpc/shell.h"
#include "regard/bookings/internal/v1/commands.pb.h"
#include "regard/bookings/v1/bookings_service.grpc.pb.h"
#include "services/bookings/views/bookings_view.h"
#include "services/bookings/views/continuity_view.h"
#include "services/bookings/views/diary_view.h"
#include "services/bookings/views/needs_view.h"
#include "services/bookings/views/terms_view.h"

namespace regard::bookings {

// The name of bookings' acting::GrantsView.
constexpr char kGrantsView[] = "bookings.acting";

// Thread-safe.
class BookingsApi final : public rpc::Api<v1::BookingsService> {
 public:
  // The stores of bookings' views.
  struct Rows {
    const es::ViewReader& terms;
    const es::ViewReader& grants;
    const es::ViewReader& bookings;
    const es::ViewReader& diary;
    const es::ViewReader& needs;
    const es::ViewReader& continuity;
  };

  // All outlive the api.
  BookingsApi(rpc::Shell& shell, rpc::CommandDoor& commands, const rpc::QueryDoor& queries, const Rows& rows,
              const privacy::Opener& opener);

  REGARD_RPC(v1, RequestBooking)
  REGARD_RPC(v1, AcceptBooking)
  REGARD_RPC(v1, DeclineBooking)
  REGARD_RPC(v1, CancelBooking)
  REGARD_RPC(v1, RecordVisit)
  REGARD_RPC(v1, ConfirmVisit)
  REGARD_RPC(v1, RecordNoShow)
  REGARD_RPC(v1, DisputeVisit)
  REGARD_RPC(v1, ResolveDispute)
  REGARD_RPC(v1, TakeDecision)
  REGARD_RPC(v1, NoteUnmetNeed)
  REGARD_RPC(v1, GetBooking)
  REGARD_RPC(v1, ListBookings)
  REGARD_RPC(v1, GetDiary)
  REGARD_RPC(v1, ListUnmetNeeds)
  REGARD_RPC(v1, GetContinuity)

 private:
  using Command = internal::v1::BookingsCommand;

  void RequestBooking(const rpc::Call& call, const v1::RequestBookingRequest& request,
                      v1::RequestBookingResponse& response, rpc::Done done);
  void AcceptBooking(const rpc::Call& call, const v1::AcceptBookingRequest& request,
                     v1::AcceptBookingResponse& response, rpc::Done done);
  void DeclineBooking(const rpc::Call& call, const v1::DeclineBookingRequest& request,
                      v1::DeclineBookingResponse& response, rpc::Done done);
  void CancelBooking(const rpc::Call& call, const v1::CancelBookingRequest& request,
                     v1::CancelBookingResponse& response, rpc::Done done);
  void RecordVisit(const rpc::Call& call, const v1::RecordVisitRequest& request, v1::RecordVisitResponse& response,
                   rpc::Done done);
  void ConfirmVisit(const rpc::Call& call, const v1::ConfirmVisitRequest& request, v1::ConfirmVisitResponse& response,
                    rpc::Done done);
  void RecordNoShow(const rpc::Call& call, const v1::RecordNoShowRequest& request, v1::RecordNoShowResponse& response,
                    rpc::Done done);
  void DisputeVisit(const rpc::Call& call, const v1::DisputeVisitRequest& request, v1::DisputeVisitResponse& response,
                    rpc::Done done);
  void ResolveDispute(const rpc::Call& call, const v1::ResolveDisputeRequest& request,
                      v1::ResolveDisputeResponse& response, rpc::Done done);
  void TakeDecision(const rpc::Call& call, const v1::TakeDecisionRequest& request, v1::TakeDecisionResponse& response,
                    rpc::Done done);
  void NoteUnmetNeed(const rpc::Call& call, const v1::NoteUnmetNeedRequest& request,
                     v1::NoteUnmetNeedResponse& response, rpc::Done done);
  void GetBooking(const rpc::Call& call, const v1::GetBookingRequest& request, v1::GetBookingResponse& response,
                  rpc::Done done);
  void ListBookings(const rpc::Call& call, const v1::ListBookingsRequest& request, v1::ListBookingsResponse& response,
                    rpc::Done done);
  void GetDiary(const rpc::Call& call, const v1::GetDiaryRequest& request, v1::GetDiaryResponse& response,
                rpc::Done done);
  void ListUnmetNeeds(const rpc::Call& call, const v1::ListUnmetNeedsRequest& request,
                      v1::ListUnmetNeedsResponse& response, rpc::Done done);
  void GetContinuity(const rpc::Call& call, const v1::GetContinuityRequest& request,
                     v1::GetContinuityResponse& response, rpc::Done done);

  // A command about a booking, with the caller's standing. `on_behalf_of` is for those who act for somebody.
  template <class Request>
  absl::StatusOr<std::unique_ptr<Command>> For(const rpc::Call& call, const Request& request,
                                               const std::string& on_behalf_of) const;
  // Sends a command to the partition that the provider's id routes to. A command that could not be made is the answer.
  template <class Request, class Response>
  void Send(const rpc::Call& call, const Request& request, Response& response,
            absl::StatusOr<std::unique_ptr<Command>> command, rpc::Done done);
  // Calls `then` with the door's answer once the view is as fresh as the token asks.
  void Answer(const rpc::Call& call, absl::string_view view, const std::string& consistency_token, rpc::Done done,
              std::function<absl::Status()> answer);

  absl::StatusOr<internal::v1::Standing> StandingOf(const rpc::Call& call, const std::string& provider_id,
                                                    const std::string& on_behalf_of) const;
  // For a command that makes something of this person's: also says whose council they are of.
  absl::StatusOr<internal::v1::Standing> StandingFor(const rpc::Call& call, const std::string& provider_id,
                                                     const std::string& person_id) const;
  absl::StatusOr<std::unique_ptr<Command>> RequestCommand(const rpc::Call& call,
                                                          const v1::RequestBookingRequest& request) const;
  absl::Status AddCopies(const std::string& provider_id, const std::string& listing_id,
                         internal::v1::ProviderCopy* provider, internal::v1::ListingCopy* listing) const;
  // Normalises `postcode`, which may be empty, and finds its small area.
  absl::StatusOr<std::string> AreaOf(const std::string& postcode, std::string* normalised) const;

  absl::Status Show(const rpc::Call& call, const v1::GetBookingRequest& request,
                    v1::GetBookingResponse& response) const;
  absl::Status Show(const rpc::Call& call, const v1::ListBookingsRequest& request,
                    v1::ListBookingsResponse& response) const;
  absl::Status Show(const rpc::Call& call, const v1::GetDiaryRequest& request, v1::GetDiaryResponse& response) const;
  absl::Status Show(const rpc::Call& call, const v1::ListUnmetNeedsRequest& request,
                    v1::ListUnmetNeedsResponse& response) const;
  absl::Status Show(const rpc::Call& call, const v1::GetContinuityRequest& request,
                    v1::GetContinuityResponse& response) const;

  rpc::CommandDoor& commands_;
  const rpc::QueryDoor& queries_;
  const TermsQuery terms_;
  const es::ViewReader& grants_;
  const BookingsQuery bookings_;
  const DiaryQuery diary_;
  const NeedsQuery needs_;
  const ContinuityQuery continuity_;
  const privacy::Opener& opener_;
};

}  // namespace regard::bookings
