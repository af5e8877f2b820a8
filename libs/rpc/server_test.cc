// The doors: which addresses open, who is refused at start, what a client finds without knowing anything, how it closes.
#include "libs/rpc/server.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "libs/rpc/reflection.grpc.pb.h"
#include "libs/rpc/testing/certificates.h"
#include "libs/rpc/testing/probe.h"

namespace regard::rpc {
namespace {

using grpc::reflection::v1alpha::ServerReflection;
using grpc::reflection::v1alpha::ServerReflectionRequest;
using grpc::reflection::v1alpha::ServerReflectionResponse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::PlaceRequest;
using testing::PlaceResponse;
using testing::ProbeService;
using testing::World;

grpc::Status Place(const World& world, const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = ProbeService::NewStub(channel);
  grpc::ClientContext context;
  AttachToken(context, world.Token());
  SetTimeout(context, absl::Seconds(10));
  PlaceResponse response;
  return stub->Place(&context, PlaceRequest(), &response);
}

TEST(Server, RefusesServiceThatDoesNotSayWhoMayCall) {
  World world;
  world.shell.Register("regard.rpc.testing.UnguardedService");
  const auto server = Server::Start({.address = "127.0.0.1:0"}, world.shell, {&world.probe});
  EXPECT_EQ(server.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(server.status().message()), HasSubstr("UnguardedService/Slip"));
}

TEST(Server, OpenAddressNeedsTlsOrDecision) {
  World world;
  for (const char* address : {"0.0.0.0:0", "[::]:0", "127.evil.example:0", "192.0.2.1:0"}) {
    EXPECT_EQ(Server::Start({.address = address}, world.shell, {&world.probe}).status().code(),
              absl::StatusCode::kFailedPrecondition)
        << address;
  }
  EXPECT_TRUE(Server::Start({.address = "0.0.0.0:0", .insecure = true}, world.shell, {&world.probe}).ok());
}

TEST(Server, PortBelongsToOneServer) {
  World world;
  const auto first = world.Serve();
  const auto second = Server::Start({.address = first->local_address()}, world.shell, {&world.probe});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
}

class ServerTls : public ::testing::Test {
 protected:
  ServerTls() : folder_(::testing::TempDir() + "server_tls_test/") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    testing::WriteCertificates(folder_);
  }
  ~ServerTls() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Server> Serve(absl::string_view client_ca) {
    ServerOptions options;
    options.address = "0.0.0.0:0";
    options.tls = TlsFiles{folder_ + "server.crt", folder_ + "server.key", std::string(client_ca)};
    return world_.Serve(options);
  }
  std::string Address(const Server& server) { return "localhost:" + std::to_string(server.port()); }

  const std::string folder_;
  World world_;
};

TEST_F(ServerTls, EncryptsForAnyClientThatKnowsTheAuthority) {
  const auto server = Serve("");
  ASSERT_NE(server, nullptr);
  EXPECT_TRUE(Place(world_, *OpenChannel(Address(*server), {.ca_path = folder_ + "ca.crt"})).ok());
  EXPECT_EQ(Place(world_, *OpenChannel(Address(*server))).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServerTls, MutualTlsTakesOnlyClientsOfItsAuthority) {
  const auto server = Serve(folder_ + "ca.crt");
  ASSERT_NE(server, nullptr);
  ChannelOptions options{.ca_path = folder_ + "ca.crt"};
  EXPECT_EQ(Place(world_, *OpenChannel(Address(*server), options)).error_code(), grpc::StatusCode::UNAVAILABLE);
  options.client_cert_path = folder_ + "client.crt";
  options.client_key_path = folder_ + "client.key";
  EXPECT_TRUE(Place(world_, *OpenChannel(Address(*server), options)).ok());
}

TEST_F(ServerTls, MissingFileIsSaid) {
  const auto server = Server::Start({.address = "0.0.0.0:0", .tls = TlsFiles{"/absent.crt", "/absent.key", ""}},
                                    world_.shell, {&world_.probe});
  EXPECT_THAT(std::string(server.status().message()), HasSubstr("/absent.crt"));
}

// "INVALID_ARGUMENT's number REASON"; OK is "0 ".
std::string Said(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  std::string reason;
  for (const google::protobuf::Any& any : details.details()) {
    google::rpc::ErrorInfo info;
    if (any.UnpackTo(&info)) reason = info.domain() + "/" + info.reason();
  }
  return std::to_string(status.error_code()) + " " + reason;
}

// Sends bytes as they are.
grpc::Status Raw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method, const std::string& token,
                 const std::string& bytes) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  AttachToken(context, token);
  grpc::CompletionQueue queue;
  grpc::Slice slice(bytes);
  grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  grpc::Status status;
  const auto call = stub.PrepareUnaryCall(&context, method, request, &queue);
  call->StartCall();
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  return status;
}

