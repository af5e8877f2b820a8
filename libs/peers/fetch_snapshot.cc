#include "libs/peers/fetch_snapshot.h"

#include <filesystem>
#include <fstream>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/es/feature_level.h"
#include "regard/cluster/internal/v1/instances_service.grpc.pb.h"

namespace regard::peers {
namespace {

namespace wire = cluster::internal::v1;

// To copy a folder by hard links, or to read one piece.
constexpr absl::Duration kPatience = absl::Seconds(30);

class Fetching {
 public:
  Fetching(const std::shared_ptr<grpc::Channel>& channel, const std::string& token)
      : stub_(wire::InstancesService::NewStub(channel)), token_(token) {}

  template <class Request, class Response>
  absl::Status Call(grpc::Status (wire::InstancesService::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    rpc::AttachToken(context, token_);
    rpc::SetTimeout(context, kPatience);
    return rpc::ToAbslStatus((*stub_.*method)(&context, request, &response));
  }

  absl::Status Fetch(const std::string& id, const wire::SnapshotFile& file, const std::string& to) {
    const std::filesystem::path path = std::filesystem::path(to) / file.path();
    if (file.path().empty() || file.path()[0] == '/' || absl::StrContains(file.path(), "..")) {
      return absl::FailedPreconditionError(absl::StrCat("snapshot: a file outside of it, ", file.path()));
    }
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    std::ofstream out(path, std::ios::binary);
    wire::ReadSnapshotRequest request;
    request.set_snapshot_id(id);
    request.set_path(file.path());
    while (request.offset() < file.size()) {
      wire::ReadSnapshotResponse response;
      const absl::Status read = Call(&wire::InstancesService::Stub::ReadSnapshot, request, response);
      if (!read.ok()) return read;
      if (response.data().empty()) return absl::UnavailableError(absl::StrCat("snapshot: ", file.path(), " is cut"));
      out.write(response.data().data(), static_cast<std::streamsize>(response.data().size()));
      request.set_offset(request.offset() + response.data().size());
    }
    out.close();
    return out ? absl::OkStatus() : absl::UnavailableError(absl::StrCat("snapshot: cannot write ", path.string()));
  }

 private:
  const std::unique_ptr<wire::InstancesService::Stub> stub_;
  const std::string token_;
};

}  // namespace

absl::StatusOr<uint64_t> FetchSnapshot(const std::string& address, const rpc::ChannelOptions& channel,
                                       const std::string& token, const std::string& to) {
  const auto opened_channel = rpc::OpenChannel(address, channel);
  if (!opened_channel.ok()) return opened_channel.status();
  Fetching fetching(*opened_channel, token);
  wire::OpenSnapshotRequest open;
  open.set_feature_level(es::kFeatureLevel);
  wire::OpenSnapshotResponse opened;
  absl::Status status = fetching.Call(&wire::InstancesService::Stub::OpenSnapshot, open, opened);
  if (!status.ok()) return status;
  uint64_t bytes = 0;
  for (const wire::SnapshotFile& file : opened.files()) {
    status = fetching.Fetch(opened.snapshot_id(), file, to);
    if (!status.ok()) break;
    bytes += file.size();
  }
  wire::CloseSnapshotRequest close;
  close.set_snapshot_id(opened.snapshot_id());
  wire::CloseSnapshotResponse closed;
  // It goes by itself after a while.
  fetching.Call(&wire::InstancesService::Stub::CloseSnapshot, close, closed).IgnoreError();
  if (!status.ok()) return status;
  return bytes;
}

}  // namespace regard::peers
