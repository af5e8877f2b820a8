#include "libs/rpc/call.h"

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "libs/base/rejection.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/shell.h"

namespace regard::rpc {

absl::string_view Call::method() const { return method_->name; }

const google::protobuf::Message& Call::request() const { return messages_->request(); }
google::protobuf::Message& Call::response() const { return messages_->response(); }

absl::string_view Call::request_id() const {
  if (method_->request_id == nullptr) return "";
  std::string scratch;
  // A string field is stored as one, so that the reference is into the request and not into the scratch.
  const google::protobuf::Message& request = messages_->request();
  return request.GetReflection()->GetStringReference(request, method_->request_id, &scratch);
}

Done::~Done() {
  if (call_ != nullptr) Answer(call_, ToStatus(Unavailable("OUTCOME_UNKNOWN", "the server gave up on this call")));
}

void Done::Answer(Call* call, const absl::Status& status) { call->shell_->Finish(call, status); }

}  // namespace regard::rpc