TEST(Server, MessageLargerThanLimitIsRefusedWithAReason) {
  World world;
  const auto server = world.Serve({.max_request_bytes = 1000});
  const auto stub = ProbeService::NewStub(*OpenChannel(server->local_address()));
  const auto place = [&](size_t bytes) {
    grpc::ClientContext context;
    AttachToken(context, world.Token());
    PlaceRequest request;
    request.set_text(std::string(bytes, 'x'));
    PlaceResponse response;
    return Said(stub->Place(&context, request, &response));
  };
  EXPECT_EQ(place(900), "0 ");
  EXPECT_EQ(place(1100), "3 regard/REQUEST_TOO_LARGE");
  EXPECT_EQ(place(3900), "3 regard/REQUEST_TOO_LARGE");
  // The last wall is gRPC's own.
  EXPECT_EQ(place(4100), "8 ");
}

TEST(Server, AnswerLargerThanLimitIsRefusedWithAReason) {
  World world;
  world.probe.on_place = [](const Call&, const PlaceRequest& request, PlaceResponse& response, Done done) {
    response.set_text(request.text() + request.text());
    done(absl::OkStatus());
  };
  const auto server = world.Serve({.max_response_bytes = 1000});
  const auto stub = ProbeService::NewStub(*OpenChannel(server->local_address()));
  const auto place = [&](size_t bytes) {
    grpc::ClientContext context;
    AttachToken(context, world.Token());
    PlaceRequest request;
    request.set_text(std::string(bytes, 'x'));
    PlaceResponse response;
    const grpc::Status status = stub->Place(&context, request, &response);
    EXPECT_EQ(response.text().size(), status.ok() ? 2 * bytes : 0);
    return Said(status);
  };
  EXPECT_EQ(place(450), "0 ");
  EXPECT_EQ(place(550), "3 regard/RESPONSE_TOO_LARGE");
}

TEST(Server, WhatIsNoMessageIsRefusedWithAReason) {
  World world;
  const auto server = world.Serve();
  const auto channel = *OpenChannel(server->local_address());
  const std::string place = "/regard.rpc.testing.ProbeService/Place";
  EXPECT_EQ(Said(Raw(channel, place, world.Token(), "")), "0 ");
  EXPECT_EQ(Said(Raw(channel, place, world.Token(), "\xff\xff\xff")), "3 regard/REQUEST_MALFORMED");
  // Text that is not UTF-8.
  EXPECT_EQ(Said(Raw(channel, place, world.Token(), "\x12\x01\xff")), "3 regard/REQUEST_MALFORMED");
  // Who may not call learns nothing about what they sent.
  EXPECT_EQ(Said(Raw(channel, place, "", "\xff\xff\xff")), "16 regard/TOKEN_MISSING");
  EXPECT_EQ(world.shell.in_flight(), 0);
}

