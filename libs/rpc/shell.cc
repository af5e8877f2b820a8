#include "libs/rpc/shell.h"

#include <grpc/grpc.h>
#include <grpc/support/time.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <new>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/ids.h"
#include "libs/base/rejection.h"
#include "libs/rpc/client.h"
#include "libs/rpc/error.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/throttle.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"

namespace regard::rpc {
namespace {

constexpr int kFailureLinesPerSecond = 20;
constexpr absl::string_view kBearer = "bearer ";
// W3C Trace Context, version 00: version, trace, parent and flags in lower-case hex.
constexpr size_t kTraceparentChars = 55;

absl::string_view View(grpc::string_ref text) { return {text.data(), text.size()}; }

absl::Status Refuse(Rejection::Kind kind, absl::string_view reason, absl::string_view message) {
  return ToStatus({kind, std::string(reason), std::string(message), ""});
}

bool IsTraceparent(absl::string_view text) {
  if (text.size() != kTraceparentChars) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 2 || i == 35 || i == 52;
    const char c = text[i];
    if (dash ? c != '-' : !(absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

// Infinite when the client named none.
absl::Duration RemainingOf(const grpc::CallbackServerContext& context) {
  const gpr_timespec deadline = context.raw_deadline();
  if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0) return absl::InfiniteDuration();
  const gpr_timespec left = gpr_time_sub(deadline, gpr_now(deadline.clock_type));
  return absl::Seconds(left.tv_sec) + absl::Nanoseconds(left.tv_nsec);
}

telemetry::Level LevelOf(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::DATA_LOSS: return telemetry::Level::kError;
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED: return telemetry::Level::kWarning;
    default: return telemetry::Level::kDebug;  // the caller's own doing
  }
}

}  // namespace

void* CallMemory(const grpc::CallbackServerContext& context, size_t bytes) {
  return grpc_call_arena_alloc(const_cast<grpc::CallbackServerContext&>(context).c_call(), bytes);
}

grpc::ServerUnaryReactor* Unserved(grpc::CallbackServerContext* context) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  reactor->Finish(UnknownMethod());
  return reactor;
}

Shell::Shell(Options options, const Clock& clock, const auth::Verifier& verifier, telemetry::Log& log,
             telemetry::Metrics& metrics)
    : options_(options),
      clock_(clock),
      verifier_(verifier),
      log_(log),
      metrics_(metrics),
      in_flight_(metrics.GaugeOf("regard_rpc_in_flight", "Calls admitted and not yet answered.")),
      shed_(metrics.CounterOf("regard_rpc_shed_total", "Calls refused before any work because too many were running.")),
      unknown_(metrics.CounterOf("regard_unknown_outcomes_total",
                                 "Calls answered with OUTCOME_UNKNOWN: the same request id settles them.")),
      failure_lines_(std::make_unique<Throttle>(kFailureLinesPerSecond)) {}

Shell::~Shell() = default;

int64_t Shell::in_flight() const { return in_flight_.value(); }

const ServiceMethods* Shell::Register(absl::string_view service_full_name) {
  absl::StatusOr<ServiceMethods> methods = ReadMethods(service_full_name, metrics_);
  if (!methods.ok()) {
    if (registration_status_.ok()) registration_status_ = absl::FailedPreconditionError(methods.status().message());
    methods = ServiceMethods();
  }
  return &services_.emplace_back(*std::move(methods));
}

absl::Status Shell::Authorise(const grpc::CallbackServerContext& context, const Method& method, Call& call) const {
  absl::string_view authorization;
  for (const auto& [key, value] : context.client_metadata()) {
    if (View(key) == "authorization") {
      if (!authorization.empty()) {
        return Refuse(Rejection::Kind::kUnauthenticated, "TOKEN_INVALID", "two tokens in one call");
      }
      authorization = View(value);
    } else if (View(key) == "traceparent" && IsTraceparent(View(value))) {
      call.traceparent_ = View(value);
    } else if (View(key) == kForwardedKey) {
      call.forwarded_ = true;
    }
  }
  if (authorization.empty()) {
    if (method.open) return absl::OkStatus();
    return Refuse(Rejection::Kind::kUnauthenticated, "TOKEN_MISSING", "this call needs a bearer token");
  }
  if (!absl::StartsWithIgnoreCase(authorization, kBearer)) {
    return Refuse(Rejection::Kind::kUnauthenticated, "TOKEN_INVALID", "authorization: not a bearer token");
  }
  call.token_ = authorization.substr(kBearer.size());
  auto caller = verifier_.Verify(call.token_);
  if (!caller.ok()) return caller.status();
  call.caller_ = *std::move(caller);
  if (!method.open && !method.Allows(call.caller_->role)) {
    return Refuse(Rejection::Kind::kDenied, "ROLE_NOT_ALLOWED", "this role may not make this call");
  }
  return absl::OkStatus();
}

absl::Status Shell::Parse(const grpc::ByteBuffer& in, google::protobuf::Message& request) const {
  if (in.Length() > max_request_bytes_) {
    return Refuse(Rejection::Kind::kInvalid, "REQUEST_TOO_LARGE",
                  absl::StrCat("a request has at most ", max_request_bytes_, " bytes"));
  }
  // Only reads it.
  grpc::ProtoBufferReader reader(const_cast<grpc::ByteBuffer*>(&in));
  if (reader.status().ok() && request.ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return Refuse(Rejection::Kind::kInvalid, "REQUEST_MALFORMED", "the request is no message of this call's type");
}

Call* Shell::Admit(grpc::CallbackServerContext* context, grpc::ServerUnaryReactor* reactor, const Method& method,
                   Messages& messages, const grpc::ByteBuffer& in, grpc::ByteBuffer* out) {
  const bool too_many = in_flight_.Add(1) > options_.max_in_flight;
  if (stopping_.load()) {
    return TurnAway(reactor, method, messages, ToStatus(Unavailable("STOPPING", "this instance is stopping")));
  }
  if (too_many) {
    shed_.Add();
    return TurnAway(reactor, method, messages,
                    Refuse(Rejection::Kind::kTooMuch, "OVERLOADED", "too many calls at once"));
  }
  Call* const call = new (CallMemory(*context, sizeof(Call))) Call();
  call->shell_ = this;
  call->method_ = &method;
  call->reactor_ = reactor;
  call->messages_ = &messages;
  call->out_ = out;
  call->started_ = clock_.Monotonic();
  call->received_ = clock_.Now();
  const absl::Duration remaining = RemainingOf(*context);
  call->deadline_ =
      call->received_ + (remaining == absl::InfiniteDuration() ? options_.default_timeout : remaining);
  absl::Status status = Authorise(*context, method, *call);
  if (status.ok()) status = Parse(in, messages.request());
  if (status.ok()) return call;
  Finish(call, status);
  return nullptr;
}

Call* Shell::TurnAway(grpc::ServerUnaryReactor* reactor, const Method& method, Messages& messages,
                      const absl::Status& why) {
  grpc::Status answer = ToGrpc(why);
  method.outcomes[answer.error_code()]->Add();
  messages.~Messages();
  Leave();
  reactor->Finish(std::move(answer));
  return nullptr;
}

void Shell::Leave() {
  if (in_flight_.Add(-1) > 0 || !stopping_.load()) return;
  const std::lock_guard lock(drain_mutex_);
  answered_all_.notify_all();
}

void Shell::Drain(absl::Duration patience) {
  stopping_.store(true);
  std::unique_lock lock(drain_mutex_);
  answered_all_.wait_for(lock, absl::ToChronoNanoseconds(patience), [this] { return in_flight_.value() == 0; });
}

void Shell::Finish(Call* call, absl::Status status) {
  if (status.ok()) status = Write(*call);
  const absl::Duration took = clock_.Monotonic() - call->started_;
  const Method& method = *call->method_;
  grpc::ServerUnaryReactor* const reactor = call->reactor_;
  method.seconds->Observe(took);
  grpc::Status answer;
  if (!status.ok()) {
    answer = ToGrpc(status);
    NoteFailure(*call, status, took);
  }
  method.outcomes[answer.error_code()]->Add();
  call->messages_->~Messages();
  call->~Call();
  Leave();
  reactor->Finish(std::move(answer));
}

absl::Status Shell::Write(Call& call) const {
  bool owned = false;
  const grpc::Status written = grpc::SerializationTraits<google::protobuf::Message>::Serialize(
      call.messages_->response(), call.out_, &owned);
  if (!written.ok()) {
    return absl::InternalError(absl::StrCat("a response does not serialise: ", written.error_message()));
  }
  if (call.out_->Length() <= max_response_bytes_) return absl::OkStatus();
  call.out_->Clear();
  return Refuse(Rejection::Kind::kInvalid, "RESPONSE_TOO_LARGE", "ask for less at once");
}

void Shell::NoteFailure(const Call& call, const absl::Status& status, absl::Duration took) {
  const Rejection rejection = FromStatus(status);
  if (rejection.reason == "OUTCOME_UNKNOWN") unknown_.Add();
  const telemetry::Level level = LevelOf(CodeOf(rejection.kind));
  if (!log_.enabled(level) || !failure_lines_->Allow(clock_.Monotonic())) return;
  // The caller wrote the id: only what is one goes to the log.
  const bool has_id = Uuid::Parse(call.request_id()).ok();
  // Whoever has to find our bug needs the words that the caller does not get.
  const bool ours = rejection.kind == Rejection::Kind::kInternal;
  log_.Write(level, "rpc_failed",
             {{"method", call.method()},
              {"reason", rejection.reason},
              {"detail", ours ? absl::string_view(rejection.message) : ""},
              {"request_id", has_id ? call.request_id() : ""},
              {"traceparent", call.traceparent()},
              {"role", call.has_caller() ? auth::RoleName(call.caller().role) : ""},
              {"seconds", took},
              {"not_logged", failure_lines_->TakeHeldBack()}});
}

}  // namespace regard::rpc
