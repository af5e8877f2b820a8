// One instance's side of what instances ask of each other: probes, calls for the owner of a partition, and whether what a
// query waits for has happened elsewhere.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "libs/auth/signer.h"
#include "libs/base/clock.h"
#include "libs/cluster/node.h"
#include "libs/es/consistency.h"
#include "libs/es/executor.h"
#include "libs/rpc/client.h"
#include "libs/rpc/doors.h"
#include "libs/telemetry/metrics.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace regard::peers {

// Thread-safe.
class Peers final : public es::Elsewhere, public rpc::Forwarder {
 public:
  // All outlive it; `timer` runs what is tried again. `signer` holds the deployment's key.
  Peers(const cluster::Node& node, const auth::Signer& signer, const Clock& clock, es::Executor& timer,
        rpc::ChannelOptions channel, telemetry::Metrics& metrics);
  // Ends what is under way; the calls that were to be forwarded must have been answered.
  ~Peers() override;

  // What the peer says of itself, when it answers with its own id.
  void Probe(const cluster::Peer& peer, std::function<void(absl::optional<cluster::Node::Reached> answer)> done);

  // Waits for an owner inside the call's deadline, then UNAVAILABLE with NOT_OWNER. Lost on the way, it is sent again:
  // the request's id makes that safe. Without an answer by the deadline: OUTCOME_UNKNOWN.
  void Forward(const rpc::Call& call, absl::string_view topic, int partition, rpc::Done done) override;

  void WhenReacted(absl::string_view reactor, int source_partition, uint64_t position,
                   std::function<void(es::Reached)> done) override;
  void WhenShown(absl::string_view topic, int partition, uint64_t position, std::function<void()> done) override;

 private:
  struct Forwarding;
  struct Unary;

  std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address);
  std::string OwnToken();
  // Calls an RPC of another instance's InstancesService.
  void Ask(const cluster::Peer& peer, const char* method, const google::protobuf::Message& request,
           absl::Duration timeout, absl::AnyInvocable<void(bool ok, const std::string& response) &&> done);
  void Send(std::shared_ptr<Forwarding> forwarding);
  void Start(std::shared_ptr<Unary> unary, const std::string& path);
  void SendLater(std::shared_ptr<Forwarding> forwarding);
  void AskShown(const cluster::Peer& peer, std::shared_ptr<google::protobuf::Message> request,
                std::function<void()> done);

  const cluster::Node& node_;
  const auth::Signer& signer_;
  const Clock& clock_;
  es::Executor& timer_;
  const rpc::ChannelOptions channel_;
  telemetry::Counter& forwarded_;

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
  std::set<Unary*> under_way_;
  std::condition_variable over_;
  const std::shared_ptr<std::atomic<bool>> alive_ = std::make_shared<std::atomic<bool>>(true);
  std::string token_;
  absl::Time token_expires_ = absl::InfinitePast();
};

}  // namespace regard::peers
