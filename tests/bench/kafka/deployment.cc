#include "tests/bench/kafka/deployment.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/routing.h"
#include "tests/bench/kafka/topics.h"

namespace regard::bench {
namespace {

constexpr char kBudgets[] = "budgets";
constexpr char kCouncil[] = "E08000009";
constexpr absl::Duration kStartPatience = absl::Minutes(10);

}  // namespace

Deployment::Deployment(kafka::Cluster cluster, std::string standalone, std::string folder,
                       const std::string& moved_from)
    : cluster_(std::move(cluster)),
      standalone_(std::move(standalone)),
      folder_(std::move(folder)),
      keys_(moved_from.empty() ? folder_ + "/keys" : moved_from),
      name_(absl::StrCat("bench-", absl::ToUnixMillis(absl::Now()))),
      log_(absl::StrCat("kafka://", cluster_.bootstrap_servers, "/", name_)) {
  std::filesystem::create_directories(keys_);
  const std::string how = moved_from.empty() ? "--make-log" : absl::StrCat("--data '", moved_from, "' --move-log there");
  const std::string make = absl::StrCat("'", standalone_, "' --log '", log_, "' ", how, " >&2");
  if (std::system(make.c_str()) != 0) Die(make);
  auto opened = kafka::MembersTopic::Open(cluster_, name_, [this](absl::string_view note) {
    cluster::internal::v1::Heartbeat heartbeat;
    if (!heartbeat.ParseFromArray(note.data(), static_cast<int>(note.size()))) return;
    std::lock_guard<std::mutex> lock(mutex_);
    members_[heartbeat.address()] = heartbeat;
    heard_.notify_all();
  });
  if (!opened.ok()) Die(std::string(opened.status().message()));
  listener_ = *std::move(opened);
}

std::string Deployment::topic(const std::string& service) const { return absl::StrCat(name_, ".", service); }

std::vector<std::string> Deployment::topics() const {
  return {topic("providers"), topic("bookings"), topic(kBudgets), topic("feedback")};
}

std::string Deployment::data_path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }

std::unique_ptr<load::StandaloneProcess> Deployment::NewInstance(const std::string& name) const {
  return std::make_unique<load::StandaloneProcess>(
      standalone_, data_path(name), std::vector<std::string>{"--log", log_, "--keys", keys_});
}

void Deployment::StartInstance(load::StandaloneProcess& instance) const {
  const absl::Status started = instance.Start(kStartPatience);
  if (!started.ok()) Die(std::string(started.message()));
  KillAtDeath(instance.pid());
}

load::Target Deployment::TargetOf(const load::StandaloneProcess& instance) {
  if (provider_id_.empty()) {
    provider_id_ = load::RegisterProvider(instance.address(), load::SignToken(keys_, "owner-1", "provider", kCouncil));
  }
  return load::TargetAt(instance.address(), load::SignToken(keys_, "practitioner-1", "practitioner", kCouncil),
                        provider_id_);
}

void Deployment::NeedBudgets(const load::StandaloneProcess& instance, uint64_t n) {
  if (n <= budgets_) return;
  const uint64_t failed = load::OpenBudgets(TargetOf(instance), budgets_, n, 64);
  // On a machine that does much else a call may take longer than its client waits; holds on these few will fail.
  if (failed > 0) std::fprintf(stderr, "%lu budgets of %lu were perhaps not opened\n", failed, n);
  if (failed > n / 100) Die("too few budgets");
  budgets_ = n;
}

std::vector<int> Deployment::OwnedUnderLock(const std::string& address) const {
  std::vector<int> owned;
  const auto found = members_.find(address);
  if (found == members_.end()) return owned;
  for (const auto& partition : found->second.owned()) {
    if (partition.topic() == kBudgets) owned.push_back(static_cast<int>(partition.partition()));
  }
  return owned;
}

std::vector<int> Deployment::OwnedAt(const std::string& address) {
  std::lock_guard<std::mutex> lock(mutex_);
  return OwnedUnderLock(address);
}

std::string Deployment::InstanceIdAt(const std::string& address) {
  std::lock_guard<std::mutex> lock(mutex_);
  return members_[address].instance_id();
}

void Deployment::AwaitOwned(const std::string& address, size_t at_least, absl::Duration patience) {
  std::unique_lock<std::mutex> lock(mutex_);
  const bool got = heard_.wait_for(lock, absl::ToChronoNanoseconds(patience),
                                   [&] { return OwnedUnderLock(address).size() >= at_least; });
  if (!got) {
    Die(absl::StrCat(address, " serves ", OwnedUnderLock(address).size(), " partitions of budgets, not ", at_least));
  }
}

int PartitionOfPerson(uint64_t n) { return PartitionOf(load::PersonId(n), kPartitions); }

std::vector<uint64_t> PersonOfPartition() {
  std::vector<uint64_t> people(kPartitions, ~0ull);
  size_t found = 0;
  for (uint64_t n = 0; found < people.size(); ++n) {
    uint64_t& person = people[PartitionOfPerson(n)];
    if (person != ~0ull) continue;
    person = n;
    ++found;
  }
  return people;
}

}  // namespace regard::bench
