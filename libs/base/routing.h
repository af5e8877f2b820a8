// Which partition a routing key belongs to. The function is part of a log's identity: it never changes for a log.
#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

namespace regard {

constexpr char kRoutingHashName[] = "fnv1a64-fold32";
constexpr int kDefaultPartitionCount = 64;

// FNV-1a, 64 bits, folded to 32 by xor (FNV's own advice for fewer bits).
uint32_t RoutingHash(absl::string_view routing_key);

// In [0, partition_count).
int PartitionOf(absl::string_view routing_key, int partition_count);

}  // namespace regard
