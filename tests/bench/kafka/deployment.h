// Regard on brokers: a log with its topics, instances that share it, and what they say of themselves.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/kafka/client.h"
#include "libs/kafka/members_topic.h"
#include "regard/cluster/internal/v1/heartbeat.pb.h"
#include "tests/load/hold_load.h"
#include "tests/load/standalone_process.h"

namespace regard::bench {

// Whatever goes wrong ends the program. Thread-safe but for Start.
class Deployment {
 public:
  // Makes the topics, or moves a stopped server's log there when its data folder is given. `standalone` is the program,
  // `folder` is for keys and data.
  Deployment(kafka::Cluster cluster, std::string standalone, std::string folder, const std::string& moved_from = "");

  const kafka::Cluster& cluster() const { return cluster_; }
  std::string topic(const std::string& service) const;
  // Another topic on the same brokers, for a yardstick.
  std::string topic_beside(const std::string& what) const { return name_ + "-" + what; }
  // Of the services that write.
  std::vector<std::string> topics() const;

  // An instance with the data folder of this name. Start it with StartInstance.
  std::unique_ptr<load::StandaloneProcess> NewInstance(const std::string& name) const;
  void StartInstance(load::StandaloneProcess& instance) const;
  std::string data_path(const std::string& name) const;

  // For calls to an instance that serves.
  load::Target TargetOf(const load::StandaloneProcess& instance);

  // Opens budgets [0, n) that are not there yet.
  void NeedBudgets(const load::StandaloneProcess& instance, uint64_t n);
  uint64_t budgets() const { return budgets_; }

  // The partitions of budgets that the instance at the address said last that it serves.
  std::vector<int> OwnedAt(const std::string& address);
  std::string InstanceIdAt(const std::string& address);
  // Until it serves `at_least` of them.
  void AwaitOwned(const std::string& address, size_t at_least, absl::Duration patience);

 private:
  std::vector<int> OwnedUnderLock(const std::string& address) const;

  const kafka::Cluster cluster_;
  const std::string standalone_;
  const std::string folder_;
  const std::string keys_;
  const std::string name_;
  const std::string log_;
  std::string provider_id_;
  uint64_t budgets_ = 0;

  std::mutex mutex_;
  std::condition_variable heard_;
  // By address, which is new with every start.
  std::map<std::string, cluster::internal::v1::Heartbeat> members_;
  std::unique_ptr<kafka::MembersTopic> listener_;
};

// The partition of the budgets of person `n`, and for each partition one such person.
int PartitionOfPerson(uint64_t n);
std::vector<uint64_t> PersonOfPartition();

}  // namespace regard::bench
