// What surrounds every RPC: who may call it, how long, what an error looks like, what is counted. A service derives from
// rpc::Api and writes handlers only; nothing on the way of a call looks at a descriptor or a method's name.
#pragma once

#include <list>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "libs/auth/verifier.h"
#include "libs/base/clock.h"
#include "libs/rpc/call.h"

namespace regard::telemetry {
class Counter;
class Gauge;
class Log;
class Metrics;
}  // namespace regard::telemetry
namespace grpc {
class Service;
}  // namespace grpc

namespace regard::rpc {

// What is known of an RPC before any call comes. Made once, from descriptors.
struct Method;
// One service's methods, found by the request's type, which belongs to one RPC only.
struct ServiceMethods;
class Throttle;

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

  // Checks who calls and whether they may. Null when the call is already answered with a refusal.
  Call* Admit(grpc::CallbackServerContext* context, grpc::ServerUnaryReactor* reactor, const ServiceMethods& methods,
              const google::protobuf::Message* prototype, const google::protobuf::Message* request);

  // Calls admitted and not yet answered.
  int64_t in_flight() const;

 private:
  friend class Done;

  void Finish(Call* call, const absl::Status& status);
  absl::Status Authorise(const grpc::CallbackServerContext& context, const Method& method, Call& call) const;
  void LogFailure(const Call& call, const absl::Status& status, absl::Duration took);

  const Options options_;
  const Clock& clock_;
  const auth::Verifier& verifier_;
  telemetry::Log& log_;
  telemetry::Metrics& metrics_;
  telemetry::Gauge& in_flight_;
  telemetry::Counter& shed_;
  const std::unique_ptr<Throttle> failure_lines_;
  // Stable addresses: calls point into them.
  std::list<ServiceMethods> services_;
  absl::Status registration_status_;
};

// What a server serves. Made by deriving from Api.
class Service {
 public:
  virtual ~Service() = default;
  virtual grpc::Service* grpc_service() = 0;
  virtual absl::string_view service_full_name() const = 0;
};

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
class Api : public Generated::CallbackService, public Service {
 public:
  grpc::Service* grpc_service() final { return this; }
  absl::string_view service_full_name() const final { return Generated::service_full_name(); }

 protected:
  // `shell` outlives the service.
  explicit Api(Shell& shell) : shell_(shell), methods_(shell.Register(Generated::service_full_name())) {}

  // For what REGARD_RPC cannot spell. `handler` is (const Call&, const Request&, Response&, Done).
  template <typename Request, typename Response, typename Handler>
  grpc::ServerUnaryReactor* Serve(grpc::CallbackServerContext* context, const Request* request, Response* response,
                                  Handler&& handler) {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    Call* const call = shell_.Admit(context, reactor, *methods_, &Request::default_instance(), request);
    if (call != nullptr) std::forward<Handler>(handler)(*call, *request, *response, Done(call));
    return reactor;
  }

 private:
  Shell& shell_;
  const ServiceMethods* const methods_;
};

// Overrides the generated method and hands the call to the class's own member function of the same name.
#define REGARD_RPC(package, Method)                                                                             \
  grpc::ServerUnaryReactor* Method(grpc::CallbackServerContext* context, const package::Method##Request* request, \
                                   package::Method##Response* response) override {                              \
    return this->Serve(context, request, response,                                                              \
                       [this](const ::regard::rpc::Call& call, const package::Method##Request& request,         \
                              package::Method##Response& response, ::regard::rpc::Done done) {                  \
                         this->Method(call, request, response, std::move(done));                                \
                       });                                                                                      \
  }

}  // namespace regard::rpc
