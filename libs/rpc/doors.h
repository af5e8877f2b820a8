// The doors between an api and the engine: a command door turns a checked request into a command and its outcome into an
// answer; a query door waits until a view is as fresh as the caller's token asks.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "google/protobuf/message.h"
#include "libs/base/clock.h"
#include "libs/es/command_runtime.h"
#include "libs/es/consistency.h"
#include "libs/es/executor.h"
#include "libs/privacy/digester.h"
#include "libs/rpc/call.h"
#include "regard/base/v1/base.pb.h"

namespace regard::rpc {

// The actor that a caller's token makes.
base::v1::Actor ActorOf(const Call& call);

// Sends a call to the instance that owns a partition, with the caller's own token, and answers with its answer.
// Thread-safe.
class Forwarder {
 public:
  virtual ~Forwarder() = default;
  virtual void Forward(const Call& call, absl::string_view topic, int partition, Done done) = 0;
};

// Thread-safe. One per write service.
class CommandDoor {
 public:
  // All outlive the door. `clock` is the runtime's. `forwarder` where not all partitions are owned here, else null.
  CommandDoor(es::CommandRuntime& runtime, const es::ConsistencyGate& gate, const privacy::Digester& digester,
              const Clock& clock, Forwarder* forwarder = nullptr);

  // `request` is digested as it came, before anything is added to it. The receipt is filled before `done` is called with
  // OK; a refusal or an unknown outcome reaches `done` as its Rejection. INVALID_ARGUMENT for a request id that is no
  // UUIDv7.
  void Send(const Call& call, const google::protobuf::Message& request, absl::string_view request_id,
            std::string routing_key, std::unique_ptr<google::protobuf::Message> command, base::v1::Receipt* receipt,
            Done done, absl::optional<uint64_t> expected_version = absl::nullopt);

  // For what must work at once, such as taking a right back: as Send, and `done` only comes when every view of this
  // process shows it. A view that cannot go on ends the process, and with it the wait.
  void SendAndShow(const Call& call, const google::protobuf::Message& request, absl::string_view request_id,
                   std::string routing_key, std::unique_ptr<google::protobuf::Message> command,
                   base::v1::Receipt* receipt, Done done);

 private:
  absl::StatusOr<es::Command> CommandOf(const Call& call, const google::protobuf::Message& request,
                                        absl::string_view request_id, std::string routing_key,
                                        std::unique_ptr<google::protobuf::Message> command) const;
  // What was not committed; sent on when it is for another instance to execute.
  void NotCommitted(const Call& call, const es::Outcome& outcome, Done done);
  void Fill(base::v1::Receipt& receipt, const es::Outcome& outcome) const;

  es::CommandRuntime& runtime_;
  const es::ConsistencyGate& gate_;
  const privacy::Digester& digester_;
  const Clock& clock_;
  Forwarder* const forwarder_;
};

// Thread-safe.
class QueryDoor {
 public:
  // `timer` tells waiting queries that their deadline came.
  QueryDoor(const es::ConsistencyGate& gate, es::Executor& timer) : gate_(gate), timer_(timer) {}

  // Calls `ready` once: with OK when the view shows what the token says (at once for an empty token), with
  // INVALID_ARGUMENT for a token that cannot come true, with DEADLINE_EXCEEDED when the view stays behind.
  void WhenFresh(const Call& call, absl::string_view view_name, absl::string_view consistency_token,
                 std::function<void(absl::Status)> ready) const;

 private:
  const es::ConsistencyGate& gate_;
  es::Executor& timer_;
};

}  // namespace regard::rpc
