// Who should own which partition: the same answer in every instance that knows of the same members.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace regard::cluster {

// For each partition the members in the order in which they should have it: the owner, then its standbys. Highest
// random weight (rendezvous hashing), with at most a fair share of partitions (rounded up) owned by one; so one member
// more or less moves little more than its share. `members` in any order, without repetition. Empty lists without members.
std::vector<std::vector<std::string>> Assign(absl::string_view topic, int partition_count,
                                             std::vector<std::string> members);

}  // namespace regard::cluster
