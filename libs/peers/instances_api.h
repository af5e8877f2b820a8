// What other instances may ask of this one.
#pragma once

#include "libs/cluster/node.h"
#include "libs/es/consistency.h"
#include "libs/es/executor.h"
#include "libs/es/executor_thread.h"
#include "libs/peers/snapshots.h"
#include "libs/rpc/shell.h"
#include "regard/cluster/internal/v1/instances_service.grpc.pb.h"

namespace regard::peers {

namespace wire = cluster::internal::v1;

class InstancesApi final : public rpc::Api<wire::InstancesService> {
 public:
  // All outlive it; `timer` ends waits at their deadline.
  InstancesApi(rpc::Shell& shell, const cluster::Node& node, const es::ConsistencyGate& gate, es::Executor& timer,
               Snapshots& snapshots)
      : Api(shell), node_(node), gate_(gate), timer_(timer), snapshots_(snapshots) {}

  REGARD_RPC(wire, Probe)
  REGARD_RPC(wire, AwaitReactions)
  REGARD_RPC(wire, AwaitViews)
  REGARD_RPC(wire, OpenSnapshot)
  REGARD_RPC(wire, ReadSnapshot)
  REGARD_RPC(wire, CloseSnapshot)

 private:
  void Probe(const rpc::Call& call, const wire::ProbeRequest& request, wire::ProbeResponse& response, rpc::Done done);
  void AwaitReactions(const rpc::Call& call, const wire::AwaitReactionsRequest& request,
                      wire::AwaitReactionsResponse& response, rpc::Done done);
  void AwaitViews(const rpc::Call& call, const wire::AwaitViewsRequest& request, wire::AwaitViewsResponse& response,
                  rpc::Done done);

  void OpenSnapshot(const rpc::Call& call, const wire::OpenSnapshotRequest& request,
                    wire::OpenSnapshotResponse& response, rpc::Done done);
  void ReadSnapshot(const rpc::Call& call, const wire::ReadSnapshotRequest& request,
                    wire::ReadSnapshotResponse& response, rpc::Done done);
  void CloseSnapshot(const rpc::Call& call, const wire::CloseSnapshotRequest& request,
                     wire::CloseSnapshotResponse& response, rpc::Done done);

  const cluster::Node& node_;
  const es::ConsistencyGate& gate_;
  es::Executor& timer_;
  Snapshots& snapshots_;
  // Waits for the disk, so that no gRPC thread does.
  es::ExecutorThread disk_{"snapshots"};
};

}  // namespace regard::peers
