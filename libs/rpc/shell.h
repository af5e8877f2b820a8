// What surrounds every RPC: who may call it, how long, what an error looks like, what is counted. A service derives from
// rpc::Api and writes handlers only; nothing on the way of a call looks at a descriptor or a method's name.
#pragma once

#include <atomic>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"
#include "grpcpp/impl/rpc_service_method.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "libs/auth/verifier.h"
#include "libs/base/clock.h"
#include "libs/rpc/call.h"
#include "libs/rpc/methods.h"

namespace regard::telemetry {
class Counter;
class Gauge;
class Log;
class Metrics;
}  // namespace regard::telemetry
namespace regard::rpc {

class Throttle;

// The request and the response of one call.
class Messages {
 public:
  virtual ~Messages() = default;
  virtual google::protobuf::Message& request() = 0;
  virtual google::protobuf::Message& response() = 0;
};

// Memory of gRPC's that ends with the call.
void* CallMemory(const grpc::CallbackServerContext& context, size_t bytes);

// Thread-safe after the services are registered.
class Shell {
 public:
  struct Options {
    // Given to a call whose client sent no deadline.
    absl::Duration default_timeout = absl::Seconds(10);
    // Calls beyond it are refused with OVERLOADED before any work. Longest wait is about this over calls per second.
    int max_in_flight = 4096;
  };

  // All outlive the shell.
  Shell(Options options, const Clock& clock, const auth::Verifier& verifier, telemetry::Log& log,
        telemetry::Metrics& metrics);
  ~Shell();
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  // Before any server starts. Reads the service's descriptors. What is wrong with them (an RPC without `access`, or one that streams, or two RPCs
  // with one request type) is kept for registration_status(), so that a service's constructor need not fail.
  const ServiceMethods* Register(absl::string_view service_full_name);
  // FAILED_PRECONDITION naming what was wrong. A server refuses to start on it.
  absl::Status registration_status() const { return registration_status_; }

  // Before any server starts. What is larger is refused: a request before it is parsed, a response before it is sent.
  void LimitMessages(size_t max_request_bytes, size_t max_response_bytes) {
    max_request_bytes_ = max_request_bytes;
    max_response_bytes_ = max_response_bytes;
  }

  // Checks who calls and whether they may, and parses what they ask. Null when the call is already answered with a
  // refusal. `messages` is destroyed with the call; the answer goes to `out`.
  Call* Admit(grpc::CallbackServerContext* context, grpc::ServerUnaryReactor* reactor, const Method& method,
              Messages& messages, const grpc::ByteBuffer& in, grpc::ByteBuffer* out);

  // Calls admitted and not yet answered.
  int64_t in_flight() const;

  // From now on calls are refused with STOPPING: another instance, or this one once it is back, takes them. Returns when
  // those admitted before are answered, or after `patience`.
  void Drain(absl::Duration patience);

 private:
  friend class Done;

  void Finish(Call* call, absl::Status status);
  absl::Status Write(Call& call) const;
  absl::Status Parse(const grpc::ByteBuffer& in, google::protobuf::Message& request) const;
  // Answers a call that is not admitted; null.
  Call* TurnAway(grpc::ServerUnaryReactor* reactor, const Method& method, Messages& messages, const absl::Status& why);
  // One call is over, and heard so before its caller does.
  void Leave();
  absl::Status Authorise(const grpc::CallbackServerContext& context, const Method& method, Call& call) const;
  // In the metrics and the log.
  void NoteFailure(const Call& call, const absl::Status& status, absl::Duration took);

