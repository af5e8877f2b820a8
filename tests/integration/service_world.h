// One service on the embedded engine behind a real server on the loopback, with a clock that a test moves: what a caller
// sees, without the other services. What those would have recorded is told as facts, see ToldDomain.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "google/protobuf/empty.pb.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "libs/app/embedded_engine.h"
#include "libs/app/simulated_clock.h"
#include "libs/auth/key_file.h"
#include "libs/auth/signer.h"
#include "libs/auth/verifier.h"
#include "libs/base/ids.h"
#include "libs/base/rejection.h"
#include "libs/privacy/digester.h"
#include "libs/privacy/memory_key_store.h"
#include "libs/privacy/sealer.h"
#include "libs/rpc/client.h"
#include "libs/rpc/doors.h"
#include "libs/rpc/server.h"
#include "libs/rpc/shell.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"
#include "regard/log/v1/record.pb.h"

namespace regard::integration {

constexpr char kCouncil[] = "E08000009";

// Stands in for another service: records whatever fact it is told. Its commands are log.v1.Fact with stream and body.
class ToldDomain final : public es::Domain {
 public:
  using Kinds = std::vector<std::pair<absl::string_view, const google::protobuf::Message*>>;

  // The wrappers' default instances by kind of stream.
  ToldDomain(std::string topic, const Kinds& kinds) : topic_(std::move(topic)) {
    for (const auto& [kind, fact] : kinds) {
      aggregates_.push_back({kind, &google::protobuf::Empty::default_instance(), fact,
                             [](google::protobuf::Message&, const google::protobuf::Message&, const es::FactContext&) {},
                             nullptr});
    }
  }

  absl::string_view topic() const override { return topic_; }
  uint32_t fold_version() const override { return 1; }
  absl::Span<const es::Aggregate> aggregates() const override { return aggregates_; }
  std::vector<std::string> StreamsOf(const google::protobuf::Message& command) const override {
    return {static_cast<const log::v1::Fact&>(command).stream()};
  }
  es::Decision Decide(const es::States&, const google::protobuf::Message& command,
                      const es::CommandContext&) const override {
    const auto& told = static_cast<const log::v1::Fact&>(command);
    std::unique_ptr<google::protobuf::Message> fact(es::FindAggregate(*this, told.stream())->fact->New());
    EXPECT_TRUE(fact->ParseFromString(told.body()));
    es::Decision decision = es::Decision::Nothing();
    decision.facts().push_back({told.stream(), std::move(fact)});
    return decision;
  }

 private:
  const std::string topic_;
  std::vector<es::Aggregate> aggregates_;
};

class ServiceWorld : public ::testing::Test {
 protected:
  // Domains and views outlive the world; both are named by whoever derives, before anything is served.
  ServiceWorld(std::vector<const es::Domain*> domains, std::vector<es::View*> views)
      : folder_(absl::StrCat(::testing::TempDir(), "regard-", ::testing::UnitTest::GetInstance()->random_seed(), "-",
                             ::testing::UnitTest::GetInstance()->current_test_info()->test_suite_name(), "-",
                             ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    app::EngineOptions options;
    options.data_path = folder_;
    options.log.sync = false;
    options.log.partition_count = 4;
    options.runtime.max_clock_drift = absl::InfiniteDuration();
    auto opened = app::EmbeddedEngine::Open(std::move(options), domains, domains, std::move(views), clock, sealer, metrics,
                                            [](const absl::Status& why) { ADD_FAILURE() << why; });
    if (!opened.ok()) {
      ADD_FAILURE() << opened.status();
      std::abort();
    }
    engine = *std::move(opened);
  }
  ~ServiceWorld() override {
    if (server_ != nullptr) server_->Drain(absl::Seconds(5));
    server_.reset();
    engine->Stop();
    engine.reset();
    std::filesystem::remove_all(folder_);
  }

  void Serve(std::vector<rpc::Service*> services) {
    ASSERT_TRUE(engine->Start().ok());
    auto server = rpc::Server::Start({.address = "127.0.0.1:0"}, shell, services);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = *rpc::OpenChannel(server_->local_address());
  }

  // Never the same twice.
  std::string RequestId() { return Uuid::V7(clock.Now(), 1, ++requests_).ToString(); }

  std::string Token(const std::string& subject, options::v1::Role role, const std::string& tenant = kCouncil) {
    return *auth::Signer(key_.private_pem, clock).Sign({subject, role, tenant, clock.Now() + absl::Hours(1)});
  }

  // "" when the call was answered, else the reason of the error.
  template <class Stub, class Request, class Response>
  std::string Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const std::string& token,
                   const Request& request, Response* response) {
    grpc::ClientContext context;
    rpc::AttachToken(context, token);
    rpc::SetTimeout(context, absl::Seconds(20));
    Stub stub(channel_);
    const grpc::Status status = (stub.*method)(&context, request, response);
    const absl::optional<Rejection> rejection = rpc::RejectionOf(status);
    return rejection.has_value() ? rejection->reason : "";
  }

  // Records a fact of a told domain, and waits until every view shows it.
  void Tell(absl::string_view topic, const std::string& stream, const google::protobuf::Message& fact) {
    auto told = std::make_unique<log::v1::Fact>();
    told->set_stream(stream);
    told->set_body(fact.SerializeAsString());
    es::Command command;
    command.routing_key = stream;
    command.body = std::move(told);
    command.actor.set_tenant(kCouncil);
    absl::Notification done;
    engine->runtime(topic).Submit(std::move(command), [&](const es::Outcome& outcome) {
      EXPECT_EQ(outcome.kind, es::Outcome::Kind::kCommitted) << outcome.rejection.reason;
      done.Notify();
    });
    done.WaitForNotification();
    EXPECT_TRUE(engine->Settle(absl::Seconds(20)).ok());
  }

  app::SimulatedClock clock{absl::FromUnixSeconds(1'780'000'000)};
  privacy::MemoryKeyStore keys;
  privacy::Sealer sealer{keys};
  privacy::Opener opener{keys};
  privacy::Digester digester{privacy::Key::Random()};
  telemetry::Metrics metrics;
  telemetry::Log log{clock, telemetry::Level::kError, [](absl::string_view) {}};
  std::unique_ptr<app::EmbeddedEngine> engine;

 private:
  const std::string folder_;
  const auth::KeyPair key_ = *auth::MakeKeyPair();
  const auth::Verifier verifier_{{.public_keys_pem = {key_.public_pem}}, clock};

 protected:
  rpc::Shell shell{{}, clock, verifier_, log, metrics};

 private:
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  uint64_t requests_ = 0;
};

}  // namespace regard::integration
