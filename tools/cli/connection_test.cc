#include "tools/cli/connection.h"

#include <grpcpp/server_builder.h>

#include <atomic>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "regard/operations/v1/operations_service.grpc.pb.h"

namespace regard::cli {
namespace {

using operations::v1::OperationsService;

// Ends the first call as it is told to, and answers the second.
class Once : public OperationsService::Service {
 public:
  explicit Once(grpc::StatusCode first) : first_(first) {}
  grpc::Status GetClock(grpc::ServerContext*, const operations::v1::GetClockRequest*,
                        operations::v1::GetClockResponse*) override {
    return ++calls == 1 ? grpc::Status(first_, "") : grpc::Status::OK;
  }
  std::atomic<int> calls = 0;

 private:
  const grpc::StatusCode first_;
};

absl::Status AskTheTime(Once& service) {
  int port = 0;
  const auto server = grpc::ServerBuilder()
                          .AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port)
                          .RegisterService(&service)
                          .BuildAndStart();
  const auto connection = Connection::Open(absl::StrCat("127.0.0.1:", port), {});
  const auto stub = (*connection)->To<OperationsService>();
  operations::v1::GetClockResponse response;
  return (*connection)->Call(*stub, &OperationsService::Stub::GetClock, "", operations::v1::GetClockRequest(), response);
}

TEST(Connection, TriesAgainWhatWasUnavailable) {
  Once service(grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(AskTheTime(service).ok());
  EXPECT_EQ(service.calls, 2);
}

TEST(Connection, IsMadeAgainBeforeTheNextTry) {
  int port = 0;
  {
    // Free again when it is gone.
    Once before(grpc::StatusCode::OK);
    grpc::ServerBuilder()
        .AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port)
        .RegisterService(&before)
        .BuildAndStart()
        ->Shutdown();
  }
  Once service(grpc::StatusCode::OK);
  std::unique_ptr<grpc::Server> server;
  std::thread late([&] {
    absl::SleepFor(absl::Milliseconds(200));
    server = grpc::ServerBuilder()
                 .AddListeningPort(absl::StrCat("127.0.0.1:", port), grpc::InsecureServerCredentials())
                 .RegisterService(&service)
                 .BuildAndStart();
  });
  CallOptions options;
  // The last after 0.7 s.
  options.attempts = 4;
  const auto connection = Connection::Open(absl::StrCat("127.0.0.1:", port), {}, options);
  const auto stub = (*connection)->To<OperationsService>();
  operations::v1::GetClockResponse response;
  const absl::Status status =
      (*connection)->Call(*stub, &OperationsService::Stub::GetClock, "", operations::v1::GetClockRequest(), response);
  EXPECT_TRUE(status.ok()) << status;
  late.join();
}

// A server that stops says that it does: what is cancelled, somebody wanted to end.
TEST(Connection, DoesNotTryAgainWhatWasCancelled) {
  Once service(grpc::StatusCode::CANCELLED);
  EXPECT_FALSE(AskTheTime(service).ok());
  EXPECT_EQ(service.calls, 1);
}

TEST(Connection, TakesANoForAnAnswer) {
  Once service(grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_FALSE(AskTheTime(service).ok());
  EXPECT_EQ(service.calls, 1);
}

}  // namespace
}  // namespace regard::cli
