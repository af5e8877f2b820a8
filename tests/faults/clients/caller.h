// Calls as a real client makes them: tried again with the same request id, at whichever instance is next, until one of
// them says what became of it.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"
#include "libs/auth/signer.h"
#include "libs/base/clock.h"
#include "libs/rpc/client.h"
#include "libs/rpc/endpoints.h"
#include "tests/faults/clients/history.h"

namespace regard::faults {

// What all clients of a run share. Thread-safe.
class Session {
 public:
  // `keys_path` is the deployment's folder of keys; every try that failed becomes a line at `tries_path`.
  static absl::StatusOr<std::unique_ptr<Session>> Open(const std::string& server, const std::string& keys_path,
                                                       const std::string& tries_path, absl::Duration patience);

  const rpc::Endpoints& endpoints() const { return endpoints_; }
  // Of somebody in the council of all.
  std::string Token(const std::string& subject, const std::string& role) const;

  // No new calls; those under way may go on for `patience`.
  void Stop();
  bool stopping() const { return stopping_.load(); }
  bool out_of_patience() const { return NowNs() > give_up_ns_.load(); }

  // Of one try; `reason` is empty when it was answered.
  void CountTry(absl::string_view id, int number, absl::string_view reason, bool may_try_again);
  // What must not be: a client saw it by itself.
  void Complain(const std::string& what);
  // JSON: tries by reason, and complaints.
  std::string Summary() const;

 private:
  Session(rpc::Endpoints endpoints, const std::string& private_pem, const std::string& tries_path,
          absl::Duration patience);

  const rpc::Endpoints endpoints_;
  const SystemClock clock_;
  const auth::Signer signer_;
  const absl::Duration patience_;
  History tries_;
  std::atomic<bool> stopping_{false};
  std::atomic<int64_t> give_up_ns_;
  mutable std::mutex mutex_;
  std::map<std::string, int64_t> reasons_;
  std::vector<std::string> complaints_;
};

// One client: makes a call at a time. Not thread-safe.
class Caller {
 public:
  Caller(Session& session, std::string name, const std::string& role, uint64_t seed)
      : session_(session), name_(std::move(name)), token_(session.Token(name_, role)), chance_(seed) {}

  Session& session() { return session_; }
  const std::string& name() const { return name_; }
  std::mt19937_64& chance() { return chance_; }
  uint64_t Below(uint64_t bound) { return chance_() % bound; }
  std::string NewId();

  // Once in a while a call that was answered is made again, as by a client that did not hear: it must be told the same.
  template <class Stub, class Request, class Response>
  Ended Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
             const std::string& id, const Request& request, Response& response) {
    const Ended ended = UntilKnown(
        id, [&](grpc::ClientContext& context) { return (stub.*method)(&context, request, &response); });
    if (ended.outcome == Outcome::kOk && Below(50) == 0 && request.GetDescriptor()->FindFieldByName("request_id")) {
      Response again;
      const Ended twice =
          UntilKnown(id, [&](grpc::ClientContext& context) { return (stub.*method)(&context, request, &again); });
      if (twice.outcome == Outcome::kRefused ||
          (twice.outcome == Outcome::kOk && again.SerializeAsString() != response.SerializeAsString())) {
        session_.Complain(id + " got another answer the second time " + twice.reason);
      }
    }
    return ended;
  }

 private:
  Ended UntilKnown(const std::string& id, const std::function<grpc::Status(grpc::ClientContext&)>& attempt);

  Session& session_;
  const std::string name_;
  const std::string token_;
  std::mt19937_64 chance_;
};

}  // namespace regard::faults
