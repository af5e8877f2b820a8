#include "libs/base/routing.h"

namespace regard {

uint32_t RoutingHash(absl::string_view routing_key) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (char c : routing_key) {
    hash ^= static_cast<uint8_t>(c);
    hash *= 0x100000001b3u;
  }
  return static_cast<uint32_t>(hash >> 32) ^ static_cast<uint32_t>(hash);
}

int PartitionOf(absl::string_view routing_key, int partition_count) {
  return static_cast<int>(RoutingHash(routing_key) % static_cast<uint32_t>(partition_count));
}

}  // namespace regard
