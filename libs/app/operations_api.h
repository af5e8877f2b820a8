// What operators ask of a running process.
#pragma once

#include <functional>
#include <string>

#include "libs/app/embedded_engine.h"
#include "libs/app/keys.h"
#include "libs/app/simulated_clock.h"
#include "libs/cluster/node.h"
#include "libs/es/executor_thread.h"
#include "libs/rpc/shell.h"
#include "regard/operations/v1/operations_service.grpc.pb.h"

namespace regard::app {

class OperationsApi final : public rpc::Api<operations::v1::OperationsService> {
 public:
  // Checks a copy of the data folder; with the log of the engine where that is not in the copy.
  using Verify = std::function<absl::StatusOr<operations::v1::VerifyLogResponse>(
      const std::string& copy, const std::function<es::EventLog*(absl::string_view topic)>* logs)>;

  // What this process is among others.
  struct Self {
    std::string instance_id;
    // Null where it is alone.
    const cluster::Node* node;
    // As the health service says it.
    std::function<bool()> ready;
  };

  // All outlive it. `simulated` is null on a real clock.
  OperationsApi(rpc::Shell& shell, EmbeddedEngine& engine, const Clock& clock, SimulatedClock* simulated, Keys& keys,
                std::string data_path, Verify verify, Self self);

  REGARD_RPC(operations::v1, GetStatus)
  REGARD_RPC(operations::v1, GetStats)
  REGARD_RPC(operations::v1, ReadLog)
  REGARD_RPC(operations::v1, VerifyLog)
  REGARD_RPC(operations::v1, RaiseFeatureLevel)
  REGARD_RPC(operations::v1, ListQuarantine)
  REGARD_RPC(operations::v1, Backup)
  REGARD_RPC(operations::v1, EraseSubject)
  REGARD_RPC(operations::v1, GetClock)
  REGARD_RPC(operations::v1, AdvanceClock)

 private:
  void GetStatus(const rpc::Call&, const operations::v1::GetStatusRequest&, operations::v1::GetStatusResponse&,
                 rpc::Done);
  void GetStats(const rpc::Call&, const operations::v1::GetStatsRequest&, operations::v1::GetStatsResponse&, rpc::Done);
  void ReadLog(const rpc::Call&, const operations::v1::ReadLogRequest&, operations::v1::ReadLogResponse&, rpc::Done);
  void VerifyLog(const rpc::Call&, const operations::v1::VerifyLogRequest&, operations::v1::VerifyLogResponse&,
                 rpc::Done);
  void RaiseFeatureLevel(const rpc::Call&, const operations::v1::RaiseFeatureLevelRequest&,
                         operations::v1::RaiseFeatureLevelResponse&, rpc::Done);
  void ListQuarantine(const rpc::Call&, const operations::v1::ListQuarantineRequest&,
                      operations::v1::ListQuarantineResponse&, rpc::Done);
  void Backup(const rpc::Call&, const operations::v1::BackupRequest&, operations::v1::BackupResponse&, rpc::Done);
  void EraseSubject(const rpc::Call&, const operations::v1::EraseSubjectRequest&,
                    operations::v1::EraseSubjectResponse&, rpc::Done);
  void GetClock(const rpc::Call&, const operations::v1::GetClockRequest&, operations::v1::GetClockResponse&, rpc::Done);
  void AdvanceClock(const rpc::Call&, const operations::v1::AdvanceClockRequest&,
                    operations::v1::AdvanceClockResponse&, rpc::Done);

  void CollectStats(operations::v1::GetStatsResponse& response);
  absl::Status BackUpTo(const std::string& path);
  absl::Status VerifyCopy(operations::v1::VerifyLogResponse& response);
  absl::Status Read(const operations::v1::ReadLogRequest& request, operations::v1::ReadLogResponse& response);

  EmbeddedEngine& engine_;
  const Clock& clock_;
  SimulatedClock* const simulated_;
  Keys& keys_;
  const std::string data_path_;
  const Verify verify_;
  const Self self_;
  // Long work happens here, one after the other, never on a gRPC thread.
  es::ExecutorThread worker_{"operations"};
};

// As the RPC answers it.
void FillQuarantine(const es::Quarantine& quarantine, bool only_in_force,
                    google::protobuf::RepeatedPtrField<operations::v1::QuarantinedFact>& facts);

}  // namespace regard::app
