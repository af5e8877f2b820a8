// The running server as the demonstration sees it: public RPCs, tokens signed with the server's own key, simulated time,
// and request ids that depend on the seed alone.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/auth/signer.h"
#include "libs/base/clock.h"
#include "regard/bookings/v1/bookings_service.grpc.pb.h"
#include "regard/budgets/v1/budgets_service.grpc.pb.h"
#include "regard/directory/v1/directory_service.grpc.pb.h"
#include "regard/feedback/v1/feedback_service.grpc.pb.h"
#include "regard/market/v1/market_service.grpc.pb.h"
#include "regard/operations/v1/operations_service.grpc.pb.h"
#include "regard/providers/v1/providers_service.grpc.pb.h"
#include "tools/cli/connection.h"
#include "tools/cli/deployment.h"
#include "tools/demo_market/dice.h"

namespace regard::demo {

// How many things go on at once; each waits for the server most of the time.
constexpr int kAtOnce = 48;

constexpr char kTrafford[] = "E08000009";

// Thread-safe.
class World {
 public:
  struct Stubs {
    std::unique_ptr<providers::v1::ProvidersService::Stub> providers;
    std::unique_ptr<bookings::v1::BookingsService::Stub> bookings;
    std::unique_ptr<budgets::v1::BudgetsService::Stub> budgets;
    std::unique_ptr<directory::v1::DirectoryService::Stub> directory;
    std::unique_ptr<feedback::v1::FeedbackService::Stub> feedback;
    std::unique_ptr<market::v1::MarketService::Stub> market;
    std::unique_ptr<operations::v1::OperationsService::Stub> operations;
  };

  // FAILED_PRECONDITION when the server's clock is real or the key cannot be read.
  static absl::StatusOr<std::unique_ptr<World>> Open(const std::string& server, const std::string& key_path,
                                                     uint64_t seed);

  const Stubs& stubs() const { return stubs_; }
  uint64_t seed() const { return seed_; }
  Dice DiceFor(absl::string_view name) const { return Dice(seed_, name); }

  // A token of a role in Trafford; an operator is of no council.
  std::string TokenFor(options::v1::Role role, const std::string& subject) const;
  const std::string& operator_token() const { return operator_token_; }
  const std::string& practitioner_token() const { return practitioner_token_; }
  const std::string& commissioner_token() const { return commissioner_token_; }

  absl::Time now() const;
  // Moves the simulated clock; returns when what fell due has happened and views show it.
  absl::Status AdvanceTo(absl::Time time);
  // By every instance, each its share.
  absl::StatusOr<operations::v1::VerifyLogResponse> VerifyLog() const {
    const auto answers =
        cli::AllOf(cli::AskEverywhere(*connection_, operator_token_, &operations::v1::OperationsService::Stub::VerifyLog,
                                      operations::v1::VerifyLogRequest()));
    if (!answers.ok()) return answers.status();
    return cli::Together(*answers);
  }
  // The same id for the same `name` at the same simulated time.
  std::string RequestId(absl::string_view name) const;

  // A question.
  template <class Stub, class Request, class Response>
  absl::Status Ask(const std::unique_ptr<Stub>& stub,
                   grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                   const std::string& token, const Request& request, Response& response) {
    return connection_->Call(*stub, method, token, request, response);
  }
  // A command, named uniquely for its request id.
  template <class Stub, class Request, class Response>
  absl::Status Tell(const std::unique_ptr<Stub>& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const std::string& token, absl::string_view name, Request request, Response& response) {
    request.set_request_id(RequestId(name));
    commands_.fetch_add(1, std::memory_order_relaxed);
    return connection_->Call(*stub, method, token, request, response);
  }
  // Commands told so far, refused ones too.
  int64_t commands() const { return commands_.load(); }

  // Keeps the first failure that no rule of the market explains. True when there was none in `status`.
  bool Expect(const absl::Status& status, absl::string_view what);
  absl::Status failure() const;
  bool failed() const { return failed_.load(); }

 private:
  World(std::unique_ptr<cli::Connection> connection, std::string private_key_pem, uint64_t seed);

  absl::Status AdvanceAll(absl::Duration by);
  // Appends that the instances have, together.
  absl::StatusOr<uint64_t> Written();

  const std::unique_ptr<cli::Connection> connection_;
  const uint64_t seed_;
  const SystemClock clock_;
  const auth::Signer signer_;
  Stubs stubs_;
  // Each has a clock of its own.
  std::vector<std::unique_ptr<operations::v1::OperationsService::Stub>> instances_;
  std::string operator_token_;
  std::string practitioner_token_;
  std::string commissioner_token_;
  std::atomic<int64_t> now_nanos_{0};
  std::atomic<int64_t> commands_{0};
  std::atomic<bool> failed_{false};
  mutable std::mutex mutex_;
  absl::Status failure_;
};

// Why a rule of the market refused; empty when it did not refuse, also where the call failed in another way.
std::string RefusalOf(const absl::Status& status);

}  // namespace regard::demo