TEST(Server, WhatNobodyServesIsRefusedWithAReason) {
  World world;
  const auto server = world.Serve();
  const auto channel = *OpenChannel(server->local_address());
  for (const char* method : {"/regard.rpc.testing.ProbeService/Absent", "/regard.Absent/Place", "/x"}) {
    EXPECT_EQ(Said(Raw(channel, method, world.Token(), "")), "12 regard/METHOD_UNKNOWN") << method;
  }
}

class ServerReflectionTest : public ::testing::Test {
 protected:
  ServerReflectionResponse Ask(const std::function<void(ServerReflectionRequest&)>& question) {
    const auto stub = ServerReflection::NewStub(*OpenChannel(server_->local_address()));
    grpc::ClientContext context;
    const auto stream = stub->ServerReflectionInfo(&context);
    ServerReflectionRequest request;
    question(request);
    ServerReflectionResponse response;
    EXPECT_TRUE(stream->Write(request));
    EXPECT_TRUE(stream->Read(&response));
    stream->WritesDone();
    EXPECT_TRUE(stream->Finish().ok());
    return response;
  }

  World world_;
  const std::unique_ptr<Server> server_ = world_.Serve();
};

TEST_F(ServerReflectionTest, ListsServices) {
  const auto response = Ask([](auto& request) { request.set_list_services("*"); });
  std::vector<std::string> names;
  for (const auto& service : response.list_services_response().service()) names.push_back(service.name());
  EXPECT_THAT(names, ElementsAre("grpc.health.v1.Health", "regard.rpc.testing.ProbeService",
                                 "grpc.reflection.v1alpha.ServerReflection"));
}

TEST_F(ServerReflectionTest, GivesFileWithAllItImports) {
  for (const auto& response :
       {Ask([](auto& request) { request.set_file_containing_symbol("regard.rpc.testing.ProbeService.Place"); }),
        Ask([](auto& request) { request.set_file_by_filename("libs/rpc/testing/probe.proto"); })}) {
    google::protobuf::DescriptorPool pool;
    for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
      google::protobuf::FileDescriptorProto file;
      ASSERT_TRUE(file.ParseFromString(bytes));
      ASSERT_NE(pool.BuildFile(file), nullptr) << file.name() << " before what it imports";
    }
    EXPECT_NE(pool.FindServiceByName("regard.rpc.testing.ProbeService"), nullptr);
  }
}

TEST_F(ServerReflectionTest, FindsExtensions) {
  const auto by_number = Ask([](auto& request) {
    request.mutable_file_containing_extension()->set_containing_type("google.protobuf.MethodOptions");
    request.mutable_file_containing_extension()->set_extension_number(51001);
  });
  EXPECT_GE(by_number.file_descriptor_response().file_descriptor_proto_size(), 1);
  const auto all =
      Ask([](auto& request) { request.set_all_extension_numbers_of_type("google.protobuf.MethodOptions"); });
  EXPECT_THAT(all.all_extension_numbers_response().extension_number(), ::testing::Contains(51001));
}

