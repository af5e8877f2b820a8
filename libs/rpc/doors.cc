#include "libs/rpc/doors.h"

#include <atomic>
#include <utility>

#include "libs/base/ids.h"
#include "libs/base/rejection.h"

namespace regard::rpc {

base::v1::Actor ActorOf(const Call& call) {
  base::v1::Actor actor;
  actor.set_subject(call.caller().subject);
  actor.set_role(call.caller().role);
  actor.set_tenant(call.caller().tenant);
  return actor;
}

CommandDoor::CommandDoor(es::CommandRuntime& runtime, const es::ConsistencyGate& gate,
                         const privacy::Digester& digester, const Clock& clock, Forwarder* forwarder)
    : runtime_(runtime), gate_(gate), digester_(digester), clock_(clock), forwarder_(forwarder) {}

void CommandDoor::NotCommitted(const Call& call, const es::Outcome& outcome, Done done) {
  const bool elsewhere =
      outcome.kind == es::Outcome::Kind::kRefused && outcome.rejection.reason == es::kNotOwner && !call.forwarded();
  if (!elsewhere || forwarder_ == nullptr) return done(ToStatus(outcome.rejection));
  forwarder_->Forward(call, runtime_.domain().topic(), outcome.partition, std::move(done));
}

absl::StatusOr<es::Command> CommandDoor::CommandOf(const Call& call, const google::protobuf::Message& request,
                                                   absl::string_view request_id, std::string routing_key,
                                                   std::unique_ptr<google::protobuf::Message> command) const {
  const absl::StatusOr<Uuid> id = Uuid::Parse(request_id);
  if (!id.ok() || id->version() != 7) {
    return ToStatus(Invalid("request_id", "NOT_A_UUIDV7", "request_id is a UUID of version 7"));
  }
  es::Command out;
  out.routing_key = std::move(routing_key);
  out.body = std::move(command);
  out.actor = ActorOf(call);
  // The type is part of what was asked: the same fields of another RPC are another request.
  out.request = es::RequestKey{*id, digester_.Digest(request.GetTypeName() + '\n' + request.SerializeAsString())};
  out.deadline = clock_.Monotonic() + (call.deadline() - call.received());
  out.trace_parent = std::string(call.traceparent());
  return out;
}

void CommandDoor::Fill(base::v1::Receipt& receipt, const es::Outcome& outcome) const {
  receipt.set_consistency_token(gate_.TokenFor(runtime_.domain().topic(), outcome));
  receipt.set_version(outcome.version);
}

void CommandDoor::Send(const Call& call, const google::protobuf::Message& request, absl::string_view request_id,
                       std::string routing_key, std::unique_ptr<google::protobuf::Message> command,
                       base::v1::Receipt* receipt, Done done, absl::optional<uint64_t> expected_version) {
  absl::StatusOr<es::Command> out = CommandOf(call, request, request_id, std::move(routing_key), std::move(command));
  if (!out.ok()) return done(out.status());
  out->expected_version = expected_version;
  runtime_.Submit(*std::move(out), [this, &call, receipt, done = std::move(done)](const es::Outcome& outcome) mutable {
    if (outcome.kind != es::Outcome::Kind::kCommitted) return NotCommitted(call, outcome, std::move(done));
    Fill(*receipt, outcome);
    done(absl::OkStatus());
  });
}

void CommandDoor::SendAndShow(const Call& call, const google::protobuf::Message& request, absl::string_view request_id,
                              std::string routing_key, std::unique_ptr<google::protobuf::Message> command,
                              base::v1::Receipt* receipt, Done done) {
  absl::StatusOr<es::Command> out = CommandOf(call, request, request_id, std::move(routing_key), std::move(command));
  if (!out.ok()) return done(out.status());
  runtime_.Submit(*std::move(out), [this, &call, receipt, done = std::move(done)](const es::Outcome& outcome) mutable {
    if (outcome.kind != es::Outcome::Kind::kCommitted) return NotCommitted(call, outcome, std::move(done));
    Fill(*receipt, outcome);
    // Done is moved only, and std::function copies.
    gate_.WaitEverywhere(runtime_.domain().topic(), outcome,
                         [shared = std::make_shared<Done>(std::move(done))] { (*shared)(absl::OkStatus()); });
  });
}

void QueryDoor::WhenFresh(const Call& call, absl::string_view view_name, absl::string_view consistency_token,
                          std::function<void(absl::Status)> ready) const {
  if (consistency_token.empty()) return ready(absl::OkStatus());
  struct Waiting {
    std::atomic<bool> told{false};
    std::function<void(absl::Status)> ready;
    void Tell(absl::Status status) {
      if (!told.exchange(true)) std::exchange(ready, nullptr)(std::move(status));
    }
  };
  auto waiting = std::make_shared<Waiting>();
  waiting->ready = std::move(ready);
  // The call is gone once `ready` ran.
  const absl::Duration patience = call.deadline() - call.received();
  gate_.Wait(view_name, consistency_token, [waiting](absl::Status status) { waiting->Tell(std::move(status)); });
  if (waiting->told.load()) return;
  timer_.PostAfter(patience, [waiting] {
    waiting->Tell(ToStatus({Rejection::Kind::kDeadline, "VIEW_BEHIND", "the view did not catch up in time", ""}));
  });
}

}  // namespace regard::rpc
