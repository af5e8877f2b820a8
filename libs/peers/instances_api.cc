#include "libs/peers/instances_api.h"

#include <atomic>
#include <memory>
#include <utility>

#include "absl/types/optional.h"
#include "libs/base/rejection.h"
#include "libs/es/feature_level.h"

namespace regard::peers {
namespace {

// Answers once: with what came, or at the deadline. The call is gone afterwards.
class OneAnswer {
 public:
  static std::shared_ptr<OneAnswer> Of(const rpc::Call& call, rpc::Done done, es::Executor& timer) {
    auto answer = std::make_shared<OneAnswer>(std::move(done));
    timer.PostAfter(call.deadline() - call.received(), [answer] {
      if (answer->Take()) {
        answer->done_(ToStatus({Rejection::Kind::kDeadline, "DEADLINE_EXCEEDED", "it did not happen in time", ""}));
      }
    });
    return answer;
  }

  explicit OneAnswer(rpc::Done done) : done_(std::move(done)) {}

  // Whether to answer is the caller's now; the response may be filled.
  bool Take() { return !taken_.exchange(true); }
  void Ok() { done_(absl::OkStatus()); }

 private:
  std::atomic<bool> taken_ = false;
  rpc::Done done_;
};

}  // namespace

void InstancesApi::Probe(const rpc::Call&, const wire::ProbeRequest&, wire::ProbeResponse& response, rpc::Done done) {
  response.set_instance_id(node_.instance_id());
  wire::ReachedTopic* topic = nullptr;
  for (const cluster::ReachedPosition& one : node_.OwnReached()) {
    if (topic == nullptr || topic->topic() != one.topic) {
      topic = response.add_reached();
      topic->set_topic(one.topic);
    }
    wire::ReachedPartition* reached = topic->add_partitions();
    reached->set_partition(static_cast<uint32_t>(one.partition));
    reached->set_position(one.position);
  }
  done(absl::OkStatus());
}

void InstancesApi::AwaitReactions(const rpc::Call& call, const wire::AwaitReactionsRequest& request,
                                  wire::AwaitReactionsResponse& response, rpc::Done done) {
  const std::shared_ptr<OneAnswer> answer = OneAnswer::Of(call, std::move(done), timer_);
  const absl::Status known = gate_.WhenReactedHere(
      request.reactor(), request.source_partition(), request.source_position(),
      [answer, &response](const es::Reached& reached) {
        if (!answer->Take()) return;
        for (const auto& [partition, position] : reached) {
          wire::ReachedPartition* one = response.add_reached();
          one->set_partition(static_cast<uint32_t>(partition));
          one->set_position(position);
        }
        answer->Ok();
      });
  // Of another service: nothing is reached here.
  if (!known.ok() && answer->Take()) answer->Ok();
}

void InstancesApi::AwaitViews(const rpc::Call& call, const wire::AwaitViewsRequest& request, wire::AwaitViewsResponse&,
                              rpc::Done done) {
  const absl::Status there = gate_.CheckPartition(request.topic(), request.partition());
  if (!there.ok()) return done(there);
  const std::shared_ptr<OneAnswer> answer = OneAnswer::Of(call, std::move(done), timer_);
  gate_.WaitHere(request.topic(), static_cast<int>(request.partition()), request.position(), [answer] {
    if (answer->Take()) answer->Ok();
  });
}

void InstancesApi::OpenSnapshot(const rpc::Call&, const wire::OpenSnapshotRequest& request,
                                wire::OpenSnapshotResponse& response, rpc::Done done) {
  if (es::FeatureLevel(request.feature_level()) < es::kFeatureLevel) {
    return done(ToStatus(RuleRefuses("INSTANCE_KNOWS_LESS", "the log has everything, and stops who must stop")));
  }
  disk_.Post([this, &response, done = std::move(done)]() mutable {
    const absl::StatusOr<Snapshots::Opened> opened = snapshots_.Open();
    if (!opened.ok()) return done(opened.status());
    response.set_snapshot_id(opened->id);
    for (const Snapshots::File& file : opened->files) {
      wire::SnapshotFile* one = response.add_files();
      one->set_path(file.path);
      one->set_size(file.size);
    }
    done(absl::OkStatus());
  });
}

void InstancesApi::ReadSnapshot(const rpc::Call&, const wire::ReadSnapshotRequest& request,
                                wire::ReadSnapshotResponse& response, rpc::Done done) {
  disk_.Post([this, &request, &response, done = std::move(done)]() mutable {
    absl::StatusOr<std::string> piece = snapshots_.Read(request.snapshot_id(), request.path(), request.offset());
    if (piece.ok()) response.set_data(*std::move(piece));
    done(piece.status());
  });
}

void InstancesApi::CloseSnapshot(const rpc::Call&, const wire::CloseSnapshotRequest& request,
                                 wire::CloseSnapshotResponse&, rpc::Done done) {
  disk_.Post([this, &request, done = std::move(done)]() mutable {
    snapshots_.Close(request.snapshot_id());
    done(absl::OkStatus());
  });
}

}  // namespace regard::peers
