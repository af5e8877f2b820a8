#include "tests/e2e/world.h"

#include <stdlib.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "google/protobuf/text_format.h"
#include "grpcpp/generic/generic_stub.h"
#include "gtest/gtest.h"
#include "libs/base/ids.h"
#include "libs/rpc/client.h"
#include "regard/bookings/v1/bookings_service.grpc.pb.h"
#include "regard/budgets/v1/budgets_service.grpc.pb.h"
#include "regard/directory/v1/directory_service.grpc.pb.h"
#include "regard/feedback/v1/feedback_service.grpc.pb.h"
#include "regard/market/v1/market_service.grpc.pb.h"
#include "regard/operations/v1/operations_service.grpc.pb.h"
#include "regard/providers/v1/providers_service.grpc.pb.h"

namespace regard::e2e {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

constexpr absl::Duration kCallTimeout = absl::Seconds(60);
constexpr absl::Duration kLongestStep = absl::Hours(24 * 7);

// Links the files, so that the pool knows them.
const std::vector<const Message*>& Linked() {
  static const auto* const linked = new std::vector<const Message*>{
      &bookings::v1::GetBookingRequest::default_instance(),  &budgets::v1::GetBalanceRequest::default_instance(),
      &directory::v1::SearchRequest::default_instance(),     &feedback::v1::SayRequest::default_instance(),
      &market::v1::GetShapeRequest::default_instance(),      &operations::v1::GetStatsRequest::default_instance(),
      &providers::v1::GetProviderRequest::default_instance()};
  return *linked;
}

const MethodDescriptor& MethodNamed(absl::string_view name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '.');
  for (const ServiceDescriptor* service : Services()) {
    if (service->name() != parts[0]) continue;
    const MethodDescriptor* method = service->FindMethodByName(parts[1]);
    if (method != nullptr) return *method;
  }
  ADD_FAILURE() << "no RPC " << name;
  std::abort();
}

std::unique_ptr<Message> New(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<Message>(google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

grpc::ByteBuffer ToBuffer(const Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

std::vector<const ServiceDescriptor*> Services() {
  std::vector<const ServiceDescriptor*> services;
  for (const Message* message : Linked()) {
    const google::protobuf::FileDescriptor& file = *message->GetDescriptor()->file();
    for (int i = 0; i < file.service_count(); ++i) services.push_back(file.service(i));
  }
  return services;
}

std::string Answer::Text(const std::string& field) const {
  const auto* descriptor = response->GetDescriptor()->FindFieldByName(field);
  return response->GetReflection()->GetString(*response, descriptor);
}

std::string Answer::token() const {
  const auto* descriptor = response->GetDescriptor()->FindFieldByName("receipt");
  return static_cast<const base::v1::Receipt&>(response->GetReflection()->GetMessage(*response, descriptor))
      .consistency_token();
}

World::World(absl::Time now) : now_(now) {
  char pattern[] = "/tmp/regard-e2e-XXXXXX";
  folder_ = mkdtemp(pattern);
  data_path_ = folder_ + "/data";
  Start();
}

World::World(absl::Time now, std::string data_path) : now_(now), data_path_(std::move(data_path)) { Start(); }

World::~World() {
  server_.reset();
  if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

void World::Start() {
  server_ = std::make_unique<load::StandaloneProcess>(
      REGARD_STANDALONE, data_path_,
      std::vector<std::string>{"--simulated-clock", absl::FormatTime(absl::RFC3339_full, now_, absl::UTCTimeZone())});
  const absl::Status started = server_->Start();
  if (!started.ok()) {
    ADD_FAILURE() << started;
    std::abort();
  }
  channel_ = *rpc::OpenChannel(server_->address());
}

void World::KillAndStart() {
  server_->Kill();
  Start();
}

void World::Stop() { EXPECT_TRUE(server_->Stop().ok()); }

void World::StopAndStart() {
  Stop();
  Start();
}

std::unique_ptr<Message> World::Request(const MethodDescriptor& method, const std::string& text) {
  std::unique_ptr<Message> request = New(method.input_type());
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get())) << method.name() << ": " << text;
  const auto* id = request->GetDescriptor()->FindFieldByName("request_id");
  if (id != nullptr && request->GetReflection()->GetString(*request, id).empty()) {
    request->GetReflection()->SetString(request.get(), id, Uuid::V7(now_, 1, ++requests_).ToString());
  }
  return request;
}

Answer World::Send(const MethodDescriptor& method, const Caller& caller, const Message& request) {
  grpc::ClientContext context;
  if (!caller.role.empty()) {
    rpc::AttachToken(context, load::SignToken(data_path_, caller.subject, caller.role, caller.tenant));
  }
  rpc::SetTimeout(context, kCallTimeout);
  const grpc::ByteBuffer sent = ToBuffer(request);
  grpc::ByteBuffer received;
  Answer answer;
  absl::Notification done;
  grpc::GenericStub stub(channel_);
  stub.UnaryCall(&context, absl::StrCat("/", method.service()->full_name(), "/", method.name()), {}, &sent, &received,
                 [&](grpc::Status status) {
                   answer.status = std::move(status);
                   done.Notify();
                 });
  done.WaitForNotification();
  answer.response = New(method.output_type());
  if (answer.status.ok()) {
    grpc::Slice slice;
    EXPECT_TRUE(received.DumpToSingleSlice(&slice).ok());
    EXPECT_TRUE(answer.response->ParseFromArray(slice.begin(), static_cast<int>(slice.size())));
  } else {
    const absl::optional<Rejection> rejection = rpc::RejectionOf(answer.status);
    answer.reason = rejection.has_value() ? rejection->reason : answer.status.error_message();
  }
  return answer;
}

Answer World::Call(absl::string_view method, const Caller& caller, const std::string& request_text) {
  const MethodDescriptor& descriptor = MethodNamed(method);
  return Send(descriptor, caller, *Request(descriptor, request_text));
}

Answer World::Do(absl::string_view method, const Caller& caller, const std::string& request_text) {
  const MethodDescriptor& descriptor = MethodNamed(method);
  const std::unique_ptr<Message> request = Request(descriptor, request_text);
  Answer answer = Send(descriptor, caller, *request);
  EXPECT_TRUE(answer.ok()) << method << ": " << answer.reason << " " << answer.status.error_message() << "\n"
                           << request->DebugString();
  if (kill_after_each_ && answer.ok()) {
    KillAndStart();
    const Answer again = Send(descriptor, caller, *request);
    EXPECT_TRUE(again.ok()) << method << " again: " << again.reason;
    EXPECT_EQ(again.response->SerializeAsString(), answer.response->SerializeAsString()) << method;
  }
  return answer;
}

void World::Advance(absl::Duration by) {
  // In steps that the server takes.
  for (; by > kLongestStep; by -= kLongestStep) Advance(kLongestStep);
  const Answer answer = Call("OperationsService.AdvanceClock", {"operator-1", "operator", ""},
                             absl::StrCat("by { seconds: ", absl::ToInt64Seconds(by), " }"));
  EXPECT_TRUE(answer.ok()) << answer.reason << " " << answer.status.error_message();
  now_ += by;
}

void World::ExpectVerifies() {
  const Answer answer = Call("OperationsService.VerifyLog", {"operator-1", "operator", ""}, "");
  EXPECT_TRUE(answer.ok()) << answer.reason << " " << answer.status.error_message();
  EXPECT_TRUE(answer.As<operations::v1::VerifyLogResponse>().ok()) << answer.response->DebugString();
}

}  // namespace regard::e2e
