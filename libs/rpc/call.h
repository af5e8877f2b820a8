// One call as a handler sees it: who calls, until when, and the one way to answer.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/auth/identity.h"

namespace grpc {
class ByteBuffer;
class CallbackServerContext;
class ServerUnaryReactor;
}  // namespace grpc
namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace regard::rpc {

class Messages;
class Shell;
struct Method;

// Immutable; lives, with the request and the response, until its Done is called. Everything in it is valid as long.
class Call {
 public:
  // Of a call with a token. Only an RPC that is open to all has calls without one: ask has_caller() there first.
  const auth::Identity& caller() const { return *caller_; }
  bool has_caller() const { return caller_ != nullptr; }
  // What was asked, and what will be answered: for who forwards the call as it is.
  const google::protobuf::Message& request() const;
  google::protobuf::Message& response() const;
  // Another instance sent it here: it is not to be sent on.
  bool forwarded() const { return forwarded_; }
  // The token as it came, for forwarding to another instance, which verifies it again. Never log it.
  absl::string_view token() const { return token_; }

  // When the caller stops waiting, on the shell's clock. Never infinite: without one from the caller it is the server's.
  absl::Time deadline() const { return deadline_; }
  // When the call was admitted.
  absl::Time received() const { return received_; }

  // W3C Trace Context as the client sent it; empty when it sent none or a malformed one.
  absl::string_view traceparent() const { return traceparent_; }
  // "regard.budgets.v1.BudgetsService/PlaceHold".
  absl::string_view method() const;
  // The request's own `request_id`, or empty where the request has none. For logs: not checked.
  absl::string_view request_id() const;

 private:
  friend class Done;
  friend class Shell;
  Call() = default;

  Shell* shell_ = nullptr;
  const Method* method_ = nullptr;
  grpc::ServerUnaryReactor* reactor_ = nullptr;
  Messages* messages_ = nullptr;
  grpc::ByteBuffer* out_ = nullptr;
  std::shared_ptr<const auth::Identity> caller_;
  absl::string_view token_;
  absl::string_view traceparent_;
  bool forwarded_ = false;
  absl::Time deadline_;
  absl::Time received_;
  absl::Duration started_;
};

// The answer to one call, given exactly once: from the handler or later, from any thread. Owns the call. Move-only and
// two words small with a response beside it, so it fits a callback without an allocation.
class Done {
 public:
  explicit Done(Call* call) : call_(call) {}
  Done(Done&& other) noexcept : call_(other.call_) { other.call_ = nullptr; }
  Done& operator=(Done&&) = delete;
  // A Done that is dropped answers OUTCOME_UNKNOWN: nobody can say any more what became of the command.
  ~Done();

  // OK sends the response; anything else drops it and sends the Rejection that the status carries (base/rejection.h).
  // The call, the request and the response are gone afterwards.
  void operator()(const absl::Status& status) {
    Call* const call = call_;
    call_ = nullptr;
    Answer(call, status);
  }

 private:
  static void Answer(Call* call, const absl::Status& status);

  Call* call_;
};

}  // namespace regard::rpc
