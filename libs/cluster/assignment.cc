#include "libs/cluster/assignment.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/routing.h"

namespace regard::cluster {
namespace {

// Mixed once more, since keys that differ in their last characters have near hashes (the finaliser of MurmurHash3).
uint32_t WeightOf(absl::string_view topic, int partition, absl::string_view member) {
  uint32_t hash = RoutingHash(absl::StrCat(member, "/", topic, "/", partition));
  hash = (hash ^ (hash >> 16)) * 0x85ebca6bU;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35U;
  return hash ^ (hash >> 16);
}

}  // namespace

std::vector<std::vector<std::string>> Assign(absl::string_view topic, int partition_count,
                                             std::vector<std::string> members) {
  std::vector<std::vector<std::string>> assigned(partition_count);
  if (members.empty()) return assigned;
  const int share = (partition_count + static_cast<int>(members.size()) - 1) / static_cast<int>(members.size());
  std::map<std::string, int> owned;
  for (int partition = 0; partition < partition_count; ++partition) {
    std::vector<std::pair<uint32_t, std::string>> weighed;
    for (const std::string& member : members) weighed.emplace_back(WeightOf(topic, partition, member), member);
    std::sort(weighed.rbegin(), weighed.rend());
    std::vector<std::string>& order = assigned[partition];
    for (auto& [weight, member] : weighed) order.push_back(std::move(member));
    const auto owner =
        std::find_if(order.begin(), order.end(), [&](const std::string& member) { return owned[member] < share; });
    ++owned[*owner];
    // The others keep their order behind it.
    std::rotate(order.begin(), owner, owner + 1);
  }
  return assigned;
}

}  // namespace regard::cluster
