#include "services/bookings/domain/bookings_domain.h"

#include <string>
#include <vector>

#include "regard/bookings/internal/v1/commands.pb.h"
#include "regard/bookings/internal/v1/state.pb.h"
#include "regard/bookings/v1/facts.pb.h"
#include "services/bookings/domain/booking.h"
#include "services/bookings/domain/diary.h"
#include "services/bookings/domain/need.h"

namespace regard::bookings {
namespace {

using internal::v1::BookingsCommand;
using internal::v1::BookingState;
using internal::v1::DiaryState;
using internal::v1::NeedState;

class Domain : public es::Domain {
 public:
  absl::string_view topic() const override { return "bookings"; }
  uint32_t fold_version() const override { return 2; }

  absl::Span<const es::Aggregate> aggregates() const override {
    static const es::Aggregate kAggregates[] = {
        es::AggregateOf<BookingState, v1::BookingFact, EvolveBooking, NextDue>("booking"),
        es::AggregateOf<DiaryState, v1::DiaryFact, EvolveDiary>("diary"),
        es::AggregateOf<NeedState, v1::NeedFact, EvolveNeed>("need"),
    };
    return kAggregates;
  }

  std::vector<std::string> StreamsOf(const google::protobuf::Message& message) const override {
    const auto& command = static_cast<const BookingsCommand&>(message);
    const std::string booking = BookingStream(command.booking_id());
    const std::string diary = DiaryStream(command.provider_id());
    switch (command.command_case()) {
      case BookingsCommand::kRequest:
      case BookingsCommand::kAccept:
      case BookingsCommand::kCancel:
      case BookingsCommand::kRecordVisit:
      case BookingsCommand::kConfirm:
      case BookingsCommand::kTakeDecision:
        return {booking, diary};
      case BookingsCommand::kFund:
      case BookingsCommand::kDeclineByBudget:
      case BookingsCommand::kSettle:
      case BookingsCommand::kReportSettlementFailure:
      case BookingsCommand::kDecline:
      case BookingsCommand::kRecordNoShow:
      case BookingsCommand::kDispute:
      case BookingsCommand::kResolveDispute:
        return {booking};
      case BookingsCommand::kAskDecisions:
        return {diary};
      case BookingsCommand::kNoteUnmetNeed:
        return {NeedStream(command.need_id())};
      case BookingsCommand::COMMAND_NOT_SET:
        return {};
    }
    return {};
  }

  es::Decision Decide(const es::States& states, const google::protobuf::Message& message,
                      const es::CommandContext& context) const override {
    const auto& command = static_cast<const BookingsCommand&>(message);
    const auto booking = [&]() -> const BookingState& {
      return states.Get<BookingState>(BookingStream(command.booking_id()));
    };
    const auto diary = [&]() -> const DiaryState& {
      return states.Get<DiaryState>(DiaryStream(command.provider_id()));
    };
    switch (command.command_case()) {
      case BookingsCommand::kRequest:
        return Request(booking(), diary(), command, context);
      case BookingsCommand::kFund:
        return Fund(booking(), command);
      case BookingsCommand::kDeclineByBudget:
        return DeclineByBudget(booking(), command);
      case BookingsCommand::kSettle:
        return Settle(booking(), command);
      case BookingsCommand::kReportSettlementFailure:
        return ReportSettlementFailure(booking(), command);
      case BookingsCommand::kAccept:
        return Accept(booking(), diary(), command, context);
      case BookingsCommand::kDecline:
        return Decline(booking(), command, context);
      case BookingsCommand::kCancel:
        return Cancel(booking(), diary(), command, context);
      case BookingsCommand::kRecordVisit:
        return RecordVisit(booking(), diary(), command, context);
      case BookingsCommand::kConfirm:
        return Confirm(booking(), diary(), command, context);
      case BookingsCommand::kRecordNoShow:
        return RecordNoShow(booking(), command, context);
      case BookingsCommand::kDispute:
        return Dispute(booking(), command, context);
      case BookingsCommand::kResolveDispute:
        return ResolveDispute(booking(), command, context);
      case BookingsCommand::kAskDecisions:
        return AskDecisions(diary(), command, context);
      case BookingsCommand::kTakeDecision:
        return TakeDecision(booking(), diary(), command, context);
      case BookingsCommand::kNoteUnmetNeed:
        return NoteUnmetNeed(states.Get<NeedState>(NeedStream(command.need_id())), command, context);
      case BookingsCommand::COMMAND_NOT_SET:
        return es::Decision::Nothing();
    }
    return es::Decision::Nothing();
  }

  es::Decision DecideDue(const es::States& states, absl::string_view stream,
                         const es::CommandContext& context) const override {
    return bookings::DecideDue(states.Get<BookingState>(stream), context);
  }
};

}  // namespace

const es::Domain& BookingsDomain() {
  static const Domain domain;
  return domain;
}

}  // namespace regard::bookings
