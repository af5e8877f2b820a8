// A running server as its callers see it: any RPC by its name, with the request as text, by whoever it is. The server's
// clock is the test's, and it may be killed and started again at any moment.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/channel.h"
#include "grpcpp/support/status.h"
#include "tests/load/standalone_process.h"

namespace regard::e2e {

constexpr char kTrafford[] = "E08000009";
constexpr char kTameside[] = "E08000008";

// Somebody with a token. An empty role has none.
struct Caller {
  std::string subject;
  std::string role;
  std::string tenant = kTrafford;
};

struct Answer {
  grpc::Status status;
  // "" when it was answered.
  std::string reason;
  std::unique_ptr<google::protobuf::Message> response;

  bool ok() const { return status.ok(); }
  template <class Response>
  const Response& As() const {
    return static_cast<const Response&>(*response);
  }
  // A text field of the response.
  std::string Text(const std::string& field) const;
  // Of the response's receipt.
  std::string token() const;
};

// All services that a server serves, by their descriptors. A proto of a service that this does not know is a failure.
std::vector<const google::protobuf::ServiceDescriptor*> Services();

// Not thread-safe.
class World {
 public:
  // Starts a server on an empty folder, at `now`.
  explicit World(absl::Time now);
  // On a data folder that is there.
  World(absl::Time now, std::string data_path);
  ~World();

  // `method` is "BudgetsService.OpenBudget". A request id is made where the request takes one and has none.
  Answer Call(absl::string_view method, const Caller& caller, const std::string& request_text);
  // As Call, and fails the test when it was refused. With kill_after_each(), the server is killed once it has answered,
  // started again, and asked the same again: it must say the same.
  Answer Do(absl::string_view method, const Caller& caller, const std::string& request_text);
  void kill_after_each(bool kill) { kill_after_each_ = kill; }

  void Advance(absl::Duration by);
  // Kills it without mercy, or ends it in good order, and starts it again at the same time.
  void KillAndStart();
  void StopAndStart();
  // In good order; then Start, at the same time.
  void Stop();
  void Start();

  absl::Time now() const { return now_; }
  // Reads the whole log and fails the test when anything is wrong with it.
  void ExpectVerifies();
  const std::string& data_path() const { return data_path_; }
  const std::string& folder() const { return folder_; }

 private:
  Answer Send(const google::protobuf::MethodDescriptor& method, const Caller& caller,
              const google::protobuf::Message& request);
  std::unique_ptr<google::protobuf::Message> Request(const google::protobuf::MethodDescriptor& method,
                                                     const std::string& text);

  absl::Time now_;
  std::string folder_;
  std::string data_path_;
  std::unique_ptr<load::StandaloneProcess> server_;
  std::shared_ptr<grpc::Channel> channel_;
  uint64_t requests_ = 0;
  bool kill_after_each_ = false;
};

}  // namespace regard::e2e
