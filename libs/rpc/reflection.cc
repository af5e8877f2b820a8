#include "libs/rpc/reflection.h"

#include <set>
#include <utility>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "grpcpp/support/server_callback.h"
#include "libs/rpc/reflection.grpc.pb.h"

namespace regard::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using grpc::reflection::v1alpha::ServerReflection;
using Request = grpc::reflection::v1alpha::ServerReflectionRequest;
using Response = grpc::reflection::v1alpha::ServerReflectionResponse;

void Refuse(grpc::StatusCode code, absl::string_view message, Response& response) {
  response.mutable_error_response()->set_error_code(code);
  response.mutable_error_response()->set_error_message(std::string(message));
}

// The file after everything it imports.
void AddFile(const FileDescriptor& file, std::set<const FileDescriptor*>& seen, Response& response) {
  if (!seen.insert(&file).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), seen, response);
  google::protobuf::FileDescriptorProto proto;
  file.CopyTo(&proto);
  response.mutable_file_descriptor_response()->add_file_descriptor_proto(proto.SerializeAsString());
}

void AnswerFile(const FileDescriptor* file, Response& response) {
  if (file == nullptr) return Refuse(grpc::StatusCode::NOT_FOUND, "not known here", response);
  std::set<const FileDescriptor*> seen;
  AddFile(*file, seen, response);
}

const FileDescriptor* FileOfExtension(const DescriptorPool& pool, const std::string& type, int number) {
  const Descriptor* const extended = pool.FindMessageTypeByName(type);
  const FieldDescriptor* const field =
      extended == nullptr ? nullptr : pool.FindExtensionByNumber(extended, number);
  return field == nullptr ? nullptr : field->file();
}

void AnswerNumbers(const DescriptorPool& pool, const std::string& type, Response& response) {
  const Descriptor* const extended = pool.FindMessageTypeByName(type);
  if (extended == nullptr) return Refuse(grpc::StatusCode::NOT_FOUND, "not known here", response);
  std::vector<const FieldDescriptor*> extensions;
  pool.FindAllExtensions(extended, &extensions);
  auto& numbers = *response.mutable_all_extension_numbers_response();
  numbers.set_base_type_name(type);
  for (const FieldDescriptor* extension : extensions) numbers.add_extension_number(extension->number());
}

void Answer(const Request& request, const std::vector<std::string>& services, Response& response) {
  const DescriptorPool& pool = *DescriptorPool::generated_pool();
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case Request::kFileByFilename:
      return AnswerFile(pool.FindFileByName(request.file_by_filename()), response);
    case Request::kFileContainingSymbol:
      return AnswerFile(pool.FindFileContainingSymbol(request.file_containing_symbol()), response);
    case Request::kFileContainingExtension:
      return AnswerFile(FileOfExtension(pool, request.file_containing_extension().containing_type(),
                                        request.file_containing_extension().extension_number()),
                        response);
    case Request::kAllExtensionNumbersOfType:
      return AnswerNumbers(pool, request.all_extension_numbers_of_type(), response);
    case Request::kListServices:
      response.mutable_list_services_response();
      for (const std::string& service : services) {
        response.mutable_list_services_response()->add_service()->set_name(service);
      }
      return;
    case Request::MESSAGE_REQUEST_NOT_SET: break;
  }
  Refuse(grpc::StatusCode::INVALID_ARGUMENT, "nothing was asked", response);
}

// One question, one answer, until the client has no more. Deletes itself.
class Session final : public grpc::ServerBidiReactor<Request, Response> {
 public:
  explicit Session(const std::vector<std::string>& services) : services_(services) { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    response_.Clear();
    Answer(request_, services_, response_);
    StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  const std::vector<std::string>& services_;
  Request request_;
  Response response_;
};

class Reflection final : public ServerReflection::CallbackService {
 public:
  explicit Reflection(std::vector<std::string> services) : services_(std::move(services)) {}

  grpc::ServerBidiReactor<Request, Response>* ServerReflectionInfo(grpc::CallbackServerContext*) override {
    return new Session(services_);
  }

 private:
  const std::vector<std::string> services_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeReflection(std::vector<std::string> service_full_names) {
  service_full_names.emplace_back(ServerReflection::service_full_name());
  return std::make_unique<Reflection>(std::move(service_full_names));
}

}  // namespace regard::rpc
