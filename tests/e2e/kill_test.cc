// kill -9 under load, again and again: every acknowledged command is there exactly once, a retry gets the first answer,
// and the log verifies. REGARD_KILLS says how often (30; the long form 300).
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <thread>

#include "absl/time/clock.h"
#include "libs/rpc/client.h"
#include "regard/operations/v1/operations_service.grpc.pb.h"
#include "tests/load/hold_load.h"
#include "tests/load/standalone_process.h"

namespace regard::load {
namespace {

constexpr uint64_t kBudgets = 200;

int Kills() {
  const char* kills = std::getenv("REGARD_KILLS");
  return kills == nullptr ? 30 : std::atoi(kills);
}

// Held money of every budget, as the balance view tells it once it shows `token`.
int64_t HeldPence(const Target& target, const std::string& token) {
  const auto stub = budgets::v1::BudgetsService::NewStub(target.channels[0]);
  int64_t held = 0;
  for (uint64_t n = 0; n < kBudgets; ++n) {
    grpc::ClientContext context;
    rpc::AttachToken(context, target.token);
    rpc::SetTimeout(context, absl::Seconds(20));
    budgets::v1::GetBalanceRequest request;
    request.set_person_id(PersonId(n));
    request.set_budget_id(BudgetId(n));
    request.set_consistency_token(token);
    budgets::v1::GetBalanceResponse response;
    const grpc::Status status = stub->GetBalance(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    held += response.balance().held_pence();
  }
  return held;
}

operations::v1::VerifyLogResponse Verify(const StandaloneProcess& server) {
  const auto channel = *rpc::OpenChannel(server.address());
  const auto stub = operations::v1::OperationsService::NewStub(channel);
  grpc::ClientContext context;
  rpc::AttachToken(context, SignToken(server.data_path(), "operator-1", "operator", ""));
  rpc::SetTimeout(context, absl::Minutes(5));
  operations::v1::VerifyLogResponse response;
  const grpc::Status status = stub->VerifyLog(&context, {}, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

TEST(Kill, AcknowledgedCommandsAreThereExactlyOnce) {
  char pattern[] = "/tmp/regard-kill-XXXXXX";
  const std::string folder = mkdtemp(pattern);
  StandaloneProcess server(REGARD_STANDALONE, folder + "/data");
  ASSERT_TRUE(server.Start().ok());
  const std::string token = SignToken(server.data_path(), "practitioner-1", "practitioner", "E08000009");
  const std::string provider_id =
      RegisterProvider(server.address(), SignToken(server.data_path(), "owner-1", "provider", "E08000009"));
  ASSERT_EQ(OpenBudgets(TargetAt(server.address(), token), 0, kBudgets, 32), 0u);

  std::mt19937_64 chance(7);
  // Every request that was sent, with its first acknowledged answer.
  std::map<std::string, HoldCall> acknowledged;
  std::vector<budgets::v1::PlaceHoldRequest> unknown;
  for (int round = 0; round < Kills(); ++round) {
    LoadOptions options;
    options.budgets = kBudgets;
    options.in_flight = 32;
    options.duration = absl::Seconds(30);
    options.seed = chance();
    options.keep_calls = true;
    std::atomic<bool> stop{false};
    options.stop = &stop;
    const Target target = TargetAt(server.address(), token, provider_id);
    LoadResult result;
    std::thread load([&] { result = PlaceHolds(target, options); });
    // The moment of the kill is the chance here, not something waited for.
    absl::SleepFor(absl::Milliseconds(20 + chance() % 200));
    server.Kill();
    stop.store(true);
    load.join();
    for (HoldCall& call : result.calls) {
      if (call.status.ok()) {
        acknowledged[call.request.request_id()] = call;
      } else {
        unknown.push_back(call.request);
      }
    }
    const absl::Status started = server.Start();
    ASSERT_TRUE(started.ok()) << "after kill " << round << ": " << started;
    // What was acknowledged just now answers the same again.
    const Target again = TargetAt(server.address(), token, provider_id);
    int asked = 0;
    for (const HoldCall& call : result.calls) {
      if (!call.status.ok() || ++asked > 20) continue;
      const HoldCall retry = PlaceHoldAgain(again, call.request);
      ASSERT_TRUE(retry.status.ok()) << retry.status.error_message();
      EXPECT_EQ(retry.response.SerializeAsString(), call.response.SerializeAsString());
    }
  }
  // Unknown outcomes are settled by a retry: each is then there exactly once, whether it was before or not.
  const Target target = TargetAt(server.address(), token, provider_id);
  std::string last_token;
  for (const auto& request : unknown) {
    const HoldCall retry = PlaceHoldAgain(target, request);
    ASSERT_TRUE(retry.status.ok()) << retry.status.error_message();
    acknowledged[request.request_id()] = retry;
  }
  EXPECT_GT(acknowledged.size(), static_cast<size_t>(Kills()));
  EXPECT_EQ(Verify(server).problems_size(), 0);
  const operations::v1::VerifyLogResponse verified = Verify(server);
  EXPECT_TRUE(verified.ok()) << verified.DebugString();
  EXPECT_EQ(verified.held_pence(), static_cast<int64_t>(acknowledged.size()));
  EXPECT_EQ(HeldPence(target, acknowledged.rbegin()->second.response.receipt().consistency_token()),
            static_cast<int64_t>(acknowledged.size()));
  RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));
  RecordProperty("unknown", static_cast<int>(unknown.size()));
  EXPECT_TRUE(server.Stop().ok());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace regard::load
