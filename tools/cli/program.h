// What every command of the program has: the flags in front of it, the connection, request ids and where answers go.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "google/protobuf/message.h"
#include "tools/cli/connection.h"
#include "tools/cli/deployment.h"
#include "tools/cli/output.h"

namespace CLI {
class App;
}

namespace regard::cli {

struct GlobalFlags {
  std::string server = "127.0.0.1:7300";
  std::string token;
  std::string token_file;
  std::string tls_ca;
  std::string tls_cert;
  std::string tls_key;
  std::string timeout = "10s";
  // For trying again what ended with an unknown outcome.
  std::string request_id;
  bool json = false;
};

class Program {
 public:
  Program(std::ostream& out, std::ostream& err);
  ~Program();

  GlobalFlags& flags() { return flags_; }
  CLI::App& app() { return *app_; }

  // Adds a command under `parent`; `body` runs after everything was parsed. `examples` are shown by --help, one a line.
  CLI::App& Add(CLI::App& parent, const std::string& name, const std::string& description, const std::string& examples,
                std::function<absl::Status()> body);

  // Parses, runs what was asked for, and answers the exit code.
  int Run(int argc, const char* const* argv);

  // For bodies. `Service` is the class that protoc made.
  template <class Service, class Request, class Response>
  absl::Status Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) {
    const absl::StatusOr<const Connection*> connection = Connect();
    if (!connection.ok()) return connection.status();
    const std::unique_ptr<typename Service::Stub> stub = (*connection)->To<Service>();
    return (*connection)->Call(*stub, method, token_, request, response);
  }
  // Of every instance of the deployment.
  template <class Request, class Response>
  absl::StatusOr<std::vector<Asked<Response>>> CallEverywhere(
      grpc::Status (operations::v1::OperationsService::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
      const Request& request) {
    const absl::StatusOr<const Connection*> connection = Connect();
    if (!connection.ok()) return connection.status();
    return AskEverywhere(**connection, token_, method, request);
  }
  // As one answer, or what is wrong with the first that has none.
  template <class Request, class Response>
  absl::Status CallAll(
      grpc::Status (operations::v1::OperationsService::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
      const Request& request, Response& response) {
    absl::StatusOr<std::vector<Asked<Response>>> asked = CallEverywhere(method, request);
    if (!asked.ok()) return asked.status();
    const absl::StatusOr<std::vector<Response>> answers = AllOf(*std::move(asked));
    if (answers.ok()) response = Together(*answers);
    return answers.status();
  }
  // A mutation: gives it a request id, then calls.
  template <class Service, class Request, class Response>
  absl::Status Send(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    Request& request, Response& response) {
    const absl::StatusOr<std::string> id = NewRequestId();
    if (!id.ok()) return id.status();
    request.set_request_id(*id);
    return Call<Service, Request, Response>(method, request, response);
  }
  // A new UUIDv7 in the server's time, which may be simulated, or the one that the flags name.
  absl::StatusOr<std::string> NewRequestId();
  // No hint about the last request id: what was sent is safe to send again without.
  void ForgetRequestId() { last_request_id_.clear(); }
  // Who the token says its holder is. It is not checked here. Empty without a token.
  std::string Subject();
  absl::StatusOr<const Connection*> Connect();
  const std::string& token();

  std::ostream& out() { return out_; }
  std::ostream& err() { return err_; }
  // As JSON when asked for, else whatever `people` prints.
  void Answer(const google::protobuf::Message& response, const std::function<void(std::ostream&)>& people);

 private:
  absl::Status ReadToken();

  std::ostream& out_;
  std::ostream& err_;
  GlobalFlags flags_;
  const std::unique_ptr<CLI::App> app_;
  std::function<absl::Status()> chosen_;
  std::unique_ptr<Connection> connection_;
  std::string token_;
  bool token_read_ = false;
  absl::optional<absl::Duration> server_ahead_;
  std::string last_request_id_;
};

// One for each group of commands, in the file of its name under commands/.
void AddProviderCommands(Program& program);
void AddSearchCommand(Program& program);
void AddBookingCommands(Program& program);
void AddBudgetCommands(Program& program);
void AddImportCommands(Program& program);
void AddMarketCommands(Program& program);
void AddTokenCommand(Program& program);
void AddOperationsCommands(Program& program);
void AddCompletionCommand(Program& program);

}  // namespace regard::cli