  const Options options_;
  const Clock& clock_;
  const auth::Verifier& verifier_;
  telemetry::Log& log_;
  telemetry::Metrics& metrics_;
  telemetry::Gauge& in_flight_;
  telemetry::Counter& shed_;
  telemetry::Counter& unknown_;
  const std::unique_ptr<Throttle> failure_lines_;
  std::atomic<bool> stopping_{false};
  std::mutex drain_mutex_;
  std::condition_variable answered_all_;
  // Stable addresses: calls point into them.
  std::list<ServiceMethods> services_;
  absl::Status registration_status_;
  size_t max_request_bytes_ = 1 << 20;
  size_t max_response_bytes_ = 4 << 20;
};

// What a server serves. Made by deriving from Api.
class Service {
 public:
  virtual ~Service() = default;
  virtual grpc::Service* grpc_service() = 0;
  virtual absl::string_view service_full_name() const = 0;
};

// Answers an RPC that a service declares and does not serve.
grpc::ServerUnaryReactor* Unserved(grpc::CallbackServerContext* context);

// A service behind the shell. `Generated` is the class protoc made, such as budgets::v1::BudgetsService:
//
//   class BudgetsApi final : public rpc::Api<v1::BudgetsService> {
//    public:
//     BudgetsApi(rpc::Shell& shell, ...) : Api(shell), ... {}
//     REGARD_RPC(v1, PlaceHold)
//    private:
//     void PlaceHold(const rpc::Call& call, const v1::PlaceHoldRequest& request, v1::PlaceHoldResponse& response,
//                    rpc::Done done);
//   };
template <typename Generated>
class Api : public grpc::Service, public Service {
 public:
  grpc::Service* grpc_service() final { return this; }
  absl::string_view service_full_name() const final { return Generated::service_full_name(); }

 protected:
  // `shell` outlives the service.
  explicit Api(Shell& shell) : shell_(shell), methods_(*shell.Register(Generated::service_full_name())) {
    for (const Method& method : methods_.methods) {
      AddMethod(new grpc::internal::RpcServiceMethod(method.path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC,
                                                     nullptr));
      Answer(method, [](grpc::CallbackServerContext* context, const grpc::ByteBuffer*, grpc::ByteBuffer*) {
        return Unserved(context);
      });
    }
  }

  // Hands the calls of the RPC with this request type to `handler`: (const Call&, const Request&, Response&, Done).
  // gRPC gives bytes, so that it is the shell that says what is wrong with them. True, to be somebody's initial value.
  template <typename Request, typename Response, typename Handler>
  bool Serve(Handler handler) {
    const Method* const method = methods_.Find(&Request::default_instance());
    if (method == nullptr) return true;  // registration_status() says why
    Answer(*method, [&shell = shell_, method, handler = std::move(handler)](grpc::CallbackServerContext* context,
                                                                            const grpc::ByteBuffer* in,
                                                                            grpc::ByteBuffer* out) {
      struct Pair final : Messages {
        google::protobuf::Message& request() override { return asked; }
        google::protobuf::Message& response() override { return answered; }
        Request asked;
        Response answered;
      };
      grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
      Pair* const pair = new (CallMemory(*context, sizeof(Pair))) Pair();
      Call* const call = shell.Admit(context, reactor, *method, *pair, *in, out);
      if (call != nullptr) handler(*call, pair->asked, pair->answered, Done(call));
      return reactor;
    });
    return true;
  }

 private:
  using Bytes = grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>;

  template <typename Reaction>
  void Answer(const Method& method, Reaction reaction) {
    MarkMethodRawCallback(static_cast<int>(&method - methods_.methods.data()), new Bytes(std::move(reaction)));
  }

  Shell& shell_;
  const ServiceMethods& methods_;
};

// Hands the calls of an RPC to the class's own member function of its name.
#define REGARD_RPC(package, Method)                                                                          \
  const bool serves_##Method = this->template Serve<package::Method##Request, package::Method##Response>(    \
      [this](const ::regard::rpc::Call& call, const package::Method##Request& request,                       \
             package::Method##Response& response, ::regard::rpc::Done done) {                                \
        this->Method(call, request, response, std::move(done));                                              \
      });

}  // namespace regard::rpc
