// A data folder that a previous release wrote still opens, verifies and serves. One small folder for each release is kept
// in tests/golden/data-folders; REGARD_WRITE_FOLDER=<new folder> makes the one of this build.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "libs/es/feature_level.h"
#include "libs/rpc/client.h"
#include "regard/operations/v1/operations_service.grpc.pb.h"
#include "tests/load/hold_load.h"
#include "tests/load/standalone_process.h"

namespace regard::load {
namespace {

constexpr uint64_t kBudgets = 8;

using Operations = operations::v1::OperationsService;

template <class Request, class Response>
Response Ask(const StandaloneProcess& server,
             grpc::Status (Operations::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
             const Request& request = {}) {
  const auto stub = Operations::NewStub(*rpc::OpenChannel(server.address()));
  grpc::ClientContext context;
  rpc::AttachToken(context, SignToken(server.data_path(), "operator-1", "operator", ""));
  rpc::SetTimeout(context, absl::Minutes(2));
  Response response;
  const grpc::Status status = ((*stub).*method)(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

// The lowest of its topics.
uint32_t LevelOf(const StandaloneProcess& server) {
  uint32_t lowest = es::kFeatureLevel;
  const operations::v1::GetStatusResponse status = Ask(server, &Operations::Stub::GetStatus);
  for (const auto& topic : status.topics()) lowest = std::min(lowest, topic.feature_level());
  return lowest;
}

void RaiseLevel(const StandaloneProcess& server) {
  operations::v1::RaiseFeatureLevelRequest request;
  request.set_feature_level(es::kFeatureLevel);
  const auto raised = Ask(server, &Operations::Stub::RaiseFeatureLevel, request);
  EXPECT_EQ(raised.topics_size(), 4);
  for (const auto& topic : raised.topics()) EXPECT_EQ(topic.raised_size(), topic.partitions()) << topic.topic();
}

void WriteFolder(const std::string& data_path) {
  StandaloneProcess server(REGARD_STANDALONE, data_path);
  ASSERT_TRUE(server.Start().ok());
  const std::string provider_id =
      RegisterProvider(server.address(), SignToken(data_path, "owner-1", "provider", "E08000009"));
  const Target target =
      TargetAt(server.address(), SignToken(data_path, "practitioner-1", "practitioner", "E08000009"), provider_id);
  ASSERT_EQ(OpenBudgets(target, 0, kBudgets, 1), 0u);
  LoadOptions options;
  options.budgets = kBudgets;
  options.in_flight = 1;
  options.max_calls = 40;
  EXPECT_EQ(PlaceHolds(target, options).ok, 40u);
  EXPECT_TRUE(server.Stop().ok());
}

TEST(PreviousRelease, ItsFolderOpensVerifiesAndServes) {
  if (const char* folder = std::getenv("REGARD_WRITE_FOLDER"); folder != nullptr) WriteFolder(folder);
  int folders = 0;
  bool some_knew_less = false;
  for (const auto& release : std::filesystem::directory_iterator(REGARD_DATA_FOLDERS)) {
    if (release.path().extension() != ".gz") continue;
    ++folders;
    char pattern[] = "/tmp/regard-release-XXXXXX";
    const std::string work = mkdtemp(pattern);
    ASSERT_EQ(std::system(("tar -xf " + release.path().string() + " -C " + work).c_str()), 0);
    // As a checkout leaves it; the server refuses looser modes.
    for (const char* key : {"auth.key", "digest.key"}) {
      std::filesystem::permissions(work + "/data/" + key, std::filesystem::perms::owner_read |
                                                              std::filesystem::perms::owner_write);
    }
    StandaloneProcess server(REGARD_STANDALONE, work + "/data");
    const absl::Status started = server.Start();
    ASSERT_TRUE(started.ok()) << release.path() << ": " << started;
    // What this release alone knows waits for a word, which the log keeps.
    some_knew_less |= LevelOf(server) < es::kFeatureLevel;
    RaiseLevel(server);
    RaiseLevel(server);
    EXPECT_TRUE(server.Stop().ok());
    ASSERT_TRUE(server.Start().ok());
    EXPECT_EQ(LevelOf(server), es::kFeatureLevel);
    const operations::v1::VerifyLogResponse verified = Ask(server, &Operations::Stub::VerifyLog);
    EXPECT_TRUE(verified.ok()) << release.path() << ": " << verified.DebugString();
    EXPECT_EQ(verified.budgets(), kBudgets);
    EXPECT_EQ(verified.held_pence(), 40);
    EXPECT_TRUE(server.Stop().ok());
    std::filesystem::remove_all(work);
  }
  EXPECT_GT(folders, 0);
  EXPECT_TRUE(some_knew_less);
}

}  // namespace
}  // namespace regard::load