TEST_F(ServerReflectionTest, SaysWhatItDoesNotKnow) {
  EXPECT_EQ(Ask([](auto& request) { request.set_file_by_filename("absent.proto"); }).error_response().error_code(),
            grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Ask([](auto&) {}).error_response().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

// The health service has no packaged header; its messages are one string and one enum.
constexpr char kServing[] = "\x08\x01";
constexpr char kNotServing[] = "\x08\x02";
// The answer as it came, or the number of the error's code.
std::string CheckHealth(const std::shared_ptr<grpc::Channel>& channel, const std::string& name) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  grpc::Slice asked(name.empty() ? "" : std::string("\x0a") + static_cast<char>(name.size()) + name);
  grpc::ByteBuffer request(&asked, 1);
  grpc::ByteBuffer response;
  grpc::Status status;
  const auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", request, &queue);
  call->StartCall();
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (!status.ok()) return std::to_string(status.error_code());
  std::vector<grpc::Slice> slices;
  response.Dump(&slices);
  std::string answer;
  for (const grpc::Slice& slice : slices) answer.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return answer;
}

TEST(Server, IsHealthyWhileItIsReady) {
  World world;
  const auto server = world.Serve();
  const auto channel = *OpenChannel(server->local_address());
  const std::vector<std::string> names = {"", "regard.rpc.testing.ProbeService"};
  const auto health = [&](bool ready) {
    for (const std::string& name : names) {
      EXPECT_EQ(CheckHealth(channel, name), ready ? kServing : kNotServing) << name;
    }
    EXPECT_EQ(CheckHealth(channel, "live"), kServing);
    EXPECT_EQ(CheckHealth(channel, "regard.Absent"), "5");
  };
  health(false);
  server->SetReady(true);
  health(true);
  server->SetReady(false);
  health(false);
}

// Whatever its clients do while it stops, they get an answer or hear that there is none, and never a word of gRPC's own
// about what nobody did.
TEST(Server, WhoeverCallsWhileItStopsIsAnsweredOrToldToTryAgain) {
  for (int round = 0; round < 20; ++round) {
    World world;
    auto server = world.Serve();
    const std::string address = server->local_address();
    std::atomic<bool> stopped{false};
    std::atomic<int> answered{0};
    std::mutex mutex;
    std::map<std::string, int> said;
    std::vector<std::thread> clients;
    for (int client = 0; client < 4; ++client) {
      clients.emplace_back([&, channel = *OpenChannel(address, {.connection = client + 1})] {
        while (!stopped) {
          const grpc::Status status = Place(world, channel);
          if (status.ok()) ++answered;
          const std::lock_guard lock(mutex);
          ++said[Said(status)];
        }
      });
    }
    while (answered < 40) std::this_thread::yield();
    server->Drain(absl::Seconds(30));
    server.reset();
    stopped = true;
    for (std::thread& client : clients) client.join();
    EXPECT_GT(said["14 regard/STOPPING"], 0);
    for (const auto& [what, times] : said) {
      EXPECT_THAT(what, ::testing::AnyOf("0 ", "14 regard/STOPPING", "14 ")) << times << " in round " << round;
    }
  }
}

TEST(Server, DrainFinishesWhatWasAccepted) {
  World world;
  absl::Notification entered;
  absl::Notification leave;
  std::thread worker;
  std::atomic<int> calls{0};
  world.probe.on_place = [&](const Call&, const PlaceRequest&, PlaceResponse&, Done done) {
    if (++calls > 1) return done(absl::OkStatus());
    worker = std::thread([&, done = std::move(done)]() mutable {
      leave.WaitForNotification();
      done(absl::OkStatus());
    });
    entered.Notify();
  };
  const auto server = world.Serve();
  const auto channel = *OpenChannel(server->local_address());
  grpc::Status accepted;
  std::thread client([&] { accepted = Place(world, channel); });
  entered.WaitForNotification();
  std::thread drain([&] { server->Drain(absl::Seconds(30)); });
  // Refused once draining has begun, however often it is asked before.
  while (Place(world, *OpenChannel(server->local_address(), {.connection = 1})).ok()) {
  }
  leave.Notify();
  client.join();
  drain.join();
  worker.join();
  EXPECT_TRUE(accepted.ok()) << accepted.error_message();
}

TEST(Server, DrainCancelsWhatTakesTooLong) {
  World world;
  absl::Notification entered;
  std::unique_ptr<Done> kept;
  world.probe.on_place = [&](const Call&, const PlaceRequest&, PlaceResponse&, Done done) {
    kept = std::make_unique<Done>(std::move(done));
    entered.Notify();
  };
  const auto server = world.Serve();
  grpc::Status status;
  std::thread client([&] { status = Place(world, *OpenChannel(server->local_address())); });
  entered.WaitForNotification();
  std::thread drain([&] { server->Drain(absl::Milliseconds(1)); });
  client.join();  // although nothing has answered
  EXPECT_FALSE(status.ok());
  EXPECT_NE(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  kept.reset();
  drain.join();
}

}  // namespace
}  // namespace regard::rpc
